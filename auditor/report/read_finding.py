"""The published JSON of a finding back to the finding."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from auditor.model import Finding, Outcome, Resource, Severity, State, Unavailable, Why
from auditor.report.document import FINDING
from auditor.report.strict import Value, is_canonical, joined

_FINDING = frozenset(
    {
        *("schema", "id", "rule", "policy", "severity", "outcome", "reason", "title", "message"),
        *("resource", "observed", "remediation", "controls", "waiver", "state", "evaluated_at"),
    }
)
_RESOURCE = frozenset(
    {"kind", "arn", "version", "name", "account", "region", "membership", "collaboration"}
)
_SEVERITIES = {severity.value: severity for severity in Severity}
_OUTCOMES = {outcome.value: outcome for outcome in (Outcome.FAIL, Outcome.WAIVED, Outcome.UNKNOWN)}
_STATES: Mapping[str | None, State | None] = {None: None, **{state.value: state for state in State}}


class _Wrong(Exception):
    """A member has not its form; ``arguments`` are its name and what it must be."""


def finding_of(value: Any, where: str = "finding") -> Finding:
    """The finding that such JSON says; DamagedRun where it has not that form.

    ``where`` is what the error calls it, such as ``findings.jsonl:3:``. The rationale is empty: it
    stands in the report.
    """
    # NOTE: a million of these are read in one go, so `Value` is only for what is wrong.
    try:
        _check_members(value, _FINDING)
        return _finding_of(value)
    except _Wrong as wrong:
        name, what = wrong.args
        raise Value(value, joined(where, name) if name else where).wrong(what) from wrong


def _finding_of(said: dict[str, Any]) -> Finding:
    if said["schema"] != FINDING:
        raise _Wrong("schema", f"must be {FINDING}")
    outcome = _word(said, "outcome", _OUTCOMES)
    reason = None if said["reason"] is None else _text(said, "reason")
    if outcome is Outcome.UNKNOWN and reason is None:
        raise _Wrong("reason", "must be there, because the outcome is unknown")
    return Finding(
        id=_text(said, "id"),
        rule=_text(said, "rule"),
        policy=_text(said, "policy"),
        severity=_word(said, "severity", _SEVERITIES),
        outcome=outcome,
        title=_text(said, "title"),
        message=_text(said, "message"),
        resource=_resource_of(said["resource"]),
        evaluated_at=_moment(said, "evaluated_at"),
        reason=reason,
        observed={name: _observed(item) for name, item in _object(said, "observed").items()},
        remediation=_text(said, "remediation"),
        controls=_lists(said, "controls"),
        waiver=None if said["waiver"] is None else _object(said, "waiver"),
        state=_word(said, "state", _STATES),
    )


def _resource_of(said: Any) -> Resource:
    try:
        _check_members(said, _RESOURCE)
        kind, version = _kind(said)
        return Resource(
            kind=kind,
            arn=_text(said, "arn"),
            version=version,
            name=_text(said, "name"),
            account=_text(said, "account"),
            region=_text(said, "region"),
            membership=_text(said, "membership"),
            collaboration=_text(said, "collaboration"),
        )
    except _Wrong as wrong:
        name, what = wrong.args
        raise _Wrong(joined("resource", name) if name else "resource", what) from wrong


def _kind(said: dict[str, Any]) -> tuple[str, str | None]:
    """The kind, and the version that a version has and a model has not."""
    match said["kind"], said["version"]:
        case "version", str(version):
            return "version", version
        case "model", None:
            return "model", None
    raise _Wrong("", "must be a version that is named, or a model and no version")


def _check_members(said: Any, names: frozenset[str]) -> None:
    if not isinstance(said, dict):
        raise _Wrong("", "must be an object")
    if said.keys() != names:
        missing = sorted(names - said.keys())
        unknown = sorted(said.keys() - names)
        words = f"has no {missing[0]!r}" if missing else f"has {unknown[0]!r}, which is not known"
        raise _Wrong("", words)


def _text(said: dict[str, Any], name: str) -> str:
    value = said[name]
    if not isinstance(value, str):
        raise _Wrong(name, "must be a text")
    return value


def _word(said: dict[str, Any], name: str, words: Mapping[Any, Any]) -> Any:
    value = said[name]
    if isinstance(value, list | dict) or value not in words:
        raise _Wrong(name, f"must be one of {', '.join(map(str, words))}")
    return words[value]


def _object(said: dict[str, Any], name: str) -> dict[str, Any]:
    value = said[name]
    if not isinstance(value, dict):
        raise _Wrong(name, "must be an object")
    return value


def _lists(said: dict[str, Any], name: str) -> dict[str, tuple[str, ...]]:
    lists = _object(said, name)
    for items in lists.values():
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise _Wrong(name, "must hold lists of texts")
    return {key: tuple(items) for key, items in lists.items()}


def _moment(said: dict[str, Any], name: str) -> str:
    text = _text(said, name)
    if not _is_moment(text):
        raise _Wrong(name, "must be a timestamp in UTC with milliseconds")
    return text


@lru_cache(maxsize=16)
def _is_moment(text: str) -> bool:
    return is_canonical(text)


def _observed(value: Any) -> Any:
    """An observed value as the rule saw it; what was not read is `Unavailable` again."""
    if not isinstance(value, dict | list):
        return value
    match value:
        case {"$unavailable": {"why": str(why), "reason": str(reason)}} if why in list(Why):
            return Unavailable(Why(why), reason)
        case dict():
            return {name: _observed(item) for name, item in value.items()}
        case _:
            return [_observed(item) for item in value]
