"""Frozen values made quickly, where they are made by the hundred thousand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any, TypeVar

Made = TypeVar("Made")


def maker(cls: Callable[..., Made]) -> Callable[..., Made]:
    """A function that makes a frozen dataclass with slots as calling it does, in half the time.

    A frozen class sets each of its members by way of `object.__setattr__`; here they are set by
    their slots. Every argument is given by its name, and a member whose default is made anew each
    time has to be given. The class must have no ``__post_init__``.
    """
    assert not hasattr(cls, "__post_init__")
    members = fields(cls)  # type: ignore[arg-type]  # a dataclass is a callable that makes it
    names: dict[str, Any] = {"cls": cls, "new": object.__new__}
    for member in members:
        names[f"set_{member.name}"] = getattr(cls, member.name).__set__
        names[f"default_{member.name}"] = member.default
    wanted = (
        member.name if member.default is MISSING else f"{member.name}=default_{member.name}"
        for member in members
    )
    lines = [
        f"def make(*, {', '.join(wanted)}):",
        "    made = new(cls)",
        *(f"    set_{member.name}(made, {member.name})" for member in members),
        "    return made",
    ]
    exec("\n".join(lines), names)  # noqa: S102  # names of members, nothing else
    made: Callable[..., Made] = names["make"]
    return made
