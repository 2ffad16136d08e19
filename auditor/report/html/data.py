"""The findings of a page as one block of JSON, small enough to send and inert in HTML.

What repeats is written once: rules, models, remediations. The script of the page is its only
reader; others read ``findings.jsonl``, where every text is exact.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from msgspec import Struct, field

from auditor.model import Finding, RuleCount
from auditor.report.hostile import visible
from auditor.report.html.told import advice, allowed_by, named, read_of
from auditor.report.html.view import View

Item = TypeVar("Item", bound=Hashable)

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True).encode
_INERT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})

ARN, VERSION, MEMBERSHIP = "\x01", "\x02", "\x03"
"""What stands in a remediation for the finding's own identifiers.

NOTE: no visible text holds a control character, so these are never met by accident.
"""


def data_block(view: View) -> Iterator[str]:
    """The lines of the block: one finding a line, the worst first, then what they refer to."""
    pools = _Pools()
    counts = {rule.rule: rule for rule in view.report.rules}
    yield '<script type="application/json" id="data">\n{"findings":[\n'
    last = len(view.found.kept) - 1
    for number, finding in enumerate(view.found.kept):
        yield _inert(_row(finding, pools, counts)) + (",\n" if number < last else "\n")
    yield f'],"rules":{_inert(pools.rules.items)},\n'
    yield f'"models":{_inert(pools.models.items)},\n'
    yield f'"remedies":{_inert(pools.remedies.items)},\n'
    yield f'"total":{view.found.total},"run":{_inert(visible(view.report.run))}}}\n</script>\n'


def _inert(value: Any) -> str:
    """JSON in which nothing can end or begin an element, or a comment."""
    return _encode(value).translate(_INERT)


class _Pool(Struct, Generic[Item]):
    """Values, each once, by their number."""

    items: list[Item] = field(default_factory=list)
    _numbers: dict[Item, int] = field(default_factory=dict)

    def number(self, item: Item) -> int:
        """The number of a value, which is new if it was not seen before."""
        known = self._numbers.get(item)
        if known is None:
            known = self._numbers[item] = len(self.items)
            self.items.append(item)
        return known


class _Pools(Struct):
    rules: _Pool[tuple[Any, ...]] = field(default_factory=_Pool)
    models: _Pool[tuple[str, ...]] = field(default_factory=_Pool)
    remedies: _Pool[tuple[str, str]] = field(default_factory=_Pool)


def _row(finding: Finding, pools: _Pools, counts: Mapping[str, RuleCount]) -> list[Any]:
    about = finding.resource
    return [
        finding.id,
        pools.rules.number(_rule(finding, counts.get(finding.rule))),
        pools.models.number(_model(finding)),
        None if about.version is None else visible(about.version),
        finding.outcome,
        finding.state,
        visible(finding.message),
        visible(finding.reason or ""),
        read_of(finding.observed),
        allowed_by(finding.observed),
        pools.remedies.number(_remedy(finding)),
        _waiver(finding.waiver),
    ]


def _rule(finding: Finding, count: RuleCount | None) -> tuple[Any, ...]:
    controls = tuple(
        (visible(name), visible(", ".join(each))) for name, each in sorted(finding.controls.items())
    )
    return (
        visible(finding.rule),
        visible(finding.title),
        finding.severity,
        visible(finding.policy),
        # A finding that was read again does not say why its rule is there.
        visible(finding.rationale or (count.rationale if count else "")),
        visible(count.wants if count else ""),
        controls,
    )


def _model(finding: Finding) -> tuple[str, ...]:
    about = finding.resource
    members = (
        about.arn,
        named(about.name),
        about.account,
        about.region,
        about.membership,
        about.collaboration,
    )
    return tuple(map(visible, members))


def _remedy(finding: Finding) -> tuple[str, str]:
    """What to do, with the finding's own identifiers taken out, so that many share one text."""
    about = finding.resource
    own = [(about.arn, ARN), (about.version, VERSION), (about.membership, MEMBERSHIP)]
    words, line = (
        "\n".join(map(visible, part.split("\n"))) for part in advice(finding.remediation)
    )
    for text, mark in own:
        if text:
            words, line = words.replace(visible(text), mark), line.replace(visible(text), mark)
    return words, line


def _waiver(waiver: Mapping[str, Any] | None) -> list[tuple[str, str]] | None:
    if waiver is None:
        return None
    return [(visible(name), visible(str(waiver[name]))) for name in sorted(waiver)]
