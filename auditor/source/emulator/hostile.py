"""Texts that another company may have chosen to harm whoever prints them. Data, no code.

Each is meant for one reader: a browser, a terminal, a spreadsheet, a CI log, Markdown, a SIEM,
a shell, a template. Those with control characters break AWS's own pattern on purpose.
"""

from __future__ import annotations

NAMES = (
    "<img src=x onerror=alert(1)>",
    '=cmd|"/c calc"!A1',
    "::error::this model is fine",
    "| a | b | `c` |",
    "\u202eledom\u202c",
    "\x1b[31mred\x1b[0m",
    "n" * 63,
    "[click](javascript:alert(1))",
    "</script><script>alert(1)</script>",
    "@SUM(1+1)*2",
    "line one\nverdict: compliant",
    "${jndi:ldap://127.0.0.1/a}",
    "BASE",
    "'; DROP TABLE models; --",
    "CEF:0|vendor|product|1|id=1",
    "{{7*7}} {param('x')} %s %(name)s",
    "modèle de désabonnement 🚀",
    "zero\u200bwidth\u00a0spaces",
)
"""Names of models; at most 63 characters, as the service has it."""

DESCRIPTIONS = (
    "first line\r\nsecond line\n::set-output name=verdict::compliant",
    "<!-- hidden --><b onclick='alert(1)'>bold</b>&amp;",
    '+1-1|=HYPERLINK("http://127.0.0.1")',
    "\x1b]8;;http://127.0.0.1\x07link\x1b]8;;\x07 \x1b[2J",
    "# heading\n\n| table | of |\n|---|---|\n```\nfence",
    "\u2066right\u2069 \u202eto left",
    "nul \x00 bell \x07 back\b\b\b\b space",
    "line separator \u2028 paragraph separator \u2029",
    "]]></failure><system-out>",
    "d" * 255,
    "##[error] %0A%0D$(id) `id`",
    '"quoted", and, commas\\',
    "",
)
"""Descriptions of versions; at most 255 characters."""

MESSAGES = (
    "Training job failed: <a href='javascript:alert(1)'>details</a>",
    "AlgorithmError: \x1b[1;31mexit code 1\x1b[0m\nTraceback (most recent call last):",
    "=1+1 CapacityError | retry",
)
"""Messages of a status."""
