"""A process that writes what it is told to, as one of two: ``python -m tests.attacks.writer one``.

It reads lines of a task and a folder, and answers each with ``done`` or with the error, in one line. Both know the same
world; in the second one the titles and the day are others, so that every file that is written differs.
"""

import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from civic_tracker import __version__
from civic_tracker.errors import CivicTrackerError
from civic_tracker.publish.csv_files import export_all
from civic_tracker.publish.package.compose import write_package, write_release
from civic_tracker.publish.site.build import build_site
from civic_tracker.refreshing.refresh import RunReport, write_report
from civic_tracker.store import dataset as store
from civic_tracker.store.contents import Dataset
from tests.website.sites import ON, a_world, few_members

NAMES = ("one", "two")
MOMENT = datetime.fromisoformat("2026-11-02T05:17:00+00:00")


def world(name: str) -> Dataset:
    """The world as one of the two writers has it: each record says whose it is, in its title and in its text."""
    made = a_world()
    made.measures = [
        one.model_copy(update={"title": f"{one.title}, {name}", "description": f"A long text, {name}. " * 20})
        for one in made.measures
    ]
    return made


def day(name: str) -> date:
    return ON + timedelta(days=NAMES.index(name))


def _run(name: str, folder: Path) -> None:
    """What ``run --out`` does at its end: the dataset, and the exports of that dataset, while it is held."""
    with store.locked(folder / "data"):
        store.save(world(name), folder / "data")
        export_all(world(name), folder / "exports", day(name))


def _reports(name: str, folder: Path) -> None:
    began = MOMENT + timedelta(seconds=NAMES.index(name))
    write_report(RunReport(started=began, ended=began, version=__version__, exit_status=0), folder)


TASKS: dict[str, Callable[[str, Path], object]] = {
    "dataset": lambda name, folder: store.save(world(name), folder),
    "export": lambda name, folder: export_all(world(name), folder, day(name)),
    "package": lambda name, folder: write_package(world(name), folder, day(name)),
    "release": lambda name, folder: write_release(world(name), folder, day(name)),
    "site": lambda name, folder: build_site(world(name), folder, day(name), codes=("en",), workers=1),
    "run": _run,
    "runs": _reports,
}


def do(task: str, name: str, folder: Path) -> str:
    """``done``, or the one line that says why it could not be."""
    try:
        TASKS[task](name, folder)
    except CivicTrackerError as error:
        return f"refused: {error}"
    return "done"


def _without_end(folder: Path) -> int:
    """Write both versions of the dataset in turn until nobody listens any more; how often."""
    number = 0
    worlds = [world(name) for name in NAMES]
    print("begun", flush=True)
    while not _told_to_end():
        store.save(worlds[number % 2], folder)
        number += 1
    return number


def _told_to_end() -> bool:
    import select

    return bool(select.select([sys.stdin], [], [], 0)[0])


def main() -> None:
    name = sys.argv[1]
    with pytest.MonkeyPatch.context() as patch:
        few_members(patch)
        print("ready", flush=True)
        for line in sys.stdin:
            task, _, folder = line.rstrip("\n").partition(" ")
            answer = str(_without_end(Path(folder))) if task == "for-ever" else do(task, name, Path(folder))
            print(answer, flush=True)


if __name__ == "__main__":
    main()
