"""A build that is told to end does so at once, says so, leaves no process behind, and leaves the site as it was."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.program import HANGS

pytestmark = pytest.mark.skipif(
    not Path(f"/proc/self/task/{os.getpid()}/children").is_file(),
    reason="needs signals between processes, and a kernel that tells the children of a process",
)

# Two processes make pages: each says which country it begins, and would take an hour for it.
_SLOW = """
import sys, time
from pathlib import Path
from civic_tracker.cli import main
from civic_tracker.publish.site import build

begun = Path(sys.argv.pop())

def slow(dataset, iso3, site):
    (begun / iso3).touch()
    time.sleep(3600)

build.os.cpu_count = lambda: 2
build.country_pages = slow
main()
"""


def _children(process: int) -> list[int]:
    try:
        return [
            int(one)
            for task in Path(f"/proc/{process}/task").iterdir()
            for one in (task / "children").read_text().split()
        ]
    except FileNotFoundError:
        return []


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_build_that_is_stopped_leaves_nothing_behind(told: signal.Signals, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    begun.mkdir()
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", _SLOW, "site", "--out", str(tmp_path / "site"), str(begun)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        end = time.monotonic() + HANGS
        while len(list(begun.iterdir())) < 2 and run.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        workers = _children(run.pid)
        run.send_signal(told)
        try:
            out, err = run.communicate(timeout=HANGS)
        finally:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)
    assert (run.returncode, out) == (128 + told, ""), err
    assert err.strip() == f"stopped by {told.name}; the site is as it was, or wholly the new one"
    assert len(list(begun.iterdir())) == 2, "no country is begun after the one that each was at"
    assert len(workers) >= 2
    assert not [one for one in workers if Path(f"/proc/{one}").exists()]
    assert not (tmp_path / "site").exists()
