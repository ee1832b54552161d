"""The commands site and serve: one clear line for what is wrong, and a preview that serves a site and no more."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from civic_tracker.cli import app
from civic_tracker.errors import UsageError
from civic_tracker.publish.site.build import build_site
from civic_tracker.publish.site.serve import preview
from tests.website.sites import ON, a_world, few_members


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    few_members(monkeypatch)
    build_site(a_world(), tmp_path / "site", ON, codes=("en",), address="https://example.org/site/", workers=1)
    return tmp_path / "site"


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    with preview(site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_site_says_what_it_wrote_and_what_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few_members(monkeypatch)
    arguments = ["site", "--out", str(tmp_path / "site"), "--language", "es", "--json"]
    first = json.loads(CliRunner().invoke(app, arguments).stdout)
    assert "KEN" in first["rebuilt"]
    assert "es/KEN/index.html" in first["changed"]
    assert first["pages"] == len(list((tmp_path / "site").rglob("*.html")))
    again = json.loads(CliRunner().invoke(app, arguments).stdout)
    assert (again["rebuilt"], again["changed"]) == ([], [])
    told = CliRunner().invoke(app, arguments[:-1]).stdout
    assert "no country changed; 0 files written or changed" in told
    assert f"Next: civic-tracker serve {tmp_path / 'site'}" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--language", "xx"], "There is no language 'xx'. The languages are: en, es, fr."),
        (["--address", "ftp://example.org"], "'ftp://example.org' is not a web address. Give one that begins with"),
        (["--on", "yesterday"], "'yesterday' is not a day. Write it as 2020-05-15."),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_read(arguments: list[str], words: str, tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["site", "--out", str(tmp_path / "site"), *arguments])
    assert words in str(ended.exception)
    assert isinstance(ended.exception, UsageError)
    assert not (tmp_path / "site").exists()


def test_a_preview_of_no_site_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no site\. Build one with: civic-tracker site --out"):
        preview(tmp_path, 0)


def test_a_port_that_is_taken_is_named(site: Path) -> None:
    with preview(site, 0) as server, pytest.raises(UsageError, match=r"^Port \d+ cannot be used .*--port"):
        preview(site, server.server_address[1])


def test_the_preview_serves_files_as_hosts_do(address: str) -> None:
    kinds = {
        "en/index.html": "text/html; charset=utf-8",
        "en/KEN/feed.atom": "application/atom+xml; charset=utf-8",
        "en/KEN/ends.ics": "text/calendar; charset=utf-8",
        "data/records.json": "application/json",
    }
    for path, kind in kinds.items():
        with urllib.request.urlopen(f"{address}/{path}") as answer:  # noqa: S310
            assert answer.headers["Content-Type"] == kind
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["data/", "en/KEN/nothing.html", "../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd"])
def test_the_preview_serves_nothing_else(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}/{path}")  # noqa: S310
    assert refused.value.code == 404


def test_feeds_and_alternates_name_the_address_of_the_site_where_it_was_told(site: Path) -> None:
    feed = (site / "en" / "CHL" / "feed.atom").read_text(encoding="utf-8")
    assert 'href="https://example.org/site/en/CHL/feed.atom"' in feed
    assert 'href="https://example.org/site/en/CHL/index.html#icnl-CHL-0000000001"' in feed
