"""A run on what AWS answers: the parts that scan, gate and demo have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from auditor import timestamps
from auditor.cli.progress import Line
from auditor.cli.rules import Rules
from auditor.cli.running import Parts
from auditor.judge.wanted import DetailsWanted, rules_reading_details
from auditor.source.aws import AwsSource
from auditor.source.executor.chosen import chosen
from auditor.source.plan import Manner, Target

_AS_USUAL = Manner()
_NO_FILES: Mapping[str, str] = MappingProxyType({})


def live_parts(  # noqa: PLR0913  # everything that makes a run on AWS
    targets: Sequence[Target],
    rules: Rules,
    now: str,
    manner: Manner = _AS_USUAL,
    configuration: Mapping[str, str] = _NO_FILES,
    *,
    version: str | None = None,
    executor: str = "threads",
) -> Parts:
    """The parts of a scan of these targets; nothing is called yet.

    ``version`` is the only one that is judged, where it is not every one.
    """
    line, started_at = Line(), timestamps.now()
    reading = rules_reading_details(rules.ready)
    source = AwsSource(
        targets,
        now,
        started_at,
        manner,
        progress=line.tell,
        wanted=DetailsWanted(reading, version) if reading else None,
        executor=chosen(executor),
    )
    return Parts(
        source=source,
        rules=rules,
        now=now,
        tool=source.header.tool,
        started_at=started_at,
        line=line,
        configuration=configuration,
    )
