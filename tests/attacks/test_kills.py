"""Commands that write are killed at random instants: a few here, hundreds by ``python benchmarks/kills.py``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attacks import ROUNDS

PROGRAM = Path(__file__).resolve().parents[2] / "benchmarks" / "kills.py"


@pytest.mark.skipif(os.name != "posix", reason="needs a signal that ends a process at once")
def test_a_kill_at_any_instant_leaves_one_version_whole_and_nothing_to_repair() -> None:
    called = [sys.executable, str(PROGRAM), str(ROUNDS)]
    run = subprocess.run(called, capture_output=True, text=True, check=False)  # noqa: S603
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("| whole |") == 6
