"""`auditor waive`: one reviewed exception more, bound to what a finding says now."""

from __future__ import annotations

import getpass
import hashlib
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from auditor import timestamps
from auditor.cli.options import OUTPUT
from auditor.errors import UsageError
from auditor.judge.digest import seen_digest
from auditor.model import Finding
from auditor.policy.document import Document, parse_document
from auditor.policy.waive import EMPTY, appended
from auditor.policy.waiver import LONGEST, Waiver, moment
from auditor.policy.waivers import built
from auditor.report.hostile import visible
from auditor.report.read import findings_in, report_in
from auditor.sink.atomic import write_atomically
from auditor.sink.run_directory import LATEST, resolve_run

WAIVERS = Path("waivers.yaml")
"""The file where none is named."""

_SHORTEST = 6
_DAY = 86400


def options(parser: ArgumentParser) -> None:
    """Add the finding, what every waiver must say, and where it is written."""
    parser.add_argument("finding", metavar="FINDING_ID", help="its id, or the beginning of it")
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why it is accepted")
    parser.add_argument(
        "--expires",
        metavar="DATE",
        type=_expiry,
        required=True,
        help="when that ends: a date, a timestamp, or a length of time such as 30d",
    )
    parser.add_argument("--owner", metavar="NAME", help="who answers for it (default: you)")
    parser.add_argument("--ticket", metavar="TEXT", default="", help="where it was agreed")
    parser.add_argument(
        "--run",
        dest="run_name",
        metavar="RUN",
        default=LATEST,
        help=f"the run that the finding is in: its folder, its id (default: {LATEST})",
    )
    parser.add_argument(
        "--output",
        metavar="DIR",
        type=Path,
        default=OUTPUT,
        help=f"where runs are (default: {OUTPUT}/)",
    )
    parser.add_argument(
        "--waivers",
        metavar="FILE",
        type=Path,
        default=WAIVERS,
        help=f"the file that it is added to (default: {WAIVERS})",
    )


def run(parsed: Namespace) -> int:
    """Append the waiver; the file is then still sound, or it is left as it was."""
    folder = resolve_run(parsed.output, parsed.run_name)
    finding = _finding(folder, parsed.finding)
    waiver = _waiver(parsed, finding, folder)
    before = _text(parsed.waivers)
    _refuse_duplicate(before, waiver, parsed.waivers)
    after = appended(before, waiver, str(parsed.waivers))
    _check(after, waiver, parsed.waivers)
    write_atomically(parsed.waivers, after)
    about = finding.resource
    version = f" version {about.version}" if about.version else ""
    print(f"{parsed.waivers}: {waiver.rule} waived for {visible(about.arn)}{visible(version)}")
    print(f"until {waiver.expires}, or until the rule or what it reads changes")
    return 0


def _finding(folder: Path, name: str) -> Finding:
    """The one finding of a run whose id begins so; UsageError where it is none, or several."""
    if len(name) < _SHORTEST:
        raise UsageError(f"{name!r} is too short for an id", f"give {_SHORTEST} digits or more")
    found = [finding for finding in findings_in(folder) if finding.id.startswith(name)]
    if len(found) != 1:
        count = "no finding" if not found else f"{len(found)} findings"
        raise UsageError(f"{folder} has {count} whose id begins with {name}", "look it up there")
    return found[0]


def _waiver(parsed: Namespace, finding: Finding, folder: Path) -> Waiver:
    created = timestamps.now()
    left = timestamps.seconds(parsed.expires) - timestamps.seconds(created)
    if not 0 < left <= LONGEST * _DAY:
        raise UsageError(
            f"--expires {parsed.expires} must be after now, and at most {LONGEST} days after it",
            "a waiver is looked at again once a year: name an earlier day",
        )
    digests = {rule.rule: rule.digest for rule in report_in(folder).rules}
    return Waiver(
        rule=finding.rule,
        arn=finding.resource.arn,
        version=finding.resource.version,
        reason=parsed.reason,
        owner=parsed.owner or _you(),
        expires=parsed.expires,
        ticket=parsed.ticket,
        created=created,
        digest=seen_digest(digests[finding.rule], finding.observed),
    )


def _you() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:
        raise UsageError("who you are is not known here", "name somebody with --owner") from error


def _text(path: Path) -> str:
    """What the file holds; an empty list of waivers where there is none yet."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return EMPTY
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", "name another file") from error


def _refuse_duplicate(text: str, waiver: Waiver, path: Path) -> None:
    for each in _waivers(text, path):
        if each.key == waiver.key:
            raise UsageError(
                f"{path} has a waiver for this already; it ends {each.expires}",
                "change that one, or take it out first",
            )


def _check(text: str, waiver: Waiver, path: Path) -> None:
    """What is about to be written says what was meant."""
    if _waivers(text, path)[-1] != waiver:
        raise UsageError(f"the waiver cannot be added to {path} as it is written", "add it by hand")


def _waivers(text: str, path: Path) -> tuple[Waiver, ...]:
    raw = text.encode()
    document = Document(str(path), parse_document(raw, str(path)), hashlib.sha256(raw).hexdigest())
    return built(document, None, timestamps.now()).waivers


def _expiry(text: str) -> str:
    """An argument that is a moment, or a length of time from now."""
    try:
        return moment(text)
    except (ValueError, OverflowError):
        pass
    try:
        length = timestamps.duration(text)
    except ValueError as error:
        raise ArgumentTypeError(
            f"{text!r} is no moment; write 2026-12-31, 2026-12-31T07:00:00Z or 30d"
        ) from error
    milliseconds = round((timestamps.seconds(timestamps.now()) + length) * 1000)
    return timestamps.from_milliseconds(milliseconds)
