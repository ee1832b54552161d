"""A preview of the site on this computer: no server for the public."""

import io
import socket
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any, BinaryIO

from civic_tracker.errors import UsageError
from civic_tracker.publish.site.build import MEMORY

HOST = "127.0.0.1"
MOST_CONNECTIONS = 32  # at once; a browser opens six
SECONDS_OF_SILENCE = 10
SECONDS_OF_A_CONNECTION = 60  # from its first byte to its last, however slowly they come
_BUSY = b"HTTP/1.0 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"


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

    timeout = SECONDS_OF_SILENCE

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """What the address names, where that is a file of the site: an address may hold anything, and so may a link."""
        if not self._names_a_file_of_the_site():
            self.send_error(404)
            return None
        return super().send_head()

    def _names_a_file_of_the_site(self) -> bool:
        try:
            home = Path(self.directory).resolve()
            wanted = Path(self.translate_path(self.path)).resolve()
            if wanted.is_dir():
                wanted = (wanted / "index.html").resolve()
            return wanted.is_relative_to(home) and wanted.is_file()
        except (OSError, ValueError, RuntimeError):  # NUL, half a character, a name too long; links in a circle
            return False

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def list_directory(self, path: object) -> None:  # noqa: ARG002
        """No lists of files: a folder without a page is not found, as on most hosts."""
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class _Server(ThreadingHTTPServer):
    """Takes a few connections at once, none for ever; one that breaks off is no news."""

    def __init__(self, *arguments: Any) -> None:
        self._began: dict[socket.socket, float] = {}
        self._lock = threading.Lock()
        super().__init__(*arguments)

    def server_bind(self) -> None:
        """Without the question for this computer's name on the net, which may take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            is_busy = len(self._began) >= MOST_CONNECTIONS
            if not is_busy:
                self._began[request] = time.monotonic()
        if not is_busy:
            super().process_request(request, client_address)
            return
        with suppress(OSError):
            request.settimeout(1)
            request.sendall(_BUSY)
        self.shutdown_request(request)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._began.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Called about twice a second: end the connections that have had their time."""
        with self._lock:
            late = [one for one, began in self._began.items() if time.monotonic() - began > SECONDS_OF_A_CONNECTION]
        for request in late:
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        error = sys.exception()
        if not isinstance(error, OSError):
            sys.stderr.write(f"error: a request could not be answered ({error!r})\n")


def preview(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of the site in ``folder`` on this computer alone; port 0 is any that is free.

    Raises:
        UsageError: when the folder holds no site, or the port is taken.
    """
    if not (folder / MEMORY).is_file():
        raise UsageError(f"{folder}: holds no site. Build one with: civic-tracker site --out {folder}")
    try:
        return _Server((HOST, port), partial(_Handler, directory=str(folder)))
    except (OSError, OverflowError) as error:
        raise UsageError(f"Port {port} cannot be used ({error}). Choose another with --port.") from error
