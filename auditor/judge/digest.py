"""What a waiver can be bound to: the rule as it is written, and the values that it read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from auditor.policy.rule import Rule
from auditor.report.encoding import line


def rule_digest(rule: Rule) -> str:
    """32 hexadecimal digits that change when a rule's ``when``, its test or its mode does.

    Titles, severities and texts for people are no part of it.
    """
    when = rule.when.text.strip() if rule.when else None
    return _digest([rule.mode, when, rule.test.text.strip()])


def seen_digest(rule: str, observed: Mapping[str, Any]) -> str:
    """The digest of a waiver: that of the rule, and one of the values that a finding shows.

    A finding that was read back from its JSON gives the same digest.
    """
    return f"{rule}-{_digest(observed)}"


def _digest(value: Any) -> str:
    return hashlib.sha256(line(value).encode()).hexdigest()[:32]
