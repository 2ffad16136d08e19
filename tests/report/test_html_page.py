"""The HTML report as text: whole, inert, honest about what is not in it, and readable as it is."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from msgspec.structs import replace

from auditor.model import AGE_BANDS, Finding, Report, Severity, State, StatusAges, Unjudged, Verdict
from auditor.report.history import point
from auditor.report.hostile import visible
from auditor.report.html.page import html
from auditor.report.html.verdict import readable
from tests.report import samples
from tests.report.crowd import crowd, crowded_report
from tests.report.hostile import TEXTS, hostile_findings, hostile_report

_KNOWN = frozenset(
    """
    a bdi body button caption code col colgroup dd details div dl dt fieldset footer g h1 h2 h3 h4
    head header html input label legend li line main meta nav ol option p pre rect script section
    select small span strong style summary svg table tbody td text tfoot th thead time title tr ul
    """.split()  # noqa: SIM905  # a list of words
)
_SHOWN_LINES = frozenset("\n")


def _sample(name: str) -> tuple[Report, list[Finding]]:
    report, highlights = samples.STATES[name]()
    return report, [finding for kept in highlights.findings.values() for finding in kept]


RUNS: dict[str, tuple[Report, list[Finding]]] = {
    **{name: _sample(name) for name in samples.STATES},
    **{f"gate {each.word}": (samples.gate(each), []) for each in Verdict},
    "hostile everywhere": (hostile_report(), hostile_findings()),
    "empty": (samples.report(Verdict.INCOMPLETE, ()), []),
}
every_run = pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)


def _page(run: tuple[Report, Iterable[Finding]], **options: Any) -> str:
    return "".join(html(*run, **options))


@lru_cache(maxsize=64)
def _parsed(page: str) -> Element:
    """The page as a parser of the HTML standard reads it; any parse error is a failure."""
    standard = pytest.importorskip("tinyhtml5.parser", reason="needs tinyhtml5, a dev extra")
    parser = standard.HTMLParser(namespace_html_elements=False)
    tree: Element = parser.parse(page)
    assert parser.errors == []
    return tree


def _elements(page: str) -> Iterator[tuple[str, Element]]:
    for each in _parsed(page).iter():
        yield str(each.tag).rpartition("}")[2], each


@lru_cache(maxsize=64)
def _words(page: str) -> str:
    """What a reader sees without JavaScript: every text outside of the style and the scripts."""
    return _told(_parsed(page))


def _told(node: Element) -> str:
    if node.tag in ("script", "style"):
        return node.tail or ""
    return (node.text or "") + "".join(map(_told, node)) + (node.tail or "")


def _block(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    block: dict[str, Any] = json.loads(found[1])
    return block


@every_run
def test_a_page_is_html_without_an_error(run: tuple[Report, list[Finding]]) -> None:
    """A parser of the standard finds nothing to complain about, and no element that is not ours."""
    assert {name for name, _ in _elements(_page(run))} <= _KNOWN


@every_run
def test_a_page_refers_to_nothing_outside_of_it(run: tuple[Report, list[Finding]]) -> None:
    """No attribute fetches, runs or leads elsewhere, and each link has its target."""
    page = _page(run)
    elements = list(_elements(page))
    names = {each.get("id") for _, each in elements}
    for _, each in elements:
        for attribute, value in each.attrib.items():
            assert not attribute.startswith("on")
            assert attribute not in ("style", "src", "srcset", "action", "formaction", "data")
            if attribute == "href":
                assert value.startswith("#")
                assert value[1:] in names
    (style,) = [each.text or "" for name, each in elements if name == "style"]
    assert not re.search(r"url\(|@import|expression\(", style)


@every_run
def test_only_what_has_the_right_bytes_runs(run: tuple[Report, list[Finding]]) -> None:
    """The policy of the page allows its one style and its one script by their digests."""
    elements = list(_elements(_page(run)))
    (policy,) = [
        each.get("content", "")
        for name, each in elements
        if name == "meta" and each.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    code = [each for name, each in elements if name == "script" and each.get("type") is None]
    styles = [each for name, each in elements if name == "style"]
    assert [rules["script-src"]] == [f"'{_digest(each.text)}'" for each in code]
    assert [rules["style-src"]] == [f"'{_digest(each.text)}'" for each in styles]
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"


def _digest(text: str | None) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256((text or '').encode()).digest()).decode()}"


@every_run
def test_no_character_acts(run: tuple[Report, list[Finding]]) -> None:
    """Nothing in the file is a control, a bidirectional mark, a surrogate or a line of Unicode."""
    page = _page(run)
    assert page.encode()
    assert {char for char in page if not char.isprintable()} <= _SHOWN_LINES


@every_run
def test_the_same_run_gives_the_same_bytes(run: tuple[Report, list[Finding]]) -> None:
    """No clock and no chance is in a page."""
    assert _page(run) == _page(run)


@every_run
def test_parts_end_with_their_lines(run: tuple[Report, list[Finding]]) -> None:
    """What is yielded are whole lines, as of every format."""
    assert all(part.endswith("\n") for part in html(*run))


@pytest.mark.parametrize("text", [text for text in TEXTS if text.strip()])
def test_a_hostile_text_is_seen(text: str) -> None:
    """As names, messages, reasons and values it stands in the page in full, and as text."""
    words = _words(_page((hostile_report(), hostile_findings())))
    assert visible(text) in words


def test_nothing_in_the_data_ends_it() -> None:
    """The block of data has no sign that could begin or end an element."""
    page = _page((hostile_report(), hostile_findings()))
    raw = page.partition('id="data">')[2].partition("</script>")[0]
    assert not set("<>&\u2028\u2029") & set(raw)
    assert raw.isascii()


@pytest.mark.parametrize(
    ("name", "word", "exit_code"),
    [
        ("compliant", "COMPLIANT", 0),
        ("non_compliant", "NON-COMPLIANT", 1),
        ("incomplete", "INCOMPLETE", 3),
        ("failing_and_incomplete", "NON-COMPLIANT and ?INCOMPLETE", 1),
    ],
)
def test_the_verdict_stands_first(name: str, word: str, exit_code: int) -> None:
    """The title of the page is the verdict, with its exit code."""
    tree = _parsed(_page(RUNS[name]))
    (title,) = tree.iter("h1")
    assert "".join(title.itertext()).lstrip("✓✕?") == word
    assert f"exit code {exit_code}" in "".join(tree.itertext())


@every_run
def test_a_page_that_is_not_complete_says_so_where_it_begins(
    run: tuple[Report, list[Finding]],
) -> None:
    """INCOMPLETE has a look and a link of its own, and nothing complete has them."""
    report, _ = run
    tree = _parsed(_page(run))
    (banner,) = (each for each in tree.iter("section") if each.get("id") == "verdict")
    links = [each.get("href") for each in banner.iter("a")]
    assert ("#coverage" in links) is not report.complete
    assert ("partly" in (banner.get("class") or "").split()) is not report.complete


def test_an_interrupted_run_has_another_exit_code() -> None:
    """The process ended with that of its signal."""
    report = replace(_sample("incomplete")[0], interrupted=True)
    assert "exit code 130 or 143" in _words(_page((report, [])))


def test_every_gap_is_listed() -> None:
    """What was not read, the permission that is missing, blind spots and what was odd."""
    report = hostile_report()
    words = _words(_page((report, hostile_findings())))
    seen = report.coverage
    for unread in seen.unread:
        assert visible(unread.code) in words
        assert all(permission in words for permission in unread.permission)
    assert all(visible(spot.why) in words for spot in seen.blind_spots)
    assert all(visible(anomaly.message) in words for anomaly in seen.anomalies)
    assert all(visible(one.name) in words for one in seen.unrecognised)


def test_what_was_not_read_has_a_bound_that_is_said() -> None:
    """Thousands of gaps do not make a page that nobody can open, and none is kept quiet."""
    report = hostile_report()
    unread = [
        replace(report.coverage.unread[0], code=f"Code{number % 150}") for number in range(450)
    ]
    spots = [replace(report.coverage.blind_spots[0], what=f"what {n}") for n in range(130)]
    coverage = replace(report.coverage, unread=tuple(unread), blind_spots=tuple(spots))
    words = _words(_page((replace(report, coverage=coverage), [])))
    assert "Code99 on " in words
    assert "Code100 on " not in words
    assert "and 150 more in report.json" in words
    assert "and 30 more in report.json" in words


def test_waivers_and_what_became_of_them_are_listed() -> None:
    """Each with its reason, its owner and its last day."""
    report = hostile_report()
    words = _words(_page((report, hostile_findings())))
    for waiver in report.waivers:
        said = (waiver.reason, waiver.owner, readable(waiver.expires))
        assert all(visible(text) in words for text in said)


def test_rules_that_were_left_out_are_named() -> None:
    """Whoever repeats the run knows which rules of its policies it did not judge."""
    left_out = Unjudged("CRML-017", {}, asked=True)
    elsewhere = Unjudged("CRML-031", {}, asked=False)
    report = replace(hostile_report(), unjudged=(left_out, elsewhere))
    words = _words(_page((report, hostile_findings())))
    assert "CRML-017" in words
    assert "CRML-031" not in words


def test_changes_tell_what_is_resolved_from_what_nobody_read() -> None:
    """What is gone and what is only carried stand in lists of their own."""
    report = hostile_report()
    assert report.compared is not None
    page = _page((report, hostile_findings()))
    resolved, carried = page.partition("Resolved: ")[2].split("Carried: ")
    for past in report.compared.past:
        mine, other = (carried, resolved) if past.carried else (resolved, carried)
        assert past.finding.id in mine
        assert past.finding.id not in other


def test_the_counts_of_the_comparison_are_shown() -> None:
    """As many as the comparison counted, also where its list is shorter."""
    report = hostile_report()
    assert report.compared is not None
    counts = {"new": 7, "existing": 12_345, "reopened": 0, "resolved": 991, "carried": 3}
    compared = replace(report.compared, counts=counts)
    tree = _parsed(_page((replace(report, compared=compared), [])))
    (tiles,) = (each for each in tree.iter("ul") if each.get("class") == "tiles")
    shown = {"".join(each[1].itertext()): "".join(each[0].itertext()) for each in tiles}
    assert shown == {name: f"{count:,}" for name, count in counts.items()}


def test_without_a_baseline_that_is_said() -> None:
    """Nobody takes a page without changes for a run that changed nothing."""
    assert "not compared with an earlier run" in _words(_page(RUNS["compliant"]))


def test_every_rule_has_its_first_findings_without_javascript() -> None:
    """With the message, the resource, what was read and what to do."""
    report, findings = _sample("failing_and_incomplete")
    words = _words(_page((report, findings)))
    for finding in findings:
        assert finding.message in words
        assert finding.remediation in words
    assert '"CREATE_FAILED"' in words
    assert "which does not run here" in words


def test_a_rule_says_what_it_wants() -> None:
    """The expression stands beside the values that it read."""
    report, findings = _sample("non_compliant")
    rule = replace(report.rules[0], wants="require age(updateTime) <= param('failed_max_age')")
    page = _page((replace(report, rules=(rule, *report.rules[1:])), findings))
    assert "require age(updateTime) <= param('failed_max_age')" in _words(page)
    assert any("age(updateTime)" in wants for *_, wants, _controls in _block(page)["rules"])


def test_a_rule_that_applied_to_nothing_did_not_pass() -> None:
    """It says that it applied to nothing."""
    rule = samples.count("CRML-001", not_applicable=9)
    tree = _parsed(_page((samples.report(Verdict.INCOMPLETE, [rule]), [])))
    (fold,) = (each for each in tree.iter("details") if each.get("data-rule") == "CRML-001")
    assert "applied to nothing" in "".join(fold[0].itertext())
    assert "passed" not in "".join(fold[0].itertext())


def test_a_share_is_never_rounded_up() -> None:
    """One failure of a thousand leaves less than all."""
    rules = [samples.count("CRML-001", fail=1, substantive=999)]
    words = _words(_page((samples.report(Verdict.NON_COMPLIANT, rules), [])))
    assert "99 % of 1,000 passed" in words
    assert "100 %" not in words


def test_what_is_left_out_is_said() -> None:
    """With how many there are, how many are here, and where the rest is."""
    page = _page((crowded_report(300), crowd(300)), embedded=40)
    assert "40 of 300 findings are in this page" in _words(page)
    assert "other 260 are in findings.jsonl" in _words(page)
    block = _block(page)
    assert len(block["findings"]) == 40
    assert block["total"] == 300


def test_what_is_left_out_is_the_least_bad() -> None:
    """The worst severity of the run fills the page first."""
    block = _block(_page((crowded_report(300), crowd(300)), embedded=40))
    severities = {block["rules"][row[1]][2] for row in block["findings"]}
    assert severities == {"critical"}


def test_nothing_is_said_to_be_left_out_where_all_is_there() -> None:
    """No warning without a reason."""
    assert "in this page, the worst first" not in _words(_page(RUNS["non_compliant"]))


def test_the_data_holds_every_finding_in_full() -> None:
    """Identifiers that were taken out of a remediation come back as they were."""
    findings = list(crowd(25))
    block = _block(_page((crowded_report(25), findings)))
    rows = {row[0]: row for row in block["findings"]}
    for finding in findings:
        row = rows[finding.id]
        assert block["rules"][row[1]][:3] == [finding.rule, finding.title, finding.severity]
        assert block["models"][row[2]][0] == finding.resource.arn
        assert row[3:8] == [
            finding.resource.version,
            finding.outcome,
            None,
            finding.message,
            finding.reason or "",
        ]
        assert _advice(block, row) == finding.remediation
    assert len(block["remedies"]) == 1


def _advice(block: dict[str, Any], row: list[Any]) -> str:
    model = block["models"][row[2]]
    own = {"\x01": model[0], "\x02": row[3], "\x03": model[4]}
    text = "\n".join(block["remedies"][row[10]])
    for mark, value in own.items():
        text = text.replace(mark, value)
    return text


def test_a_blank_name_is_said_to_be_one() -> None:
    """A name that nobody could see is not left blank."""
    finding = samples.finding(about=samples.resource(1, samples.version_id(1), name="  "))
    page = _page(
        (samples.report(Verdict.NON_COMPLIANT, [samples.count("CRML-001", fail=1)]), [finding])
    )
    assert _block(page)["models"][0][1] == "no name"
    assert "no name" in _words(page)


def test_controls_are_shown_with_their_caution() -> None:
    """How each control stands, and that this is no assessment."""
    words = _words(_page((hostile_report(), hostile_findings())))
    assert "SI-12(3)" in words
    assert "violated" in words
    assert "supports an assessment" in words


@pytest.mark.parametrize("verdict", Verdict)
def test_a_gate_shows_its_decision_and_every_rule(verdict: Verdict) -> None:
    """The version that was asked about, how it was found, and why."""
    report = samples.gate(verdict)
    assert report.gate is not None
    words = _words(_page((report, [])))
    decisions = {
        Verdict.COMPLIANT: "Gate: Release",
        Verdict.NON_COMPLIANT: "Gate: Do not release",
        Verdict.INCOMPLETE: "Gate: Cannot say",
    }
    assert decisions[verdict] in words
    assert all(one["title"] in words for one in report.gate["outcomes"])
    assert ("computed from the newest createTime" in words) is (report.gate["version"] is not None)


def test_a_gate_of_what_could_not_be_read_names_nothing() -> None:
    """None is not the name of a model."""
    words = _words(_page((samples.gate(Verdict.INCOMPLETE), [])))
    assert "not known: it could not be read" in words
    assert "None" not in words.replace("None met.", "").replace("None: a recorded", "")


def test_past_runs_are_drawn_with_their_numbers() -> None:
    """Each run has its column and its row, and one that saw only a part is marked as that."""
    report, _ = _sample("failing_and_incomplete")
    whole = replace(report, run="20261122T070000Z-d4e5f6", complete=True)
    page = _page((replace(report, history=(point(whole), point(report))), []))
    tree = _parsed(page)
    (drawn,) = (each for each in tree.iter() if each.get("class") == "columns")
    titles = [each.text for each in drawn.iter() if str(each.tag).endswith("title")][1:]
    assert titles == [
        "20261122T070000Z-d4e5f6: 1 critical, 0 high, 1 medium, 20 low, 0 info",
        "20261123T070000Z-a1b2c3: 1 critical, 0 high, 1 medium, 20 low, 0 info; incomplete",
    ]
    assert "non-compliant, incomplete" in _words(page)


def test_only_the_last_runs_are_drawn() -> None:
    """As many as have room, and it says so."""
    report, _ = _sample("compliant")
    words = _words(_page((replace(report, history=(point(report),) * 100), [])))
    assert "The last 60 of 100 runs." in words


def test_versions_are_drawn_by_status_and_age() -> None:
    """Each status with its number, and the numbers behind the lengths."""
    ages = (StatusAges("ACTIVE", (1, 0, 0, 0, 0, 1040, 0)), StatusAges("<b>", (0,) * 6 + (7,)))
    report, findings = RUNS["compliant"]
    report = replace(report, coverage=replace(report.coverage, ages=ages))
    words = _words(_page((report, findings)))
    assert "Versions by status and age" in words
    assert "1,041" in words
    assert "<b>" in words
    assert AGE_BANDS[5] in words
    assert AGE_BANDS[2] not in words


def test_no_chart_without_its_numbers() -> None:
    """What nobody counted is not drawn as nothing."""
    words = _words(_page(RUNS["compliant"]))
    assert "over runs" not in words
    assert "by status and age" not in words


def test_severities_below_the_bound_are_marked() -> None:
    """A failure that does not decide the verdict is told from one that does."""
    report, findings = _sample("non_compliant")
    assert report.fail_on is Severity.MEDIUM
    assert _words(_page((report, findings))).count("below the bound") == 2


def test_states_can_be_chosen_only_where_there_are_some() -> None:
    """Without a baseline no filter asks for what no finding has."""
    report, findings = _sample("non_compliant")
    assert 'name="state"' not in _page((report, findings))
    new = [replace(finding, state=State.NEW) for finding in findings]
    assert 'name="state" value="new"' in _page((report, new))


def test_a_run_without_findings_says_what_that_means() -> None:
    """Nothing found and nothing seen are two things."""
    complete = samples.report(Verdict.COMPLIANT, [samples.count("CRML-001", substantive=1)])
    assert "nothing failed, nothing is unknown" in _words(_page((complete, [])))
    partial = replace(complete, complete=False, verdict=Verdict.INCOMPLETE)
    assert "not everything was seen" in _words(_page((partial, [])))
