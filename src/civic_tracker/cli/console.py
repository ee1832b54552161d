"""What every command shares: the two consoles, the common options, tables, JSON and files, and how it is stopped."""

import gc
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, TextIO

import typer
from rich.markup import escape
from rich.status import Status

from civic_tracker.cli.streams import print_bytes
from civic_tracker.disk.files import write_file
from civic_tracker.errors import UsageError
from civic_tracker.publish.printing import WIDTH_OF_LOG, LiteralConsole, is_unicode
from civic_tracker.publish.screen_tables import Columns, show_table
from civic_tracker.store import workspace
from civic_tracker.text import json_text, legible


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()  # a closed one is ``None``


out = LiteralConsole(width=None if _is_terminal(sys.stdout) else WIDTH_OF_LOG)
err = LiteralConsole(stderr=True, width=None if _is_terminal(sys.stderr) else WIDTH_OF_LOG)

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
    spinner = "dots" if is_unicode(err.encoding) else "line"
    with err.status("starting", spinner=spinner) as status:
        yield Progress(status)


class Progress:
    """Says what is being done, where somebody is looking."""

    def __init__(self, status: Status | None) -> None:
        self._status = status

    def update(self, doing: str) -> None:
        if self._status:
            self._status.update(escape(legible(doing)))


def deliver(content: bytes, output: Path | None, *, readable: bool = False) -> None:
    """Write a file in UTF-8, or print it: as it is, and what is ``readable`` as any text, in the stream's encoding."""
    if output is None:
        if readable:
            sys.stdout.write(content.decode())
        else:
            print_bytes(content)
        return
    try:
        write_file(output, content)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written ({error.strerror or error}). Choose another file.") from error
    out.print(f"Written: {escape(str(output))}")


def print_json(value: Any) -> None:
    """Print JSON; where the stream lacks letters, as codes, so that nothing is lost and every reader knows them."""
    text = json_text(value)
    if not is_unicode(sys.stdout.encoding):
        text = "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in text)
    sys.stdout.write(text)


def print_table(
    title: str,
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    numeric: Iterable[int] = (),
    *,
    spare: Sequence[str] = (),
    heading: int = 1,
) -> None:
    """Print rows as a table or, where the terminal is too narrow for one, as a list; see ``screen_tables``."""
    show_table(out, title, Columns(names, frozenset(numeric), [(name,) for name in spare], heading), rows)
