"""What to write instead, for problems that nothing more particular is known of."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.errors import Problem

_EXPRESSIONS: Mapping[str, str] = {
    "syntax": "docs/language.md shows what an expression can be",
    "missing-comma": "put exactly one comma between two arguments",
    "withheld-field": "judge something else; no rule can see it",
    "not-an-object": "end the path before it, or begin with what has members",
    "not-a-list": "leave the brackets out, or begin with a list",
    "arity": "docs/language.md shows what each function takes",
    "argument-type": "docs/language.md shows what each function takes",
    "constant-argument": "write it in single quotes: it is checked before anything is read",
    "never-equal": "compare it with something that it can be, or leave the comparison out",
    "unordered": "use == or !=, or order two numbers, two moments or two texts",
    "always-true": "leave it out, or compare with what can be otherwise",
    "always-false": "leave it out, or compare with what can be otherwise",
    "independent": "name a member of the document",
    "constant-filter": "ask for a member of the element, such as [?status == 'ACTIVE']",
    "bad-regex": "patterns are RE2's: no look-around, no references back",
}

_FILES: Mapping[str, str] = {
    "missing-file": "check the path; paths in auditor.yaml begin at that file",
    "unreadable-file": "name a file that this user may read",
    "file-too-large": "split it into several files",
    "empty-document": "auditor policy new and auditor init write a file to begin with",
    "yaml-syntax": "check quotes, brackets and indentation up to this place",
    "too-deep": "take out levels of lists and mappings",
    "too-many-values": "split it into several files, and repeat less by aliases",
    "recursive-alias": "write the value out",
    "wrong-type": "docs/policies.md and docs/configuration.md show what each key takes",
    "missing-key": "add one of them",
    "bad-format": "docs/policies.md and docs/configuration.md show the form of each key",
    "out-of-range": "write a number within the bounds",
    "empty": "write something, or leave the key out",
    "duplicate-key": "keep one of them",
    "duplicate-rule": "give one of the two another id",
    "duplicate-policy": "give one of the two another name",
    "duplicate-target": "give one of the two another name",
    "bad-default": "write a value of the parameter's type; texts may need quotes",
    "bad-param": "write a value of the parameter's type",
    "unknown-param": "take it out, or declare it under params:",
    "no-policy": "name a file that ends with .yaml or .yml, or a folder of them",
    "unknown-rule": "auditor policy list shows the rules",
}

_RULES: Mapping[str, str] = {
    "missing-example": "add one under examples:",
    "example-outcome": "mend the example or the rule; auditor policy test tries it again",
    "example-field": "write a value that AWS could give",
    "bad-allow": "name one of the codes in docs/problems.md",
    "unused-allow": "take it out",
}

ADVICE: Mapping[str, str] = {**_EXPRESSIONS, **_FILES, **_RULES}
"""One sentence for a code, shown where a problem has no hint of its own."""


def of_whole(name: str, code: str, message: str, hint: str = "") -> Problem:
    """A problem of a whole file, folder or option."""
    return Problem(name, 0, 0, code, message, hint or ADVICE.get(code, ""))
