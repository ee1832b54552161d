"""Measure the country matcher on a file of labelled names, beside its peers.

    python benchmarks/countries.py NAMES.csv [--json] [--peers]

NAMES.csv has the columns ``raw`` and ``expected`` (alpha-3, ``XKX``, or empty: must match no country), and may have
``source``. Shares: right, wrong country and refused of the names that have an answer; falsely matched of those that
have none. Speed: names a second over distinct strings in one warm process; ours with suggestions for every refusal.
Peers are installed into ``.venv-peers`` of the checkout the first time; each runs in a process of its own.
"""

import argparse
import csv
import json
import random
import string
import subprocess
import sys
import time
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(Path(__file__).parent)]

from countries_peers import PEERS  # noqa: E402

from civic_tracker.countries import all_territories, match, match_many, territory  # noqa: E402
from civic_tracker.errors import UsageError  # noqa: E402

PEERS_HOME = ROOT / ".venv-peers"
PINNED = (
    "country_converter==1.3.2",
    "hdx-python-country==4.2.5",
    "countryguess==0.4.9",
    "countrynames==1.17.0",
    "rigour==2.6.1",
    "pycountry==26.2.16",
    "pandas<3",
)
BUILT_FROM = ("C&T Taxonomy.csv",)
"""Sources whose names are also among those our tables are built from; figures without them are given too."""

TYPOS_OF_EACH = 4
EXACT_ROUNDS = 20
Row = dict[str, str]


def labelled(path: Path) -> list[Row]:
    """The rows of NAMES.csv."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or not {"raw", "expected"} <= set(rows[0]):
        raise SystemExit(f"{path}: needs the columns raw and expected")
    return rows


def shares(rows: Sequence[Row], answers: dict[str, str | None]) -> dict[str, float | int]:
    """Right, wrong, refused and falsely matched, as counts and shares."""
    with_answer = [row for row in rows if row["expected"]]
    without = [row for row in rows if not row["expected"]]
    right = sum(answers[row["raw"]] == row["expected"] for row in with_answer)
    refused = sum(answers[row["raw"]] is None for row in with_answer)
    falsely = sum(answers[row["raw"]] is not None for row in without)
    total, none = max(len(with_answer), 1), max(len(without), 1)
    return {
        "with_answer": len(with_answer),
        "right": right / total,
        "wrong": (len(with_answer) - right - refused) / total,
        "wrong_count": len(with_answer) - right - refused,
        "refused": refused / total,
        "without_answer": len(without),
        "falsely_matched": falsely / none,
        "falsely_matched_count": falsely,
    }


def ours(rows: Sequence[Row]) -> dict[str, Any]:
    """Our figures, with suggestions, typos, speed and the time of the import."""
    names = sorted({row["raw"] for row in rows})
    match("France")
    match("Nowhere at all")
    started = time.perf_counter()
    matches = {name: match(name) for name in names}
    seconds = time.perf_counter() - started
    answers = {name: found.iso3 for name, found in matches.items()}
    refused = [row for row in rows if row["expected"] and not answers[row["raw"]]]
    suggested = sum(
        row["expected"] in [suggestion.iso3 for suggestion in matches[row["raw"]].suggestions] for row in refused
    )
    foreign = [row for row in rows if not any(part in row.get("source", "") for part in BUILT_FROM)]
    return {
        **shares(rows, answers),
        "right_without_our_build_sources": shares(foreign, answers)["right"],
        "answer_in_first_five_of_refused": suggested / max(len(refused), 1),
        "names_per_second": len(names) / seconds,
        "exact_names_per_second": exact_speed(),
        "million_rows_seconds": million_rows(),
        "import_milliseconds": import_time(),
        "typos": typos(),
        "wrong_names": sorted(
            f"{row['raw']} ({row['expected'] or 'none'}) -> {answers[row['raw']]}"
            for row in rows
            if answers[row["raw"]] and answers[row["raw"]] != row["expected"]
        ),
    }


def canonical_names() -> list[str]:
    """Every canonical name in English, Spanish and French."""
    return sorted({entry.name(language) for entry in all_territories() for language in ("en", "es", "fr")})


def exact_speed() -> float:
    """Names of the tables matched in a second."""
    names = canonical_names() * EXACT_ROUNDS
    started = time.perf_counter()
    for name in names:
        match(name)
    return len(names) / (time.perf_counter() - started)


def million_rows() -> float:
    """Seconds for a million rows with 10,000 spellings: aliases as written, in capitals, with a note mark."""
    with (ROOT / "mappings" / "country_aliases.csv").open(encoding="utf-8", newline="") as lines:
        aliases = [row["alias"] for row in csv.DictReader(lines)]
    spellings = sorted({*aliases[:4000], *(name.upper() for name in aliases[:4000]), *(f"{name}*" for name in aliases)})
    chance = random.Random(1)  # noqa: S311
    rows = chance.choices(chance.sample(spellings, 10_000), k=1_000_000)
    started = time.perf_counter()
    match_many(rows)
    return time.perf_counter() - started


def import_time() -> float:
    """Milliseconds that the import adds to the start of Python, the median of nine."""
    timed = "import time; s=time.perf_counter(); import civic_tracker.countries; print(time.perf_counter()-s)"
    runs = [
        float(subprocess.run([sys.executable, "-c", timed], cwd=ROOT / "src", capture_output=True, check=True).stdout)
        for _ in range(9)
    ]
    return 1000 * sorted(runs)[4]


def typos() -> dict[str, float | int]:
    """Shares of generated misspellings: one edit in a canonical name of six letters or more, the same on every run."""
    chance = random.Random(3)  # noqa: S311
    counts = {"tried": 0, "right": 0, "wrong": 0}
    for entry in all_territories():
        for name in sorted({entry.name_en, entry.name_es, entry.name_fr}):
            if sum(letter.isalpha() for letter in name) < 6:
                continue
            for _ in range(TYPOS_OF_EACH):
                found = match(misspelled(name, chance)).iso3
                counts["tried"] += 1
                counts["right"] += found == entry.iso3
                counts["wrong"] += found not in (None, entry.iso3)
    return {**counts, "right_share": counts["right"] / counts["tried"]}


def misspelled(name: str, chance: random.Random) -> str:
    """The name with one letter left out, changed, added, or swapped with the next."""
    place = chance.choice([place for place, letter in enumerate(name) if letter.isalpha()])
    letter = chance.choice([other for other in string.ascii_lowercase if other != name[place].lower()])
    before, here, after = name[:place], name[place], name[place + 1 :]
    edits = [before + after, before + letter + after, before + letter + here + after]
    if after and after[0] != here:
        edits.append(before + after[0] + here + after[1:])
    return chance.choice(edits)


def peers_python() -> Path:
    """The interpreter of the peers' environment, which is made and filled when it is not there."""
    python = PEERS_HOME / "bin" / "python"
    marker = PEERS_HOME / "installed.txt"
    if not marker.is_file() or marker.read_text(encoding="utf-8") != "\n".join(PINNED):
        print("setting up the peers' environment (some minutes, once)", file=sys.stderr)
        venv.create(PEERS_HOME, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", *PINNED]
        subprocess.run(install, check=True)
        marker.write_text("\n".join(PINNED), encoding="utf-8")
    return python


def alpha3(code: str | None) -> str | None:
    """A peer's code as alpha-3, ``None`` where it is no code of ISO's or Kosovo's."""
    try:
        return territory(code).iso3 if code else None
    except UsageError:
        return None


def peer(name: str, rows: Sequence[Row]) -> dict[str, Any]:
    """One peer's figures."""
    names = sorted({row["raw"] for row in rows})

    def run(asked: list[str]) -> dict[str, Any]:
        command = [str(peers_python()), str(Path(__file__).with_name("countries_peers.py"))]
        question = json.dumps({"peer": name, "names": asked})
        done = subprocess.run(command, input=question, capture_output=True, text=True, check=True)
        answered: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return answered

    result = run(names)
    answers = {written: alpha3(code) for written, code in zip(names, result["answers"], strict=True)}
    figures = {**shares(rows, answers), "names_per_second": len(names) / result["seconds"]}
    if name.endswith("exact"):
        asked = canonical_names() * EXACT_ROUNDS
        figures["exact_names_per_second"] = len(asked) / run(asked)["seconds"]
    return figures


def table(figures: dict[str, dict[str, Any]]) -> str:
    """The figures as a Markdown table, and ours in full below it."""
    lines = [
        "| matcher | right | wrong country | falsely matched | names a second | names in the table a second |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, row in figures.items():
        exact = f"{row['exact_names_per_second']:,.0f}" if "exact_names_per_second" in row else ""
        lines.append(
            f"| {name} | {row['right']:.1%} | {row['wrong']:.1%} ({row['wrong_count']}) | {row['falsely_matched']:.1%} "
            f"({row['falsely_matched_count']}) | {row['names_per_second']:,.0f} | {exact} |"
        )
    own = figures["civic_tracker.countries"]
    slips = own["typos"]
    lines += [
        "",
        f"names with an answer: {own['with_answer']}; strings without one: {own['without_answer']}",
        f"right, without rows from sources our tables are built from: {own['right_without_our_build_sources']:.1%}",
        f"right answer among the five suggestions of a refused name: {own['answer_in_first_five_of_refused']:.1%}",
        f"typos: {slips['tried']} tried, {slips['right_share']:.1%} right, {slips['wrong']} wrong",
        f"a million rows of 10,000 spellings: {own['million_rows_seconds']:.2f} s",
        f"import: {own['import_milliseconds']:.0f} ms",
        *(f"WRONG: {name}" for name in own["wrong_names"]),
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", type=Path, metavar="NAMES.csv")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--peers", action="store_true", help="measure the peers in the same run")
    asked = parser.parse_args()
    rows = labelled(asked.names)
    figures = {"civic_tracker.countries": ours(rows)}
    if asked.peers:
        figures |= {name: peer(name, rows) for name in PEERS}
    print(json.dumps(figures, indent=2, ensure_ascii=False) if asked.json else table(figures))


if __name__ == "__main__":
    main()
