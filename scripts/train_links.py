"""Fit the weights of the link score to labelled pairs, and write them to ``mappings/link_weights.csv``.

    python scripts/train_links.py RECORDS.csv PAIRS.csv [--check]

The columns ``expected_same`` and ``expected_linked`` of the table are what a person who knows the field expects; they
are edited by hand. The fit is a logistic regression whose penalty pulls each weight to that expectation, where the
usual one pulls to nought (so scikit-learn's cannot be used): an answer that few pairs have keeps what is expected, one
that many have moves to what they tell. The loss is convex and solved by Newton's method, so the same files give the
same table. Needs numpy, which comes with pandas.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from civic_tracker.linking import Profile, from_row, profile  # noqa: E402
from civic_tracker.linking.features import answers  # noqa: E402
from civic_tracker.linking.score import ALWAYS, COLUMNS  # noqa: E402

TABLE = ROOT / "mappings" / "link_weights.csv"
STRENGTH_SAME, STRENGTH_LINKED = 16.0, 8.0
"""How strongly the expectation holds. The figures hardly change from 8 to 32, and from 4 to 16."""

_UNBOUND = 1e-3
_ROUNDS = 50
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled pair."""

    left: Profile
    right: Profile
    label: str
    sources: str
    country: str


def read_pairs(records: Path, pairs: Path) -> list[Pair]:
    """The labelled pairs of two files of the benchmark's form, those labelled *unsure* left out."""
    with records.open(encoding="utf-8-sig", newline="") as lines:
        profiles = {(row["source"], row["id"]): profile(from_row(row)) for row in csv.DictReader(lines)}
    with pairs.open(encoding="utf-8-sig", newline="") as lines:
        return [
            Pair(
                profiles[row["left_source"], row["left_id"]],
                profiles[row["right_source"], row["right_id"]],
                row["label"],
                f"{row['left_source']}-{row['right_source']}",
                row["iso3"],
            )
            for row in csv.DictReader(lines)
            if row["label"] != "unsure"
        ]


def read_rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def design(pairs: Sequence[Pair], rows: Sequence[dict[str, str]]) -> Floats:
    """One line for each pair, one column for each row of the table: 1 where the pair has that answer."""
    column = {(row["feature"], row["answer"]): number for number, row in enumerate(rows)}
    matrix = np.zeros((len(pairs), len(rows)))
    for line, pair in zip(matrix, pairs, strict=True):
        line[[column[ALWAYS], *(column[answer] for answer in answers(pair.left, pair.right))]] = 1
    return matrix


def fit(matrix: Floats, labels: Floats, expected: Floats, strength: float) -> Floats:
    """The weights with the least loss: log-loss plus the squared distance from what is expected."""
    pull = np.full(matrix.shape[1], strength)
    pull[0] = _UNBOUND  # the row "always", which nothing is expected of
    found = expected.copy()
    for _ in range(_ROUNDS):
        shares = 1 / (1 + np.exp(-matrix @ found))
        slope = matrix.T @ (shares - labels) + pull * (found - expected)
        curvature = (matrix.T * (shares * (1 - shares))) @ matrix + np.diag(pull)
        change = np.linalg.solve(curvature, slope)
        found -= change
        if float(np.abs(change).max()) < 1e-10:
            break
    return found


def targets(pairs: Sequence[Pair]) -> dict[str, Floats]:
    """What each model is to tell: 1 or 0 for each pair."""
    return {
        "same": np.array([float(pair.label == "same") for pair in pairs]),
        "linked": np.array([float(pair.label != "different") for pair in pairs]),
    }


def expectations(rows: Sequence[dict[str, str]]) -> dict[str, Floats]:
    return {name: np.array([float(row[f"expected_{name}"]) for row in rows]) for name in ("same", "linked")}


STRENGTHS = {"same": STRENGTH_SAME, "linked": STRENGTH_LINKED}


def trained(pairs: Sequence[Pair], rows: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """The rows of the table with the weights that the pairs give."""
    matrix, labels, expected = design(pairs, rows), targets(pairs), expectations(rows)
    found = {name: fit(matrix, labels[name], expected[name], STRENGTHS[name]) for name in STRENGTHS}
    counts = matrix.sum(axis=0)
    return [
        row | {name: f"{weights[number]:.3f}" for name, weights in found.items()} | {"pairs": f"{counts[number]:.0f}"}
        for number, row in enumerate(rows)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("records", type=Path, metavar="RECORDS.csv")
    parser.add_argument("pairs", type=Path, metavar="PAIRS.csv")
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the table would change")
    asked = parser.parse_args()
    before = read_rows()
    after = trained(read_pairs(asked.records, asked.pairs), before)
    if asked.check:
        sys.exit(f"{TABLE.name} is not what these pairs give" if after != before else 0)
    with TABLE.open("w", encoding="utf-8", newline="") as lines:
        table = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(after)


if __name__ == "__main__":
    main()
