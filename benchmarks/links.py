"""Measure the link score on labelled pairs, beside a simple rule and its peers.

    python benchmarks/links.py RECORDS.csv PAIRS.csv [--json] [--curve] [--folds] [--peers]

RECORDS.csv has the columns ``source,id,iso3,place,date_start,date_end,category,text,url``, PAIRS.csv ``left_source,
left_id,right_source,right_id,iso3,label``. Pairs labelled *unsure* are left out. Precision, recall and F1 are those of
*same* against the rest. ``--folds`` also fits the weights without each country in turn and scores that country with
them; ``--peers`` installs splink and recordlinkage the first time, into ``build/venv-peers-links`` of the checkout.
"""

import argparse
import json
import random
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "scripts"), str(Path(__file__).parent)]

from links_figures import by_sources, curve, figures, rule, summary, table, three_answers  # noqa: E402
from links_peers import PEERS  # noqa: E402
from train_links import STRENGTHS, Floats, Pair, design, expectations, fit, read_pairs, read_rows, targets  # noqa: E402

from civic_tracker.linking import Profile, compare, score  # noqa: E402
from civic_tracker.linking.score import LINKED_FROM, SAME_FROM, verdict  # noqa: E402

PEERS_HOME = ROOT / "build" / "venv-peers-links"
PINNED = ("splink==5.0.0", "recordlinkage==0.16", "setuptools<81")
SEEDS = range(5)
FOLDS = 10
SPEED_ROUNDS = 20
RESAMPLINGS = 2000
SHAKES = 40


def folds_of(pairs: Sequence[Pair], seed: int | None) -> list[int]:
    """The fold of each pair: one for each country, or with a seed ten groups of countries of about equal size."""
    sizes = {name: sum(pair.country == name for pair in pairs) for name in sorted({pair.country for pair in pairs})}
    if seed is None:
        number = {name: place for place, name in enumerate(sizes)}
    else:
        order = list(sizes)
        random.Random(seed).shuffle(order)  # noqa: S311
        filled, number = [0] * FOLDS, {}
        for name in sorted(order, key=lambda name: -sizes[name]):
            number[name] = filled.index(min(filled))
            filled[number[name]] += sizes[name]
    return [number[pair.country] for pair in pairs]


def held_out(
    pairs: Sequence[Pair], folds: Sequence[int], model: str, *, expected: Floats | None = None, strength: float = 0
) -> list[float]:
    """The score of each pair by weights fitted without its fold, from what the table expects unless told otherwise."""
    rows = read_rows()
    matrix, labels = design(pairs, rows), targets(pairs)[model]
    hoped = expectations(rows)[model] if expected is None else expected
    found = np.zeros(len(pairs))
    at = np.array(folds)
    for fold in sorted(set(folds)):
        inside = at == fold
        weights = fit(matrix[~inside], labels[~inside], hoped, strength or STRENGTHS[model])
        found[inside] = 1 / (1 + np.exp(-matrix[inside] @ weights))
    return [float(one) for one in found]


def shaken(pairs: Sequence[Pair]) -> list[float]:
    """Precision at a recall of 0.80 when each expectation is changed by about 30 %: 5, 50 and 95 % of the draws."""
    chance, folds = np.random.default_rng(0), folds_of(pairs, 0)
    hoped = expectations(read_rows())["same"]
    drawn = [
        summary(held_out(pairs, folds, "same", expected=hoped * np.exp(chance.normal(0, 0.3, len(hoped)))), pairs)
        for _ in range(SHAKES)
    ]
    found = sorted(one["precision_at_recall_0.80"] for one in drawn)
    return [found[SHAKES * share // 100] for share in (5, 50, 95)]


def cross_validated(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Everything that ``--folds`` adds."""
    each = folds_of(pairs, None)
    scores, linked = held_out(pairs, each, "same"), held_out(pairs, each, "linked")
    said = [verdict(*both) for both in zip(scores, linked, strict=True)]
    same = [answer == "same" for answer in said]
    groups = [held_out(pairs, folds_of(pairs, seed), "same") for seed in SEEDS]
    rows = read_rows()
    hoped = expectations(rows)["same"]
    return {
        "at_threshold": figures(same, pairs).row(),
        "curve": summary(scores, pairs),
        "by_sources": by_sources(same, pairs),
        "answers": three_answers(pairs, said),
        "resampled": resampled(scores, pairs),
        "ten_groups_at_threshold": [figures([s >= SAME_FROM for s in group], pairs).row() for group in groups],
        "ten_groups": [summary(group, pairs) for group in groups],
        "without_expectations": summary(held_out(pairs, each, "same", expected=0 * hoped, strength=2), pairs),
        "signs_of_expectations": summary(held_out(pairs, each, "same", expected=np.sign(hoped), strength=4), pairs),
        "expectations_alone": summary([float(one) for one in design(pairs, rows) @ hoped], pairs),
        "shaken": shaken(pairs),
    }


def resampled(scores: Sequence[float], pairs: Sequence[Pair]) -> dict[str, list[float]]:
    """Precision and recall at the threshold if other countries of the same sort had been drawn: 5, 50 and 95 %."""
    chance = random.Random(1)  # noqa: S311
    by_country: dict[str, list[int]] = {}
    for number, pair in enumerate(pairs):
        by_country.setdefault(pair.country, []).append(number)
    names = sorted(by_country)
    drawn: list[dict[str, float]] = []
    for _ in range(RESAMPLINGS):
        chosen = [number for name in chance.choices(names, k=len(names)) for number in by_country[name]]
        drawn.append(figures([scores[n] >= SAME_FROM for n in chosen], [pairs[n] for n in chosen]).row())
    return {
        name: [sorted(one[name] for one in drawn)[RESAMPLINGS * share // 100] for share in (5, 50, 95)]
        for name in ("precision", "recall")
    }


def speed(pairs: Sequence[Pair]) -> float:
    """Pairs scored in a second on one core, records read before."""
    started = time.perf_counter()
    for _ in range(SPEED_ROUNDS):
        for pair in pairs:
            score(pair.left, pair.right)
    return SPEED_ROUNDS * len(pairs) / (time.perf_counter() - started)


def measured(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Our figures with the committed weights, and those of the simple rule."""
    judged = [compare(pair.left, pair.right) for pair in pairs]
    same = [one.verdict == "same" for one in judged]
    rules: Mapping[str, Callable[[Pair], bool]] = {
        "rule, 7 days, ratio 60": lambda pair: rule(pair.left, pair.right),
        "rule, 7 days, ratio 40": lambda pair: rule(pair.left, pair.right, ratio=40),
        "rule, 3 days, no text": lambda pair: rule(pair.left, pair.right, days=3, ratio=0),
    }
    return {
        "pairs": len(pairs),
        "countries": len({pair.country for pair in pairs}),
        "thresholds": {"same": SAME_FROM, "linked": LINKED_FROM},
        "at_threshold": figures(same, pairs).row(),
        "curve": summary([one.score for one in judged], pairs),
        "by_sources": by_sources(same, pairs),
        "answers": three_answers(pairs, [one.verdict for one in judged]),
        "rules": {name: figures([said(pair) for pair in pairs], pairs).row() for name, said in rules.items()},
        "pairs_per_second": speed(pairs),
    }


def peers_python() -> Path:
    """The interpreter of the peers' environment, which is made and filled when it is not there."""
    python, marker = PEERS_HOME / "bin" / "python", PEERS_HOME / "installed.txt"
    if not marker.is_file() or marker.read_text(encoding="utf-8") != "\n".join(PINNED):
        print("setting up the peers' environment (some minutes, once)", file=sys.stderr)
        venv.create(PEERS_HOME, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", *PINNED]
        if subprocess.run(install, check=False).returncode:
            raise SystemExit(f"The peers could not be installed: {', '.join(PINNED)}. Leave out --peers.")
        marker.write_text("\n".join(PINNED), encoding="utf-8")
    return python


def peer(name: str, pairs: Sequence[Pair]) -> dict[str, float]:
    """One peer's figures, each country scored by a model that did not see it."""
    question = {
        "peer": name,
        "records": list({key(p): fields(p) for pair in pairs for p in (pair.left, pair.right)}.values()),
        "pairs": [
            {"left": key(pair.left), "right": key(pair.right), "label": pair.label, "fold": fold}
            for pair, fold in zip(pairs, folds_of(pairs, 0), strict=True)
        ],
    }
    command = [str(peers_python()), str(Path(__file__).with_name("links_peers.py"))]
    done = subprocess.run(command, input=json.dumps(question), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed: {done.stderr.strip().splitlines()[-1]}")
    answered = json.loads(done.stdout.strip().splitlines()[-1])
    return {**summary(answered["scores"], pairs), "seconds": answered["seconds"]}


def key(p: Profile) -> str:
    return f"{p.source}:{p.id}"


def fields(p: Profile) -> dict[str, Any]:
    """What a peer is told of a record."""
    return {
        "key": key(p),
        "country": p.country,
        "start": p.start.isoformat() if p.start else "",
        "end": p.end.isoformat() if p.end else "",
        "kind": " ".join(sorted(p.kinds)),
        "kinds": sorted(p.kinds),
        "place": p.place,
        "text": p.text,
        "host": min(p.hosts, default=""),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("records", type=Path, metavar="RECORDS.csv")
    parser.add_argument("pairs", type=Path, metavar="PAIRS.csv")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--curve", action="store_true", help="print precision and recall at every score")
    parser.add_argument("--folds", action="store_true", help="fit without each country, and score it")
    parser.add_argument("--peers", action="store_true", help="measure the peers in the same run")
    asked = parser.parse_args()
    pairs = read_pairs(asked.records, asked.pairs)
    found: dict[str, Any] = {"ours": measured(pairs)}
    if asked.folds:
        found["folds"] = cross_validated(pairs)
    if asked.peers:
        found["peers"] = {name: peer(name, pairs) for name in PEERS}
    if asked.curve:
        found["curve"] = curve([score(pair.left, pair.right) for pair in pairs], pairs)
    print(json.dumps(found, indent=2, ensure_ascii=False) if asked.json else table(found))


if __name__ == "__main__":
    main()
