"""One version of one model out of a source; what of it was not seen is unread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.judge.one_version import LATEST, chosen
from auditor.model import ModelRecord, Place, SourceRecord, Unread
from auditor.source.interface import ScanHeader, Source

_LIST = "ListTrainedModelVersions"


class OneVersion:
    """A source of the one model at ``place``; ``asked`` is an identifier, `BASE` or `LATEST`.

    A version that is not in the list, and a model that the source does not give, are unread:
    nothing can be said of what was not seen.
    """

    def __init__(self, source: Source, place: Place, asked: str) -> None:
        self._source = source
        self._place = place
        self._asked = asked
        self._found = False

    @property
    def header(self) -> ScanHeader:
        """What is known before the first record."""
        return self._source.header

    @property
    def api_calls(self) -> Mapping[str, int]:
        """Requests so far by operation."""
        return self._source.api_calls

    @property
    def interrupted(self) -> bool:
        """Whether the source ended before it came to the model."""
        return self._source.interrupted and not self._found

    def stop(self) -> None:
        """Ends reading soon, where the source can."""
        getattr(self._source, "stop", lambda: None)()

    def records(self) -> Iterator[SourceRecord]:
        """The model, and what is missing; other models of the source are left out."""
        missing: list[Unread] = []
        for record in self._source.records():
            if isinstance(record, Unread):
                missing.append(record)
            elif isinstance(record, ModelRecord) and record.place.arn == self._place.arn:
                self._found = True
                yield record
                yield from self._unlisted(record)
        if not self._found:
            yield from filter(self._concerns, missing)
            remedy = "scan its membership, and look whether the ARN is right"
            yield Unread(self._place, _LIST, "ModelNotListed", "it is not there", remedy=remedy)

    def _unlisted(self, record: ModelRecord) -> Iterator[Unread]:
        unknowable = self._asked == LATEST and record.unread is not None
        if unknowable or chosen(record, self._asked) is not None:
            return
        yield Unread(
            record.place,
            _LIST,
            "VersionNotListed",
            f"the list of versions has no {self._asked}",
            remedy="check the identifier; BASE is the version that has none",
            version=self._asked,
        )

    def _concerns(self, unread: Unread) -> bool:
        return unread.place.membership in {"", self._place.membership}
