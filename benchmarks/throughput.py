"""How fast measures are normalised and written, and how much memory that takes, against pandas reading the same rows.

    python benchmarks/throughput.py [--json] [ROWS ...]

For each number of rows (10,000, 100,000 and 1,000,000 without any): a process of its own normalises that many invented
entries of ICNL's form, merges and writes them; another reads the CSV file of the same rows with pandas, which is the
floor. Shown are measures a second, the peak of memory, and the ratio of the times. Absolute times differ between
machines.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

COUNTRIES = ("Kenya", "Fiji", "Côte d'Ivoire", "Korea, Rep. of", "México", "Tunisia", "Brazil", "Viet Nam")
TAGS = (("Assembly",), ("Assembly", "Movement"), ("Emergency",), ("Expression", "Disinformation"))


def ours(rows: int, folder: Path) -> None:
    """Normalise, merge and write ``rows`` invented entries, as a run does."""
    from civic_tracker.building.normalise import Origin
    from civic_tracker.building.records import Part, records_of
    from civic_tracker.declared.sources import get_source
    from civic_tracker.declared.terms import load_terms
    from civic_tracker.documents.entries import Parsed, RawEntry
    from civic_tracker.store import dataset as store
    from civic_tracker.store.contents import Dataset, SourceState

    entries = tuple(
        RawEntry(
            locator=f"entry {number}",
            country=COUNTRIES[number % len(COUNTRIES)],
            title=f"Example order {number} on gatherings",
            type="order",
            tags=TAGS[number % len(TAGS)],
            introduced=f"{number % 28 + 1} Mar {2020 + number % 3}",
            ending="Expires 31 December 2023" if number % 5 == 0 else "",
            links=(f"https://example.org/{number}",),
        )
        for number in range(rows)
    )
    source = get_source("icnl")
    records = records_of(source, [(Part(Parsed(entries=entries), Origin(record="sha256:example")),)], load_terms())
    state = SourceState(count=records.count, measures=len(records.measures), observations=0, complete=True, documents=1)
    store.save(Dataset(measures=records.measures, states={source.id: state}), folder / "data")


def floor(path: Path) -> None:
    """Read the same rows with pandas."""
    import pandas as pd

    frame = pd.read_csv(path, dtype="str", keep_default_na=False)
    if frame.empty:
        raise SystemExit("the table is empty")


def rows_as_csv(folder: Path, path: Path) -> None:
    """The dataset just written, as the CSV table that pandas reads."""
    from civic_tracker.publish.csv_files import measures_csv
    from civic_tracker.store import dataset as store
    from civic_tracker.store.workspace import day

    path.write_bytes(measures_csv(store.load(folder / "data").measures, day("2026-01-01")))


def measured(*arguments: str) -> dict[str, float]:
    """Seconds and peak megabytes of one step, in a process of its own."""
    command = [sys.executable, __file__, "--step", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, float] = json.loads(ended.stdout)
    return answer


def step(name: str, rows: int, folder: Path) -> dict[str, float]:
    path = folder / "rows.csv"
    started = time.perf_counter()
    if name == "ours":
        ours(rows, folder)
    elif name == "csv":
        rows_as_csv(folder, path)
    else:
        floor(path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": time.perf_counter() - started, "megabytes": peak}


def compare(rows: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        made = measured("ours", str(rows), name)
        measured("csv", str(rows), name)
        read = measured("floor", str(rows), name)
    return {
        "rows": rows,
        "measures_a_second": round(rows / made["seconds"]),
        "times_pandas": round(made["seconds"] / read["seconds"], 1),
        "peak_megabytes": round(made["megabytes"]),
        "microseconds_a_measure": round(1e6 * made["seconds"] / rows, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", type=int, default=[])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--step", nargs=3, metavar=("NAME", "ROWS", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        name, rows, folder = asked.step
        print(json.dumps(step(name, int(rows), Path(folder))))
        return
    results = [compare(rows) for rows in asked.rows or [10_000, 100_000, 1_000_000]]
    if asked.json:
        print(json.dumps(results, indent=1))
        return
    print("| rows | measures a second | times pandas | peak MB | µs a measure |\n|--:|--:|--:|--:|--:|")
    for one in results:
        cells = (one["rows"], one["measures_a_second"], one["times_pandas"], one["peak_megabytes"])
        print("| " + " | ".join(f"{cell:,}" for cell in cells) + f" | {one['microseconds_a_measure']} |")


if __name__ == "__main__":
    main()
