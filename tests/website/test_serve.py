"""The preview against addresses and clients that mean harm: nothing outside the folder, no traceback, no long wait."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from civic_tracker.publish.site import serve
from civic_tracker.publish.site.build import MEMORY

Address = tuple[str, int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site of one page, beside a secret that links of every kind point to."""
    site = tmp_path / "site"
    (site / "en").mkdir(parents=True)
    (site / MEMORY).write_text("{}", encoding="utf-8")
    (site / "index.html").write_text("the page", encoding="utf-8")
    (site / "en" / "index.html").symlink_to("../index.html")  # stays inside
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "index.html").write_text("the secret", encoding="utf-8")
    (site / "file.html").symlink_to(secret / "index.html")
    (site / "folder").symlink_to(secret)
    (site / "absolute.html").symlink_to("/etc/passwd")
    (site / "circle").symlink_to("circle")
    (site / "within").mkdir()
    (site / "within" / "index.html").symlink_to(secret / "index.html")
    os.mkfifo(site / "pipe.html")
    return site


@pytest.fixture
def server(folder: Path) -> Iterator[Address]:
    with serve.preview(folder, 0) as made:
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield "127.0.0.1", int(made.server_address[1])
        made.shutdown()


def _ask(server: Address, path: bytes, method: bytes = b"GET") -> bytes:
    with socket.create_connection(server, timeout=20) as client:
        client.sendall(method + b" " + path + b" HTTP/1.0\r\n\r\n")
        return b"".join(iter(lambda: client.recv(65_536), b""))


@pytest.mark.parametrize(
    "path",
    [
        b"/%00",
        b"/index.html%00.txt",
        b"/\x00",
        b"/%ff",
        b"/\xff\xfe",
        b"/%ed%a0%80",
        b"/%ed%b2%80.html",
        b"/%f0%9f",
        b"/" + b"a" * 5_000,
        b"/" + b"a/" * 3_000,
        b"/../secret/index.html",
        b"/%2e%2e/secret/index.html",
        b"/..%2fsecret/index.html",
        b"/en/../../secret/index.html",
        b"/en/..%2f..%2fsecret/index.html",
        b"//secret/index.html",
        b"/..\\secret\\index.html",
        b"http://127.0.0.1/../secret/index.html",
        b"/file.html",
        b"/folder/",
        b"/folder/index.html",
        b"/absolute.html",
        b"/circle",
        b"/within/",
        b"/pipe.html",
        b"/en",
        b"/secret",
    ],
)
@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
def test_no_address_leads_out_of_the_folder_or_breaks_the_preview(
    server: Address, path: bytes, method: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = _ask(server, path, method)
    allowed = (b" 301 ", b" 404 ") if path == b"/en" else (b" 404 ",)
    assert any(status in answer.split(b"\r\n", 1)[0] for status in allowed), answer[:200]
    assert b"secret</" not in answer
    assert b"the secret" not in answer
    assert b"root:" not in answer
    assert b"the page" in _ask(server, b"/")
    assert capsys.readouterr().err == ""


def test_a_link_that_stays_in_the_folder_is_followed(server: Address) -> None:
    assert b"the page" in _ask(server, b"/en/")


def test_what_is_no_request_of_a_browser_is_refused(server: Address, capsys: pytest.CaptureFixture[str]) -> None:
    for method in (b"POST", b"PUT", b"DELETE", b"\xff\x00", b""):
        assert b"the page" not in _ask(server, b"/", method)
    with socket.create_connection(server, timeout=20) as client:
        client.sendall(b"GET / HTTP/1.0\r\n" + b"".join(b"X-%d: y\r\n" % one for one in range(1_000)) + b"\r\n")
    with socket.create_connection(server, timeout=20):
        pass  # and goes again
    assert b"the page" in _ask(server, b"/")
    assert capsys.readouterr().err == ""


def test_slow_clients_take_a_few_threads_and_their_time_ends(
    server: Address, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = threading.active_count()
    slow = [socket.create_connection(server, timeout=20) for _ in range(serve.MOST_CONNECTIONS)]
    for client in slow:
        client.sendall(b"GET / HT")
    for _ in range(2 * serve.MOST_CONNECTIONS):
        with socket.create_connection(server, timeout=20) as client:
            assert client.recv(1_000).startswith(b"HTTP/1.0 503 ")
    assert threading.active_count() - before <= serve.MOST_CONNECTIONS
    monkeypatch.setattr(serve, "SECONDS_OF_A_CONNECTION", 0)
    assert [client.recv(1_000) for client in slow] == [b""] * serve.MOST_CONNECTIONS
    monkeypatch.undo()
    for client in slow:
        client.close()
    for _ in range(200):
        if b"the page" in _ask(server, b"/"):
            break
        time.sleep(0.05)
    else:
        pytest.fail("the preview does not answer any more")
    assert capsys.readouterr().err == ""


def test_the_preview_is_on_this_computer_alone(folder: Path) -> None:
    with serve.preview(folder, 0) as made:
        assert made.server_address[0] == "127.0.0.1"
