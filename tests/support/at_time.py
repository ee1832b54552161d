"""The program as a process of its own, on a clock that stands still:

TZ=America/Lima python -m tests.support.at_time 2026-11-27T01:30:00+00:00 doctor --data-dir data
"""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from civic_tracker import clock
from civic_tracker.cli import main

ROOT = Path(__file__).resolve().parents[2]


def run(moment: str, zone: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the program says at a moment (UTC) to somebody in a time zone."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "tests.support.at_time", moment, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"TZ": zone},
        timeout=120,
    )


if __name__ == "__main__":
    standing = datetime.fromisoformat(sys.argv.pop(1))
    vars(clock)["now"] = lambda: standing
    main()
