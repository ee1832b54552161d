"""Peers of the link score, run by ``links.py`` in an environment of their own, where they are installed.

Reads a JSON question from standard input: the name of a peer, the records (plain fields and broad kinds as lists), and
the pairs with label, country and fold. Answers with one score per pair, each pair scored by a model that saw no pair of
its country. Peers get the fields that their guides ask for: dates, texts, kinds, places, addresses; not our reading of
the texts.
"""

# mypy: disable-error-code="import-not-found"

import json
import logging
import sys
import time
import warnings
from typing import Any

Record = dict[str, Any]
Pair = dict[str, Any]
PEERS = ("splink", "splink, EM", "recordlinkage, logistic", "recordlinkage, ECM")
FAR_AWAY = 400.0


def recordlinkage_scores(peer: str, records: list[Record], pairs: list[Pair]) -> list[float]:
    """recordlinkage: its string and date comparisons; a logistic regression on labels, or ECM without them."""
    import pandas as pd
    import recordlinkage as rl

    frame = pd.DataFrame(records).set_index("key")
    index = pd.MultiIndex.from_tuples([(pair["left"], pair["right"]) for pair in pairs])
    compare = rl.Compare()
    compare.string("text", "text", method="qgram", label="qgram")
    compare.string("text", "text", method="cosine", label="cosine")
    compare.string("kind", "kind", method="jarowinkler", label="kind")
    compare.string("place", "place", method="jarowinkler", missing_value=0.5, label="place")
    compare.exact("host", "host", missing_value=0, label="host")
    found = compare.compute(index, frame)
    left, right = frame.loc[[pair["left"] for pair in pairs]], frame.loc[[pair["right"] for pair in pairs]]
    for name in ("start", "end"):
        one, other = (pd.to_datetime(side[name], errors="coerce").to_numpy() for side in (left, right))
        apart = abs((one - other) / pd.Timedelta(days=1).to_timedelta64())
        known = ~pd.isna(apart)
        found[f"{name} known"] = known.astype(float)
        for most in (0, 1, 3, 7, 21):
            found[f"{name} within {most}"] = [float(ok and days <= most) for ok, days in zip(known, apart, strict=True)]
    shared = [set(a) & set(b) for a, b in zip(left["kinds"], right["kinds"], strict=True)]
    found["kind shared"] = [float(bool(kinds)) for kinds in shared]
    scores = pd.Series(0.0, index=index)
    positions = pd.Series([pair["fold"] for pair in pairs], index=index)
    labels = pd.Series([pair["label"] == "same" for pair in pairs], index=index)
    for fold in sorted(set(positions)):
        inside = positions == fold
        if peer.endswith("ECM"):
            model = rl.ECMClassifier(binarize=0.6)
            model.fit(found[~inside])
        else:
            model = rl.LogisticRegressionClassifier()
            model.fit(found[~inside], labels.index[labels & ~inside])
        scores[inside] = model.prob(found[inside])
    return [float(score) for score in scores]


def splink_scores(peer: str, records: list[Record], pairs: list[Pair]) -> list[float]:
    """splink: its comparisons for dates and texts; u by sampling, m from labels, or both by EM without labels."""
    import pandas as pd
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.internals.duckdb.database_api import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    frame = pd.DataFrame(records).rename(columns={"key": "unique_id"})
    frame["words"] = [sorted(set(text.lower().split())) for text in frame["text"]]
    for name in ("start", "end", "host", "place", "text"):
        frame[name] = [value or None for value in frame[name]]

    def dates(column: str) -> Any:
        return cl.AbsoluteTimeDifferenceAtThresholds(
            column, input_is_string=True, metrics=["day"] * 4, thresholds=[1, 3, 7, 21]
        )

    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on("country")],
        comparisons=[
            dates("start"),
            dates("end"),
            cl.ArrayIntersectAtSizes("kinds", [2, 1]),
            cl.ArrayIntersectAtSizes("words", [20, 12, 8, 5]),
            cl.JaccardAtThresholds("text", [0.95, 0.85, 0.75]),
            cl.ExactMatch("place"),
            cl.ExactMatch("host"),
        ],
        probability_two_random_records_match=0.01,
    )

    def trained(labels: list[Pair]) -> dict[tuple[str, str], float]:
        api = DuckDBAPI()
        table = api.register(frame)
        linker = Linker(table, settings, log_level=None)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        if peer.endswith("EM"):
            for column in ("kinds", "start"):
                linker.training.estimate_parameters_using_expectation_maximisation(
                    block_on("country", column), record_sample_proportion=1.0
                )
        else:
            same = [pair for pair in labels if pair["label"] == "same"]
            matches = pd.DataFrame(
                {
                    "unique_id_l": [pair["left"] for pair in same],
                    "unique_id_r": [pair["right"] for pair in same],
                    "clerical_match_score": 1.0,
                }
            )
            linker.training.estimate_m_from_pairwise_labels(api.register(matches))
        found = linker.inference.predict_within(table).as_pandas_dataframe()
        rows = zip(found["unique_id_l"], found["unique_id_r"], found["match_weight"], strict=True)
        return {tuple(sorted((one, other))): float(weight) for one, other, weight in rows}

    scores = [0.0] * len(pairs)
    folds = [-1] if peer.endswith("EM") else sorted({pair["fold"] for pair in pairs})
    for fold in folds:
        weights = trained([pair for pair in pairs if pair["fold"] != fold])
        for number, pair in enumerate(pairs):
            if fold in (-1, pair["fold"]):
                scores[number] = weights.get(tuple(sorted((pair["left"], pair["right"]))), -99.0)
    return scores


def main() -> None:
    warnings.simplefilter("ignore")
    question = json.load(sys.stdin)
    answer = splink_scores if question["peer"].startswith("splink") else recordlinkage_scores
    started = time.perf_counter()
    scores = answer(question["peer"], question["records"], question["pairs"])
    print(json.dumps({"scores": scores, "seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main()
