"""A run on what AWS answers: the parts that scan, gate and demo have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from auditor import timestamps
from auditor.cli.progress import Line
from auditor.cli.rules import Rules
from auditor.cli.running import Parts
from auditor.judge.wanted import DetailsWanted, rules_reading_details
from auditor.source.aws import AwsSource
from auditor.source.executor.chosen import chosen
from auditor.source.interface import Assess
from auditor.source.inventory import inventory_in
from auditor.source.plan import Manner, Target
from auditor.source.resume import Recorded

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
    assess: Assess | None = None,
    executor: str = "threads",
    resumes: Path | None = None,
) -> Parts:
    """The parts of a scan of these targets; nothing is called yet.

    ``version`` is the only one that is judged, where it is not every one; ``assess`` is done where
    models are read. ``resumes`` is the folder of a run whose models are taken over as far as it
    read them.
    """
    line = Line()
    reading = rules_reading_details(rules.ready)
    wanted = DetailsWanted(reading, version) if reading else None
    earlier = Recorded(inventory_in(resumes), wanted) if resumes else None
    started_at = earlier.header.started_at if earlier else timestamps.now()
    source = AwsSource(
        targets,
        now,
        started_at,
        manner,
        progress=line.tell,
        wanted=wanted,
        assess=assess,
        executor=chosen(executor),
        earlier=earlier,
    )
    return Parts(
        source=source,
        rules=rules,
        now=now,
        tool=source.header.tool,
        started_at=started_at,
        line=line,
        configuration=configuration,
        resumes=resumes,
    )
