"""Tokens for the next page: opaque, and worth nothing outside the list that they came from."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

_DIGEST = 14
_LENGTH = 5 + _DIGEST


def written(scope: str, start: int, mark: int = 0) -> str:
    """The token that continues the list ``scope`` at row ``start``.

    Tokens that differ only in ``mark`` (0..255) continue at the same row. A token may hold ``+``,
    ``/`` and ``=``, which a client has to percent-encode, as it has to with those of AWS.
    """
    place = start.to_bytes(4, "big") + bytes([mark])
    return base64.b64encode(place + _seal(scope, place)).decode()


def read(scope: str, token: str) -> tuple[int, int]:
    """The row and the mark of a token; ValueError if it is none, or is of another list."""
    try:
        raw = base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("no token") from error
    place, seal = raw[:5], raw[5:]
    if len(raw) != _LENGTH or not hmac.compare_digest(seal, _seal(scope, place)):
        raise ValueError("no token of this list")
    return int.from_bytes(place[:4], "big"), place[4]


def _seal(scope: str, place: bytes) -> bytes:
    return hashlib.blake2b(
        place + scope.encode(errors="surrogatepass"), digest_size=_DIGEST
    ).digest()
