"""Values as JSON text, the same for every file that this project writes.

Keys are sorted, so equal values give equal bytes. Everything outside ASCII is escaped, so a lone
surrogate in a name from AWS survives a round trip and no reader's locale matters.

Lines are written by orjson where it writes what the standard library would write, byte for byte,
which is several times quicker; `_quick` knows where that is.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import isfinite
from typing import Any

import orjson

from auditor.model import Unavailable


def line(value: Any) -> str:
    """The value as one line of compact JSON, with its newline."""
    return _quick(value) or _encoded(_COMPACT, value) + "\n"


def strict_line(value: Any) -> str:
    """As `line`, for what is read again: raises ValueError where a number is not finite."""
    return _quick(value) or _COMPACT.encode(value) + "\n"


def lines(values: Sequence[Mapping[str, Any]], floats: Iterable[Any]) -> bytes:
    """The values as `line` writes each, in one text of ASCII; quicker than one by one.

    ``floats`` are the parts of them in which there may be a float.
    """
    text = None if hold_float(floats) else _quickly(values)
    return "".join(map(line, values)).encode("ascii") if text is None else b"".join(text)


def strict_lines(values: Sequence[Mapping[str, Any]], floats: Iterable[Any]) -> list[bytes]:
    """The values as `strict_line` writes each; the rest as in `lines`."""
    text = None if hold_float(floats) else _quickly(values)
    return [strict_line(value).encode("ascii") for value in values] if text is None else text


def document(value: Any) -> str:
    """The value as indented JSON, for a file that people open; ends with a newline."""
    return _quick(value, _LINE | orjson.OPT_INDENT_2) or _encoded(_INDENTED, value) + "\n"


def _known(value: Any) -> Any:
    """A JSON value for what the encoder does not know by itself."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Unavailable):
        return {"$unavailable": {"why": value.why, "reason": value.reason}}
    raise TypeError(f"{type(value).__name__} has no JSON form")


_COMPACT = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False, default=_known
)
_INDENTED = json.JSONEncoder(
    sort_keys=True, indent=2, ensure_ascii=True, allow_nan=False, default=_known
)

_ESCAPES = "auditor.json"
_LINE = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_APPEND_NEWLINE
)
_NO_FLOATS = frozenset({str, int, bool, type(None)})
_PLAIN = frozenset({dict, list, tuple})


def _quick(value: Any, form: int = _LINE) -> str | None:
    """The value as orjson writes it; None where the standard library would write something else.

    NOTE: the two write floats differently (0.00001 and 1e-05, null and NaN), orjson refuses lone
    surrogates and integers of more than 64 bits, and it leaves DEL as it is.
    """
    if holds_float(value):
        return None
    try:
        return _ascii(orjson.dumps(value, _known, form)).decode("ascii")
    except TypeError:
        return None


def _quickly(values: Iterable[Mapping[str, Any]]) -> list[bytes] | None:
    """The lines of many values without a float, as `_quick` gives each."""
    try:
        texts = [orjson.dumps(value, _known, _LINE) for value in values]
    except TypeError:
        return None
    whole = b"".join(texts)
    return texts if whole.isascii() and b"\x7f" not in whole else list(map(_ascii, texts))


def _ascii(text: bytes) -> bytes:
    """JSON as orjson writes it, with everything escaped that the standard library escapes."""
    if not text.isascii():
        text = text.decode().encode("ascii", _ESCAPES)
    if b"\x7f" in text:
        text = text.replace(b"\x7f", b"\\u007f")
    return text


def holds_float(value: Any) -> bool:
    """Whether there is a float anywhere in a value, or may be."""
    kind = value.__class__
    if kind is dict:
        value = value.values()
    elif kind is not list and kind is not tuple:
        return kind not in _NO_FLOATS and _may_hold_float(value)
    for part in value:
        kind = part.__class__
        # Nearly everything is text.
        if kind is not str and kind not in _NO_FLOATS and holds_float(part):
            return True
    return False


def hold_float(values: Iterable[Any]) -> bool:
    """Whether there is a float anywhere in many values, or may be; quicker than one by one."""
    level = list(values)
    while True:
        kinds = set(map(type, level)) - _NO_FLOATS
        if not kinds:
            return False
        if not kinds <= _PLAIN:
            return any(map(holds_float, level))
        inside: list[Iterable[Any]] = [each.values() for each in level if each.__class__ is dict]
        inside += [each for each in level if each.__class__ is list or each.__class__ is tuple]
        level = list(chain.from_iterable(inside))


def _may_hold_float(value: Any) -> bool:
    """The same for the types that are seldom seen."""
    if isinstance(value, str):
        return False
    if isinstance(value, Mapping):
        return any(map(holds_float, value.values()))
    return isinstance(value, float) or (
        isinstance(value, list | tuple) and any(map(holds_float, value))
    )


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """What stands outside ASCII, as the standard library escapes it in JSON."""
    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


codecs.register_error(_ESCAPES, _escaped)


def _encoded(encoder: json.JSONEncoder, value: Any) -> str:
    # NOTE: JSON has no NaN, but `to_number('nan')` in a rule makes one, and a reader that
    # follows the standard would refuse the whole file for it.
    try:
        return encoder.encode(value)
    except ValueError:
        return encoder.encode(_finite(value))


def _finite(value: Any) -> Any:
    """The value with NaN and the infinities as their names."""
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
