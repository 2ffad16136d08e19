"""The summary on a terminal, as a person sees it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from auditor.model import Compared, Place, Report, Verdict
from auditor.report.highlights import Highlights
from auditor.report.terminal import summary
from tests.report import samples
from tests.report.screens import FOLDER, SCREENS, rendered, state

_STYLE = re.compile(r"\x1b\[[\d;]*m")


def _shown(report: Report, highlights: Highlights, width: int = 80) -> str:
    return rendered(summary(report, highlights, Path("reports") / report.run), width)


@pytest.mark.parametrize("name", SCREENS)
def test_the_whole_screen_is_as_kept(name: str) -> None:
    """Every character is as in screens/, which ``python -m tests.report.screens`` renews."""
    assert SCREENS[name]() == (FOLDER / f"{name}.txt").read_text("utf-8")


def test_every_kept_screen_is_tested() -> None:
    """No file lies in screens/ that nothing is compared with."""
    assert {path.stem for path in FOLDER.iterdir()} == set(SCREENS)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("name", samples.STATES)
def test_no_line_is_wider_than_the_console(name: str, width: int) -> None:
    """Long ids and names are broken, never cut and never left to run over."""
    assert all(cell_len(line) <= width for line in state(name, width).splitlines())


@pytest.mark.parametrize("name", samples.STATES)
def test_the_verdict_is_first_and_last(name: str) -> None:
    """Whoever reads only the first line or only the last one knows the verdict."""
    lines = state(name, 80).splitlines()
    first = lines[0].strip("\u2501 ")
    assert lines[-1].startswith(f"{first}, exit code ")


def test_the_end_says_why() -> None:
    """The line before the last is the sentence that decided, for whoever sees only the end."""
    lines = state("non_compliant", 80).splitlines()
    assert lines[-2] == lines[1]


def test_many_rules_have_few_examples_each() -> None:
    """A dozen rules that fail leave a summary that can be read, with all of their numbers."""
    rules = [replace(samples.count("CRML-001", fail=9), rule=f"CRML-{n:03}") for n in range(12)]
    found = [
        replace(samples.finding(about=samples.resource(number, "BASE")), rule=rule.rule)
        for rule in rules
        for number in range(9)
    ]
    text = _shown(samples.report(Verdict.NON_COMPLIANT, rules), samples.highlights(found))
    assert text.count("FAIL ") == len(rules)
    assert text.count("9 failed") == len(rules)
    assert text.count("\u2026 and 8 more") == len(rules)


def test_what_is_new_is_counted_only_against_a_baseline() -> None:
    """Without one every failure is as new as the other."""
    report, highlights = samples.non_compliant()
    rules = tuple(replace(rule, fresh=min(rule.fail, 3)) for rule in report.rules)
    compared = replace(report, rules=rules, compared=Compared("20261122T070000Z-000000", ""))
    assert "20 failed (3 new)" in _shown(compared, highlights)
    assert " new)" not in _shown(replace(report, rules=rules), highlights)


@pytest.mark.parametrize("name", ["incomplete", "failing_and_incomplete", "hostile"])
def test_an_incomplete_run_does_not_look_compliant(name: str) -> None:
    """No line of it says that the run is compliant."""
    assert not re.search(r"^\W*COMPLIANT", state(name, 80), re.MULTILINE)


def test_what_was_not_read_is_named_in_full() -> None:
    """A denied model is there with its id, the operation, the code and what to do."""
    text = state("failing_and_incomplete", 120)
    for part in (
        "00000004-0000-4000-8000-000000000004",
        "AccessDeniedException on ListTrainedModelVersions",
        "allow cleanrooms-ml:ListTrainedModelVersions on * and cleanrooms:PassMembership",
        samples.MEMBERSHIP,
    ):
        assert part in text


def test_an_unread_of_no_known_place_names_none() -> None:
    """No line says "in" and then nothing."""
    nowhere = replace(samples.denied(1), place=Place("", "", "", "", None))
    coverage = replace(samples.COVERAGE, unread=(nowhere,))
    text = _shown(samples.report(Verdict.INCOMPLETE, [], coverage), Highlights())
    assert not re.search(r"^ *in *$", text, re.MULTILINE)


def test_a_thousand_unread_models_stay_a_short_list() -> None:
    """Models that could not be read for one reason are shown together, with their number."""
    unread = tuple(samples.denied(number) for number in range(1000))
    coverage = replace(samples.COVERAGE, unread=unread)
    text = _shown(samples.report(Verdict.INCOMPLETE, [], coverage), Highlights())
    assert "AccessDeniedException on ListTrainedModelVersions: 1,000 models" in text
    assert "\u2026 and 997 more" in text
    assert len(text.splitlines()) < 40


def test_colours_say_nothing_that_the_words_do_not() -> None:
    """With colour, the text is the same once the styles are taken out."""
    report, highlights = samples.hostile()
    shown = summary(report, highlights, Path("reports") / report.run, samples.FILES)
    coloured = rendered(shown, 80, colour=True)
    assert coloured != _STYLE.sub("", coloured) == state("hostile", 80)


def test_an_interrupted_run_does_not_promise_an_exit_code() -> None:
    """The process ends with the signal's code, so the screen names none."""
    report, highlights = samples.incomplete()
    text = _shown(replace(report, interrupted=True), highlights)
    assert text.splitlines()[-1] == "INCOMPLETE, interrupted"


def test_what_policies_allow_is_counted() -> None:
    """A check that a policy switched off is seen on the screen too."""
    report, highlights = samples.compliant()
    text = _shown(replace(report, allowed=({"rule": "CRML-001"},)), highlights)
    assert "Allowed    1 problem of rules, by their policy" in text


def test_nothing_destructive_is_shown() -> None:
    """A command that a line's end could cut in two is not on the screen."""
    assert "delete-trained-model-output" not in state("failing_and_incomplete", 60)


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=()), max_size=300), st.sampled_from(["utf-8", "ascii"])
)
def test_no_text_can_break_the_screen(text: str, encoding: str) -> None:
    """Whatever a name or a message holds, the screen can be written and keeps to its width."""
    found = samples.finding(message=text, about=samples.resource(1, "BASE", name=text))
    unread = replace(samples.denied(1), code=text, message=text, request_id=text, remedy=text)
    report = samples.report(
        Verdict.NON_COMPLIANT,
        [samples.count("CRML-001", fail=1)],
        replace(samples.COVERAGE, unread=(unread,)),
    )
    shown = summary(report, samples.highlights([found]), Path("reports"), samples.FILES)
    for line in rendered(shown, 60, encoding).split("\n"):
        assert line.isprintable()
        assert cell_len(line) <= 60
