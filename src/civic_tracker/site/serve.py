"""A preview of the site on this computer: no server for the public."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from civic_tracker.errors import UsageError
from civic_tracker.site.build import MEMORY

HOST = "127.0.0.1"


class _Handler(SimpleHTTPRequestHandler):
    """Serves files as a host of static sites does; says nothing of each request."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {  # as the base class has it
        ".atom": "application/atom+xml; charset=utf-8",
        ".ics": "text/calendar; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def list_directory(self, path: object) -> None:  # noqa: ARG002
        """No lists of files: a folder without a page is not found, as on most hosts."""
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def preview(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of the site in ``folder`` on this computer alone; port 0 is any that is free.

    Raises:
        UsageError: when the folder holds no site, or the port is taken.
    """
    if not (folder / MEMORY).is_file():
        raise UsageError(f"{folder}: holds no site. Build one with: civic-tracker site --out {folder}")
    try:
        return ThreadingHTTPServer((HOST, port), partial(_Handler, directory=str(folder)))
    except (OSError, OverflowError) as error:
        raise UsageError(f"Port {port} cannot be used ({error}). Choose another with --port.") from error
