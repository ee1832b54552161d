"""Feed damaged documents to every adapter and on through normalising; count what comes of them.

    python benchmarks/fuzz.py [INPUTS] [--seed N]

Each input is a synthetic document with a few random damages: cut, doubled, overwritten, spliced with pieces of markup,
separators, dates and foreign bytes. Allowed are records, and our own one-line errors. Anything else is a fault: another
exception, an entry that is lost, a document that takes longer than a second.
"""

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from civic_tracker.building.normalise import Origin  # noqa: E402
from civic_tracker.building.parsers import parser_of  # noqa: E402
from civic_tracker.building.records import Part, records_of  # noqa: E402
from civic_tracker.declared.sources import Source, all_sources  # noqa: E402
from civic_tracker.declared.terms import load_terms  # noqa: E402
from civic_tracker.documents.document import Document  # noqa: E402
from civic_tracker.errors import CivicTrackerError  # noqa: E402

SYNTHETIC = ROOT / "tests" / "adapters" / "synthetic"
# Where the name of a document says what it is, a name of the publisher's form.
NAMES = {"oxcgrt_c4_synthetic.csv": "c4_restrictions_on_gatherings.csv"}
PIECES = (
    *(
        b"<div>",
        b"</div>",
        b"</p>",
        b"<h3>",
        b"<a href='javascript:x'>",
        b"<!--",
        b"-->",
        b"&#0;",
        b"&lt;",
        b"<script>",
    ),
    *(b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\x00", b"\xff", b"\xe2\x80\xae", b"\xc3", b"{", b"}", b"[", b"]"),
    *(
        b"Introduced",
        b"Expires",
        b"Type:",
        b"Issue(s):",
        b"June 2024\n",
        b"Sources:",
        b"UPDATE:",
        b"Update:",
        b"Kenya:",
    ),
    *(b"31 February 2021", b"8/4/21", b"999999999999999999999", b"-1e999", b"NaN", b"=1+1", b"World", b"Ruritania"),
)
SLOW = 1.0


def documents() -> list[tuple[Source, str, bytes]]:
    """Each synthetic document with its source."""
    found = []
    for path in sorted(SYNTHETIC.iterdir()):
        name = next((one for one in all_sources() if path.name.startswith(one)), "idea_tracker")
        if path.name.startswith("cld"):
            name = "cld_rti"
        found.append((all_sources()[name], NAMES.get(path.name, path.name), path.read_bytes()))
    return found


def damaged(content: bytes, chance: random.Random) -> bytes:
    copy = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(copy) + 1)
        end = min(len(copy), start + chance.choice((0, 1, 20, 400)))
        copy[start:end] = chance.choice((b"", bytes(copy[start:end]) * 2, chance.choice(PIECES), chance.choice(PIECES)))
    return bytes(copy)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="?", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance, terms, fixtures = random.Random(asked.seed), load_terms(), documents()  # noqa: S311
    met: Counter[str] = Counter()
    faults: list[str] = []
    slowest = 0.0
    for number in range(asked.inputs):
        source, name, content = fixtures[number % len(fixtures)]
        document = Document(name, damaged(content, chance))
        started = time.perf_counter()
        try:
            parsed = parser_of(source)(document)
            records = records_of(source, [(Part(parsed, Origin(record="fuzz")),)], terms)
            met["read"] += 1
            met["entries"] += records.count.entries
            met["problems"] += len(records.problems)
        except CivicTrackerError as error:
            met["refused"] += 1
            if "\n" in str(error):
                faults.append(f"{name}, input {number}: an error of several lines")
        except Exception as error:
            faults.append(f"{name}, input {number}: {type(error).__name__}: {error}"[:200])
        taken = time.perf_counter() - started
        slowest = max(slowest, taken)
        if taken > SLOW:
            faults.append(f"{name}, input {number}: took {taken:.1f} s")
    print("| inputs | read | refused in one line | entries accounted for | problems reported | faults | slowest |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    numbers = (asked.inputs, met["read"], met["refused"], met["entries"], met["problems"], len(faults))
    print("| " + " | ".join(f"{one:,}" for one in numbers) + f" | {slowest:.2f} s |")
    print("\n".join(faults[:20]))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
