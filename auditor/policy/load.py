"""Policy files to policies: all problems of all files at once, or values that can be relied on.

What the expressions mean is not looked at here: `auditor.policy.check`.
"""

from __future__ import annotations

from collections import abc
from pathlib import Path

from msgspec import Struct

import auditor
from auditor.errors import InvalidInput, Problem
from auditor.policy.advice import of_whole
from auditor.policy.build import build_policy
from auditor.policy.document import Document, load_document
from auditor.policy.node import Mapping
from auditor.policy.rule import Policy
from auditor.policy.schema import POLICY
from auditor.policy.structure import repeated
from auditor.policy.together import problems_together

_SUFFIXES = {".yaml", ".yml"}


def shipped() -> Path:
    """The folder of the policies that come with the program."""
    package = Path(auditor.__file__).parent
    installed = package / "_policies"
    return installed if installed.is_dir() else package.parent / "policies"


def evidence_name(path: str | Path) -> str:
    """A policy file as reports name it: where the program is installed says nothing."""
    path = Path(path)
    return f"shipped:{path.name}" if path.parent == shipped() else str(path)


def load_policy(path: str | Path) -> Policy:
    """The policy of one file; InvalidInput with every problem that the file has."""
    return load_policies([path])[0]


class Drafts(Struct, frozen=True):
    """What could be made of policy files, and what is wrong with their structure.

    Each policy holds the rules that have no problem of structure; it is not to be run while there
    are any problems.
    """

    policies: tuple[Policy, ...]
    problems: tuple[Problem, ...]


def load_policies(paths: abc.Iterable[str | Path]) -> tuple[Policy, ...]:
    """The policies of files, and of the YAML files that stand directly in folders.

    Raises InvalidInput with every problem of every file, also where two rules or two policies
    have one name, and where there is no policy at all.
    """
    drafts = draft_policies(paths)
    if drafts.problems:
        raise InvalidInput(drafts.problems)
    return drafts.policies


def draft_policies(paths: abc.Iterable[str | Path]) -> Drafts:
    """The same, with as much of each file as can be looked at further."""
    files, problems = _files(paths)
    documents: list[Document] = []
    for path in files:
        try:
            documents.append(load_document(path))
        except InvalidInput as error:
            problems += error.problems
    policies = []
    for document in documents:
        found = [*POLICY.check(document.root, "a policy"), *problems_together(document.root)]
        policies.append(build_policy(document, {problem.line for problem in found}))
        problems += found
    problems += _repeated(documents)
    return Drafts(tuple(policies), tuple(problems))


def _files(paths: abc.Iterable[str | Path]) -> tuple[tuple[Path, ...], list[Problem]]:
    """Every file that is meant, once, and the paths that mean none."""
    files: dict[Path, Path] = {}
    problems: list[Problem] = []
    named = [Path(path) for path in paths]
    for path in named:
        found = _in_folder(path) if path.is_dir() else [path]
        files |= {file.absolute(): file for file in found if file.absolute() not in files}
        if not found:
            message = "the folder holds no .yaml and no .yml file that can be listed"
            problems.append(of_whole(str(path), "no-policy", message))
    if not named:
        problems.append(of_whole("policies", "no-policy", "no policy file was named"))
    return tuple(files.values()), problems


def _in_folder(folder: Path) -> list[Path]:
    """The YAML files of a folder by name, but for hidden ones, which editors leave behind."""
    try:
        found = sorted(folder.iterdir())
    except OSError:
        return []
    return [
        path
        for path in found
        if path.suffix in _SUFFIXES and not path.name.startswith(".") and not path.is_dir()
    ]


def _repeated(documents: abc.Iterable[Document]) -> abc.Iterator[Problem]:
    """Names of policies and ids of rules that are not the first of their kind."""
    roots = [document.root for document in documents]
    maps = [root for root in roots if isinstance(root, Mapping)]
    names = [root.scalar("policy") for root in maps]
    ids = [rule.scalar("id") for root in maps for rule in root.mappings("rules")]
    yield from repeated("duplicate-policy", "name of the policy", names)
    yield from repeated("duplicate-rule", "id of the rule", ids)
