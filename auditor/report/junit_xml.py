"""Suites and cases as XML, in the elements and attributes that all schemas of JUnit's format know.

There is no official one. So there are no messages on ``skipped`` and no counters on ``testsuites``,
no time has a zone or an exponent, and what a case printed stands in its result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from auditor.report.hostile import visible

LONGEST = 4000
"""Characters up to which a text is written whole."""

# Escapes make a text longer, at most so much that a character becomes ten.
_ROOM = 10 * LONGEST


class Result(Struct, frozen=True):
    """What came of a case; ``kind`` is failure, error or skipped, and empty where it passed."""

    kind: str = ""
    message: str = ""
    type: str = ""
    lines: Sequence[str] = ()


class Case(Struct, frozen=True):
    """A test case; its name and its class name tell it apart from all others."""

    name: str
    classname: str
    result: Result


class Suite(Struct, frozen=True):
    """A test suite; ``properties`` are not empty, and ``seconds`` is how long it took."""

    name: str
    properties: Mapping[str, str]
    cases: Sequence[Case]
    lines: Sequence[str] = field(default=())
    seconds: float = 0.0

    def xml(self, number: int, timestamp: str) -> str:
        """The element; ``number`` counts the suites from 0, and the timestamp has no zone."""
        counts = Counter(case.result.kind for case in self.cases)
        properties = "".join(
            f'      <property name="{_xml(name)}" value="{_xml(value)}"/>\n'
            for name, value in self.properties.items()
        )
        return (
            f'  <testsuite name="{_xml(self.name)}" package="auditor" id="{number}"'
            f' tests="{len(self.cases)}" failures="{counts["failure"]}"'
            f' errors="{counts["error"]}" skipped="{counts["skipped"]}"'
            f' time="{self.seconds:.3f}" timestamp="{timestamp}" hostname="localhost">\n'
            f"    <properties>\n{properties}    </properties>\n"
            f"{''.join(map(_case, self.cases))}"
            f"    <system-out>{_text(self.lines)}</system-out>\n"
            "    <system-err/>\n"
            "  </testsuite>\n"
        )


def _case(case: Case) -> str:
    # NOTE: to a CI system a dot in a class name begins another package.
    classname = _xml(case.classname).replace(".", "_")
    head = f'    <testcase name="{_xml(case.name)}" classname="{classname}" time="0"'
    result = case.result
    if not result.kind:
        return f"{head}/>\n"
    if result.kind == "skipped":
        inside = f"<skipped>{_text(result.lines or (result.message,))}</skipped>"
    else:
        kind, message = result.kind, _xml(result.message)
        opened = f'<{kind} message="{message}" type="{_xml(result.type)}">'
        inside = f"{opened}{_text(result.lines)}</{kind}>"
    return f"{head}>\n      {inside}\n    </testcase>\n"


def _text(lines: Sequence[str]) -> str:
    return "\n".join(map(_xml, lines))


def _xml(text: str) -> str:
    """The text on one line, with no character that XML forbids or reads."""
    shown = visible(text, _ROOM)
    # NOTE: this is much quicker than one `translate`; the ampersand comes first.
    shown = shown.replace("&", "&amp;").replace("<", "&lt;")
    return shown.replace(">", "&gt;").replace('"', "&quot;")
