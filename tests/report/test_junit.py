"""JUnit's XML, against the three schemas that its readers go by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import Compared, Coverage, Finding, Outcome, Past, Report, RuleCount, Verdict
from auditor.report import junit as module
from auditor.report.junit import junit
from tests.report import samples
from tests.report.hostile import hostile_findings, hostile_report
from tests.report.readers import junit_schema

etree = pytest.importorskip("lxml.etree", reason="lxml reads the schemas")


def _ordered(findings: Iterable[Finding]) -> list[Finding]:
    """In the order of a run: one model after the other."""
    return sorted(findings, key=lambda one: one.resource.arn)


SCHEMAS = ("JUnit.xsd", "junit-10.xsd", "jenkins-junit.xsd")
_RUNS: dict[str, tuple[Report, list[Finding]]] = {
    "everything_hostile": (hostile_report(), hostile_findings()),
    **{
        name: (run, _ordered(one for kept in highlights.findings.values() for one in kept))
        for name, (run, highlights) in ((name, make()) for name, make in samples.STATES.items())
    },
}


def _tree(report: Report, findings: Iterable[Finding]) -> Any:
    return etree.fromstring("".join(junit(report, findings)).encode())


def _results(tree: Any) -> dict[tuple[str, str], str]:
    """What came of each case, by its suite and name."""
    return {
        (case.getparent().get("name"), case.get("name")): next(
            (child.tag for child in case), "passed"
        )
        for case in tree.iter("testcase")
    }


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("name", _RUNS)
def test_every_run_is_valid(name: str, schema: str, pytestconfig: pytest.Config) -> None:
    """For Ant's schema, for the one of Jenkins' plug-in, and for Jenkins' old one."""
    validator = etree.XMLSchema(etree.parse(str(junit_schema(pytestconfig, schema))))
    tree = _tree(*_RUNS[name])
    assert validator.validate(tree), validator.error_log


@pytest.mark.parametrize("name", _RUNS)
def test_the_counts_of_a_suite_are_those_of_its_cases(name: str) -> None:
    """Readers show the numbers without counting."""
    suites = list(_tree(*_RUNS[name]))
    assert [suite.get("id") for suite in suites] == [str(n) for n in range(len(suites))]
    for suite in suites:
        cases = suite.findall("testcase")
        assert int(suite.get("tests")) == len(cases) > 0
        for attribute, tag in (
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert int(suite.get(attribute)) == sum(case.find(tag) is not None for case in cases)


@pytest.mark.parametrize("name", _RUNS)
def test_no_two_cases_share_a_name(name: str) -> None:
    """GitLab drops the second of two cases whose suite, class and name are the same."""
    names = [
        (case.getparent().get("name"), case.get("classname"), case.get("name"))
        for case in _tree(*_RUNS[name]).iter("testcase")
    ]
    assert len(set(names)) == len(names)


def _rules(**counts: dict[str, int]) -> tuple[RuleCount, ...]:
    return tuple(
        samples.count(rule, **counts.get(rule.replace("-", "_"), {"substantive": 1}))
        for rule in samples.TITLES
    )


def _run(
    rules: tuple[RuleCount, ...], coverage: Coverage = samples.COVERAGE, **said: Any
) -> Report:
    return replace(samples.report(Verdict.NON_COMPLIANT, rules, coverage), **said)


def test_a_rule_is_a_case_of_each_model_with_findings() -> None:
    """A failure fails, an unknown outcome is an error, what is waived is skipped."""
    findings = [
        samples.finding("CRML-001"),
        samples.finding("CRML-007", Outcome.UNKNOWN, about=samples.resource(1, "BASE"), reason="x"),
        samples.finding("CRML-016", Outcome.WAIVED),
    ]
    rules = _rules(CRML_001={"fail": 1}, CRML_007={"unknown": 1}, CRML_016={"waived": 1})
    suite = "churn-predictor 00000001-0000-4000-8000-000000000001"
    results = _results(_tree(_run(rules), findings))
    assert {case: result for (name, case), result in results.items() if name == suite} == {
        "CRML-001 Failed versions are cleaned up [version]": "failure",
        "CRML-002 Version count per model is bounded [model]": "passed",
        "CRML-007 No version whose deletion failed [version]": "error",
        "CRML-016 Algorithm association is approved [version]": "skipped",
        "CRML-028 Encrypted with a customer managed key [version]": "passed",
    }
    rest = {case: result for (name, case), result in results.items() if name.startswith("every")}
    assert len(rest) == len(rules)


def test_a_failure_says_what_failed_and_what_to_do() -> None:
    """The worst comes first, each version has its line, and no command is cut."""
    failed = [
        replace(
            samples.finding(about=samples.resource(1, samples.version_id(n)), message=f"no. {n}"),
            remediation=f"Ask first.\naws delete {n} 'two\nlines'",
        )
        for n in range(1, 31)
    ]
    waived = replace(
        samples.finding(outcome=Outcome.WAIVED, message="known"),
        waiver={"reason": "moving", "expires": "2027-01-31"},
        remediation="",
    )
    tree = _tree(_run(_rules(CRML_001={"fail": 30, "waived": 1})), [waived, *failed])
    (failure,) = tree.iter("failure")
    assert failure.get("message") == "no. 1 (and 30 more)"
    assert failure.get("type") == "low"
    lines = failure.text.splitlines()
    assert lines[:2] == [
        f"FAIL version {samples.version_id(1)}: no. 1",
        "    to do: Ask first.\\naws delete 1 'two\\nlines'",
    ]
    assert lines[-1] == "... and 11 more"


def test_a_remediation_of_several_lines_keeps_them() -> None:
    """Lines that are whole stand one under the other."""
    found = replace(samples.finding(), remediation="Ask first.\naws delete 'it'")
    (failure,) = _tree(_run(_rules(CRML_001={"fail": 1})), [found]).iter("failure")
    assert failure.text.splitlines()[1:] == [
        "    to do: Ask first.",
        "           aws delete 'it'",
    ]


def test_a_remediation_that_is_too_long_is_not_cut() -> None:
    """Half a command could delete another version."""
    found = replace(samples.finding(), remediation="aws " + "x" * 5000)
    (failure,) = _tree(_run(_rules(CRML_001={"fail": 1})), [found]).iter("failure")
    assert "xxx" not in failure.text
    assert "findings.jsonl has it" in failure.text


def test_a_waiver_is_named_where_it_covers() -> None:
    """Whoever sees a skipped case sees why, and until when."""
    found = replace(
        samples.finding(outcome=Outcome.WAIVED),
        waiver={"reason": "moving", "expires": "2027-01-31"},
    )
    (skipped,) = _tree(_run(_rules(CRML_001={"waived": 1})), [found]).iter("skipped")
    assert "waived until 2027-01-31: moving" in skipped.text


def test_blind_spots_alone_do_not_break_a_build() -> None:
    """A run that is complete has no error; with an error beside them they are one."""
    found = samples.finding("CRML-028", Outcome.UNKNOWN, reason="cannot be read")
    for blind, expected in ((2, 0), (1, 1)):
        rules = _rules(CRML_028={"unknown": 2, "blind": blind})
        tree = _tree(_run(rules, complete=True), [found])
        assert len(list(tree.iter("error"))) == expected


def test_the_first_suite_says_whether_the_run_was_complete() -> None:
    """An incomplete run has an error whatever its findings are, with all that was not read."""
    run = samples.incomplete()[0]
    coverage = _tree(run, [])[0]
    (error,) = coverage.iter("error")
    assert error.get("message").startswith(
        "INCOMPLETE: 1 membership and 5 models could not be read"
    )
    assert samples.model_arn(3)[-36:] in error.text
    assert [one.get("value") for one in coverage.iter("property")][1:3] == ["incomplete", "false"]
    assert list(_tree(samples.compliant()[0], [])[0].iter("error")) == []


def test_waivers_that_need_somebody_are_told() -> None:
    """The first suite has them, the most urgent first."""
    waivers = (samples.waiver("unseen"), samples.waiver("used"), samples.waiver("expired"))
    coverage = _tree(replace(samples.compliant()[0], waivers=waivers), [])[0]
    told = (coverage.findtext("system-out") or "").splitlines()[-2:]
    assert [line.partition(":")[0] for line in told] == ["Waiver expired", "Waiver unseen"]


def test_nothing_passes_for_a_model_that_was_not_read_in_full() -> None:
    """Where its list was cut, a rule without findings is an error, and so is a waived one."""
    about = samples.resource(4, samples.version_id(1))
    findings = [
        samples.finding("CRML-007", about=about),
        samples.finding("CRML-016", Outcome.WAIVED, about=about),
    ]
    coverage = replace(samples.COVERAGE, unread=(samples.denied(4),))
    rules = _rules(CRML_007={"fail": 1}, CRML_016={"waived": 1})
    results = _results(_tree(_run(rules, coverage), findings))
    suite = f"churn-predictor {samples.model_arn(4)[-36:]}"
    assert sorted(result for (name, _), result in results.items() if name == suite) == [
        *["error"] * 4,
        "failure",
    ]


def test_carried_findings_are_errors() -> None:
    """A model that was not read has its findings of the baseline, and none of them passes."""
    past = (
        Past(samples.finding(message="failed"), carried=True),
        Past(samples.finding("CRML-007"), carried=False),
    )
    tree = _tree(_run(_rules(), compared=Compared("before", "", past)), [])
    (error,) = tree.iter("error")
    assert error.get("message") == "not read in this run; before: failed"
    assert error.getparent().getparent().get("name").endswith("(not read in this run)")


def test_many_models_leave_out_what_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """GitLab takes 30 MB: then a model has only cases that do not pass, and the rest is one."""
    monkeypatch.setattr(module, "MOST", 3)
    coverage = replace(samples.COVERAGE, models=1)
    results = _results(_tree(_run(_rules(CRML_001={"fail": 1}), coverage), [samples.finding()]))
    assert list(results.values()).count("failure") == 1
    assert len([name for name, _ in results if name.startswith("churn")]) == 1
    assert len([name for name, _ in results if name.startswith("everything else")]) == 5


def test_what_was_applied_to_nothing_does_not_pass() -> None:
    """A rule that judged nothing at all is skipped in the last suite."""
    tree = _tree(_run(_rules(CRML_001={})), [])
    result = _results(tree)[
        "everything else that was read", "CRML-001 Failed versions are cleaned up [version]"
    ]
    assert result == "skipped"


def test_hostile_texts_are_seen_and_are_no_markup() -> None:
    """Each name is found again in its suite's name, as an escape where it would act."""
    tree = _tree(hostile_report(), hostile_findings())
    names = [suite.get("name") for suite in tree]
    assert sum("<script>alert(1)</script>" in name for name in names) == 2
    assert {element.tag for element in tree.iter()} <= {
        *("testsuites", "testsuite", "properties", "property", "testcase"),
        *("failure", "error", "skipped", "system-out", "system-err"),
    }
    assert all(text.isprintable() for text in names)
