"""How long it takes to import whole published files of the open datasets, and to make every summary and export.

    python benchmarks/recordings.py FOLDER [--json] [--profile]

FOLDER holds one folder of files per publisher. In one process, beginning with an empty dataset: each source is
imported, then the summary of every member is made, then all exports. Shown are seconds by stage, the peak of memory,
and the ratio to pandas reading the same files in a process of its own, which is the floor. ``--profile`` prints where
the time goes. Absolute times differ between machines.
"""

import argparse
import cProfile
import json
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

FILES = {
    "acaps": ["acaps/*.xlsx"],
    "accessnow_stop": ["accessnow_stop/*.xlsx"],
    "civicus_monitor": ["civicus_monitor/*.json"],
    "coronanet": ["coronanet/coronanet_national*.csv"],
    "icnl": ["icnl/*.json"],
    "idea_gsod": ["idea/gsod_v4*.csv", "idea/gsod_v5_1_sub*.csv", "idea/cliar*.csv"],
    "oxcgrt": ["oxcgrt/c[3467]_*.csv"],
    "vdem_pandem": ["vdem_pandem/*.csv", "vdem_pandem/*.xlsx"],
}
DAY = date(2026, 1, 1)


def files_of(folder: Path) -> dict[str, list[Path]]:
    found = {
        source: sorted({path for pattern in patterns for path in folder.glob(pattern)})
        for source, patterns in FILES.items()
    }
    return {source: paths for source, paths in found.items() if paths}


def ours(folder: Path, target: Path) -> dict[str, Any]:
    """Import everything, then summarise and export; seconds by stage."""
    from civic_tracker.building.pipeline import import_documents
    from civic_tracker.cli.console import collect_rarely
    from civic_tracker.declared import members
    from civic_tracker.declared.sources import all_sources
    from civic_tracker.documents.document import read_file
    from civic_tracker.findings.summary import summarise
    from civic_tracker.publish.csv_files import export_all
    from civic_tracker.store import dataset as store
    from civic_tracker.store.contents import Dataset, by_country

    collect_rarely()  # as the command line does
    stages: dict[str, float] = {}
    counts: dict[str, Any] = {}

    @contextmanager
    def timed(stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        stages[stage] = round(time.perf_counter() - started, 2)

    for source, paths in files_of(folder).items():
        with timed(f"import {source}"):
            documents = [read_file(path) for path in paths]
            result = import_documents(target / "data", all_sources()[source], documents, retrieved=DAY)
        if result.failed or result.run is None:
            raise SystemExit(f"{source}: {result.failed}")
        counts[source] = result.run.dataset.states[source].count.model_dump(exclude={"source"})
    with timed("load"):
        dataset = store.load(target / "data")
    with timed("summaries"):
        parts = by_country(dataset)
        for one in members.members(DAY):
            summarise(parts.get(one.country, Dataset(states=dataset.states)), one.country, DAY)
    with timed("exports"):
        export_all(dataset, target / "exports", DAY)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"stages": stages, "seconds": round(sum(stages.values()), 2), "megabytes": round(peak), "counts": counts}


def floor(folder: Path) -> dict[str, Any]:
    """Read the same files with pandas."""
    import pandas as pd

    started = time.perf_counter()
    rows = 0
    for paths in files_of(folder).values():
        for path in paths:
            if path.suffix == ".csv":
                rows += len(pd.read_csv(path, dtype="str", keep_default_na=False))
            elif path.suffix == ".xlsx":
                rows += sum(map(len, pd.read_excel(path, sheet_name=None, dtype="str").values()))
    return {"seconds": round(time.perf_counter() - started, 2), "rows": rows}


def measured(name: str, folder: Path) -> dict[str, Any]:
    """One step in a process of its own."""
    command = [sys.executable, __file__, str(folder), "--step", name]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(ended.stderr)
    answer: dict[str, Any] = json.loads(ended.stdout)
    return answer


def step(name: str, folder: Path) -> dict[str, Any]:
    if name == "floor":
        return floor(folder)
    with tempfile.TemporaryDirectory() as target:
        return ours(folder, Path(target))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--step", choices=["ours", "floor"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if not files_of(asked.folder):
        raise SystemExit(f"{asked.folder}: holds none of the files {FILES}")
    if asked.step:
        print(json.dumps(step(asked.step, asked.folder)))
        return
    if asked.profile:
        with cProfile.Profile() as profile:
            step("ours", asked.folder)
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)
        return
    made, read = measured("ours", asked.folder), measured("floor", asked.folder)
    result = made | {"pandas_seconds": read["seconds"], "times_pandas": round(made["seconds"] / read["seconds"], 1)}
    if asked.json:
        print(json.dumps(result, indent=1))
        return
    print("| stage | seconds |\n|---|--:|")
    for stage, seconds in result["stages"].items():
        print(f"| {stage} | {seconds} |")
    print(f"| all | {result['seconds']} |\n")
    print(f"Peak of memory {result['megabytes']} MB; {result['times_pandas']} times pandas reading the same files.\n")
    print("| source | parsed | measures | figures | duplicates | joined | earlier release | set aside | rejected |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    names = ("entries", "measures", "figures", "duplicates", "joined", "superseded", "asides", "rejected")
    for source, count in result["counts"].items():
        print(f"| {source} | " + " | ".join(f"{count[name]:,}" for name in names) + " |")


if __name__ == "__main__":
    main()
