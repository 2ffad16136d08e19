"""What a scan will call, before the first call."""

from __future__ import annotations

import pytest

from auditor.kinds import OPERATIONS
from auditor.source.foreseen import REASONS, Foreseen, foreseen
from auditor.source.plan import Membership, Target
from tests.source.conftest import Serve
from tests.source.estates import estate, named, source

ONE = "11111111-2222-3333-4444-555555555555"
TWO = "22222222-2222-3333-4444-555555555555"
ARN = f"arn:aws:cleanrooms-ml:us-east-1:111122223333:membership/{ONE}/trained-model/churn"
ROLE = "arn:aws:iam::111122223333:role/auditor"


def counts(*regions: Target, details: bool = False) -> dict[str, tuple[int, int | None]]:
    """The least and the most requests of each operation."""
    found = foreseen(regions, details=details)
    return {each.operation: (each.least, each.most) for each in found}


def test_named_models_take_a_request_each_at_least() -> None:
    """How many pages a list has is known only when it was read."""
    target = Target("a", "us-east-1", memberships=(Membership(ONE, (ARN, ARN + "2")),))
    assert counts(target) == {
        "GetCallerIdentity": (1, 1),
        "ListTrainedModelVersions": (2, None),
    }


def test_memberships_that_do_not_name_all_models_are_listed() -> None:
    """Those whose models are all named are not."""
    memberships = (Membership(ONE, (ARN,), ("churn-*",)), Membership(TWO))
    target = Target("a", "us-east-1", memberships=memberships)
    assert counts(target)["ListTrainedModels"] == (2, None)
    assert counts(target)["ListTrainedModelVersions"] == (1, None)


def test_every_region_is_asked_who_asks_and_what_there_is() -> None:
    """A target of three regions is asked for three times."""
    regions = [Target("a", region, role_arn=ROLE) for region in ("a-1", "b-1", "c-1")]
    assert counts(*regions) == {
        "AssumeRole": (3, None),
        "GetCallerIdentity": (3, 3),
        "ListMemberships": (3, None),
        "ListTrainedModels": (0, None),
        "ListTrainedModelVersions": (0, None),
    }


def test_details_are_foreseen_only_where_a_rule_reads_them() -> None:
    """How many versions that is, nobody knows before they are listed."""
    target = Target("a", "us-east-1")
    assert "GetTrainedModel" not in counts(target)
    assert counts(target, details=True)["GetTrainedModel"] == (0, None)


@pytest.mark.parametrize(("role", "assumed"), [(None, 2), (ROLE, 5)])
def test_an_organization_has_an_unknown_number_of_accounts(role: str | None, assumed: int) -> None:
    """The role on the way is taken on to list them, and again on the way to each."""
    regions = [Target("a", name, role_name="x", role_arn=role) for name in ("a-1", "b-1")]
    found = counts(*regions)
    assert found["ListAccounts"] == (1, None)
    assert found["AssumeRole"] == (assumed, None)
    assert found["GetCallerIdentity"] == (2, None)


def test_a_scan_makes_no_fewer_and_no_more_requests_than_was_foreseen(serve: Serve) -> None:
    """The prediction, held against what the endpoint was asked."""
    of = estate(memberships=2, models=2, versions=120)
    patterns = tuple(Membership(each.id, (), ("*",)) for each in of.memberships)
    for target in (
        named(of),
        Target("all", "us-east-1"),
        Target("p", "us-east-1", memberships=patterns),
    ):
        server = serve(of)
        list(source(target).records())
        for each in foreseen([target], details=False):
            made = server.calls[each.operation]
            assert each.least <= made
            assert each.most is None or made <= each.most
        assert {each.operation for each in foreseen([target], details=False)} == set(server.calls)


def test_every_operation_has_its_reason_and_its_order() -> None:
    """And is one that a scan calls at all."""
    regions = [Target("a", "us-east-1", role_name="x", role_arn=ROLE)]
    found: tuple[Foreseen, ...] = foreseen(regions, details=True)
    assert [each.operation for each in found] == list(REASONS)
    assert set(REASONS) <= set(OPERATIONS)
