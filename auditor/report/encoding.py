"""Values as JSON text, the same for every file that this project writes.

Keys are sorted, so equal values give equal bytes. Everything outside ASCII is escaped, so a lone
surrogate in a name from AWS survives a round trip and no reader's locale matters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from auditor.model import Unavailable


def line(value: Any) -> str:
    """The value as one line of compact JSON, with its newline."""
    return _encoded(_COMPACT, value) + "\n"


def document(value: Any) -> str:
    """The value as indented JSON, for a file that people open; ends with a newline."""
    return _encoded(_INDENTED, value) + "\n"


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
