"""Kill a refresh at random instants, and see what is left of the dataset.

    python benchmarks/kills.py [KILLS] [--seed N]

A process of its own refreshes a source again and again, from two versions of a page in turn, and is killed (SIGKILL)
after a random time. After each kill the dataset is read as any command reads it. It must hold one version whole: a
mixture, a loss, or a dataset that needs a repair by hand is counted, and must not occur.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.pages import entry, page  # noqa: E402

from civic_tracker import dataset as store  # noqa: E402
from civic_tracker import storage  # noqa: E402
from civic_tracker.documents import Document  # noqa: E402
from civic_tracker.errors import CivicTrackerError  # noqa: E402
from civic_tracker.fetching.outcomes import Expects, Fetched, Receipt, Unchanged  # noqa: E402
from civic_tracker.linking.renew import renew  # noqa: E402
from civic_tracker.refresh import refresh  # noqa: E402
from civic_tracker.sources import Health, Source, get_source  # noqa: E402
from civic_tracker.storage import sha256  # noqa: E402

ENTRIES = 40
CONTENTS = tuple(
    page([entry(n, title=f"Example order {n}, version {version}") for n in range(ENTRIES)])
    for version in ("one", "two")
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
        receipt = Receipt(address=address, final_address=address, sha256=sha256(content), retrieved=date(2026, 11, 2))
        return Fetched(Document("page.html", content, address), receipt, 1, len(content))


def source() -> Source:
    """ICNL's source, content with a short page, so that kills rather than entries fill the time."""
    declared = get_source("icnl")
    assert declared.refresh  # noqa: S101
    small = declared.refresh.model_copy(update={"least_entries": 10, "least_countries": 10})
    health = Health(least_entries=10, least_countries=10)
    return declared.model_copy(update={"refresh": small, "health": health})


def work(folder: Path) -> None:
    """Refresh and link for ever."""
    client = Alternating()
    while True:
        refresh(folder, client, sources=[source()], day=date(2026, 11, 2))
        renew(folder)
        print("done", flush=True)


def state_of(folder: Path) -> str:
    """``whole``, or what is wrong with the dataset that a kill left."""
    try:
        loaded = store.load(folder).measures
    except CivicTrackerError as error:
        return f"repair: {error}"
    measures = [one for one in loaded if one.title_by == "publisher"]
    stamps = {one.title.rpartition(", version ")[2] for one in measures}
    if len(measures) != ENTRIES:
        return f"loss: {len(measures)} of {ENTRIES} records"
    return "whole" if len(stamps) == 1 else f"mixture: {sorted(stamps)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kills", nargs="?", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        work(asked.work)
    chance = random.Random(asked.seed)  # noqa: S311
    left: dict[str, int] = {}
    interrupted = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        refresh(folder, Alternating(), sources=[source()], day=date(2026, 11, 2))
        for _ in range(asked.kills):
            working = subprocess.Popen(
                [sys.executable, __file__, "--work", str(folder)], stdout=subprocess.PIPE, text=True
            )
            assert working.stdout  # noqa: S101
            working.stdout.readline()  # the first refresh has ended: from now on writing is under way all the time
            time.sleep(chance.uniform(0, 0.6))
            working.send_signal(signal.SIGKILL)
            working.wait()
            interrupted += storage.needs_recovery(folder)
            found = state_of(folder)
            left[found] = left.get(found, 0) + 1
    print("| after the kill | times |\n|---|--:|")
    for found, times in sorted(left.items()):
        print(f"| {found} | {times} |")
    print(f"\n{asked.kills} kills, {interrupted} of them between the journal and its end.")
    sys.exit(set(left) != {"whole"})


if __name__ == "__main__":
    main()
