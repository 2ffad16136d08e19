"""`auditor gate`: one version and its model, and whether to release it."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace
from rich.console import ConsoleRenderable

from auditor import timestamps
from auditor.cli.check import recorded
from auditor.cli.options import RunOptions, add_run_options, run_options
from auditor.cli.rules import rules_asked_for
from auditor.cli.running import Parts, carry_out
from auditor.cli.scan import add_config, configuration
from auditor.cli.steps import steps_asked_for
from auditor.config import Config
from auditor.config.places import model_arn
from auditor.errors import UsageError
from auditor.judge.facts import identity
from auditor.judge.one_version import LATEST, VersionJudge
from auditor.model import BASE, Place, Report
from auditor.policy.load import shipped
from auditor.report.gate import Gate, gate_screen
from auditor.report.highlights import Highlights
from auditor.service import shape, tool
from auditor.source.one_version import OneVersion
from auditor.source.plan import All, Membership, Target

GATE = shipped() / "gate"
"""The policies that every gate judges, whatever else it is asked for."""


def options(parser: ArgumentParser) -> None:
    """Add which version, where to find it, and the shared options."""
    parser.add_argument("--model", metavar="ARN", required=True, help="the trained model")
    parser.add_argument(
        "--version",
        metavar="ID",
        required=True,
        help=f"an identifier, {BASE} for the version without one, or {LATEST!r}",
    )
    add_config(parser)
    parser.add_argument(
        "--inventory", metavar="FILE", type=Path, help="judge from a recorded inventory"
    )
    add_run_options(parser)


def run(parsed: Namespace) -> int:
    """Judge the version as a scan would; RELEASE only where everything was read and passed."""
    place, version = _place(parsed.model), _version(parsed.version)
    if parsed.fail_on_new:
        raise UsageError(
            "--fail-on-new is not for a gate: it judges a version as it is", "leave it out"
        )
    if parsed.inventory is not None:
        if parsed.config is not None:
            raise UsageError("--inventory and --config do not go together", "leave one out")
        asked = run_options(parsed)
        parts = _recorded_parts(asked, parsed.inventory)
    else:
        config = configuration(parsed.config)
        asked = run_options(parsed, config)
        parts = _live_parts(asked, config, place, version)
    asked = replace(asked, about=place.arn, fail_on_new=False)
    return carry_out(asked, _gated(asked, parts, place, version))


def _recorded_parts(asked: RunOptions, path: Path) -> Parts:
    source = recorded(path)
    now = asked.now or source.header.now
    rules = rules_asked_for(asked, now, also=(GATE,))
    return Parts(source, rules, now, tool())


def _live_parts(asked: RunOptions, config: Config, place: Place, version: str) -> Parts:
    from auditor.cli.live import live_parts

    target = reaching(config.targets, place)
    now = asked.now or timestamps.now()
    rules = rules_asked_for(asked, now, also=(GATE,))
    files = {config.path: config.sha256}
    return live_parts([target], rules, now, config.manner, files, version=version)


def _gated(asked: RunOptions, parts: Parts, place: Place, version: str) -> Parts:
    """The parts of a run that looks at one version only."""
    steps = steps_asked_for(asked, parts.rules, parts.now)
    judge = VersionJudge(parts.rules.ready, version, steps.all())
    source = OneVersion(parts.source, place, version)

    def finish(report: Report) -> Report:
        return replace(report, gate=_decided(judge, place, version))

    return replace(parts, source=source, judge=judge, steps=steps, finish=finish, screen=_screen)


def _decided(judge: VersionJudge, place: Place, asked: str) -> Gate:
    row = judge.row
    return {
        "arn": str(place.arn),
        "asked": asked,
        "version": None if row is None else identity(row),
        "name": None if row is None else row["name"],
        "status": None if row is None else row["status"],
        "createTime": None if row is None else row["createTime"],
        "outcomes": [
            {
                "rule": said.rule,
                "title": said.title,
                "severity": said.severity,
                "outcome": said.outcome,
                "message": said.message,
            }
            for said in judge.said
        ],
    }


def _screen(
    report: Report, _highlights: Highlights, folder: Path, files: tuple[str, ...]
) -> ConsoleRenderable:
    return gate_screen(report, folder, files)


def reaching(targets: Sequence[Target], place: Place) -> Target:
    """The target that reaches a model, narrowed to it; one that names its membership comes first.

    Raises UsageError where none does.
    """
    inside = [each for each in targets if _may_hold(each, place)]
    inside.sort(key=lambda each: (isinstance(each.memberships, All), each.role_name is not None))
    if not inside:
        raise UsageError(
            f"no target of the configuration reaches {place.arn}",
            "add its region and membership to the targets",
        )
    target = inside[0].in_account(place.account, str(place.arn).split(":")[1])
    return replace(target, memberships=(Membership(place.membership, (str(place.arn),)),))


def _may_hold(target: Target, place: Place) -> bool:
    named = isinstance(target.memberships, All) or place.membership in {
        membership.id for membership in target.memberships
    }
    return named and target.region == place.region and target.account in (None, place.account)


def _place(arn: str) -> Place:
    try:
        found = model_arn(arn)
    except ValueError as error:
        raise UsageError(f"--model: {arn} is no trained model: {error}") from error
    return Place("", found["account"], found["region"], found["membership"], arn)


def _version(text: str) -> str:
    if text not in (BASE, LATEST) and not re.fullmatch(shape("UUID")["pattern"], text):
        raise UsageError(
            f"--version: {text} is no version",
            f"an identifier such as a UUID in lower case, {BASE}, or {LATEST}",
        )
    return text
