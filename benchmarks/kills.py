"""Kill a command that writes at random instants, and see what is left.

    python benchmarks/kills.py [KILLS] [--of refresh|import|run|site|review|decide|all] [--seed N]

A process of its own does the same work again and again, each time with other content, and is killed (SIGKILL) after a
random time. After each kill what it wrote is read as any command reads it, and then written once more, which no person
may have to prepare. It must hold one version whole, and all that was finished before: a mixture, a loss, or a need for
repair by hand is counted, and must not occur.
"""

import argparse
import csv
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.attacks.writer import world  # noqa: E402
from tests.support.pages import entry, page  # noqa: E402
from tests.website.sites import ON, few_members  # noqa: E402

from civic_tracker import paths  # noqa: E402
from civic_tracker.building import pipeline  # noqa: E402
from civic_tracker.building.relink import renew  # noqa: E402
from civic_tracker.countries import decisions as names  # noqa: E402
from civic_tracker.declared.sources import Health, Source, all_sources, get_source  # noqa: E402
from civic_tracker.disk import storage  # noqa: E402
from civic_tracker.disk.storage import sha256  # noqa: E402
from civic_tracker.documents.document import Document  # noqa: E402
from civic_tracker.errors import CivicTrackerError  # noqa: E402
from civic_tracker.fetching.outcomes import Expects, Fetched, Unchanged  # noqa: E402
from civic_tracker.linking import decisions as links  # noqa: E402
from civic_tracker.model.runs import Receipt  # noqa: E402
from civic_tracker.publish import csv_files  # noqa: E402
from civic_tracker.publish.package.compose import is_of_a_site  # noqa: E402
from civic_tracker.publish.site.build import build_site  # noqa: E402
from civic_tracker.refreshing.refresh import refresh  # noqa: E402
from civic_tracker.store import dataset as store  # noqa: E402

ENTRIES = 40
VERSIONS = ("one", "two")
DAY = date(2026, 11, 2)
CONTENTS = tuple(
    page([entry(n, title=f"Example order {n}, version {version}") for n in range(ENTRIES)]) for version in VERSIONS
)


class Alternating:
    """A publisher whose page is always the other one than the one we have."""

    def fetch(
        self,
        address: str,
        *,
        expects: Expects,  # noqa: ARG002
        known: Receipt | None = None,
        max_megabytes: int | None = None,  # noqa: ARG002
    ) -> Fetched | Unchanged:
        content = CONTENTS[1] if known and known.sha256 == sha256(CONTENTS[0]) else CONTENTS[0]
        receipt = Receipt(address=address, final_address=address, sha256=sha256(content), retrieved=DAY)
        return Fetched(Document("page.html", content, address), receipt, 1, len(content))


def source() -> Source:
    """ICNL's source, content with a short page, so that kills rather than entries fill the time."""
    declared = get_source("icnl")
    assert declared.refresh  # noqa: S101
    small = declared.refresh.model_copy(update={"least_entries": 10, "least_countries": 10})
    health = Health(least_entries=10, least_countries=10)
    return declared.model_copy(update={"refresh": small, "health": health})


@dataclass(frozen=True)
class Work:
    """What is killed: one turn of it, numbered; and what is wrong afterwards, when so many turns had ended."""

    turn: Callable[[Path, int], object]
    wrong: Callable[[Path, int], str]
    written: str
    """The folder it writes, below its own."""


def _refresh(folder: Path, _: int) -> None:
    refresh(folder / "data", Alternating(), sources=[source()], day=DAY)
    renew(folder / "data")


def _import(folder: Path, turn: int) -> None:
    content = page([entry(n, title=f"Example order {n}, version {turn}") for n in range(ENTRIES)])
    pipeline.import_documents(folder / "data", source(), [Document("page.html", content)], retrieved=DAY)


def _run(folder: Path, turn: int) -> None:
    """As ``run --out``, while the publishers' texts may leave and may not, in turn: all files differ each time."""
    may = get_source("icnl")
    licence = may.licence.model_copy(update={"republish_descriptions": bool(turn % 2)})
    all_sources()["icnl"] = source().model_copy(update={"licence": licence})
    with store.locked(folder / "data"):
        made = pipeline.rebuild(folder / "data", day=DAY)
        csv_files.export_country(made.dataset, "KEN", folder / "exports", ON.replace(day=1 + turn % 2))


def _site(folder: Path, turn: int) -> None:
    version = VERSIONS[turn % 2]
    build_site(world(version), folder / "site", ON, codes=("en",), workers=1)


def _review(folder: Path, turn: int) -> None:
    _use_tables_of(folder)
    names.record(names.Decision("icnl", f"Ruritania {turn:06}", "", "invented"))


def _decide(folder: Path, turn: int) -> None:
    _use_tables_of(folder)
    links.decide(f"icnl-A-{turn:06}", f"icnl-B-{turn:06}", "same", who="Ana", when="2026-11-02", why="invented")


_TABLES = paths.mappings_dir()


def _use_tables_of(folder: Path) -> None:
    if not (folder / "mappings").is_dir():
        shutil.copytree(_TABLES, folder / "mappings")
    for module in (paths, names):
        vars(module)["mappings_dir"] = lambda: folder / "mappings"


def _wrong_records(folder: Path, _: int) -> str:
    measures = [one for one in store.load(folder / "data").measures if one.title_by == "publisher"]
    stamps = {one.title.rpartition(", version ")[2] for one in measures}
    if len(measures) != ENTRIES or not all(one.description for one in measures):
        return f"loss: {len(measures)} of {ENTRIES} records, or their texts"
    return "" if len(stamps) == 1 else f"mixture: {sorted(stamps)}"


def _wrong_imports(folder: Path, ended: int) -> str:
    kept = len(store.load(folder / "data").imports)
    return _wrong_records(folder, ended) or ("" if kept in {ended, ended + 1} else f"loss: {kept} of {ended} imports")


def _wrong_run(folder: Path, ended: int) -> str:
    storage.recover(folder / "exports", csv_files._is_ours)
    tables = [path.read_text(encoding="utf-8") for path in (folder / "exports").glob("KEN-summary.csv")]
    reports = [path.read_text(encoding="utf-8") for path in (folder / "exports").glob("KEN-report.html")]
    days = {f"2023-07-{1 + turn % 2:02}" for turn in range(2)}
    shown = [{day for day in days if day in text} for text in (*tables, *(one[:3000] for one in reports))]
    mixed = len({frozenset(one) for one in shown if one}) > 1
    return _wrong_records(folder, ended) or ("mixture: exports of two days" if mixed else "")


def _wrong_site(folder: Path, _: int) -> str:
    storage.recover(folder / "site", is_of_a_site)
    pages = (folder / "site").glob("en/*/index.html")
    stamps = {version for path in pages for version in VERSIONS if f", {version}" in path.read_text(encoding="utf-8")}
    feeds = (folder / "site").glob("data/*-records.csv")
    stamps |= {version for path in feeds for version in VERSIONS if f", {version}" in path.read_text(encoding="utf-8")}
    return "" if len(stamps) == 1 else f"mixture or loss: {sorted(stamps)}"


def _wrong_table(table: str, marked: str) -> Callable[[Path, int], str]:
    def wrong(folder: Path, ended: int) -> str:
        with (folder / "mappings" / table).open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        ours = sum(marked in "".join(filter(None, row.values())) for row in rows)
        former = len((ROOT / "mappings" / table).read_text(encoding="utf-8").splitlines()) - 1
        if ours not in {ended, ended + 1}:
            return f"loss: {ours} of {ended} decisions"
        return "" if len(rows) - ours == former else f"loss: {len(rows) - ours} of {former} earlier rows"

    return wrong


WORKS = {
    "refresh": Work(_refresh, _wrong_records, "data"),
    "import": Work(_import, _wrong_imports, "data"),
    "run": Work(_run, _wrong_run, "data"),
    "site": Work(_site, _wrong_site, "site"),
    "review": Work(_review, _wrong_table("country_decisions.csv", "Ruritania"), "mappings"),
    "decide": Work(_decide, _wrong_table("links.csv", "icnl-A-"), "mappings"),
}


@dataclass
class Killed:
    """What was found after the kills, by kind, and how often a journal was left."""

    found: dict[str, int]
    between: int = 0


def kill(name: str, times: int, folder: Path, seed: int = 1) -> Killed:
    """Let the work of this name be killed so many times, and look after each."""
    work, chance = WORKS[name], random.Random(seed)  # noqa: S311
    with pytest.MonkeyPatch.context() as patch:
        few_members(patch)
        if name == "run":
            _import(folder, 0)
        began = time.monotonic()
        for turn in range(2):
            work.turn(folder, turn)
        ended, took = 2, (time.monotonic() - began) / 2
        killed = Killed({})
        for _ in range(times):
            ended += _killed_after(lambda turn: work.turn(folder, turn), ended, chance.uniform(0, 2.5 * took))
            killed.between += storage.needs_recovery(folder / work.written)
            found = _state(work, folder, ended)
            killed.found[found] = killed.found.get(found, 0) + 1
            work.turn(folder, ended)  # whatever was left, the next command needs nobody's help
            ended += 1
            if found != "whole":
                break
    return killed


def _state(work: Work, folder: Path, ended: int) -> str:
    """``whole``, or what is wrong with what a kill left."""
    try:
        return work.wrong(folder, ended) or "whole"
    except CivicTrackerError as error:
        return f"repair: {error}"


def _killed_after(turn: Callable[[int], object], first: int, seconds: float) -> int:
    """Let a process of its own do one turn after another, and kill it; how many turns ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        number = first
        while True:
            turn(number)
            os.write(writing, b".")
            number += 1
    os.close(writing)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as told:
        return len(told.read())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kills", nargs="?", type=int, default=200)
    parser.add_argument("--of", choices=[*WORKS, "all"], default="all")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    good = True
    print("| killed | after the kill | times | of them with a journal left |\n|---|---|--:|--:|", flush=True)
    for name in WORKS if asked.of == "all" else (asked.of,):
        with tempfile.TemporaryDirectory() as place:
            killed = kill(name, asked.kills, Path(place), asked.seed)
        for found, times in sorted(killed.found.items()):
            print(f"| {name} | {found} | {times} | {killed.between} |", flush=True)
        good = good and set(killed.found) == {"whole"}
    sys.exit(not good)


if __name__ == "__main__":
    main()
