"""A waiver appended to the text of a file: what was there stays, what is new is what was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.errors import UsageError
from auditor.policy.document import Document, parse_document
from auditor.policy.waive import EMPTY, appended
from auditor.policy.waiver import EVERY, Waiver
from auditor.policy.waivers import built

NOW = "2026-11-23T00:00:00.000Z"
ARN = (
    "arn:aws:cleanrooms-ml:us-east-1:111122223333:membership/"
    "11111111-2222-3333-4444-555555555555/trained-model/churn"
)
WAIVER = Waiver(
    rule="AA-001",
    arn=ARN,
    version="BASE",
    reason="known since #12: it stays",
    owner="ml team",
    expires="2026-12-31T00:00:00.000Z",
    ticket="T-1",
    created="2026-11-23T07:00:00.000Z",
    digest=f"{'0' * 32}-{'f' * 32}",
)
ITEM = f"""\
- rule: AA-001
  resource: {ARN}
  version: '*'
  reason: a
  owner: b
  expires: 2026-12-31"""
LONG = ITEM.replace("  reason: a\n", "") + "\n  reason: |\n    first\n    # second"
INDENTED = "\n".join(f"  {line}" for line in ITEM.splitlines())


def waivers(text: str) -> tuple[Waiver, ...]:
    """What a text says."""
    document = Document("w.yaml", parse_document(text.encode(), "w.yaml"), "")
    return built(document, None, NOW).waivers


def test_the_first_waiver_takes_the_place_of_the_empty_list() -> None:
    """What a new file begins with is valid before and after."""
    assert waivers(EMPTY) == ()
    text = appended(EMPTY, WAIVER, "w.yaml")
    assert waivers(text) == (WAIVER,)
    assert text.startswith("# Reviewed exceptions")


@pytest.mark.parametrize(
    "text",
    [
        f"version: 1\nwaivers:\n{INDENTED}\n",
        f"version: 1\nwaivers:\n{ITEM}\n",
        f"version: 1\nwaivers:\n{ITEM}",
        f"version: 1\nwaivers:\n{ITEM}  # until the audit\n\n# the end\n",
        f"waivers:\n{INDENTED}\n\n# and the version\nversion: 1\n",
        f"version: 1\nwaivers:\n{LONG}\n\n# the end\n",
        f"version: 1\r\nwaivers:\r\n{ITEM}\r\n",
        "version: 1\nwaivers: []  # none so far\n# the end\n",
        "waivers: [] # none so far\nversion: 1",
    ],
)
def test_whatever_stands_in_the_file_stays(text: str) -> None:
    """Every line of the file is still there, in its order, and the new waiver comes last."""
    before = waivers(text)
    after = appended(text, WAIVER, "w.yaml")
    assert waivers(after) == (*before, WAIVER)
    left = iter(after.splitlines())
    kept = [line.replace(" []", "").split() for line in text.splitlines()]
    assert all(any(line.split() == each for line in left) for each in kept)


def test_a_list_in_brackets_is_not_touched() -> None:
    """A line cannot be added to it, and the file is not written anew behind its owner's back."""
    inline = ITEM.removeprefix("- ").replace("\n  ", ", ").replace("'*'", '"*"')
    text = f"version: 1\nwaivers: [{{{inline}}}]\n"
    assert len(waivers(text)) == 1
    with pytest.raises(UsageError, match="dashes"):
        appended(text, WAIVER, "w.yaml")


def test_only_what_a_waiver_has_is_written() -> None:
    """A waiver of a model has no version; one without a ticket names none."""
    bare = replace(WAIVER, version=None, ticket="", digest=None)
    text = appended(EMPTY, bare, "w.yaml")
    assert waivers(text) == (bare,)
    assert not {"version: B", "ticket", "digest"} & {line.strip() for line in text.splitlines()}
    assert "expires: 2026-12-31\n" in text


def test_every_version_is_quoted() -> None:
    """A bare star would be an alias."""
    every = replace(WAIVER, version=EVERY, digest=None)
    assert waivers(appended(EMPTY, every, "w.yaml")) == (every,)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_any_reason_is_read_as_it_was_given(reason: str) -> None:
    """Quotes, comments, line ends and marks that nobody sees come back as they were."""
    waiver = replace(WAIVER, reason=reason)
    assert waivers(appended(EMPTY, waiver, "w.yaml")) == (waiver,)
