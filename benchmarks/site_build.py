"""How long the site of all members takes in all languages, and how long when one country changed or nothing did.

    python benchmarks/site_build.py DATA [--json]

DATA is the folder of a dataset. Each build is the command ``civic-tracker site`` in a process of its own, reading the
dataset included. The peer, in the same run, is ``civic-tracker summary --json``: it reads the dataset and finds what is
known of every member, and makes no page. Absolute times differ between machines; the ratios are what is to be told. The
weights are those of the heaviest pages, with the style sheets and scripts that they load.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

DAY = "2026-01-01"
_LOADED = re.compile(r'(?:href="([^"]+\.css)"|src="([^"]+\.js)")')


def timed(*command: str) -> tuple[float, str]:
    started = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "civic_tracker", *command], capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise SystemExit(ended.stderr)
    return time.perf_counter() - started, ended.stdout


def built(data: Path, site: Path) -> tuple[float, dict[str, Any]]:
    seconds, printed = timed("site", "--data-dir", str(data), "--out", str(site), "--on", DAY, "--json")
    answer: dict[str, Any] = json.loads(printed)
    return seconds, answer


def weight(page: Path) -> int:
    """Bytes of a page and of the style sheets and scripts that it loads."""
    text = page.read_text(encoding="utf-8")
    loaded = [page.parent / (style or script) for style, script in _LOADED.findall(text)]
    return sum(path.stat().st_size for path in (page, *loaded))


def heaviest(site: Path, pattern: str) -> dict[str, Any]:
    size, path = max((weight(path), path.relative_to(site).as_posix()) for path in site.glob(pattern))
    return {"page": path, "kilobytes": round(size / 1000, 1)}


def measured(data: Path, folder: Path) -> dict[str, Any]:
    site = folder / "site"
    first, whole = built(data, site)
    again, unchanged = built(data, site)
    damaged = site / "en" / "KEN" / "index.html"
    damaged.unlink()
    one, rebuilt = built(data, site)
    peer, _ = timed("summary", "--data-dir", str(data), "--on", DAY, "--json")
    return {
        "pages": whole["pages"],
        "files": len(whole["changed"]),
        "seconds": {"all": round(first, 1), "one country": round(one, 1), "nothing": round(again, 1)},
        "rebuilt": {"one country": rebuilt["rebuilt"], "nothing": unchanged["rebuilt"]},
        "seconds_of_the_peer": round(peer, 1),
        "times_the_peer": {"all": round(first / peer, 1), "one country": round(one / peer, 1)},
        "heaviest": {
            "opening page": heaviest(site, "*/index.html"),
            "country": heaviest(site, "*/[A-Z][A-Z][A-Z]/index.html"),
            "records of a freedom": heaviest(site, "*/[A-Z][A-Z][A-Z]/*[!x].html"),
            "any page": heaviest(site, "**/*.html"),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measured(asked.data, Path(folder))
    if asked.json:
        print(json.dumps(found, indent=1))
        return
    print(f"{found['pages']} pages, {found['files']} files\n\n| build | seconds | times the peer |\n|---|--:|--:|")
    for name, seconds in found["seconds"].items():
        print(f"| {name} | {seconds} | {seconds / found['seconds_of_the_peer']:.1f} |")
    print(f"| peer: reading the dataset, a summary of every member | {found['seconds_of_the_peer']} | 1 |\n")
    for name, one in found["heaviest"].items():
        print(f"Heaviest {name}: {one['kilobytes']} KB ({one['page']})")


if __name__ == "__main__":
    main()
