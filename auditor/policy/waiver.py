"""A reviewed exception: what it is, and what a file of them may hold."""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

from auditor.model import BASE
from auditor.policy.schema import RULE_ID, TIMESTAMP
from auditor.policy.shape import Lines, Schema, Text, Whole
from auditor.policy.structure import Key, ListOf, Record
from auditor.service import shape
from auditor.timestamps import canonical

EVERY = "*"
"""Stands for every version of a model, also for those that come later."""

LONGEST = 366
"""Days that a waiver may last."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Waiver(Struct, frozen=True):
    """One exception: this rule need not hold for this resource before ``expires``.

    ``version`` is an identifier, `BASE`, `EVERY`, or None for the model itself. ``digest``, where
    there is one, binds the waiver to what was seen when it was written.
    """

    rule: str
    arn: str
    version: str | None
    reason: str
    owner: str
    expires: str
    ticket: str = ""
    created: str | None = None
    digest: str | None = None

    @property
    def key(self) -> tuple[str, str, str | None]:
        """What it is about; no other waiver is about the same."""
        return self.rule, self.arn, self.version


def moment(text: str) -> str:
    """The timestamp of a date or of a moment; ValueError for any other text.

    A date means its first moment in UTC: what expires on a day does not hold on that day.
    """
    return canonical(f"{text}T00:00:00Z" if _DATE.fullmatch(text) else text)


def _moment(text: str) -> None:
    try:
        moment(text)
    except (ValueError, OverflowError) as error:
        raise ValueError("it needs a date, or a date, a time and a zone") from error


_MOMENT = Text(
    "a date or a timestamp",
    "2026-11-23 or 2026-11-23T07:00:00Z",
    rf"{_DATE.pattern}|{TIMESTAMP.pattern}",
    _moment,
)
_DIGEST = Text("a digest", "the one that `auditor waive` writes", r"[0-9a-f]{32}-[0-9a-f]{32}")


@cache
def waivers_shape() -> Record:
    """The whole file; a function, because ARNs are described by the service model."""
    return Record(
        "a file of waivers",
        {
            "version": Key(Whole(1, 1), "the version of this format: 1", required=True),
            "waivers": Key(
                ListOf(_waiver(), may_be_empty=True), "the reviewed exceptions", required=True
            ),
        },
    )


def _waiver() -> Record:
    arn = Text(
        "the ARN of a trained model; a waiver is never matched by a name",
        "arn:aws:cleanrooms-ml:REGION:ACCOUNT:membership/ID/trained-model/ID",
        shape("TrainedModelArn")["pattern"],
    )
    version = Text(
        f"an identifier, {BASE} or '{EVERY}'", "", rf"{shape('UUID')['pattern']}|{BASE}|\*"
    )
    return Record(
        "a waiver",
        {
            "rule": Key(RULE_ID, "the id of the rule that need not hold", required=True),
            "resource": Key(arn, "the ARN of the trained model", required=True),
            "version": Key(
                version,
                f"the version: its identifier, {BASE} for the one that has none, '{EVERY}' for all;"
                " left out where the rule judges the model as a whole",
            ),
            "reason": Key(Lines(), "why the rule need not hold", required=True),
            "owner": Key(Text(), "who answers for it", required=True),
            "ticket": Key(Text(), "where it was agreed"),
            "created": Key(_MOMENT, "when it was written"),
            "expires": Key(
                _MOMENT,
                "when it ends, a date at its first moment in UTC; at most"
                f" {LONGEST} days after `created`, or after the run where that is earlier",
                required=True,
            ),
            "digest": Key(_DIGEST, "what was seen: with another rule or other values it lapses"),
        },
    )


def waivers_schema() -> Schema:
    """The JSON Schema of a file of waivers."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The waivers of auditor",
        **waivers_shape().schema(),
    }
