"""The verdict of a run in one word and in a few sentences, the same for every format for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from auditor.model import Report, RuleCount, Severity, Unread, Verdict
from auditor.report.words import counted, listed

_WORDS = {
    Verdict.COMPLIANT: "COMPLIANT",
    Verdict.NON_COMPLIANT: "NON-COMPLIANT",
    Verdict.INCOMPLETE: "INCOMPLETE",
}


def word(report: Report) -> str:
    """The verdict for people; it says so where a run that failed is incomplete as well."""
    failed_in_part = report.verdict is Verdict.NON_COMPLIANT and not report.complete
    return _WORDS[report.verdict] + (" and INCOMPLETE" if failed_in_part else "")


def sentences(report: Report) -> Iterator[str]:
    """Why the verdict is what it is: what decided it first, then what else must be known."""
    match report.verdict:
        case Verdict.NON_COMPLIANT:
            yield f"{_failures(report)}."
            if not report.complete:
                yield (
                    f"Not everything was read and judged: {'; '.join(gaps(report))}."
                    " What is not listed here is not proven compliant."
                )
        case Verdict.COMPLIANT:
            yield f"{_judged(report)}: {_nothing_failed(report)}."
        case Verdict.INCOMPLETE:
            reasons = "; ".join(gaps(report)) or "not everything was read and judged"
            yield (
                f"{_nothing_failed(report).capitalize()}, but this is not proof of compliance:"
                f" {reasons}."
            )
    yield from _also(report)


def gaps(report: Report) -> list[str]:
    """What keeps the run from being complete, one clause each; empty if it is complete."""
    clauses = []
    if report.interrupted:
        clauses.append("the run was stopped before its end")
    if report.coverage.unread:
        clauses.append(f"{unread_things(report.coverage.unread)} could not be read in full")
    unknown = sum(rule.unknown - rule.blind for rule in report.rules)
    if unknown:
        clauses.append(f"{counted(unknown, 'outcome')} {'is' if unknown == 1 else 'are'} unknown")
    if not any(rule.judged for rule in report.rules):
        clauses.append("nothing was judged")
    return clauses


def unread_things(unread: tuple[Unread, ...]) -> str:
    """What was not read, by its kind: ``2 models and 1 membership``."""
    kinds = Counter(map(_thing, unread))
    return listed(
        [
            counted(kinds[kind], kind)
            for kind in ("target", "membership", "model", "version")
            if kinds[kind]
        ]
    )


def _thing(unread: Unread) -> str:
    if unread.version is not None:
        return "version"
    if unread.place.arn is not None:
        return "model"
    return "membership" if unread.place.membership else "target"


def decides(severity: Severity, report: Report) -> bool:
    """Whether a failure of this severity decides the verdict."""
    return severity.rank >= report.fail_on.rank


def _deciding(rule: RuleCount, report: Report) -> int:
    """How many failures of a rule decide the verdict."""
    if not decides(rule.severity, report):
        return 0
    return rule.fresh if report.fail_on_new else rule.fail


def _failures(report: Report) -> str:
    """``21 failures of 2 rules: 1 critical, 20 low``."""
    by_severity = Counter[Severity]()
    rules = [rule for rule in report.rules if _deciding(rule, report)]
    for rule in rules:
        by_severity[rule.severity] += _deciding(rule, report)
    worst_first = sorted(by_severity.items(), key=lambda item: -item[0].rank)
    spread = ", ".join(f"{count:,} {severity}" for severity, count in worst_first)
    total = counted(by_severity.total(), "new failure" if report.fail_on_new else "failure")
    return f"{total} of {counted(len(rules), 'rule')}: {spread}"


def _judged(report: Report) -> str:
    rules = sum(1 for rule in report.rules if rule.judged)
    versions = counted(report.coverage.versions, "version")
    models = counted(report.coverage.models, "model")
    return f"{counted(rules, 'rule')} judged on {versions} of {models}"


def _nothing_failed(report: Report) -> str:
    bound = "" if report.fail_on is Severity.INFO else f" at or above {report.fail_on}"
    return f"nothing {'new ' if report.fail_on_new else ''}failed{bound}"


def _also(report: Report) -> Iterator[str]:
    """What does not decide the verdict, and is easily overlooked."""
    below = sum(rule.fail for rule in report.rules if not decides(rule.severity, report))
    waived = sum(rule.waived for rule in report.rules)
    blind = len(report.coverage.blind_spots)
    if below:
        yield (
            f"{counted(below, 'failure')} below {report.fail_on}"
            f" {'does' if below == 1 else 'do'} not decide the verdict."
        )
    if known := _known(report):
        yield (
            f"{counted(known, 'failure')} of the baseline"
            f" {'does' if known == 1 else 'do'} not decide the verdict."
        )
    if left_out := sum(rule.asked for rule in report.unjudged):
        were = "was" if left_out == 1 else "were"
        yield f"{counted(left_out, 'rule')} of these policies {were} left out."
    if waived:
        yield f"{counted(waived, 'finding')} {'is' if waived == 1 else 'are'} waived."
    if blind:
        it = "it" if blind == 1 else "them"
        yield f"{counted(blind, 'blind spot')}: AWS gives no way to read {it}."


def _known(report: Report) -> int:
    """Failures that would decide the verdict if the baseline had not had them."""
    if not report.fail_on_new:
        return 0
    return sum(rule.fail - rule.fresh for rule in report.rules if decides(rule.severity, report))
