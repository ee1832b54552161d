"""What linking costs per record, from ten thousand to a million invented records of three sources.

    python benchmarks/links_scale.py [RECORDS ...] [--json]

The records are spread over countries and days as real ones are: more records means more years and more countries, not
more records of one day in one country. Shown are seconds, microseconds a record, pairs compared a record, and the peak
of memory of the process and its children. Absolute times differ between machines; the ratio to the first line does not.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from datetime import date, timedelta
from typing import Any

SIZES = (10_000, 100_000, 1_000_000)
ACTS = (
    ("Limit public gatherings", "Gatherings of more than {n} people are banned until {end}.", "assembly"),
    ("Curfews", "A curfew from {h} pm is imposed for {n} days.", "movement"),
    ("State of emergency declared", "A state of emergency is declared by Decree {n}/2020.", "oversight"),
    ("Domestic travel restrictions", "Travel between regions is forbidden by Order {n}.", "movement"),
)
RECORDS_OF_A_COUNTRY = 300


def records(number: int) -> list[Any]:
    from civic_tracker.countries import codes
    from civic_tracker.model.schema import Record

    chance = random.Random(1)  # noqa: S311
    known = sorted(set(codes().values()))
    made = []
    for place in range(number):
        world, country = divmod(place // RECORDS_OF_A_COUNTRY, len(known))
        title, text, liberty = ACTS[chance.randrange(len(ACTS))]
        # Each further world is another four years, so that a day in a country stays as full as it was.
        day = date(1950, 1, 1) + timedelta(days=1460 * world + chance.randrange(600))
        source = ("acaps", "coronanet", "icnl")[place % 3]
        made.append(
            Record(
                id=f"{source}-{known[country]}-p{place}",
                source=source,
                evidence="publisher",
                stated_by=source,
                country=known[country],
                country_as_written=known[country],
                title=title,
                title_by="civic-tracker",
                record_kind="measure",
                description=text.format(n=chance.randrange(1, 90), h=chance.randrange(6, 12), end=day + timedelta(30)),
                liberties=(liberty,),
                effect="restricts",
                introduced=day.isoformat(),
                source_record="invented",
            )
        )
    return made


def step(number: int) -> dict[str, Any]:
    from civic_tracker.cli.console import collect_rarely
    from civic_tracker.linking.link import link

    collect_rarely()
    made = records(number)
    started = time.perf_counter()
    found = link(made, {}, {})
    seconds = time.perf_counter() - started
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "records": number,
        "seconds": round(seconds, 1),
        "microseconds_a_record": round(1e6 * seconds / number),
        "pairs_a_record": round(found.compared / number, 2),
        "megabytes": round(peak / 1024),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", nargs="*", type=int)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--step", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        print(json.dumps(step(asked.step)))
        return
    found = []
    for number in asked.records or SIZES:
        command = [sys.executable, __file__, "--step", str(number)]
        found.append(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    if asked.json:
        print(json.dumps(found, indent=1))
        return
    print(
        "| records | seconds | µs a record | against the first | pairs a record | peak MB |\n|--:|--:|--:|--:|--:|--:|"
    )
    for one in found:
        ratio = one["microseconds_a_record"] / found[0]["microseconds_a_record"]
        print(
            f"| {one['records']:,} | {one['seconds']} | {one['microseconds_a_record']} | {ratio:.2f} | "
            f"{one['pairs_a_record']} | {one['megabytes']:,} |"
        )


if __name__ == "__main__":
    main()
