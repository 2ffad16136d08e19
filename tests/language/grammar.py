"""Random expressions, written as text from a grammar of the whole language, and random documents.

Everything is drawn from a `random.Random`, so that one seed gives the same pairs again and
hypothesis can make a failing pair small. What comes first in a list is the simplest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

NOW = "2026-11-23T07:00:00.000Z"
PARAMS = {"word": "ACTIVE", "words": ["a", "ACTIVE"], "count": 3, "age": 2592000.0, "flag": False}

NAMES = ("a", "b", "xs", "words", "rows", "m", "long name")
TEXTS = (
    "a",
    "",
    "b",
    "10",
    "ACTIVE",
    "CREATE_FAILED",
    "2026-11-01T00:00:00.000Z",
    "é'\"`\\",
    "arn",
)
NUMBERS: tuple[float, ...] = (1, 0, -1, 2, 2.5, 10, 1e300, -0.0)
STAMPS = (
    "2026-11-01T07:00:00.000Z",
    "2026-10-24T07:00:00.000Z",
    "2026-11-01T00:00:00+09:00",
    "2026-11-01T00:00:00",
    "yesterday",
)
ARNS = ("arn:aws:s3:us-east-1:111122223333:x", "arn:aws:s3:::x:y", "arn:aws", "")
DURATIONS = ("30d", "1d12h", "0s", "30", "", "d")
PATTERNS = ("a", "^A", "[0-9]+$", "A|b", "^$")

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "length": ("any",),
    "contains": ("any", "any"),
    "abs": ("number",),
    "avg": ("numbers",),
    "ceil": ("number",),
    "ends_with": ("text", "text"),
    "floor": ("number",),
    "join": ("text", "texts"),
    "keys": ("object",),
    "map": ("body", "list"),
    "max": ("numbers",),
    "max_by": ("rows", "body"),
    "merge": ("object", "object"),
    "min": ("texts",),
    "min_by": ("rows", "body"),
    "not_null": ("any", "any"),
    "reverse": ("any",),
    "sort": ("texts",),
    "sort_by": ("rows", "body"),
    "starts_with": ("text", "text"),
    "sum": ("numbers",),
    "to_array": ("any",),
    "to_number": ("any",),
    "to_string": ("any",),
    "type": ("any",),
    "values": ("object",),
    "age": ("stamp",),
    "all": ("list", "body"),
    "any": ("list", "body"),
    "arn_account": ("arn",),
    "arn_region": ("arn",),
    "count_by": ("rows", "body"),
    "duration": ("duration",),
    "matches": ("text", "pattern"),
    "now": (),
    "param": ("param",),
    "unique": ("list",),
}
"""Every function, with a word for what each of its arguments usually is."""


def seeded(seed: int) -> Random:
    """A source of randomness that gives the same again."""
    return Random(seed)  # noqa: S311  # nothing secret is drawn from it


def document(rng: Random) -> Any:
    """A document: most often one whose members are what their names say."""
    if rng.randrange(8) == 7:
        return value(rng, 3)
    made = {
        "xs": [rng.choice(NUMBERS) for _ in range(rng.randrange(4))],
        "words": [rng.choice(TEXTS) for _ in range(rng.randrange(4))],
        "rows": [_object(rng, 1) for _ in range(rng.randrange(4))],
        "m": _object(rng, 2),
        "a": value(rng, 2),
        "b": value(rng, 1),
        "long name": value(rng, 1),
    }
    return {name: each for name, each in made.items() if rng.randrange(10) < 9}


def value(rng: Random, depth: int) -> Any:
    """Any JSON value, at most ``depth`` levels deep."""
    kind = rng.randrange(9 if depth else 6)
    if kind < 2:
        return rng.choice(TEXTS)
    if kind < 4:
        return rng.choice(NUMBERS)
    if kind == 4:
        return rng.choice((True, False))
    if kind == 5:
        return None
    if kind == 6:
        return _object(rng, depth)
    return [value(rng, depth - 1) for _ in range(rng.randrange(4))]


def _object(rng: Random, depth: int) -> dict[str, Any]:
    return {
        name: value(rng, depth - 1)
        for name in ("a", "b", "xs", "long name")
        if rng.randrange(4) < 3
    }


def expression(rng: Random, depth: int = 4) -> str:
    """An expression; now and then one that only looks like one."""
    if rng.randrange(40) == 39:
        return _spoilt(rng, _expression(rng, depth))
    return _expression(rng, depth)


def _spoilt(rng: Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    cut = rng.randrange(3)
    return (
        text[:at] + rng.choice(("", "]", ".", "`", "&", "!", "(", "=", " ", "|")) + text[at + cut :]
    )


def _expression(rng: Random, depth: int) -> str:
    makers = _FLAT if depth <= 0 else _ALL
    return makers[rng.randrange(len(makers))](rng, depth - 1)


def _name(rng: Random, _depth: int) -> str:
    name = rng.choice(NAMES)
    quoted = " " in name or rng.randrange(8) == 7
    return json.dumps(name) if quoted else name


def _current(_rng: Random, _depth: int) -> str:
    return "@"


def _raw(rng: Random, _depth: int) -> str:
    return "'" + rng.choice(TEXTS).replace("'", "\\'") + "'"


def _literal(rng: Random, depth: int) -> str:
    if rng.randrange(20) == 19:
        return rng.choice(("`foo`", "`[1,]`", "`{a`", "` 1 `", "`NaN`"))
    return "`" + json.dumps(value(rng, min(depth, 2))).replace("`", "\\`") + "`"


def _member(rng: Random, depth: int) -> str:
    base = _expression(rng, depth)
    follow = rng.randrange(8)
    if follow == 7:
        return f"{base}.{_call(rng, depth)}"
    if follow == 6:
        return f"{base}.{_multi_list(rng, depth)}"
    if follow == 5:
        return f"{base}.{_multi_hash(rng, depth)}"
    return f"{base}.{_name(rng, 0)}"


def _step(rng: Random) -> str:
    return rng.choice(("[0]", "[-1]", "[1]", "[7]", "[]", "[*]", ".*", f"[{_slice(rng)}]"))


def _slice(rng: Random) -> str:
    def number() -> str:
        return rng.choice(("", "0", "1", "2", "-1", "-2", "9"))

    step = rng.choice((":", ":1", ":2", ":-1", ":-2", "", "", "", "", ":0"))
    return f"{number()}:{number()}{step}"


def _stepped(rng: Random, depth: int) -> str:
    return _expression(rng, depth) + _step(rng)


def _projected(rng: Random, depth: int) -> str:
    steps = ("[*]", "[]", ".*", f"[{_slice(rng)}]", f"[?{_expression(rng, depth)}]")
    follow = rng.choice(("", _step(rng), f".{_name(rng, 0)}", f".{_multi_list(rng, depth)}"))
    return _expression(rng, depth) + rng.choice(steps) + follow


def _filtered(rng: Random, depth: int) -> str:
    return f"{_expression(rng, depth)}[?{_expression(rng, depth)}]"


def _bare(rng: Random, depth: int) -> str:
    return rng.choice(("[*]", "[]", "*", "[0]", "[1:]", f"[?{_expression(rng, depth)}]"))


def _pipe(rng: Random, depth: int) -> str:
    return f"{_expression(rng, depth)} | {_expression(rng, depth)}"


def _and(rng: Random, depth: int) -> str:
    return f"{_expression(rng, depth)} && {_expression(rng, depth)}"


def _or(rng: Random, depth: int) -> str:
    return f"{_expression(rng, depth)} || {_expression(rng, depth)}"


def _not(rng: Random, depth: int) -> str:
    return f"!{_expression(rng, depth)}"


def _paren(rng: Random, depth: int) -> str:
    return f"({_expression(rng, depth)})"


def _compare(rng: Random, depth: int) -> str:
    sign = rng.choice(("==", "!=", "<", "<=", ">", ">="))
    return f"{_expression(rng, depth)} {sign} {_expression(rng, depth)}"


def _multi_list(rng: Random, depth: int) -> str:
    return f"[{', '.join(_expression(rng, depth) for _ in range(1 + rng.randrange(2)))}]"


def _multi_hash(rng: Random, depth: int) -> str:
    pairs = (f"{_name(rng, 0)}: {_expression(rng, depth)}" for _ in range(1 + rng.randrange(2)))
    return f"{{{', '.join(pairs)}}}"


def _call(rng: Random, depth: int) -> str:
    name = rng.choice(tuple(FUNCTIONS))
    arguments = [_argument(rng, word, depth) for word in FUNCTIONS[name]]
    odd = rng.randrange(30)
    if odd == 29:
        name = "no_such_function"
    elif odd == 28:
        arguments = arguments[:-1]
    elif odd == 27:
        arguments.append(_expression(rng, depth))
    return f"{name}({', '.join(arguments)})"


def _argument(rng: Random, word: str, depth: int) -> str:
    if word == "body":
        return f"&{rng.choice(('a', 'b', '@', _expression(rng, depth)))}"
    constants = _CONSTANTS.get(word)
    if constants:
        return "'" + rng.choice(constants) + "'"
    usual = _USUAL.get(word)
    if usual and rng.randrange(4) < 3:
        return rng.choice(usual)
    if rng.randrange(60) == 59:
        return f"&{_expression(rng, depth)}"
    return _expression(rng, depth)


# Only these may be other than literals in JMESPath; in the dialect they are literals always.
_CONSTANTS: dict[str, Sequence[str]] = {
    "duration": DURATIONS,
    "param": (*PARAMS, "missing"),
    "pattern": PATTERNS,
}
_USUAL: dict[str, Sequence[str]] = {
    "number": ("`1`", "`-2.5`", "xs[0]", "length(rows)"),
    "numbers": ("xs", "`[3, 1.5]`", "rows[*].a", "`[]`"),
    "text": ("words[0]", "'abc'", "rows[0].a", "''"),
    "texts": ("words", '`["b", "a"]`', "rows[*].a", "keys(m)"),
    "list": ("rows", "xs", "words", "rows[].xs", "m.*"),
    "rows": ("rows", "rows[?a]", '`[{"a": "x"}, {"a": "b", "b": 1}]`', "words"),
    "object": ("m", "@", "rows[0]", "`{}`"),
    "stamp": tuple(f"'{text}'" for text in STAMPS),
    "arn": tuple(f"'{text}'" for text in ARNS),
}

_FLAT: tuple[Callable[[Random, int], str], ...] = (_name, _name, _current, _raw, _literal)
_ALL: tuple[Callable[[Random, int], str], ...] = (
    *_FLAT,
    _member,
    _member,
    _stepped,
    _projected,
    _projected,
    _filtered,
    _bare,
    _pipe,
    _and,
    _or,
    _not,
    _paren,
    _compare,
    _compare,
    _multi_list,
    _multi_hash,
    _call,
    _call,
    _call,
    _call,
)
