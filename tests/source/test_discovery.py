"""From targets to the models that are to be read, over loopback HTTP."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from auditor.source.emulator import synthetic
from auditor.source.emulator.estate import Estate
from auditor.source.emulator.fault import Fault
from auditor.source.listing import Owner, owner
from auditor.source.plan import Membership, Target
from tests.source.conftest import Serve
from tests.source.estates import (
    ACCOUNT,
    OTHER_ACCOUNT,
    arns,
    codes,
    estate,
    models,
    named,
    source,
    unread,
)

UUID = "11111111-2222-3333-4444-555555555555"
EVERYTHING = Target("everything", "us-east-1")


def whole_memberships(of: Estate) -> Target:
    """A target that names memberships and means all their models."""
    return Target("whole", "us-east-1", memberships=tuple(Membership(m.id) for m in of.memberships))


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        (
            f"arn:aws:cleanrooms-ml:eu-west-1:{ACCOUNT}:membership/{UUID}/trained-model/team.a/x",
            Owner("eu-west-1", ACCOUNT, UUID),
        ),
        ("arn:aws:s3:::bucket", None),
        ("", None),
    ],
)
def test_an_arn_says_where_its_model_belongs(arn: str, expected: Owner | None) -> None:
    """Its last part may hold slashes and dots."""
    assert owner(arn) == expected


def test_all_models_of_named_memberships_are_found(serve: Serve) -> None:
    """One list for each membership, then every model of it."""
    of = estate(memberships=2, models=3)
    server = serve(of)
    records = list(source(whole_memberships(of)).records())
    assert codes(records) == dict.fromkeys(arns(of))
    assert server.calls["ListTrainedModels"] == 2
    assert "ListMemberships" not in server.calls


def test_all_memberships_are_found_whatever_their_status(serve: Serve) -> None:
    """A membership whose collaboration has ended still has its models."""
    of = estate(memberships=6, models=1)
    assert {each.status for each in of.memberships} > {"ACTIVE"}
    server = serve(of)
    records = list(source(EVERYTHING).records())
    assert codes(records) == dict.fromkeys(arns(of))
    asked = [each.request.target for each in server.requests if each.operation == "ListMemberships"]
    assert asked
    assert all("status=" not in target for target in asked)


def test_a_membership_may_mix_named_models_and_all(serve: Serve) -> None:
    """Each membership of a target says for itself."""
    of = estate(memberships=2, models=2)
    first, second = of.memberships
    target = Target(
        "mixed",
        "us-east-1",
        memberships=(Membership(first.id, (first.models[0].arn,)), Membership(second.id)),
    )
    serve(of)
    found = sorted([first.models[0].arn, *(model.arn for model in second.models)])
    assert [each.place.arn for each in models(source(target).records())] == found


def test_a_membership_that_lists_no_models_is_unread_and_the_others_are_whole(
    serve: Serve,
) -> None:
    """It is named with operation, code and the permission that is missing."""
    of = estate(memberships=2, models=2)
    struck, other = of.memberships
    serve(of, Fault("denied", operation="ListTrainedModels", membership=struck.id))
    records = list(source(EVERYTHING).records())

    (one,) = unread(records)
    assert (one.place.membership, one.place.arn) == (struck.id, None)
    assert (one.operation, one.code) == ("ListTrainedModels", "AccessDeniedException")
    assert "cleanrooms:PassMembership" in one.permission
    assert codes(records) == dict.fromkeys(sorted(model.arn for model in other.models))


def test_memberships_that_cannot_be_listed_leave_the_target_unread(serve: Serve) -> None:
    """Then nobody knows what was not seen."""
    serve(estate(), Fault("denied", operation="ListMemberships"))
    (one,) = unread(source(EVERYTHING).records())
    assert (one.place.target, one.place.membership) == ("everything", "")
    assert (one.operation, one.code) == ("ListMemberships", "AccessDeniedException")


@pytest.mark.parametrize("operation", ["ListMemberships", "ListTrainedModels"])
@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("html", "MalformedAnswer"),
        ("torn", "MalformedAnswer"),
        ("no_rows", "MalformedAnswer"),
        ("token_repeat", "TokenRepeated"),
        ("token_cycle", "TokenRepeated"),
        ("reset", "ConnectionClosedError"),
        ("error500", "InternalServerException"),
    ],
)
def test_a_list_that_cannot_be_relied_on_leaves_an_unread(
    serve: Serve, operation: str, word: str, code: str
) -> None:
    """Finding models is under the same promise as reading them."""
    serve(estate(memberships=2), Fault(word, operation=operation))
    told = unread(source(EVERYTHING).records())
    assert {(each.operation, each.code) for each in told} == {(operation, code)}


@pytest.mark.parametrize("word", ["html", "reset", "error500", "denied", "throttle"])
def test_an_account_that_nobody_names_leaves_the_target_unread(serve: Serve, word: str) -> None:
    """Without it nobody knows whose models would be read."""
    of = estate(models=2)
    server = serve(of, Fault(word, operation="GetCallerIdentity"))
    records = list(source(named(of)).records())
    (one,) = unread(records)
    assert (one.place.target, one.operation) == ("ads-prod", "GetCallerIdentity")
    assert codes(records) == dict.fromkeys(arns(of), one.code)
    assert server.calls == {"GetCallerIdentity": 1}


def test_a_list_of_models_that_breaks_off_gives_the_models_so_far_and_an_unread(
    serve: Serve,
) -> None:
    """What was found is read; that there is more is said."""
    of = estate(models=120, versions=1)
    serve(of, Fault("denied", operation="ListTrainedModels", page=2))
    records = list(source(EVERYTHING).records())
    assert [each.code for each in unread(records)] == ["AccessDeniedException"]
    assert len(models(records)) == 100


@pytest.mark.parametrize(
    ("operation", "members", "code"),
    [
        ("ListTrainedModels", {"trainedModelArn": None}, "MalformedRow"),
        ("ListTrainedModels", {"trainedModelArn": "arn:aws:s3:::bucket"}, "MalformedRow"),
        (
            "ListTrainedModels",
            {
                "trainedModelArn": (
                    f"arn:aws:cleanrooms-ml:us-east-1:{ACCOUNT}:membership/{UUID}/trained-model/x"
                )
            },
            "ForeignRow",
        ),
        ("ListMemberships", {"id": None}, "MalformedRow"),
        ("ListMemberships", {"id": 7}, "MalformedRow"),
        ("ListMemberships", {"id": "../x"}, "MalformedRow"),
    ],
)
def test_a_row_that_names_nothing_usable_leaves_an_unread(
    serve: Serve, operation: str, members: dict[str, object], code: str
) -> None:
    """Every other row of the list counts."""
    of = estate(memberships=2, models=2)
    serve(of, Fault("wrong_types", operation=operation, set=members))
    records = list(source(EVERYTHING).records())
    assert {(each.operation, each.code) for each in unread(records)} == {(operation, code)}
    assert all("page 1, row 1: " in each.message for each in unread(records))
    assert 0 < len(models(records)) < 4


def test_an_account_without_memberships_has_nothing_to_read(serve: Serve) -> None:
    """That is an answer, not an unread; a run that judged nothing says so itself."""
    serve(estate(), Fault("empty", operation="ListMemberships"))
    assert list(source(EVERYTHING).records()) == []


def test_credentials_of_another_account_than_configured_read_nothing(serve: Serve) -> None:
    """The target is unread, each of its models is, and nothing more is called."""
    of = estate(models=2)
    server = serve(of)
    records = list(source(named(of, account=OTHER_ACCOUNT)).records())

    (one,) = unread(records)
    assert (one.place.target, one.place.arn, one.code) == ("ads-prod", None, "WrongAccount")
    assert ACCOUNT in one.message
    assert OTHER_ACCOUNT in one.message
    assert codes(records) == dict.fromkeys(arns(of), "WrongAccount")
    assert server.calls == {"GetCallerIdentity": 1}


def test_credentials_of_another_account_than_the_models_read_nothing(serve: Serve) -> None:
    """Where nobody said which account it is, the ARNs do."""
    of = estate(models=2)
    server = serve(replace(of, account=OTHER_ACCOUNT))
    records = list(source(named(of)).records())
    assert [each.code for each in unread(records)] == ["WrongAccount"]
    assert codes(records) == dict.fromkeys(arns(of), "WrongAccount")
    assert server.calls == {"GetCallerIdentity": 1}


def test_one_model_of_another_account_is_unread_alone(serve: Serve) -> None:
    """The others of its target belong to the credentials and are read."""
    of = estate(models=2)
    (membership,) = of.memberships
    mine = arns(of)
    strange = mine[0].replace(ACCOUNT, OTHER_ACCOUNT)
    target = Target("a", "us-east-1", memberships=(Membership(membership.id, (*mine, strange)),))
    server = serve(of)
    records = list(source(target).records())
    assert unread(records) == []
    assert codes(records) == {**dict.fromkeys(mine), strange: "WrongAccount"}
    assert server.calls["ListTrainedModelVersions"] == 2


def test_a_target_that_cannot_say_who_it_is_is_unread_and_the_others_are_read(
    serve: Serve,
) -> None:
    """Its models are named; no list is asked for with credentials that do not work."""
    of = estate(memberships=2, models=1)
    first, second = (
        Target(name, "us-east-1", memberships=(Membership(m.id, (m.models[0].arn,)),))
        for name, m in zip(("a", "b"), of.memberships, strict=True)
    )
    server = serve(of, Fault("expired", operation="GetCallerIdentity", times=1))
    records = list(source(first, second, concurrency=1).records())
    (one,) = unread(records)
    assert (one.place.target, one.operation) == ("a", "GetCallerIdentity")
    assert one.code.startswith("ExpiredToken")
    assert codes(records) == {
        of.memberships[0].models[0].arn: one.code,
        of.memberships[1].models[0].arn: None,
    }
    assert server.calls["ListTrainedModelVersions"] == 1


def test_unread_places_come_before_the_models_and_in_order(serve: Serve) -> None:
    """The order of what is told does not hang on which answer was faster."""
    of = estate(memberships=3, models=1)
    serve(of, Fault("denied", operation="ListTrainedModels"))
    records = list(source(EVERYTHING, named(of)).records())
    told = [each.place.membership for each in unread(records)]
    assert told == sorted(each.id for each in of.memberships)
    assert records[:3] == unread(records)
    assert codes(records) == dict.fromkeys(arns(of))


def patterned(of: Estate, *patterns: str) -> Target:
    """A target that means the models of the first membership with names like these."""
    first = of.memberships[0]
    return Target("patterned", "us-east-1", memberships=(Membership(first.id, (), patterns),))


def named_like(of: Estate, *names: str) -> Estate:
    """The estate whose first membership has models of these names and no other."""
    first = of.memberships[0]
    models = tuple(
        replace(model, rows=tuple({**row, "name": name} for row in model.rows))
        for model, name in zip(first.models, names, strict=True)
    )
    return replace(of, memberships=(replace(first, models=models), *of.memberships[1:]))


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (("churn-*",), (0, 1)),
        (("churn-eu", "fraud?eu"), (0, 2)),
        (("*",), (0, 1, 2)),
        (("[cf]*-eu",), (0, 2)),
        (("*-eu", "churn-*"), (0, 1, 2)),
    ],
)
def test_models_may_be_meant_by_their_names(
    serve: Serve, patterns: tuple[str, ...], found: tuple[int, ...]
) -> None:
    """A model counts once, however many patterns it matches; the others are not read."""
    of = named_like(estate(models=3), "churn-eu", "churn-us", "fraud-eu")
    server = serve(of)
    records = list(source(patterned(of, *patterns)).records())
    meant = sorted(of.memberships[0].models[number].arn for number in found)
    assert codes(records) == dict.fromkeys(meant)
    assert unread(records) == []
    assert server.calls["ListTrainedModelVersions"] == len(found)


def test_names_are_compared_letter_by_letter(serve: Serve) -> None:
    """Churn is not churn, and an end is an end."""
    of = named_like(estate(models=1), "churn-eu")
    serve(of)
    records = list(source(patterned(of, "Churn-*", "churn")).records())
    assert [each.code for each in unread(records)] == ["NoModelMatches"] * 2


def test_a_pattern_that_matches_nothing_is_unread(serve: Serve) -> None:
    """A misspelt pattern must not look like a model without findings; the others are read."""
    of = named_like(estate(models=1), "churn-eu")
    serve(of)
    records = list(source(patterned(of, "chrun-*", "churn-*")).records())
    (one,) = unread(records)
    assert (one.operation, one.code) == ("ListTrainedModels", "NoModelMatches")
    assert one.place.membership == of.memberships[0].id
    assert "chrun-*" in one.message
    assert "pattern" in one.remedy
    assert codes(records) == dict.fromkeys(arns(of))


def test_of_a_list_that_broke_off_nobody_knows_what_would_have_matched(serve: Serve) -> None:
    """The refusal is told, and not that there is no such model."""
    of = estate(models=1)
    serve(of, Fault("denied", operation="ListTrainedModels"))
    records = list(source(patterned(of, "churn-*")).records())
    assert [each.code for each in unread(records)] == ["AccessDeniedException"]


def test_a_model_without_a_name_cannot_be_told_from_those_that_are_meant(serve: Serve) -> None:
    """Where patterns are; where all models are meant, its name does not matter."""
    of = named_like(estate(models=2), "churn-eu", "churn-us")
    serve(of, Fault("wrong_types", operation="ListTrainedModels", set={"name": 7}))
    records = list(source(patterned(of, "churn-*")).records())
    assert [each.code for each in unread(records)] == ["MalformedRow"]
    assert unread(list(source(whole_memberships(of)).records())) == []


def test_a_membership_may_name_some_models_and_mean_others(serve: Serve) -> None:
    """A model that is named and matches as well is read once."""
    of = named_like(estate(models=3), "churn-eu", "churn-us", "fraud-eu")
    (membership,) = of.memberships
    arn_of_fraud, arn_of_churn = membership.models[2].arn, membership.models[0].arn
    meant = Membership(membership.id, (arn_of_fraud, arn_of_churn), ("churn-*",))
    server = serve(of)
    records = list(source(Target("a", "us-east-1", memberships=(meant,))).records())
    assert codes(records) == dict.fromkeys(arns(of))
    assert server.calls["ListTrainedModelVersions"] == 3


def in_state(of: Estate, status: str) -> Estate:
    """The estate with its first membership in another state."""
    first, *others = of.memberships
    return replace(of, memberships=(replace(first, status=status), *others))


@pytest.mark.parametrize("status", ["REMOVED", "COLLABORATION_DELETED"])
def test_models_of_a_membership_that_is_not_active_are_read_and_say_so(
    serve: Serve, status: str
) -> None:
    """They are still there, and somebody has to delete them."""
    of = in_state(estate(memberships=2, models=2), status)
    serve(of)
    records = list(source(EVERYTHING).records())
    assert codes(records) == dict.fromkeys(arns(of))
    odd = {each.place.arn: each.anomalies for each in models(records) if each.anomalies}
    assert odd.keys() == {model.arn for model in of.memberships[0].models}
    for arn, (anomaly,) in odd.items():
        assert (anomaly.code, anomaly.place.arn) == ("MembershipNotActive", arn)
        assert anomaly.message == f"the membership is {status}"


def test_a_model_that_is_named_too_says_so_all_the_same(serve: Serve) -> None:
    """Whichever target came first."""
    of = in_state(estate(models=1), "REMOVED")
    serve(of)
    (record,) = models(source(named(of), EVERYTHING).records())
    assert record.place.target == "ads-prod"
    assert [each.code for each in record.anomalies] == ["MembershipNotActive"]


def test_a_membership_that_is_not_active_and_lists_nothing_is_unread(serve: Serve) -> None:
    """AWS does not say what such a membership shows, so an empty list is no answer."""
    of = in_state(estate(memberships=2, models=1), "REMOVED")
    struck = of.memberships[0]
    serve(of, Fault("empty", operation="ListTrainedModels"))
    (one,) = unread(source(EVERYTHING).records())
    assert (one.code, one.place.membership) == ("MembershipNotActive", struck.id)
    assert "REMOVED" in one.message
    assert "delete the membership" in one.remedy


def test_a_membership_that_is_not_active_and_cannot_be_listed_is_unread(serve: Serve) -> None:
    """With the state that may be the reason."""
    of = in_state(estate(memberships=2, models=1), "COLLABORATION_DELETED")
    serve(of, Fault("denied", operation="ListTrainedModels", membership=of.memberships[0].id))
    (one,) = unread(source(EVERYTHING).records())
    assert one.code == "AccessDeniedException"
    assert one.message.startswith("the membership is COLLABORATION_DELETED: ")


def test_a_state_that_is_not_said_is_not_taken_for_active(serve: Serve) -> None:
    """Its models are read."""
    of = estate(models=1)
    serve(of, Fault("wrong_types", operation="ListMemberships", set={"status": None}))
    (record,) = models(source(EVERYTHING).records())
    assert record.unread is None
    assert [each.code for each in record.anomalies] == ["MembershipNotActive"]


def test_a_target_in_several_regions_is_one_target(serve: Serve) -> None:
    """Each region has memberships of its own; what is unread says in which it is."""
    here = estate(models=1)
    there = synthetic(seed=6, memberships=1, models=1, versions=3, region="eu-west-1")
    serve(replace(here, memberships=here.memberships + there.memberships))
    live = source(EVERYTHING, replace(EVERYTHING, region="eu-west-1"))
    found = {each.place.region: each.place.arn for each in models(live.records())}
    assert found == {"us-east-1": arns(here)[0], "eu-west-1": arns(there)[0]}
    assert live.header.targets == ("everything",)
