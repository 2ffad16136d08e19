"""Waivers over a run: which findings each covers, and what became of it.

A waiver is used, or expiring where that is soon over; expired; lapsed, where what was seen when it
was written has changed; unmatched, where nothing fails; or unseen, where nobody can know, because
what it is about was not read or its rule was not judged.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.judge.digest import seen_digest
from auditor.judge.facts import identity
from auditor.model import Finding, ModelRecord, Outcome, WaiverUsed
from auditor.policy.waiver import EVERY, Waiver
from auditor.report.words import counted
from auditor.timestamps import seconds, spoken

SOON = 14 * 86400
"""Seconds before its end in which a waiver is said to be expiring."""


class _Held(Struct):
    """A waiver, and what happened to it so far."""

    waiver: Waiver
    covered: int = 0
    expired: int = 0
    lapsed: str = ""


class _Looked(Struct):
    """What was seen of a model that waivers are about."""

    versions: frozenset[str]
    unread: str = ""
    undecided: set[str] = field(default_factory=set)


class Waivers:
    """The waivers of a run, at its moment ``now``.

    ``digests`` gives the digest of each rule that the run judges, by its id.
    """

    def __init__(self, waivers: Iterable[Waiver], digests: Mapping[str, str], now: str) -> None:
        self._held = {waiver.key: _Held(waiver) for waiver in waivers}
        self._models = frozenset(held.waiver.arn for held in self._held.values())
        self._looked: dict[str, _Looked] = {}
        self._digests = digests
        self._now = now

    def settled(self, record: ModelRecord, findings: Sequence[Finding]) -> Sequence[Finding]:
        """The findings of a model in their order; those that a waiver covers are waived."""
        arn = record.place.arn
        if arn not in self._models:
            return findings
        self._looked[arn] = _looked(record, findings)
        return [self._one(finding) for finding in findings]

    def _one(self, finding: Finding) -> Finding:
        """A finding, waived if the waiver of its version, or else of every one, covers it."""
        about = finding.resource
        names = (about.version,) if about.version is None else (about.version, EVERY)
        for version in names:
            held = self._held.get((finding.rule, about.arn, version))
            if held is not None and self._holds(held, finding):
                return replace(finding, outcome=Outcome.WAIVED, waiver=_published(held.waiver))
        return finding

    def _holds(self, held: _Held, finding: Finding) -> bool:
        """Whether a waiver that is about the finding still holds; counts what it did."""
        if held.waiver.expires <= self._now:
            held.expired += 1
            return False
        if held.waiver.digest is not None:
            now = seen_digest(self._digests[finding.rule], finding.observed)
            if now != held.waiver.digest:
                held.lapsed = _changes(held.waiver.digest, now)
                return False
        held.covered += 1
        return True

    def used(self, judged: Container[str]) -> tuple[WaiverUsed, ...]:
        """What became of every waiver, in the order of their file; known once the run is over.

        ``judged`` holds the ids of the rules that the run judged.
        """
        return tuple(self._used(held, judged) for held in self._held.values())

    def _used(self, held: _Held, judged: Container[str]) -> WaiverUsed:
        waiver = held.waiver
        status, detail = self._fate(held, judged)
        return WaiverUsed(
            rule=waiver.rule,
            arn=waiver.arn,
            version=waiver.version,
            reason=waiver.reason,
            owner=waiver.owner,
            expires=waiver.expires,
            status=status,
            ticket=waiver.ticket,
            detail=detail,
        )

    def _fate(self, held: _Held, judged: Container[str]) -> tuple[str, str]:
        """The status of a waiver, and a few words about it."""
        left = seconds(held.waiver.expires) - seconds(self._now)
        unseen = next(self._unseen(held.waiver, judged), "")
        if left <= 0:
            again = f"{counted(held.expired, 'finding')} not covered any more"
            why = again if held.expired else unseen or self._needless(held.waiver)
            return "expired", f"expired {spoken(-left)} ago: {why}"
        if held.covered and left <= SOON:
            return "expiring", f"expires in {spoken(left)}: {_covers(held)}"
        if held.covered:
            return "used", _covers(held)
        if held.lapsed:
            return "lapsed", held.lapsed
        return ("unseen", unseen) if unseen else ("unmatched", self._needless(held.waiver))

    def _unseen(self, waiver: Waiver, judged: Container[str]) -> Iterator[str]:
        """Why nobody can know whether a waiver is needed; nothing where everything was seen."""
        looked = self._looked.get(waiver.arn)
        if waiver.rule not in judged:
            yield "its rule was not judged in this run"
        elif looked is None:
            yield "its model was not read in this run"
        elif looked.unread and waiver.version not in looked.versions:
            yield f"the versions of its model were not all read: {looked.unread}"
        elif waiver.rule in looked.undecided:
            yield "its rule could not be judged on the model"

    def _needless(self, waiver: Waiver) -> str:
        looked = self._looked[waiver.arn]
        named = waiver.version not in (None, EVERY)
        if named and waiver.version not in looked.versions:
            return "the model has no such version; the waiver can be removed"
        return "nothing there fails or is unknown; the waiver can be removed"


def _looked(record: ModelRecord, findings: Iterable[Finding]) -> _Looked:
    """What was seen of a model, with the rules that could not be judged on it as a whole."""
    unread = record.unread
    return _Looked(
        versions=frozenset(map(identity, record.versions)),
        unread="" if unread is None else f"{unread.operation} gave {unread.code}",
        undecided={
            finding.rule
            for finding in findings
            if finding.outcome is Outcome.UNKNOWN and finding.resource.version is None
        },
    )


def _published(waiver: Waiver) -> dict[str, str]:
    """A waiver as a finding carries it."""
    return {
        "reason": waiver.reason,
        "owner": waiver.owner,
        "ticket": waiver.ticket,
        "expires": waiver.expires,
    }


def _changes(then: str, now: str) -> str:
    """What differs between two digests."""
    rule_then, _, seen_then = then.partition("-")
    rule_now, _, seen_now = now.partition("-")
    changed = [
        what
        for what, same in (
            ("the rule", rule_then == rule_now),
            ("what the rule read", seen_then == seen_now),
        )
        if not same
    ]
    return f"{' and '.join(changed)} changed since it was written"


def _covers(held: _Held) -> str:
    return f"covers {counted(held.covered, 'finding')}"
