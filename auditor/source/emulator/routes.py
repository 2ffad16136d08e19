"""What the service answers to a call. Pure functions: an estate and a call give a response."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from auditor import timestamps
from auditor.kinds import OPERATIONS
from auditor.model import Unavailable
from auditor.source.emulator import calls, tokens
from auditor.source.emulator.answers import ERRORS, Refusal, encoded, json_answer, tag, xml_answer
from auditor.source.emulator.calls import Call, Caller, Listing
from auditor.source.emulator.estate import Estate, Membership, TrainedModel, latest, version_of
from auditor.source.emulator.message import Response


def respond(estate: Estate, call: Call) -> Response:
    """The answer to one call that is no list; Refusal where it is an error."""
    return _SINGLE[call.operation](estate, call)


def page(estate: Estate, listing: Listing) -> Response:
    """One page of a list; Refusal where the answer is an error.

    A next page is named only where there is one. An unread model ends in its error, not in a
    last page.
    """
    operation = OPERATIONS[listing.operation]
    rows, unread = _LISTS[listing.operation](estate, listing)
    end = listing.start + listing.size
    if listing.start > len(rows):
        raise Refusal("ValidationException", "The nextToken is not valid.")
    if unread and listing.start == len(rows):
        raise _unread(unread)
    more = end < len(rows) or unread is not None
    body: dict[str, Any] = {}
    if more:
        body[operation.token] = tokens.written(listing.scope, min(end, len(rows)))
    body[str(operation.rows)] = rows[listing.start : end]
    return Response(200, encoded(body))


_Rows = tuple[Sequence[Mapping[str, Any]], str | None]


def _versions(estate: Estate, listing: Listing) -> _Rows:
    model = _model(estate, listing)
    return _with_status(model.rows, listing.status), model.unread


def _models(estate: Estate, listing: Listing) -> _Rows:
    if listing.membership not in estate.by_id:
        # NOTE: this operation models no ResourceNotFoundException, unlike the list of versions.
        raise _denied(listing.caller, listing.membership)
    membership = _membership(estate, listing)
    rows = [latest(model.rows) for model in membership.models if model.rows]
    return _with_status(rows, listing.status), membership.unread


def _memberships(estate: Estate, listing: Listing) -> _Rows:
    caller = listing.caller
    rows = [
        _summary(membership)
        for membership in estate.memberships
        if _sees(caller, membership.account, membership.region)
    ]
    places = ((unread.place, unread.code) for unread in estate.unread)
    codes = (code for place, code in places if _sees(caller, place.account, place.region))
    return _with_status(rows, listing.status), next(codes, None)


def _accounts(estate: Estate, listing: Listing) -> _Rows:
    if listing.caller.account != estate.account:
        why = "You don't have permissions to access this resource."
        raise Refusal("AccessDeniedException", why)
    if not estate.organization:
        why = "Your account is not a member of an organization."
        raise Refusal("AWSOrganizationsNotInUseException", why)
    return estate.organization, None


def _sees(caller: Caller, account: str, region: str) -> bool:
    return account == caller.account and caller.region in {None, region}


def _with_status(
    rows: Sequence[Mapping[str, Any]], status: str | None
) -> Sequence[Mapping[str, Any]]:
    return rows if status is None else [row for row in rows if row["status"] == status]


def _trained_model(estate: Estate, call: Call) -> Response:
    model = _model(estate, call)
    rows = [row for row in model.rows if call.version in {None, version_of(row)}]
    if not rows:
        raise _unread(model.unread) if model.unread else _missing("Trained model version")
    row = latest(tuple(rows))
    details = estate.details(row)
    if isinstance(details, Unavailable):
        raise Refusal("AccessDeniedException", f"These details were not recorded: {details.reason}")
    return json_answer({**row, **details})


def _get_membership(estate: Estate, call: Call) -> Response:
    membership = _membership(estate, call)
    return json_answer({"membership": {**_summary(membership), "queryLogStatus": "DISABLED"}})


def _caller_identity(_: Estate, call: Call) -> Response:
    caller = call.caller
    members = (
        tag("Arn", _principal(caller))
        + tag("UserId", f"AIDAEMULATED{caller.account}")
        + tag("Account", caller.account)
    )
    return xml_answer(call.operation, members, call.request.id)


def _assume_role(estate: Estate, call: Call) -> Response:
    role, session = call.form["RoleArn"], call.form["RoleSessionName"]
    account = calls.role_account(call)
    asked = int(call.form.get("DurationSeconds", "3600"))
    ends = call.request.received + (estate.session_seconds or asked)
    credentials = (
        tag("AccessKeyId", f"ASIAEMULATED{account}")
        + tag("SecretAccessKey", "emulated")
        + tag("SessionToken", calls.session_token(role, session, ends))
        + tag("Expiration", timestamps.written(datetime.fromtimestamp(ends, UTC)))
    )
    name = f"assumed-role/{role.rpartition('/')[2]}/{session}"
    user = tag("AssumedRoleId", f"AROAEMULATED{account}:{session}") + tag(
        "Arn", _principal(Caller(account, None, name))
    )
    members = f"<Credentials>{credentials}</Credentials><AssumedRoleUser>{user}</AssumedRoleUser>"
    return xml_answer(call.operation, members, call.request.id)


_LISTS: Mapping[str, Callable[[Estate, Listing], _Rows]] = {
    "ListTrainedModelVersions": _versions,
    "ListTrainedModels": _models,
    "ListMemberships": _memberships,
    "ListAccounts": _accounts,
}
_SINGLE: Mapping[str, Callable[[Estate, Call], Response]] = {
    "GetTrainedModel": _trained_model,
    "GetMembership": _get_membership,
    "GetCallerIdentity": _caller_identity,
    "AssumeRole": _assume_role,
}


def _membership(estate: Estate, asked: Listing | Call) -> Membership:
    membership = estate.by_id.get(asked.membership)
    if membership is None or asked.caller.region not in {None, membership.region}:
        raise _missing("Membership", resourceId=asked.membership, resourceType="MEMBERSHIP")
    if membership.account != asked.caller.account:
        raise _denied(asked.caller, asked.membership)
    return membership


def _model(estate: Estate, asked: Listing | Call) -> TrainedModel:
    model = _membership(estate, asked).by_arn.get(asked.arn)
    if model is None:
        raise _missing("Trained model")
    return model


def _missing(what: str, **members: str) -> Refusal:
    return Refusal("ResourceNotFoundException", f"{what} not found.", members)


def _denied(caller: Caller, membership: str) -> Refusal:
    return Refusal(
        "AccessDeniedException",
        f"User: {_principal(caller)} is not authorized to perform: cleanrooms:PassMembership "
        f"on resource: {membership}",
    )


def _unread(code: str) -> Refusal:
    known = code if code in ERRORS else "AccessDeniedException"
    return Refusal(known, f"The recorded scan could not read this: {code}")


def _principal(caller: Caller) -> str:
    kind = "sts" if caller.name.startswith("assumed-role/") else "iam"
    return f"arn:aws:{kind}::{caller.account}:{caller.name}"


def _summary(membership: Membership) -> dict[str, Any]:
    """A MembershipSummary. NOTE: this service sends epoch seconds, where ML sends ISO 8601."""
    base = f"arn:aws:cleanrooms:{membership.region}:{membership.account}"
    created = timestamps.seconds(membership.created)
    return {
        "id": membership.id,
        "arn": f"{base}:membership/{membership.id}",
        "collaborationArn": f"{base}:collaboration/{membership.collaboration}",
        "collaborationId": membership.collaboration,
        "collaborationCreatorAccountId": membership.account,
        "collaborationCreatorDisplayName": "Emulated member",
        "collaborationName": membership.name,
        "createTime": created,
        "updateTime": created,
        "status": membership.status,
        "memberAbilities": [],
        "mlMemberAbilities": {"customMLMemberAbilities": ["CAN_RECEIVE_MODEL_OUTPUT"]},
        "paymentConfiguration": {"queryCompute": {"isResponsible": False}},
    }
