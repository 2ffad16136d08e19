"""Random documents of a type, and random rules written from the type: what careful authors write.

Rules use only what the checker can know everything about, so that what it accepts has to be
sound. Nullable members are guarded sometimes, and sometimes not: those the checker has to refuse.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from msgspec.structs import replace

from auditor.expression.types import DURATION, NUMBER, STRING, Type, list_of

NOW = "2026-11-23T07:00:00.000Z"
PARAMS = {"count": 3, "age": 2592000.0, "words": ["a", "ACTIVE"], "word": "a"}
PARAM_TYPES = {"count": NUMBER, "age": DURATION, "words": list_of(STRING), "word": STRING}

_WORDS = ("a", "", "crml-x", "ACTIVE", "arn:aws:s3:eu-west-1:111122223333:x", "é")
_MOMENTS = ("2026-11-23T07:00:00.000Z", "2026-10-01T00:00:00.000Z", "1999-01-01T00:00:00.001Z")


def document(rng: Random, kind: Type, depth: int = 4) -> Any:
    """A value that is of the type: every member that must be there is, others may be."""
    if kind.nullable and (depth <= 0 or rng.randrange(3) == 0):
        return None
    match kind.base:
        case "object":
            return _object(rng, kind, depth)
        case "list":
            least = 1 if kind.nonempty else 0
            count = least + (rng.randrange(3) if depth > 0 else 0)
            return [document(rng, kind.item or STRING, depth - 1) for _ in range(count)]
        case "map":
            keys = [word for word in _WORDS if rng.randrange(3) == 0]
            return {key: document(rng, kind.item or STRING, depth - 1) for key in keys}
    return _scalar(rng, kind)


def _object(rng: Random, kind: Type, depth: int) -> dict[str, Any]:
    made = {}
    for name, member in kind.fields.items():
        value = document(rng, member, depth - 1)
        if value is not None or rng.randrange(2):
            made[name] = value
    return made


def _scalar(rng: Random, kind: Type) -> Any:
    match kind.base:
        case "boolean":
            return rng.choice((True, False))
        case "number":
            return rng.choice((0, 1, -1, 3, 2.5, 10**12))
        case "duration":
            return rng.choice((0.0, 86400.0, -5.0))
        case "timestamp":
            return rng.choice(_MOMENTS)
    return rng.choice(sorted(kind.declared)) if kind.declared else rng.choice(_WORDS)


def condition(rng: Random, kind: Type, depth: int = 2) -> str:
    """A condition on a document of the type."""
    shape = rng.randrange(10) if depth > 0 else 0
    if shape < 5:
        return _guarded(rng, *_path(rng, kind, depth))
    inner = condition(rng, kind, depth - 1)
    if shape == 5:
        return f"!({inner})"
    other = condition(rng, kind, depth - 1)
    return f"({inner} && {other})" if shape < 8 else f"({inner} || {other})"


def _path(rng: Random, kind: Type, depth: int) -> tuple[str, Type]:
    """Some member at some depth, and its type as the service model gives it."""
    text, found = "@", kind
    while found.base == "object" and found.fields and (text == "@" or rng.randrange(8)):
        name = rng.choice(sorted(found.fields))
        member = found.fields[name].optional(yes=found.nullable)
        text, found = (name if text == "@" else f"{text}.{name}"), member
        if found.base == "list" and found.item and depth > 0 and rng.randrange(3) == 0:
            text = f"{text}[{rng.choice((0, -1))}]"
            found = found.item.optional(yes=not found.nonempty or found.nullable)
    return text, found


def _guarded(rng: Random, text: str, kind: Type) -> str:
    test = _test(rng, text, replace(kind, nullable=False))
    if not kind.nullable and rng.randrange(4):
        return test
    return rng.choice(
        (
            f"{text} && {test}",
            f"(!({text}) || {test})",
            f"({text} != `null` && {test})",
            f"({text} == `null` || {test})",
            test,
            text,
            f"!({text})",
            _defaulted(rng, text, kind),
            f"({test}) == `{rng.choice(('true', 'false'))}`",
            f"({test}) != `{rng.choice(('true', 'false'))}`",
        )
    )


def _defaulted(rng: Random, text: str, kind: Type) -> str:
    """A test of a value beside a default, an alternative or another value."""
    default = rng.choice(("`{}`", "`[]`", "''", "`0`", "now()", "`null`", "name", "createTime"))
    beside = rng.choice(
        (
            f"({text} || {default})",
            f"({default} || {text})",
            f"(name && {text})",
            f"not_null({text}, {default})",
            f"[{text}, {default}][{rng.randrange(3)}]",
            f"[{text}, {default}][?@] | [0]",
            f"to_array({text})[0]",
            f"{{a: {text}, b: {default}}}.a",
            f"merge({{a: {default}}}, {{a: {text}}}).a",
        )
    )
    if kind.base == "object":
        member, found = _path(rng, replace(kind, nullable=False), 0)
        return _test(rng, f"{beside}.{member}" if member != "@" else beside, found)
    return _test(rng, beside, replace(kind, nullable=False))


def _test(rng: Random, text: str, kind: Type) -> str:
    makers: dict[str, Callable[[Random, str, Type], str]] = {
        "string": _of_text,
        "timestamp": _of_moment,
        "number": _of_number,
        "duration": _of_duration,
        "list": _of_list,
        "map": _of_map,
    }
    make = makers.get(kind.base)
    return make(rng, text, kind) if make else rng.choice((text, f"!({text})"))


def _fill(rng: Random, patterns: tuple[str, ...], text: str, kind: Type) -> str:
    made = rng.choice(patterns).replace("$", text)
    words = sorted(kind.declared) if kind.declared else _WORDS
    while "WORD" in made:
        made = made.replace("WORD", f"'{rng.choice(words)}'", 1)
    sign = rng.choice(("<", "<=", ">", ">="))
    return made.replace("ORDER", sign).replace("SAME", rng.choice(("==", "!=")))


def _of_text(rng: Random, text: str, kind: Type) -> str:
    patterns = (
        "$ SAME WORD",
        "contains([WORD, WORD], $)",
        "contains($, 'a')",
        "starts_with($, 'C')",
        "ends_with($, 'D')",
        "length($) ORDER `3`",
        "matches($, '^[a-z]+')",
        "$ SAME param('word')",
        "contains(param('words'), $)",
        "to_string($) == 'x'",
        "reverse($) ORDER 'b'",
        "arn_region($) == 'eu-west-1'",
        "(arn_account($) || '') ORDER 'b'",
        "to_number($) == `3`",
        "(to_number($) || `0`) ORDER `3`",
        "join('-', [$, $]) ORDER 'b'",
        "type($) == 'string'",
        "not_null($, 'x') SAME 'y'",
        "$",
    )
    return _fill(rng, patterns, text, kind)


def _of_moment(rng: Random, text: str, kind: Type) -> str:
    patterns = (
        "age($) ORDER duration('30d')",
        "age($) ORDER param('age')",
        "$ ORDER now()",
        "$ ORDER '2026-01-01T00:00:00.000Z'",
        "abs(age($)) ORDER duration('1d')",
        "max([$, now()]) SAME $",
    )
    return _fill(rng, patterns, text, kind)


def _of_number(rng: Random, text: str, kind: Type) -> str:
    patterns = (
        "$ ORDER `3`",
        "$ SAME `0`",
        "abs($) ORDER param('count')",
        "ceil($) ORDER `2`",
        "sum([$, `1`]) ORDER `3`",
        "max([$, `2`]) ORDER `3`",
        "avg([$, `2`]) ORDER `3`",
        "to_string($) == '3'",
    )
    return _fill(rng, patterns, text, kind)


def _of_duration(rng: Random, text: str, kind: Type) -> str:
    return _fill(rng, ("$ ORDER duration('1d')", "$ ORDER param('age')"), text, kind)


def _of_map(rng: Random, text: str, kind: Type) -> str:
    patterns = ("length($) ORDER `1`", "$.a", "length(keys($)) ORDER `1`", "contains(keys($), 'a')")
    return _fill(rng, patterns, text, kind)


def _of_list(rng: Random, text: str, kind: Type) -> str:
    item = kind.item or STRING
    inner = condition(rng, item, 1) if item.base == "object" else _test(rng, "@", item)
    patterns = (
        "length($) ORDER `1`",
        f"$[?{inner}]",
        f"length($[?{inner}]) ORDER `0`",
        f"any($, &{inner})",
        f"!all($, &{inner})",
        f"$[?{inner}] | [0]",
        f"length(unique($[?{inner}])) ORDER `1`",
    )
    if item.base == "object" and rng.randrange(2):
        return _of_members(rng, text, item)
    return _fill(rng, patterns, text, kind)


def _of_members(rng: Random, text: str, item: Type) -> str:
    """Tests on one member of all elements; a key that may be absent is filtered for, or not."""
    path, kind = _path(rng, item, 0)
    filtered = kind.nullable and rng.randrange(4)
    chosen = f"{text}[?{path}]" if filtered else text
    each = f"{chosen}.{path}" if filtered else f"{text}[*].{path}"
    by_base: dict[str, tuple[str, ...]] = {
        "string": (
            "max(count_by($, &PATH).*) ORDER `1`",
            "length(keys(count_by($, &PATH))) ORDER `1`",
            "length(unique(EACH)) ORDER `1`",
            "join(',', EACH) ORDER 'b'",
            "contains(EACH, WORD)",
            "length(sort(EACH)) ORDER `1`",
            "length(sort_by($, &PATH)) ORDER `1`",
        ),
        "timestamp": (
            "max(EACH)",
            "sort_by($, &PATH)[0]",
            "age(max(EACH) || now()) ORDER duration('1d')",
            "$ && age(max_by($, &PATH).PATH) ORDER duration('1d')",
        ),
        "number": (
            "sum(EACH) ORDER `3`",
            "(avg(EACH) || `0`) ORDER `3`",
            "$ && max(EACH) ORDER `3`",
            "$ && min_by($, &PATH).PATH ORDER `3`",
            "length(sort_by($, &PATH)) ORDER `1`",
        ),
    }
    patterns = by_base.get(kind.base, ("length(EACH) ORDER `1`", "$[0].PATH"))
    filled = tuple(one.replace("EACH", each).replace("PATH", path) for one in patterns)
    return _fill(rng, filled, chosen, kind)
