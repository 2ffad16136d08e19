"""A run against an earlier one: what is new, what was there, what came back, what is gone.

What is gone is resolved only where it was looked for. A finding whose model, version or rule was
not judged this time is carried: nobody knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain, islice

from msgspec.structs import replace

from auditor.judge.earlier import Earlier, Remaining, lines
from auditor.judge.facts import identity
from auditor.model import Compared, Finding, ModelRecord, Outcome, Report, State

REMEMBERED = 10_000
"""How many resolved findings a run remembers, so that it knows one that comes back."""

_OUTCOMES = (Outcome.FAIL, Outcome.WAIVED, Outcome.UNKNOWN)
_UNSEEN, _IN_PART, _IN_FULL = range(3)


class Baseline:
    """Says of every finding what it is against an earlier run; without one, everything is new.

    ``about`` is the ARN of the only model that is compared, or None for all of them. Memory holds
    two numbers for each earlier finding: its id, and its place in the file. Raises DamagedRun where
    the file cannot be read.
    """

    def __init__(self, before: Earlier | None, about: str | None = None) -> None:
        self._before = before
        self._about = about
        self._counts = Counter[State]()
        self._places: dict[int, int] = {}
        self._carried: dict[int, Finding] = {}
        self._resolved: dict[int, None] = {}
        self._models: dict[int, int] = {}
        self._parts: dict[str, frozenset[str]] = {}
        self._undecided: set[tuple[str, str]] = set()
        if before is not None:
            self._remember(before)

    def _remember(self, before: Earlier) -> None:
        for line in lines(before.findings):
            if self._is_compared(line.arn):
                # NOTE: one number for place and outcome: a second object would double the memory.
                packed = line.place * len(_OUTCOMES) + _OUTCOMES.index(line.outcome)
                self._places[line.key] = packed
        compared = before.report and before.report.compared
        if not compared:
            return
        for past in compared.past:
            if past.carried and self._is_compared(past.finding.resource.arn):
                self._carried[int(past.finding.id, 16)] = past.finding
        self._resolved = {int(each, 16): None for each in compared.resolved_before}

    def _is_compared(self, arn: str) -> bool:
        """Whether findings of a model are compared; then it is known as not seen so far."""
        if self._about not in (None, arn):
            return False
        self._models[hash(arn)] = _UNSEEN
        return True

    def settled(self, record: ModelRecord, findings: Sequence[Finding]) -> Sequence[Finding]:
        """The findings of a model in their order, each with its state."""
        self.saw(record)
        return [self.stated(finding)[0] for finding in findings]

    def saw(self, record: ModelRecord) -> None:
        """Remember how much of a model was read, where the earlier run has findings of it."""
        arn = record.place.arn or ""
        if hash(arn) not in self._models:
            return
        self._models[hash(arn)] = _IN_FULL if record.unread is None else _IN_PART
        if record.unread is not None:
            self._parts[arn] = frozenset(map(identity, record.versions))

    def stated(self, finding: Finding) -> tuple[Finding, Outcome | None]:
        """A finding with its state, and the outcome that it had before; None where it had none."""
        if _is_undecided(finding) and hash(finding.resource.arn) in self._models:
            self._undecided.add((finding.rule, finding.resource.arn))
        key = int(finding.id, 16)
        was, back = self._met(key), self._resolved.pop(key, False) is None
        state = _state(finding.outcome, was, back=back)
        self._counts[state] += 1
        return replace(finding, state=state), was

    def _met(self, key: int) -> Outcome | None:
        """The outcome of a finding in the earlier run; that finding came again."""
        packed = self._places.pop(key, None)
        if packed is not None:
            return _OUTCOMES[packed % len(_OUTCOMES)]
        carried = self._carried.pop(key, None)
        return carried.outcome if carried else None

    def compared(self, report: Report) -> Compared | None:
        """What the run is against the earlier one, once all of it was judged; None without one."""
        if self._before is None:
            return None
        judged, gone = _Judged(report), list[str]()

        def nobody_knows(finding: Finding) -> bool:
            carried = judged.nobody_knows(finding) or self._not_seen(finding)
            if not carried and len(gone) < REMEMBERED:
                gone.append(finding.id)
            return carried

        places = (packed // len(_OUTCOMES) for packed in self._places.values())
        past = Remaining(self._before.findings, places, self._carried.values(), nobody_knows)
        before = (f"{key:032x}" for key in self._resolved)
        return Compared(
            run=self._before.run,
            path=str(self._before.path),
            past=past,
            counts=self._all_counts(past),
            resolved_before=tuple(islice(chain(gone, before), REMEMBERED)),
        )

    def _not_seen(self, finding: Finding) -> bool:
        """Whether a finding that did not come again is about something that was not read."""
        about = finding.resource
        if about.version is not None and (finding.rule, about.arn) in self._undecided:
            return True
        seen = self._models[hash(about.arn)]
        return seen == _UNSEEN or (seen == _IN_PART and about.version not in self._parts[about.arn])

    def _all_counts(self, past: Remaining) -> dict[str, int]:
        states = (State.NEW, State.EXISTING, State.REOPENED)
        return {
            **{state.value: self._counts[state] for state in states},
            "resolved": len(past) - past.carried,
            "carried": past.carried,
        }


class _Judged:
    """Which rules a run judged, and which ones it no longer has."""

    def __init__(self, report: Report) -> None:
        self._rules = {rule.rule for rule in report.rules}
        self._left_out = {rule.rule for rule in report.unjudged}
        self._policies = {policy.policy for policy in report.policies}

    def nobody_knows(self, finding: Finding) -> bool:
        """Whether the rule of a finding was not judged, though it may still be there.

        A rule that its policy no longer has is gone, and so are its findings.
        """
        if finding.rule in self._rules:
            return False
        return finding.policy not in self._policies or finding.rule in self._left_out


def _state(outcome: Outcome, was: Outcome | None, *, back: bool) -> State:
    """The state of a finding with the outcome that it had; ``back`` where it was resolved.

    NOTE: what was unknown and fails now is new: a failure that nobody had seen before.
    """
    if outcome is not Outcome.FAIL:
        return State.NEW if was is None else State.EXISTING
    if was is Outcome.FAIL:
        return State.EXISTING
    return State.REOPENED if back or was is Outcome.WAIVED else State.NEW


def _is_undecided(finding: Finding) -> bool:
    """Whether a rule could not be judged on a model, which it may name versions of.

    NOTE: a waived finding has a reason too where it was unknown.
    """
    return finding.resource.version is None and finding.reason is not None
