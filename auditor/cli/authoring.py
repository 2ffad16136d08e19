"""What authors of rules ask for: the generated code, why a rule says what it says, a new policy."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace, _SubParsersAction
from importlib.resources import files
from pathlib import Path
from typing import Any

from auditor.cli.check import recorded
from auditor.cli.options import RunOptions, assignment, timestamp
from auditor.cli.rules import rules_asked_for
from auditor.errors import UsageError
from auditor.expression.program import Program
from auditor.judge.explain import explain
from auditor.policy.check import ReadyRule
from auditor.policy.types import document_type

_NAME = re.compile(r"[a-z][a-z0-9-]*")


def add_actions(actions: _SubParsersAction[Any]) -> None:
    """Add ``explain`` and ``new`` to the actions of `auditor policy`."""
    own = actions.add_parser("explain", help="why a rule says what it says", allow_abbrev=False)
    _add_explain(own)
    own.set_defaults(action=_explain)
    new = actions.add_parser("new", help="a policy file to begin with", allow_abbrev=False)
    new.add_argument("name", metavar="NAME", help="its name: lower case, digits, hyphens")
    new.add_argument(
        "--folder", metavar="DIR", type=Path, default=Path("policies"), help="default: policies/"
    )
    new.set_defaults(action=_new)


def _add_explain(parser: ArgumentParser) -> None:
    parser.add_argument("rule_id", metavar="ID", help="the rule")
    parser.add_argument(
        "--resource",
        metavar="ARN[#VERSION]",
        required=True,
        help="a model, or one of its versions: an identifier, BASE or latest",
    )
    parser.add_argument(
        "--inventory",
        metavar="FILE",
        required=True,
        type=Path,
        help="a recorded inventory, or the folder of a run",
    )
    parser.add_argument("--policy", metavar="PATH", type=Path, action="append", default=[])
    parser.add_argument(
        "--param", metavar="NAME=VALUE", type=assignment, action="append", default=[]
    )
    parser.add_argument("--now", metavar="TIMESTAMP", type=timestamp)


def _explain(parsed: Namespace) -> int:
    """Print the expressions of a rule with the value of each part beneath its text."""
    source = recorded(parsed.inventory)
    asked = RunOptions(policies=tuple(parsed.policy), params=dict(parsed.param))
    rules = rules_asked_for(asked, parsed.now or source.header.now)
    arn, _, version = parsed.resource.partition("#")
    ready = _rule(rules.ready, parsed.rule_id)
    for line in explain(ready, source.records(), arn, version or None).lines():
        print(line)
    return 0


def _rule(rules: tuple[ReadyRule, ...], name: str) -> ReadyRule:
    for ready in rules:
        if ready.rule.id == name:
            return ready
    raise UsageError(f"no policy has a rule {name}", "auditor policy list")


def generated(ready: ReadyRule) -> str:
    """The Python that a rule is compiled to, with the constants that it names."""
    program = Program([ready.compiled()], document_type(ready.rule.kind))
    parts = ["# in general: right for every document", program.code(0)]
    if program.fused(0):
        constants = (f"# {name} = {value!r}" for name, value in program.constants.items())
        parts += ["", "# in the loop: for documents that are as AWS promises", program.source]
        parts += constants
    return "\n".join(parts)


def _new(parsed: Namespace) -> int:
    """Write a policy with one rule, its examples and its parameter; never over a file."""
    if not _NAME.fullmatch(parsed.name):
        raise UsageError(f"{parsed.name!r} is no name of a policy", "lower case, digits, hyphens")
    path = parsed.folder / f"{parsed.name}.yaml"
    template = files("auditor.cli").joinpath("templates", "own.yaml").read_text(encoding="utf-8")
    prefix = re.sub(r"[^A-Z0-9]", "", parsed.name.upper())
    text = template.replace("policy: own", f"policy: {parsed.name}")
    try:
        parsed.folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text.replace("OWN-001", f"{prefix}-001"))
    except FileExistsError as error:
        raise UsageError(f"{path} is there already", "choose another name") from error
    except OSError as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror}", "choose another --folder"
        ) from error
    print(f"wrote {path}")
    print(f"next: auditor policy check {path}, auditor policy test {path}")
    return 0
