"""The tables of auditor.kinds, held against AWS's own service models."""

from __future__ import annotations

import pytest

from auditor.kinds import KINDS, OPERATIONS, PARTS, WITHHELD
from auditor.policy.types import document_type
from auditor.service import FLOOR, botocore_version, service_model, shape, statuses


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_is_one_that_aws_publishes(name: str) -> None:
    """An operation's name, client and rows are those of the service model."""
    operation = OPERATIONS[name]
    described = service_model(operation.client)["operations"][name]
    if operation.rows is not None:
        output = shape(described["output"]["shape"], operation.client)
        assert operation.rows in output["members"]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_shape_of_a_kind_exists(name: str) -> None:
    """The shapes that a kind is made of are structures of the service model."""
    for each in filter(None, (KINDS[name].summary, KINDS[name].details)):
        assert shape(each)["type"] == "structure"


def test_withheld_members_are_members_of_the_details() -> None:
    """What is withheld would otherwise be readable."""
    assert set(WITHHELD) <= set(shape("GetTrainedModelResponse")["members"])


def test_what_a_rule_sees_of_a_version_is_the_list_row_and_three_more() -> None:
    """A version's document has the members of its summary, details and facts."""
    fields = set(document_type("version").fields)
    assert fields == {*shape("TrainedModelSummary")["members"], "details", "facts"}


def test_details_hold_no_withheld_member() -> None:
    """The values of environment and hyperparameters cannot be named by a rule."""
    details = document_type("version").fields["details"]
    assert not set(WITHHELD) & set(details.fields)
    assert set(details.withheld) == set(WITHHELD)


def test_required_members_are_never_null_and_the_others_may_be() -> None:
    """Nullability follows the service model's list of required members."""
    fields = document_type("version").fields
    required = set(shape("TrainedModelSummary")["required"])
    for name in shape("TrainedModelSummary")["members"]:
        assert fields[name].nullable == (name not in required), name


def test_every_computed_part_is_used() -> None:
    """No part stands in the table that no document holds."""
    words = [word for kind in KINDS.values() for word in kind.computed.values()]
    words += [word for part in PARTS.values() for word in part.values()]
    used = {word.strip("[]?@") for word in words if "@" in word}
    assert set(PARTS) <= used


def test_the_statuses_are_the_eleven_that_the_facts_are_written_for() -> None:
    """A new status is a reason to look at facts.py, so this test names them."""
    assert set(statuses()) == {
        "CREATE_PENDING",
        "CREATE_IN_PROGRESS",
        "CREATE_FAILED",
        "ACTIVE",
        "DELETE_PENDING",
        "DELETE_IN_PROGRESS",
        "DELETE_FAILED",
        "INACTIVE",
        "CANCEL_PENDING",
        "CANCEL_IN_PROGRESS",
        "CANCEL_FAILED",
    }


def test_the_installed_botocore_is_new_enough() -> None:
    """The floor is the release that knows the payer of the training."""
    installed = tuple(int(part) for part in botocore_version().split(".")[:3])
    assert installed >= FLOOR
    assert "mlModelTrainingPayerAccountId" in shape("TrainedModelSummary")["members"]
