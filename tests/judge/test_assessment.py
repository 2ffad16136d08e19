"""What a run keeps of a model is the same wherever the model is assessed."""

from __future__ import annotations

import pickle
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from auditor.judge.assessment import Assessment, Assessor
from auditor.judge.counts import zero
from auditor.judge.judge import Judge
from auditor.judge.one_version import VersionJudge
from auditor.judge.waivers import Waivers
from auditor.model import Outcome
from auditor.policy.check import ReadyRule
from auditor.report.highlights import KEPT
from auditor.report.jsonl import finding_lines
from tests.judge.models import NOW, denied, version
from tests.judge.models import record as made
from tests.judge.test_bare import RULES, records

HOSTILE = {"name": 'x"},{"controls":\x7f\ud800é', "versionIdentifier": 'v"\\\n'}
MODELS = [
    *records(),
    *(replace(each, unread=denied()) for each in records()[:1]),
    made(unread=denied()),
    made(version("v1", "CREATE_FAILED"), version("v2", "CREATE_FAILED", **HOSTILE)),
    made(
        version(None, "CREATE_FAILED", "2020-01-01T00:00:00.000Z"), version("v1", "DELETE_FAILED")
    ),
]


def text(assessment: Assessment) -> bytes:
    """All lines of an assessment."""
    return b"".join(assessment.lines)


@pytest.mark.parametrize("rules", [[rule] for rule in RULES] + [RULES], ids=len)
def test_lines_are_those_of_the_findings(rules: Sequence[ReadyRule]) -> None:
    """Byte for byte, with the same counts, whatever stands in names and texts."""
    judge = Judge(rules)
    for model in MODELS:
        judged, written = judge.judged(model), judge.written(model)
        assert b"".join(written.lines) == finding_lines(judged.findings)
        counts = [counts.of(map(zero, rules)) for counts in (judged.counts, written.counts)]
        assert counts[0] == counts[1]


def test_the_first_lines_of_each_rule_are_known() -> None:
    """As many as people are shown, and no others."""
    judge = Judge(RULES)
    for model in MODELS:
        expected = []
        seen: dict[tuple[str, Outcome], int] = {}
        for number, finding in enumerate(judge.judged(model).findings):
            key = (finding.rule, finding.outcome)
            seen[key] = seen.get(key, 0) + 1
            if seen[key] <= KEPT:
                expected.append((*key, False, number))
        assert list(judge.written(model).first) == expected


def test_an_assessor_that_was_sent_assesses_alike() -> None:
    """Rules survive the way to another process, and assessments the way back."""
    here = Assessor(Judge(RULES), NOW)
    there: Assessor = pickle.loads(pickle.dumps(here, 5))  # noqa: S301  # made here
    for model in MODELS:
        expected, sent = here(model), there(model)
        arrived: Assessment = pickle.loads(pickle.dumps(sent, 5))  # noqa: S301  # made here
        assert text(arrived) == text(expected)
        assert arrived.first == expected.first
        assert (arrived.ages, arrived.anomaly) == (expected.ages, expected.anomaly)
        zeros = list(map(zero, RULES))
        assert arrived.counts.of(zeros) == expected.counts.of(zeros)


@pytest.mark.parametrize("judge", [Judge([], [Waivers([], {}, NOW)]), VersionJudge([], "v1")])
def test_a_judge_that_remembers_stays_where_it_is(judge: Judge) -> None:
    """What it remembers cannot be in two places."""
    with pytest.raises(TypeError, match="in two places"):
        pickle.dumps(judge)
