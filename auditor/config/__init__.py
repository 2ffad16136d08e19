"""What the user asked for in auditor.yaml: all its problems at once, or a value that can be used.

Every option of the command line has the name of its key here, or the plural of it where a list is
meant. Paths are relative to the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from msgspec import Struct, field

from auditor import service
from auditor.config.places import is_pattern, misplaced, stated_account
from auditor.config.shape import config_shape
from auditor.errors import InvalidInput
from auditor.model import Severity
from auditor.policy.document import Document, load_document
from auditor.policy.node import Mapping
from auditor.source.plan import ALL, Manner, Membership, Target
from auditor.timestamps import canonical


class Config(Struct, frozen=True):
    """A configuration; None or empty where the file says nothing.

    ``params`` keeps the places of its values, for `auditor.policy.params.resolve_params`.
    """

    path: str
    sha256: str
    targets: tuple[Target, ...]
    policies: tuple[Path, ...] = ()
    rules: tuple[str, ...] = ()
    params: Mapping | None = None
    waivers: Path | None = None
    baseline: Path | None = None
    fail_on: Severity | None = None
    fail_on_new: bool = False
    now: str | None = None
    output: Path | None = None
    formats: tuple[str, ...] = ()
    stdout: str | None = None
    quiet: bool = False
    no_color: bool = False
    log_format: str | None = None
    manner: Manner = field(default_factory=Manner)
    executor: str | None = None


def load_config(path: str | Path) -> Config:
    """The configuration of a file; InvalidInput with every problem that it has."""
    document = load_document(path)
    problems = [*config_shape().check(document.root, "a configuration"), *misplaced(document.root)]
    if problems:
        raise InvalidInput(problems)
    return _config(document, cast("Mapping", document.root))


def _config(document: Document, root: Mapping) -> Config:
    """The configuration of a root that was checked and has no problems."""
    folder = Path(document.path).parent
    said: dict[str, Any] = root.plain()
    return Config(
        path=document.path,
        sha256=document.sha256,
        targets=tuple(each for node in root.mappings("targets") for each in _targets(node)),
        policies=tuple(folder / path for path in said.get("policies", ())),
        rules=tuple(said.get("rules", ())),
        params=root.mapping("params"),
        waivers=_path(folder, said.get("waivers")),
        baseline=_path(folder, said.get("baseline")),
        fail_on=Severity(said["fail_on"]) if "fail_on" in said else None,
        fail_on_new=said.get("fail_on_new", False),
        now=canonical(said["now"]) if "now" in said else None,
        output=_path(folder, said.get("output")),
        formats=tuple(dict.fromkeys(said.get("formats", ()))),
        stdout=said.get("stdout"),
        quiet=said.get("quiet", False),
        no_color=said.get("no_color", False),
        log_format=said.get("log_format"),
        manner=_manner(said),
        executor=said.get("executor"),
    )


def _manner(said: dict[str, Any]) -> Manner:
    usual = Manner()
    return Manner(
        said.get("max_concurrency", usual.concurrency),
        said.get("max_rate", usual.max_rate),
        said.get("settle", usual.settle),
    )


def _path(folder: Path, said: str | None) -> Path | None:
    return None if said is None else folder / said


def _targets(node: Mapping) -> Iterator[Target]:
    """A target as a source knows it: one for each of its regions, all of the same name."""
    said: dict[str, Any] = node.plain()
    memberships = said["memberships"]
    for region in _regions(said):
        yield Target(
            name=said["name"],
            region=region,
            account=stated_account(node),
            role_arn=said.get("role_arn"),
            external_id=said.get("external_id"),
            profile=said.get("profile"),
            memberships=ALL if memberships == ALL.value else tuple(map(_membership, memberships)),
            role_name=said.get("role_name"),
        )


def _regions(said: dict[str, Any]) -> tuple[str, ...]:
    """The regions of a target, each once."""
    regions = said.get("regions")
    if regions == ALL.value:
        partition = said["role_arn"].split(":")[1] if "role_arn" in said else "aws"
        return service.regions(partition)
    return tuple(dict.fromkeys(regions or [said["region"]]))


def _membership(said: dict[str, Any]) -> Membership:
    if said["models"] == ALL.value:
        return Membership(said["id"])
    arns = tuple(text for text in said["models"] if not is_pattern(text))
    return Membership(said["id"], arns, tuple(filter(is_pattern, said["models"])))
