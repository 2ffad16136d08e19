"""The compiled language beside its peers, and what compiling costs.

    python -m benchmarks.language --python VENV/bin/python [--bench ../shared/bench]

The peers and the harness are not part of this project: ``--bench`` is the folder of the harness,
``--python`` the interpreter of an environment that has the peers in it (docs/benchmarks.md). The
harness runs all engines in turns and compares their answers. Ends with 1 where answers differ or
a target is missed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from auditor.expression.check import Scope
from auditor.expression.emit import Run
from auditor.expression.program import CheckedRule, Program
from auditor.expression.rulecheck import RuleText, check_rule
from auditor.policy.types import document_type
from benchmarks.engine import NOW, RULES

OURS = "benchmarks.engine:Engine"
TARGETS: Mapping[str, float] = {
    "lambdas": 1,
    "jmespath": 35,
    "c7n": 20,
    "regorus": 6,
    "jsoncons": 3.5,
}
"""How many times as long as this engine each peer takes, at least."""
RULE_COUNT = 50
COMPILE_LIMIT = 0.150
"""Seconds for checking and compiling so many rules."""

CHECKOUT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """The exit code: 0 where all answers are equal and every target holds."""
    asked = _parser().parse_args(arguments)
    lines = _measured(asked)
    if lines is None:
        return 1
    ours = lines[OURS]
    print(f"{'engine':28} {'us a record and rule':>20}  {'min..max':>15} {'x ours':>8}")
    for name, line in lines.items():
        spread = f"{line['us_min']:.3f}..{line['us_max']:.3f}"
        ratio = line["us_per_record_rule"] / ours["us_per_record_rule"]
        print(f"{name:28} {line['us_per_record_rule']:20.4f}  {spread:>15} {ratio:8.2f}")
    print("\nall engines gave the same answers")
    held = [*_targets(lines), _compiling()]
    return 0 if all(held) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--python", default=sys.executable, help="interpreter with the peers")
    parser.add_argument("--bench", type=Path, default=CHECKOUT.parent / "shared" / "bench")
    parser.add_argument("--engines", default="all", help="peers to run, with commas")
    parser.add_argument("--n", type=int, default=20_000, help="records")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=3)
    return parser


def _measured(asked: argparse.Namespace) -> dict[str, dict[str, float]] | None:
    """The harness's figures of each engine; None where it failed or answers differed."""
    harness = asked.bench.resolve() / "peers.py"
    options = {"--n": asked.n, "--rounds": asked.rounds, "--repeat": asked.repeat}
    written = [text for pair in options.items() for text in map(str, pair)]
    done = subprocess.run(
        [asked.python, "-B", harness, *asked.engines.split(","), OURS, *written],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"the harness ended with {done.returncode}", file=sys.stderr)
        return None
    found = map(json.loads, done.stdout.splitlines())
    return {line["engine"]: line for line in found}


def _targets(lines: Mapping[str, Mapping[str, float]]) -> Iterator[bool]:
    """Whether each target holds, said as it is found out."""
    for name, least in TARGETS.items():
        if name in lines:
            ratio = lines[name]["us_per_record_rule"] / lines[OURS]["us_per_record_rule"]
            print(
                f"{_word(held=ratio >= least)}  {name}: {ratio:.2f} times as long, {least} wanted"
            )
            yield ratio >= least


def _word(*, held: bool) -> str:
    return "holds " if held else "MISSED"


def _compiling() -> bool:
    """Whether rules are checked and compiled quickly enough, in the median of some times."""
    texts = [
        f"({text}) && length(name) > `{number}`"
        for number in range(RULE_COUNT // len(RULES))
        for text in RULES.values()
    ]
    took = statistics.median(_compiled(texts) for _ in range(7))
    held = took < COMPILE_LIMIT
    print(
        f"{_word(held=held)}  {len(texts)} rules are checked and compiled in {took * 1000:.0f} ms,"
        f" less than {COMPILE_LIMIT * 1000:.0f} wanted"
    )
    return held


def _compiled(texts: list[str]) -> float:
    """Seconds for checking rules and compiling them in both of their forms."""
    kind = document_type("version")
    started = time.perf_counter()
    message = "version {versionIdentifier} failed {age(updateTime)} ago"
    checked = [check_rule(RuleText("deny", text, message=message), Scope(kind)) for text in texts]
    trees = [each.test for each in checked if each.sound and each.test is not None]
    program = Program([CheckedRule("deny", tree, None, Run(NOW)) for tree in trees], kind)
    for number in range(len(texts)):
        program.general(number)
    return time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
