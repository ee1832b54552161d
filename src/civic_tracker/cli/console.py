"""What every command shares: the two consoles, the common options, tables, JSON and files, and how it is stopped."""

import gc
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.status import Status
from rich.table import Table

from civic_tracker import workspace
from civic_tracker.errors import UsageError
from civic_tracker.files import write_file
from civic_tracker.printing import LiteralConsole
from civic_tracker.text import cut, json_text, legible

WIDTH_OF_LOG = 200
out = LiteralConsole(width=None if sys.stdout.isatty() else WIDTH_OF_LOG)
err = LiteralConsole(stderr=True, width=None if sys.stderr.isatty() else WIDTH_OF_LOG)

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        envvar=workspace.DATA_DIR_VARIABLE,
        help="Folder of the dataset. Without it: data/ of the checkout, else data/ of the current folder.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
On = Annotated[
    str | None, typer.Option("--on", metavar="DAY", help="The day asked about, e.g. 2020-05-15. Today without it.")
]


def collect_rarely() -> None:
    """Look for unreachable cycles seldom: records have none, and looking for them takes a quarter of a long run."""
    gc.set_threshold(200_000, 20, 100)


def folder_of(context: typer.Context, own: Path | None) -> Path | None:
    """The folder given after the command, else the one given before it."""
    return own if own is not None else context.obj


class Stopped(KeyboardInterrupt):
    """Somebody asked the program to end: a person with Ctrl-C (SIGINT), a scheduler with SIGTERM."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.name = signal.Signals(number).name
        self.exit_status = 128 + number  # as shells report it


@contextmanager
def stoppable() -> Iterator[Callable[[], None]]:
    """Let SIGINT and SIGTERM raise ``Stopped``, once: what is being tidied up is not interrupted by a second one.

    The function that is given says that the work is done; from then on the end of the block is not interrupted either.
    A signal that whoever started the program lets it ignore (``nohup``, ``&`` in a script) stays ignored.
    """
    heeding = True

    def done() -> None:
        nonlocal heeding
        heeding = False

    def stop(number: int, _frame: FrameType | None) -> None:
        if heeding:
            done()
            raise Stopped(number)

    if threading.current_thread() is not threading.main_thread():  # only there may signals be received
        yield done
        return
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    heard = [number for number, handler in former.items() if handler is not signal.SIG_IGN]
    for number in heard:
        signal.signal(number, stop)
    try:
        yield done
    finally:
        for number in heard:
            signal.signal(number, former[number])


@contextmanager
def progress() -> Iterator["Progress"]:
    """A status line on a terminal; nothing in a log."""
    if not err.is_terminal:
        yield Progress(None)
        return
    with err.status("starting") as status:
        yield Progress(status)


class Progress:
    """Says what is being done, where somebody is looking."""

    def __init__(self, status: Status | None) -> None:
        self._status = status

    def update(self, doing: str) -> None:
        if self._status:
            self._status.update(escape(legible(doing)))


def deliver(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        write_file(output, content)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written ({error.strerror or error}). Choose another file.") from error
    out.print(f"Written: {escape(str(output))}")


def print_json(value: Any) -> None:
    sys.stdout.write(json_text(value))


def print_table(
    title: str, names: Sequence[str], rows: Iterable[Sequence[object]], numeric: Iterable[int] = ()
) -> None:
    table = Table(title=escape(title), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    right = set(numeric)
    for position, name in enumerate(names):
        table.add_column(name, justify="right" if position in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape(cut(str(cell))) for cell in row))
    out.print(table)
