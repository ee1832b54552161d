"""The program as a process of its own, with ICNL's publisher at an address of the tests':

    python -m tests.support.program http://127.0.0.1:8000/tracker refresh icnl --data-dir data

It is what ``civic-tracker`` runs, but for that address and a client that may ask this machine.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from civic_tracker import fetching
from civic_tracker.cli import main
from civic_tracker.declared.sources import Source, all_sources, get_source
from civic_tracker.disk import storage
from civic_tracker.fetching.client import Client
from tests.fetching.conftest import LOOPBACK

ROOT = Path(__file__).resolve().parents[2]
HANGS = 900
"""Seconds after which a program counts as one that hangs, not one that is slow."""
_BRISK = replace(LOOPBACK, seconds_between_requests=0.01)
_PR_CAPBSET_DROP = 24  # <linux/prctl.h>
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH, _CAP_FOWNER = 1, 2, 3  # <linux/capability.h>


def source_at(address: str, expects: str = "page", name: str = "icnl") -> Source:
    """A source as it is declared, at an address of the test's."""
    declared = get_source(name)
    assert declared.refresh is not None
    moved = declared.refresh.model_copy(update={"address": address, "expects": expects, "link": ""})
    return declared.model_copy(update={"refresh": moved})


def put_at(address: str) -> None:
    """Let the program in this process ask for ICNL's page at the address."""
    all_sources()["icnl"] = source_at(address)
    vars(fetching)["Client"] = partial(Client, _BRISK)


def start(*arguments: str, before: Callable[[], object] = lambda: None) -> subprocess.Popen[str]:
    """Begin a run of this module; ``before`` is called in the new process, before the program is there."""

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # tests that run in the background ignore it, and hand that on
        before()

    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "tests.support.program", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        preexec_fn=prepare,
    )


@contextmanager
def held_by_another(folder: Path) -> Iterator[None]:
    """The folder is held by another writer as long as the block: a thread, which is one as much as a process is."""
    held, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with storage.locked(folder):
            held.set()
            leave.wait()

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(30)
    try:
        yield
    finally:
        leave.set()
        other.join()


def without_powers() -> None:
    """Take from root what lets it write everywhere, so that the mode of a folder counts for it as for anybody.

    Another user would not do: who that is may not even read Python, where it lies in root's home.
    """
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for power in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH, _CAP_FOWNER):
            if libc.prctl(_PR_CAPBSET_DROP, power, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "cannot give up root's powers")


if __name__ == "__main__":
    put_at(sys.argv.pop(1))
    main()
