"""The parameters of policies: their types, and the values that a run takes.

A value comes from the policy's default, from ``params`` in auditor.yaml, or from ``--param``; the
later one wins. ``NAME`` means the parameter of every policy that declares it, ``POLICY.NAME`` that
of one policy, which wins over ``NAME`` from the same place.
"""

from __future__ import annotations

from collections import abc
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from auditor.errors import InvalidInput, Problem
from auditor.expression.nearest import suggestion
from auditor.policy.advice import of_whole
from auditor.policy.compose import number
from auditor.policy.node import Mapping, Node
from auditor.policy.rule import Parameter, ParamValue, Policy
from auditor.policy.shape import Schema, shown
from auditor.timestamps import duration

_TEXT: Schema = {"type": "string", "pattern": r"\S"}


class ParamType(Struct, frozen=True):
    """A type of parameters.

    ``parse`` gives the plain data that a text of the command line means, ``read`` the value of
    plain data. Both raise ValueError, with a reason where the type's name does not say enough.
    """

    says: str
    parse: abc.Callable[[str], Any]
    read: abc.Callable[[Any], ParamValue]
    schema: Schema


def _listed(text: str) -> list[str]:
    return [item.strip() for item in text.split(",")] if text else []


def _exactly(*types: type) -> abc.Callable[[Any], ParamValue]:
    """A reader of values of these types and no others: true is not the number 1."""

    def read(value: Any) -> ParamValue:
        if type(value) not in types:
            raise ValueError
        found: ParamValue = value
        return found

    return read


def _string(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value


def _duration(value: Any) -> float:
    if not isinstance(value, str):
        raise ValueError("it has no unit")  # noqa: TRY004  # the file is wrong, not the caller
    return duration(value)


def _strings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError  # noqa: TRY004  # the same
    return tuple(_string(item) for item in value)


TYPES: abc.Mapping[str, ParamType] = {
    "string": ParamType("text", str, _string, _TEXT),
    "integer": ParamType("a whole number", number, _exactly(int), {"type": "integer"}),
    "number": ParamType("a number", number, _exactly(int, float), {"type": "number"}),
    "boolean": ParamType(
        "true or false", {"true": True, "false": False}.get, _exactly(bool), {"type": "boolean"}
    ),
    "duration": ParamType("a duration", str, _duration, _TEXT),
    "list": ParamType("a list of texts", _listed, _strings, {"type": "array", "items": _TEXT}),
}
"""The types that a parameter can have."""


def param_value(type_name: str, data: Any, *, text: bool = False) -> ParamValue:
    """The value of plain data, or of a command line's ``text``, for a parameter of a type.

    Raises ValueError with the end of a sentence that begins with the parameter's name.
    """
    kind = TYPES[type_name]
    try:
        return kind.read(kind.parse(data) if text else data)
    except (ValueError, OverflowError) as error:
        reason = f": {error}" if str(error) else ""
        raise ValueError(f"must be {kind.says}{reason}") from error


class _Override(Struct, frozen=True):
    """A value that somebody gave: nodes of a file, or else a text of the command line."""

    name: str
    data: Any
    key: Node | None = None
    value: Node | None = None

    def fits(self, policy: Policy, param: Parameter) -> bool:
        return self.name in {param.name, f"{policy.name}.{param.name}"}

    def problem(self, node: Node | None, code: str, message: str, hint: str) -> Problem:
        """A problem with the key or the value of a file, or with the whole option."""
        if node:
            return node.problem(code, message, hint)
        return of_whole(f"--param {shown(self.name)}", code, message, hint)


def resolve_params(
    policies: abc.Iterable[Policy],
    configured: Mapping | None = None,
    given: abc.Mapping[str, str] = MappingProxyType({}),
) -> abc.Mapping[str, abc.Mapping[str, ParamValue]]:
    """The value of every parameter, by policy and parameter.

    ``configured`` is the ``params`` of auditor.yaml, ``given`` what ``--param`` says. Raises
    InvalidInput with every value that is wrong, missing or for no parameter.
    """
    known = tuple(policies)
    values = {policy.name: _defaults(policy) for policy in known}
    problems: list[Problem] = []
    overrides = [*_configured(configured), *_given(given)]
    for override in overrides:
        problems += _applied(override, known, values)
    problems += _without_value(known, overrides)
    if problems:
        raise InvalidInput(dict.fromkeys(problems))
    return MappingProxyType({name: MappingProxyType(found) for name, found in values.items()})


def _defaults(policy: Policy) -> dict[str, ParamValue]:
    pairs = ((param.name, param.default) for param in policy.params.values())
    return {name: default for name, default in pairs if default is not None}


def _configured(params: Mapping | None) -> list[_Override]:
    """What auditor.yaml sets; names of one policy last, so that they win."""
    found = (
        [
            _Override(name, value.plain(), params.keys[name], value)
            for name, value in params.values.items()
        ]
        if params
        else []
    )
    return sorted(found, key=_is_specific)


def _given(texts: abc.Mapping[str, str]) -> list[_Override]:
    """What the command line sets; names of one policy last, so that they win."""
    return sorted((_Override(name, text) for name, text in texts.items()), key=_is_specific)


def _is_specific(override: _Override) -> bool:
    return "." in override.name


def _applied(
    override: _Override, policies: tuple[Policy, ...], values: dict[str, dict[str, ParamValue]]
) -> abc.Iterator[Problem]:
    """Set the parameters that an override means; its problems."""
    pairs = [(policy, param) for policy in policies for param in policy.params.values()]
    fitting = [(policy, param) for policy, param in pairs if override.fits(policy, param)]
    for policy, param in fitting:
        try:
            value = param_value(param.type, override.data, text=override.value is None)
        except ValueError as error:
            message = f"`{override.name}` {error}"
            yield override.problem(override.value, "bad-param", message, param.description)
        else:
            values[policy.name][param.name] = value
    if not fitting:
        yield _unknown(override, pairs)


def _unknown(override: _Override, pairs: abc.Iterable[tuple[Policy, Parameter]]) -> Problem:
    """The problem of a name that no policy declares."""
    if _is_specific(override):
        names = [f"{policy.name}.{param.name}" for policy, param in pairs]
    else:
        names = sorted({param.name for _, param in pairs})
    message = f"no policy of this run has a parameter `{shown(override.name)}`"
    hint = suggestion(override.name, names)
    return override.problem(override.key, "unknown-param", message, hint)


def _without_value(
    policies: tuple[Policy, ...], overrides: list[_Override]
) -> abc.Iterator[Problem]:
    """Parameters without a default to which nobody gave a value."""
    for policy in policies:
        for param in policy.params.values():
            given = any(override.fits(policy, param) for override in overrides)
            if param.default is None and not given:
                message = f"`{param.name}` has no default, and no value was given"
                hint = f"set it under params in auditor.yaml, or with --param {param.name}=…"
                yield param.node.problem("missing-param", message, hint)
