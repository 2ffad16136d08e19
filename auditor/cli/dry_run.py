"""What a scan would call, in words; nothing is called."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from auditor import service
from auditor.cli.options import RunOptions
from auditor.cli.output import write
from auditor.cli.rules import Rules
from auditor.cli.steps import steps_asked_for
from auditor.errors import UsageError
from auditor.judge.wanted import rules_reading_details
from auditor.policy.rule import Rule
from auditor.source.foreseen import REASONS, Foreseen, foreseen
from auditor.source.plan import All, Membership, Target

_WIDTH = 79
_NAMES = 26
_NUMBER = 10


def dry_run(asked: RunOptions, targets: Sequence[Target], rules: Rules, now: str) -> int:
    """Print the plan of a scan; exit code 0, for nothing was audited and nothing is wrong.

    Raises what a scan would raise before its first call.
    """
    if asked.stdout:
        raise UsageError(
            "--dry-run has no findings to write to standard output", "leave --stdout out"
        )
    steps_asked_for(asked, rules, now)
    write("".join(f"{line}\n" for line in _lines(targets, rules)), sys.stdout)
    return 0


def _lines(targets: Sequence[Target], rules: Rules) -> Iterator[str]:
    reading = rules_reading_details(rules.ready)
    by_name: dict[str, list[Target]] = {}
    for target in targets:
        by_name.setdefault(target.name, []).append(target)
    yield from wrap(
        "Nothing is called. This is what a scan would call, in requests; those that are sent again"
        " come on top. A ? is a number that nobody knows before the first answer.",
        _WIDTH,
    )
    least, operations = 0, set()
    for regions in by_name.values():
        requests = foreseen(regions, details=bool(reading))
        least += sum(each.least for each in requests)
        operations |= {each.operation for each in requests}
        yield ""
        yield from _target(regions)
        yield from _table(requests)
    yield ""
    yield f"Together at least {least:,} requests."
    yield ""
    for operation, reason in REASONS.items():
        if operation in operations:
            yield from _hanging(f"{operation}: {reason}", 0)
    for ready in reading:
        yield from _hanging(_needs_details(ready.rule), 2)


def _target(regions: Sequence[Target]) -> Iterator[str]:
    """Where a target looks, and as whom."""
    target = regions[0]
    account = f", account {target.account}" if target.account else ""
    if target.role_name:
        account = ", every active account of the organization"
    yield from _hanging(f"{target.name}: {', '.join(e.region for e in regions)}{account}", 0)
    strange = [each.region for each in regions if each.region not in service.regions()]
    if strange:
        yield from _hanging(f"botocore knows no AWS Clean Rooms in {', '.join(strange)}", 2)
    if target.profile:
        yield f"  with profile {target.profile}"
    yield from (f"  as {role}" for role in target.roles)
    if target.role_name:
        yield f"  as {target.role_name} in each account"
    if isinstance(target.memberships, All):
        yield "  every membership, all models"
        return
    for membership in target.memberships:
        yield from _hanging(f"membership {membership.id}: {_models(membership)}", 2)


def _models(membership: Membership) -> str:
    if isinstance(membership.models, All):
        return "all models"
    named = len(membership.models)
    parts = [f"{named:,} model{'s' * (named != 1)}"] if named else []
    parts += [f"those called like {pattern}" for pattern in membership.patterns]
    return ", ".join(parts)


def _table(requests: Iterable[Foreseen]) -> Iterator[str]:
    yield f"  {'requests':{_NAMES}}{'at least':>{_NUMBER}}{'at most':>{_NUMBER}}"
    for each in requests:
        most = "?" if each.most is None else f"{each.most:,}"
        yield f"  {each.operation:{_NAMES}}{each.least:>{_NUMBER},}{most:>{_NUMBER}}"


def _needs_details(rule: Rule) -> str:
    """Of which versions a rule reads the details."""
    if rule.kind == "model":
        return f"{rule.id} of every version"
    when = f" where {' '.join(rule.when.text.split())}" if rule.when else ""
    return f"{rule.id} of every version{when}"


def _hanging(text: str, indent: int) -> list[str]:
    """A paragraph whose further lines stand further in."""
    first, further = " " * indent, " " * (indent + 2)
    return wrap(text, _WIDTH, initial_indent=first, subsequent_indent=further)
