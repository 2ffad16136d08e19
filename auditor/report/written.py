"""Where a rule is written, as the readers in CI want it: a file of the repository, and a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from msgspec import Struct

from auditor.model import Finding, Report, RuleCount

_SHIPPED = "shipped:"
_FOLDER = "auditor/policies/"


class Spot(Struct, frozen=True):
    """A file, with slashes and relative wherever the policy was named so, and a line from 1."""

    path: str
    line: int

    @property
    def uri(self) -> str:
        """The file as a URI reference, such as ``policies/own%20rules.yaml``."""
        there = quote(self.path, safe="/-._~!$&'()*+,;=@", errors="replace")
        return f"file://{there}" if there.startswith("/") else there


def spot(rule: RuleCount) -> Spot:
    """Where a rule is written.

    Policies that come with the tool are in no repository; they appear in a folder of its name.
    """
    path = rule.path.replace("\\", "/")
    if path.startswith(_SHIPPED):
        path = _FOLDER + path.removeprefix(_SHIPPED)
    return Spot(path or f"{_FOLDER}{rule.policy}.yaml", max(rule.line, 1))


def known_rules(report: Report) -> Mapping[str, RuleCount]:
    """The rules of a report by their ids, and those that only its carried findings name."""
    rules = {rule.rule: rule for rule in report.rules}
    for finding in carried(report):
        rules.setdefault(finding.rule, _former(finding))
    return rules


def carried(report: Report) -> Iterator[Finding]:
    """The findings of the baseline of which nobody knows, because their resource was not read.

    A reader that takes what is missing for mended has to be told of them again.
    """
    for past in report.compared.past if report.compared else ():
        if past.carried:
            yield past.finding


def _former(finding: Finding) -> RuleCount:
    return RuleCount(
        rule=finding.rule,
        policy=finding.policy,
        title=finding.title,
        severity=finding.severity,
        kind=finding.resource.kind,
        controls=finding.controls,
    )
