"""A build that is told to end does so at once, says so, leaves no process behind, and leaves the site as it was."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="needs signals between processes, and to see the processes of one"
)


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
    if not Path(f"/proc/self/task/{os.getpid()}/children").is_file():
        pytest.skip("this kernel does not tell the children of a process")
    several = (
        "import sys; from civic_tracker.site import build; build.os.cpu_count = lambda: 2\n"
        "from civic_tracker.cli import main; main()"
    )
    run = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", several, "site", "--out", str(tmp_path / "site")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.monotonic() + 60
    while len(workers := _children(run.pid)) < 2 and run.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    assert workers, run.communicate()
    time.sleep(0.3)
    run.send_signal(told)
    out, err = run.communicate(timeout=30)
    assert run.returncode == 128 + told
    assert err.strip() == f"stopped by {told.name}; the site is as it was, or wholly the new one"
    assert out == ""
    assert not (tmp_path / "site").exists()
    assert not [one for one in workers if Path(f"/proc/{one}").exists()]
