"""The figures that ``docs/linking.md`` promises, on labelled pairs of real records."""

import csv
import subprocess
import sys
from pathlib import Path

from civic_tracker.linking import compare, from_row, profile


def test_the_same_act_is_found_and_few_others_are_taken_for_it(labelled_pairs: tuple[Path, Path]) -> None:
    records, pairs = labelled_pairs
    with records.open(encoding="utf-8-sig", newline="") as lines:
        profiles = {(row["source"], row["id"]): profile(from_row(row)) for row in csv.DictReader(lines)}
    with pairs.open(encoding="utf-8-sig", newline="") as lines:
        labelled = [row for row in csv.DictReader(lines) if row["label"] != "unsure"]
    said = [
        compare(profiles[row["left_source"], row["left_id"]], profiles[row["right_source"], row["right_id"]])
        for row in labelled
    ]
    same = [row["label"] == "same" for row in labelled]
    right = sum(one and judged.verdict == "same" for one, judged in zip(same, said, strict=True))
    assert right / sum(judged.verdict == "same" for judged in said) >= 0.95
    assert right / sum(same) >= 0.80
    linked = [row["label"] != "different" for row in labelled]
    agreed = sum(one == (judged.verdict != "different") for one, judged in zip(linked, said, strict=True))
    assert agreed / len(labelled) >= 0.80


def test_the_committed_weights_are_what_the_pairs_give(labelled_pairs: tuple[Path, Path]) -> None:
    script = Path(__file__).parents[2] / "scripts" / "train_links.py"
    command = [sys.executable, str(script), *map(str, labelled_pairs), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
