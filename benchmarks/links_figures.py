"""Figures of the link benchmark: counts, curves, the simple rule, and the tables in which they are printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz
from train_links import Pair

from civic_tracker.linking import Profile
from civic_tracker.linking.profile import MOVEMENT

LABELS = ("same", "related", "different")
Scores = Sequence[float]


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of *same* against the rest."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.right + self.missed, 1)

    def row(self) -> dict[str, float]:
        total = self.precision + self.recall
        f1 = 2 * self.precision * self.recall / total if total else 0.0
        return {"precision": self.precision, "recall": self.recall, "f1": f1}


def figures(said: Sequence[bool], pairs: Sequence[Pair]) -> Figures:
    """The counts of a yes or no for each pair."""
    is_same = [pair.label == "same" for pair in pairs]
    right = sum(a and b for a, b in zip(said, is_same, strict=True))
    return Figures(right, sum(said) - right, sum(is_same) - right)


def by_sources(said: Sequence[bool], pairs: Sequence[Pair]) -> dict[str, dict[str, float]]:
    """The figures of each pair of sources, and how many pairs that are."""
    found: dict[str, dict[str, float]] = {}
    for name in sorted({pair.sources for pair in pairs}):
        chosen = [number for number, pair in enumerate(pairs) if pair.sources == name]
        part = [pairs[number] for number in chosen]
        counts = figures([said[number] for number in chosen], part)
        found[name] = {"pairs": len(part), "same": counts.right + counts.missed, "wrong": counts.wrong, **counts.row()}
    return found


def curve(scores: Scores, pairs: Sequence[Pair]) -> list[dict[str, float]]:
    """Precision and recall at every score that occurs, the highest first; pairs of one score stand together."""
    order = sorted(range(len(pairs)), key=lambda number: -scores[number])
    all_same = sum(pair.label == "same" for pair in pairs)
    points: list[dict[str, float]] = []
    right = 0
    for rank, number in enumerate(order, start=1):
        right += pairs[number].label == "same"
        if rank == len(order) or scores[order[rank]] != scores[number]:
            points.append({"score": scores[number], "precision": right / rank, "recall": right / max(all_same, 1)})
    return points


def summary(scores: Scores, pairs: Sequence[Pair]) -> dict[str, float]:
    """What the curve tells: the best precision at a recall of 0.80, the best recall at a precision of 0.95."""
    points = curve(scores, pairs)
    f1s = [2 * p["precision"] * p["recall"] / (p["precision"] + p["recall"]) for p in points if p["recall"]]
    steps = zip([0.0, *(point["recall"] for point in points)], points, strict=False)
    return {
        "precision_at_recall_0.80": max((p["precision"] for p in points if p["recall"] >= 0.80), default=0.0),
        "recall_at_precision_0.95": max((p["recall"] for p in points if p["precision"] >= 0.95), default=0.0),
        "best_f1": max(f1s, default=0.0),
        "average_precision": sum((point["recall"] - before) * point["precision"] for before, point in steps),
    }


def rule(a: Profile, b: Profile, *, days: int = 7, ratio: float = 60) -> bool:
    """The simple rule: same country, a kind in common, starts close to each other, alike in words."""
    if a.country != b.country or not a.start or not b.start or abs((a.start - b.start).days) > days:
        return False
    mine, theirs = (p.kinds | (MOVEMENT if p.kinds & MOVEMENT else frozenset()) for p in (a, b))
    if not ({"emergency"} if a.legal_basis else mine) & ({"emergency"} if b.legal_basis else theirs):
        return False
    return fuzz.token_set_ratio(a.text, b.text) >= ratio


def three_answers(pairs: Sequence[Pair], said: Sequence[str]) -> dict[str, dict[str, int]]:
    """How often a label got which answer."""
    return {
        label: {
            answer: sum(p.label == label and s == answer for p, s in zip(pairs, said, strict=True)) for answer in LABELS
        }
        for label in LABELS
    }


def line(name: str, row: Mapping[str, float]) -> str:
    return f"| {name} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} |"


def of_curve(name: str, row: Mapping[str, float]) -> str:
    return (
        f"| {name} | {row['precision_at_recall_0.80']:.3f} | {row['recall_at_precision_0.95']:.3f} | "
        f"{row['best_f1']:.3f} | {row['average_precision']:.3f} |"
    )


def table(found: Mapping[str, Any]) -> str:
    """The figures as Markdown tables."""
    ours = found["ours"]
    folded = found.get("folds")
    lines = [f"{ours['pairs']} pairs, {ours['countries']} countries; thresholds {ours['thresholds']}", ""]
    lines += ["| *same* against the rest | precision | recall | F1 |", "|---|--:|--:|--:|"]
    lines += [line("in-sample", ours["at_threshold"])]
    if folded:
        lines += [line("each country by weights of the others", folded["at_threshold"])]
        lines += [line(f"ten groups, {n}", row) for n, row in enumerate(folded["ten_groups_at_threshold"])]
        lines += [
            f"| the same, countries drawn anew: 5 to 95 % | {precision[0]:.3f} to {precision[2]:.3f} | "
            f"{recall[0]:.3f} to {recall[2]:.3f} | |"
            for precision, recall in [folded["resampled"].values()]
        ]
    lines += [line(name, row) for name, row in ours["rules"].items()]
    for title, part in (("in-sample", ours), ("cross-validated", folded)):
        if part:
            lines += ["", f"| {title} | pairs | same | falsely said | precision | recall | F1 |"]
            lines += ["|---|--:|--:|--:|--:|--:|--:|"]
            lines += [
                f"| {name} | {row['pairs']} | {row['same']} | {row['wrong']} | "
                + (f"{row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} |" if row["same"] else "| | |")
                for name, row in part["by_sources"].items()
            ]
            lines += ["", f"| {title}: label, answer | same | related | different |", "|---|--:|--:|--:|"]
            lines += [
                f"| {label} | {' | '.join(str(n) for n in row.values())} |" for label, row in part["answers"].items()
            ]
    lines += ["", "| curve | precision at recall 0.80 | recall at precision 0.95 | best F1 | average precision |"]
    lines += ["|---|--:|--:|--:|--:|", of_curve("in-sample", ours["curve"])]
    if folded:
        lines += [of_curve("each country by weights of the others", folded["curve"])]
        lines += [of_curve(f"ten groups, {n}", row) for n, row in enumerate(folded["ten_groups"])]
        lines += [of_curve("the same without expectations", folded["without_expectations"])]
        lines += [of_curve("the same, of expectations the sign alone", folded["signs_of_expectations"])]
        lines += [of_curve("expectations alone, nothing fitted", folded["expectations_alone"])]
        low, middle, high = folded["shaken"]
        lines += [f"| expectations changed by 30 %: median, 5 to 95 % | {middle:.3f}, {low:.3f} to {high:.3f} | | | |"]
    lines += [of_curve(name, row) for name, row in found.get("peers", {}).items()]
    lines += ["", f"{ours['pairs_per_second']:,.0f} pairs a second"]
    if "curve" in found:
        lines += ["", "| score | precision | recall |", "|--:|--:|--:|"]
        lines += [f"| {p['score']:.3f} | {p['precision']:.3f} | {p['recall']:.3f} |" for p in found["curve"]]
    return "\n".join(lines)
