"""Many random expressions on many random documents, against the oracle; prints the seed.

    python -m tests.language.soak --pairs 100000 --seed 7

As many pairs again are judged as rules on version rows, by the loop where it takes them. Ends
with 1 at the first difference, which the same seed shows again.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from random import Random
from unittest import mock

from auditor.expression import program
from auditor.expression.emit import Run
from tests.language import grammar, oracle, versions

RUN = Run(grammar.NOW, grammar.PARAMS)


def difference(text: str, document: object) -> str:
    """How engine and oracle differ on an expression and a document; empty if they do not."""
    wanted = oracle.expected(text, document, RUN)
    found = oracle.given(text, document, RUN)
    if wanted.agrees(found) or oracle.refused_for_size(text):
        return ""
    return f"{text!r}\n  on {document!r}\n  oracle {wanted}\n  engine {found}"


def expressions(rng: Random, pairs: int) -> str:
    """The first difference in so many expressions, each on a document; empty if there is none."""
    for _ in range(pairs):
        found = difference(grammar.expression(rng), grammar.document(rng))
        if found:
            return found
    return ""


def rules(rng: Random) -> tuple[str, int, int]:
    """Some rules on some rows: how they differ, the pairs, and those that the loop judged."""
    chosen = [versions.rule(rng) for _ in range(1 + rng.randrange(3))]
    spoilt = rng.randrange(3)
    rows = [versions.row(rng, conforming=rng.randrange(10) >= spoilt) for _ in range(20)]
    with mock.patch.object(program, "BATCH", rng.choice((4, 16, 512))):
        compiled = versions.program(chosen)
        tallies = compiled.judge(rows)
    for rule, tally in zip(chosen, tallies, strict=True):
        wanted, found = versions.oracle_says(rule, rows), versions.engine_says(tally)
        if wanted != found:
            return f"{rule}\n  on {rows!r}\n  oracle {wanted}\n  engine {found}", 0, 0
    quick = sum(compiled.fused(number) for number in range(len(chosen)))
    return "", len(chosen) * len(rows), quick * len(rows)


def main(arguments: list[str]) -> int:
    """The exit code: 0 without a difference, else 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args(arguments)
    warnings.simplefilter("ignore", PendingDeprecationWarning)
    say = sys.stdout.write
    say(f"seed {asked.seed}\n")
    found = expressions(grammar.seeded(asked.seed), asked.pairs)
    judged = quick = 0
    rng = grammar.seeded(asked.seed)
    while not found and judged < asked.pairs:
        found, pairs, fused = rules(rng)
        judged, quick = judged + pairs, quick + fused
    if found:
        say(f"a difference: {found}\n")
        return 1
    say(f"{asked.pairs} pairs of expression and document: no difference\n")
    say(f"{judged} pairs of rule and row, {quick} of rules in the loop: no difference\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
