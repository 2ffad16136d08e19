"""`auditor iam-policy`: the least that AWS must allow for exactly this configuration."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from typing import Any

from auditor import timestamps
from auditor.cli.options import RunOptions, add_rule_options, beside
from auditor.cli.output import note
from auditor.cli.rules import rules_asked_for
from auditor.cli.scan import add_config, configuration
from auditor.errors import UsageError
from auditor.expression.nearest import suggestion
from auditor.judge.wanted import rules_reading_details
from auditor.source.iam import hub_policy, hub_roles, policies
from auditor.source.plan import Target

_START = "the identity that a scan starts with"


def options(parser: ArgumentParser) -> None:
    """Add the configuration, which rules are meant, and whose policy."""
    add_config(parser)
    parser.add_argument("--target", metavar="NAME", help="only for this target")
    parser.add_argument(
        "--hub",
        action="store_true",
        help="for the identities that take on the targets' roles, instead of the roles themselves",
    )
    add_rule_options(parser)


def run(parsed: Namespace) -> int:
    """Print one policy, or an object of several by whose they are; nothing is called."""
    config = configuration(parsed.config)
    given = RunOptions(
        tuple(parsed.policy), tuple(parsed.rule), params=dict(parsed.param), no_waivers=True
    )
    rules = rules_asked_for(beside(given, config), timestamps.now())
    targets = _meant(config.targets, parsed.target)
    hub = _hubs(targets)
    if parsed.hub and not hub:
        raise UsageError("no target takes on a role", "leave --hub out")
    details = bool(rules_reading_details(rules.ready))
    documents = hub if parsed.hub else policies(targets, details=details)
    print(json.dumps(_alone(documents), indent=2))
    if hub and not parsed.hub:
        note("what takes on these roles needs: auditor iam-policy --hub", quiet=False)
    return 0


def _meant(targets: Sequence[Target], name: str | None) -> Sequence[Target]:
    """The target of that name in all its regions, or all targets."""
    meant = [target for target in targets if name in (None, target.name)]
    if not meant:
        names = [target.name for target in targets]
        raise UsageError(f"--target: there is no target {name}", suggestion(str(name), names))
    return meant


def _hubs(targets: Sequence[Target]) -> Mapping[str, Any]:
    first = hub_policy(targets)
    return {**({_START: first} if first else {}), **hub_roles(targets)}


def _alone(documents: Mapping[str, Any]) -> Any:
    """A document that is the only one stands alone: it can be given to AWS as it is."""
    (first, *others) = documents.values()
    return documents if others else first
