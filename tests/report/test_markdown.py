"""The report as Markdown, read back by a parser of CommonMark and of GitHub's additions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import (
    BlindSpot,
    Compared,
    Finding,
    Outcome,
    Report,
    RuleCount,
    Severity,
    State,
    Verdict,
    WaiverUsed,
)
from auditor.report.markdown import COMMENT, STEP_SUMMARY, markdown, step_summary
from tests.report import samples
from tests.report.commonmark import kinds, tokens
from tests.report.hostile import hostile_findings, hostile_report

_RUNS: dict[str, tuple[Report, list[Finding]]] = {
    "everything_hostile": (hostile_report(), hostile_findings()),
    **{
        name: (run, [one for kept in highlights.findings.values() for one in kept])
        for name, (run, highlights) in ((name, make()) for name, make in samples.STATES.items())
    },
}
_OWN = {
    *("heading_open", "heading_close", "strong_open", "strong_close", "em_open", "em_close"),
    *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
    *("blockquote_open", "blockquote_close", "code_inline", "softbreak"),
    *("table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close"),
    *("tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close"),
}


def _text(report: Report, findings: Iterable[Finding] = ()) -> str:
    return "".join(markdown(report, findings))


def _run(*rules: RuleCount, **said: Any) -> Report:
    return replace(samples.report(Verdict.NON_COMPLIANT, rules), **said)


@pytest.mark.parametrize("write", [markdown, step_summary])
@pytest.mark.parametrize("name", _RUNS)
def test_only_our_own_markup_is_there(name: str, write: Any) -> None:
    """No HTML, no link, no picture, no block of code: whatever a model is called."""
    assert kinds(tokens("".join(write(*_RUNS[name])))) <= _OWN


@pytest.mark.parametrize("name", _RUNS)
def test_nobody_is_mentioned(name: str) -> None:
    """Outside of code no sign of a mention or of an issue stands before a word."""
    seen = [token.content for token in tokens(_text(*_RUNS[name])) if token.type == "text"]
    assert [text for text in seen if re.search(r"[@#]\w", text)] == []


def test_the_verdict_is_the_first_line() -> None:
    """A reader who reads no more has the answer."""
    for name, word in {
        "compliant": "COMPLIANT",
        "non_compliant": "NON-COMPLIANT",
        "incomplete": "INCOMPLETE",
        "failing_and_incomplete": "NON-COMPLIANT and INCOMPLETE",
    }.items():
        assert _text(*_RUNS[name]).startswith(f"## {word}\n")


def test_what_is_missing_is_a_thing_of_its_own() -> None:
    """An incomplete run has its warning before anything else, a complete one has none."""
    text = _text(*_RUNS["failing_and_incomplete"])
    assert text.split("\n\n")[1] == (
        "> [!WARNING]\n> **INCOMPLETE.** Not everything was read and judged: 1 model could not be"
        " read in full. What is not listed here is not proven compliant."
    )
    text = _text(*_RUNS["incomplete"])
    assert "> **INCOMPLETE.** Nothing failed, but this is not proof of compliance" in text
    assert "INCOMPLETE" not in _text(*_RUNS["non_compliant"])


def test_outcomes_are_counted_by_severity() -> None:
    """The worst first, and all of them together."""
    rows = [line for line in _text(*_RUNS["non_compliant"]).splitlines() if line.startswith("| ")]
    assert rows[:6] == [
        "| severity | pass | fail | unknown | waived | not applicable |",
        "| critical | 1,039 | 1 | 0 | 0 | 0 |",
        "| high | 1,040 | 0 | 0 | 0 | 0 |",
        "| medium | 3 | 1 | 0 | 0 | 0 |",
        "| low | 3 | 20 | 0 | 0 | 1,017 |",
        "| all | 2,085 | 22 | 0 | 0 | 1,017 |",
    ]


def test_findings_stand_under_their_rule_the_worst_first() -> None:
    """With their count, the first of them, and what does not decide."""
    text = _text(*_RUNS["non_compliant"])
    rules = re.findall(r"^\*\*(CRML-\d+) .*\*\* \((.*)\)$", text, re.MULTILINE)
    assert rules == [
        ("CRML-007", "critical, 1 failure"),
        ("CRML-002", "medium, 1 failure"),
        ("CRML-001", "low, 20 failures, below medium: does not decide the verdict"),
    ]
    assert "\n- and 17 more\n" in text


def test_new_findings_come_first_and_are_marked() -> None:
    """A reader of a pull request looks for what it brought."""
    old = [replace(samples.finding(message=f"old {n}"), state=State.EXISTING) for n in range(5)]
    new = replace(samples.finding(message="new one"), state=State.NEW)
    counts = {"new": 1, "existing": 5, "reopened": 0, "resolved": 2, "carried": 0}
    run = _run(
        samples.count("CRML-001", fail=6, fresh=1),
        compared=Compared("20261122T070000Z-d4e5f6", "", (), counts),
    )
    text = _text(run, [*old, new])
    assert "Against `20261122T070000Z-d4e5f6`: 1 new, 5 existing and 2 resolved." in text
    assert "(low, 6 failures, 1 new)" in text
    shown = re.findall(r"^- (\*\*new\*\* )?`churn.*?`: `(.*)`$", text, re.MULTILINE)
    assert shown == [("**new** ", "new one"), ("", "old 0"), ("", "old 1")]


def test_what_to_do_is_told_once_a_rule_and_never_cut() -> None:
    """The command is about the first failure, and says so where there are more."""
    found = replace(samples.finding(), remediation="Ask first.\naws delete 'it'")
    text = _text(_run(samples.count("CRML-001", fail=2)), [found, found])
    assert "- to do for the first:\n  - `Ask first.`\n  - `aws delete 'it'`\n" in text
    long = replace(found, remediation="aws " + "x" * 2000)
    assert "xxx" not in _text(_run(samples.count("CRML-001", fail=1)), [long])


def test_everything_that_was_not_read_is_named() -> None:
    """By what kept it from being read, with what to do."""
    text = _text(*_RUNS["incomplete"])
    assert "### Not read: 1 membership and 5 models" in text
    assert "- `AccessDeniedException` on `ListTrainedModelVersions`: 4 models" in text
    assert samples.model_arn(3)[-36:] in text
    assert "  - to do: `allow cleanrooms-ml:ListTrainedModelVersions on * and" in text


def test_coverage_names_what_was_odd() -> None:
    """Blind spots, anomalies and what was not recognised."""
    text = _text(*_RUNS["incomplete"])
    assert "- looked at 1 target, 6 models, 260 versions" in text
    assert "- 1 anomaly in what AWS answered\n  - `RowsDiffer`: `two rows" in text
    assert "  - `CREATE_PAUSED`, status in ListTrainedModelVersions, 3 times" in text
    blind = _text(*_RUNS["compliant"])
    assert "- 1 blind spot: AWS gives no way to read them\n" in blind


def test_waivers_to_look_at_are_listed() -> None:
    """Those that hold are not."""
    waivers = [
        WaiverUsed("CRML-001", "arn:x", "*", "moving", "ml", "2026-11-30", status, detail="why")
        for status in ("used", "expired", "expired", "unmatched")
    ]
    text = _text(_run(samples.count("CRML-001"), waivers=tuple(waivers)))
    assert "- expired: 2 waivers\n  - `CRML-001 on arn:x every version`: `why`, owner `ml`" in text
    assert "- unmatched: 1 waiver" in text
    assert "- used" not in text
    assert "Waivers" not in _text(_run(samples.count("CRML-001"), waivers=(waivers[0],)))


def test_controls_are_told_with_their_caution() -> None:
    """How many of each framework stand how, and which are violated by what."""
    rule = replace(samples.count("CRML-001", fail=3), controls={"soc-2": ("C1.2",)})
    fine = replace(samples.count("CRML-002", substantive=3), controls={"soc-2": ("CC8.1",)})
    text = _text(_run(rule, fine))
    assert "| SOC 2, Trust Services Criteria | 1 | 0 | 1 | 0 |" in text
    assert "- soc-2 C1.2 **violated** (CRML-001): 3 failures" in text
    assert "It supports an assessment; it is none" in text
    assert "By framework" not in _text(samples.gate(Verdict.COMPLIANT))


def test_the_run_can_be_found_again() -> None:
    """Its id, its moment, the tools and the policies with their digests."""
    text = _text(*_RUNS["compliant"])
    assert f"- run `{samples.RUN}`, as of `{samples.NOW}`" in text
    assert f"`policies/baseline.yaml` `sha256 {'ab' * 32}`" in text


def _many_rules() -> tuple[RuleCount, ...]:
    return tuple(
        replace(
            samples.count("CRML-001", fail=1000),
            rule=f"OWN-{n:04}",
            severity=list(Severity)[n % 5],
            title="Every version \N{HORIZONTAL ELLIPSIS} " * 5,
            controls={f"framework-{n % 7}": (f"C{n}",)},
        )
        for n in range(120)
    )


@pytest.mark.parametrize(("write", "limit"), [(markdown, COMMENT), (step_summary, STEP_SUMMARY)])
def test_the_largest_run_fits(write: Any, limit: int) -> None:
    """Everything at once, more than any reader takes: the worst is there, the rest is counted."""
    rules = _many_rules()
    text = "\N{HORIZONTAL ELLIPSIS}" * 255
    findings = [
        replace(samples.finding(message=text), rule=rule.rule, remediation=text)
        for rule in rules
        for _ in range(60)
    ]
    coverage = replace(
        samples.COVERAGE,
        unread=tuple(replace(samples.denied(n % 10), code=f"Code{n}") for n in range(2000)),
        blind_spots=(BlindSpot(samples.place(samples.model_arn(1)), "BASE", "x", "y"),) * 5000,
    )
    waivers = tuple(
        WaiverUsed("CRML-001", samples.model_arn(1), "*", text, text, text, "expired")
        for _ in range(1000)
    )
    run = _run(*rules, coverage=coverage, waivers=waivers, complete=False)
    written = "".join(write(run, findings))
    assert len(written.encode()) <= limit
    assert len(written.encode()) > limit * 3 // 4
    assert written.startswith("## NON-COMPLIANT and INCOMPLETE\n")
    assert "more lines do not fit here" in written
    for part in ("Not read", "Failures", "By framework", "Coverage", "Run"):
        assert f"\n### {part}" in written
    first = re.search(r"^\*\*OWN-(\d+)", written, re.MULTILINE)
    assert first is not None
    assert rules[int(first[1])].severity is Severity.CRITICAL


def test_a_summary_of_a_step_has_more_examples() -> None:
    """There is room for them."""
    findings = [samples.finding(message=f"no. {n}") for n in range(40)]
    run = _run(samples.count("CRML-001", fail=40))
    assert "no. 39" not in _text(run, findings)
    assert "no. 39" in "".join(step_summary(run, findings))


def test_a_waived_finding_says_why_and_until_when() -> None:
    """As code, because the reason may be anything."""
    waiver = {"reason": "moving `[x](y)`", "owner": "ml", "expires": "2027-01-31T00:00:00.000Z"}
    found = replace(samples.finding(outcome=Outcome.WAIVED, message="m"), waiver=waiver)
    text = _text(_run(samples.count("CRML-001", waived=1)), [found])
    assert ": `m`, waived until `2027-01-31`: `` moving `[x](y)` ``\n" in text


def test_unknown_and_waived_have_their_parts() -> None:
    """What could not be judged is never among what failed."""
    findings = [
        samples.finding("CRML-016", Outcome.UNKNOWN, "torn", reason="torn"),
        samples.finding("CRML-007", Outcome.WAIVED),
    ]
    run = _run(samples.count("CRML-016", unknown=2, blind=1), samples.count("CRML-007", waived=1))
    text = _text(run, findings)
    assert "### Failures" not in text
    assert "### Could not be judged\n\n**CRML-016 Algorithm association is approved**" in text
    assert "(high, 2 outcomes, 1 of them blind spots)" in text
    assert "### Waived\n\n**CRML-007" in text
