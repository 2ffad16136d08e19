"""Every code under which an expression is refused; docs/problems.md has a part for each."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Flaw(Struct, frozen=True, order=True):
    """One mistake in one expression, from character ``start`` to ``end`` of its text."""

    start: int
    end: int
    code: str
    message: str
    hint: str = ""


CODES: Mapping[str, str] = {
    "syntax": "The text is not a JMESPath expression.",
    "literal-not-json": "A literal in backticks is not JSON, so JMESPath would read it as text.",
    "missing-comma": "Two arguments of a function have no comma between them.",
    "unknown-field": "The document has no such member.",
    "withheld-field": "The member exists, but its values are never read.",
    "bare-literal": "true, false and null without backticks are names of members.",
    "not-an-object": "A member is asked of something that has none.",
    "not-a-list": "A list operation is used on something that is no list.",
    "zero-step": "A slice has a step of 0.",
    "not-binds-first": "The ! is applied to the first name only, not to the whole path.",
    "unknown-function": "There is no such function.",
    "arity": "A function is given the wrong number of arguments.",
    "argument-type": "A function is given something that it cannot take.",
    "null-argument": "A function that cannot take null is given something that may be absent.",
    "nullable-key": "Sorting by a key that may be absent would fail.",
    "constant-argument": "The argument has to be written as a literal.",
    "unknown-enum-value": "The enum has no such word.",
    "never-equal": "The two sides can never be equal.",
    "null-decides": "Where the value is absent, this would be true by accident.",
    "nullable-ordering": "Something that may be absent is ordered; null would decide silently.",
    "unordered": "The two sides have no order.",
    "duration-with-number": "A length of time is compared with a bare number.",
    "timestamp-literal": "A moment is compared with text that is no timestamp.",
    "number-as-condition": "Every number is true in JMESPath, 0 too.",
    "always-true": "The condition is true whatever the resource is.",
    "always-false": "The condition is false whatever the resource is.",
    "independent": "The rule does not look at the resource at all.",
    "constant-filter": "The filter keeps everything, or nothing, whatever the list holds.",
    "not-versions": "deny_each has to give versions of the model.",
    "unrenderable": "The value cannot be put into a text.",
    "unknown-param": "The policy has no such parameter.",
    "bad-duration": "The text is no duration.",
    "bad-regex": "The text is no regular expression that RE2 takes.",
    "too-large": "The expression could make a value too large to compute.",
}
