"""What follows from a model's version list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditor.judge.facts import PARTIAL, model_document, version_documents
from auditor.model import Unavailable
from tests.judge.models import OLD, RECENT, denied, record, version

ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "v1", "v2", "v3", "v4"]),
        st.sampled_from(["ACTIVE", "INACTIVE", "CREATE_FAILED"]),
        st.sampled_from([OLD, RECENT, "2026-06-01T00:00:00.000Z"]),
    ),
    min_size=1,
    unique_by=lambda row: row[0],
)


def test_the_latest_version_is_the_newest_by_create_time() -> None:
    """List order means nothing."""
    documents = version_documents(record(version("aa", created=RECENT), version("zz", created=OLD)))
    assert [each["facts"]["isLatest"] for each in documents] == [True, False]


def test_versions_created_at_once_are_told_apart_by_identifier() -> None:
    """A tie goes to the greater identifier, so that the answer is always the same."""
    documents = version_documents(record(version("aa"), version("zz")))
    assert [each["facts"]["isLatest"] for each in documents] == [False, True]


def test_an_active_version_is_superseded_by_a_newer_active_one_only() -> None:
    """A failed newer version supersedes nothing."""
    documents = version_documents(
        record(version("v1", created=OLD), version("v2", "CREATE_FAILED", RECENT))
    )
    assert documents[0]["facts"]["isSuperseded"] is False
    documents = version_documents(record(version("v1", created=OLD), version("v2", created=RECENT)))
    assert documents[0]["facts"]["isSuperseded"] is True
    assert [each["facts"]["activeRank"] for each in documents] == [2, 1]


def test_lineage_is_followed_by_name_and_version() -> None:
    """A version's depth is the number of incremental steps below it."""

    def channel(parent: str | None) -> list[dict[str, str]]:
        made = {"channelName": "base", "modelName": "churn"}
        return [{**made, "versionIdentifier": parent} if parent else made]

    documents = version_documents(
        record(
            version(),
            version("v1", incrementalTrainingDataChannels=channel(None)),
            version("v2", incrementalTrainingDataChannels=channel("v1")),
            version("v3", incrementalTrainingDataChannels=channel("gone")),
        )
    )
    facts = {each.get("versionIdentifier", "BASE"): each["facts"] for each in documents}
    assert [facts[name]["lineageDepth"] for name in ("BASE", "v1", "v2", "v3")] == [0, 1, 2, 0]
    assert facts["v2"]["parent"] == {"found": True, "versionIdentifier": "v1", "status": "ACTIVE"}
    assert facts["v3"]["parent"]["found"] is False
    assert facts["BASE"]["parent"] is None


def test_a_circle_in_the_lineage_ends() -> None:
    """Two versions that name each other do not hang the scan."""
    channels = {
        name: [{"channelName": "c", "modelName": "churn", "versionIdentifier": other}]
        for name, other in (("v1", "v2"), ("v2", "v1"))
    }
    rows = [version(n, incrementalTrainingDataChannels=c) for n, c in channels.items()]
    assert len(version_documents(record(*rows))) == 2


def test_facts_are_unavailable_where_the_list_was_not_read_to_its_end() -> None:
    """Half a list cannot say which version is the latest."""
    documents = version_documents(record(version("v1"), unread=denied()))
    assert documents[0]["facts"] == PARTIAL
    assert isinstance(documents[0]["details"], Unavailable)


def test_the_base_version_is_named_so_that_no_command_deletes_it_by_accident() -> None:
    """AWS's delete without a version means the base version."""
    documents = version_documents(record(version(), version("v1")))
    options = [each["facts"]["versionOption"] for each in documents]
    assert options == ["# base version: no --version-identifier", "--version-identifier v1"]


def test_an_identifier_that_is_no_identifier_is_quoted_for_the_shell() -> None:
    """What AWS sends cannot smuggle a command into a remediation."""
    documents = version_documents(record(version("x; rm -rf .")))
    assert documents[0]["facts"]["versionOption"] == "--version-identifier 'x; rm -rf .'"


def test_consecutive_failures_are_counted_from_the_newest() -> None:
    """The head of the list is what is broken now."""
    rows = [
        version("v1", "CREATE_FAILED", OLD),
        version("v2", "ACTIVE", "2026-06-01T00:00:00.000Z"),
        version("v3", "CREATE_FAILED", "2026-07-01T00:00:00.000Z"),
        version("v4", "CREATE_FAILED", RECENT),
    ]
    made = record(*rows)
    facts = model_document(made, version_documents(made))["facts"]
    assert facts == {"failedRatio": 0.75, "consecutiveFailures": 2}


@given(ROWS)
def test_exactly_one_version_is_the_latest(rows: list[tuple[str | None, str, str]]) -> None:
    """However versions look, one is the latest and ranks of active ones run from 1."""
    made = record(*(version(*row) for row in rows))
    facts = [each["facts"] for each in version_documents(made)]
    assert sum(each["isLatest"] for each in facts) == 1
    ranks = sorted(each["activeRank"] for each in facts if each["activeRank"])
    assert ranks == list(range(1, len(ranks) + 1))
