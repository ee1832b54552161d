"""Commands about the static site: site and serve."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from civic_tracker.cli.console import AsJson, DataDir, On, Stopped, err, folder_of, out, print_json, progress, stoppable
from civic_tracker.errors import UsageError
from civic_tracker.store import workspace

if TYPE_CHECKING:
    from http.server import ThreadingHTTPServer


def site(
    context: typer.Context,
    folder: Annotated[Path, typer.Option("--out", help="Folder to write into.")],
    language: Annotated[
        list[str] | None, typer.Option("--language", help="A language; several times for several. All without it.")
    ] = None,
    address: Annotated[
        str, typer.Option("--address", help="Where the site will be, for feeds: https://example.org/civic-space")
    ] = "",
    on: On = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Build a static site of all OGP members, for GitHub Pages or any web server.

    Example: civic-tracker site --out site --address https://example.org/civic-space
    """
    from civic_tracker.publish.site.build import build_site
    from civic_tracker.text import web_address
    from civic_tracker.words import languages

    day = workspace.day(on)
    codes = tuple(dict.fromkeys(languages.language(code).code for code in language or ()))
    if address and not web_address(address):
        raise UsageError(f"'{address}' is not a web address. Give one that begins with https://.")
    with _until_stopped(), progress() as status:
        status.update("reading the dataset")
        dataset = workspace.load_members(folder_of(context, data_dir), day)
        built = build_site(dataset, folder, day, codes=codes, address=web_address(address), say=status.update)
    if as_json:
        facts = {"folder": str(folder), "pages": built.pages, "rebuilt": list(built.rebuilt)}
        print_json(facts | {"changed": list(built.changed)})
        return
    rebuilt = f"{len(built.rebuilt)} countries made anew" if built.rebuilt else "no country changed"
    out.print(
        f"{built.pages} pages, {rebuilt}; {len(built.changed)} files written or changed in {escape(str(folder))}.",
        soft_wrap=True,
    )
    out.print(f"Next: civic-tracker serve {escape(str(folder))}", soft_wrap=True)


def serve(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of a site. Without it, one is built from the dataset and thrown away.")
    ] = None,
    port: Annotated[int, typer.Option("--port", help="Port on this computer; 0 for any that is free.")] = 8000,
    on: On = None,
    data_dir: DataDir = None,
) -> None:
    """Preview the site on this computer, until Ctrl-C.

    Example: civic-tracker serve site --port 8080
    """
    import tempfile

    from civic_tracker.publish.site.build import build_site
    from civic_tracker.publish.site.serve import preview

    if folder is not None:
        if on:
            raise UsageError("--on is for a site that is built now; the one in the folder has its day.")
        _run(preview(folder, port))
        return
    day = workspace.day(on)
    with tempfile.TemporaryDirectory(prefix="civic-tracker-") as name:
        with _until_stopped(), progress() as status:
            status.update("reading the dataset")
            dataset = workspace.load_members(folder_of(context, data_dir), day)
            build_site(dataset, Path(name), day, say=status.update)
        _run(preview(Path(name), port))


@contextmanager
def _until_stopped() -> Iterator[None]:
    """A block that ends the processes that make pages when somebody stops it."""
    with stoppable():
        try:
            yield
        except Stopped as stop:
            err.print(f"stopped by {stop.name}; the site is as it was, or wholly the new one", soft_wrap=True)
            raise typer.Exit(stop.exit_status) from stop


def _run(server: "ThreadingHTTPServer") -> None:
    """Serve until somebody stops it, which is how it is meant to end."""
    with server, stoppable():
        out.print(f"http://{server.server_address[0]!s}:{server.server_address[1]}/  (Ctrl-C ends it)")
        try:
            server.serve_forever()
        except Stopped:
            out.print("Ended.")
