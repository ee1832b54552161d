"""The report as PDF: tagged, in the reader's language, complete, and the same bytes each time."""

import builtins
import io
import os
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from civic_tracker.cli import main, reading
from civic_tracker.errors import UsageError
from civic_tracker.publish.report import pdf
from civic_tracker.publish.report.compose import build_report, to_html
from civic_tracker.words.languages import language
from tests.support.examples import a_dataset, a_measure, an_observation
from tests.support.pdfs import texts_of_pages

ON = date(2024, 1, 1)
IN_NO_FONT = "\U0010fffd"  # the last letter for private use


@pytest.fixture(scope="module")
def renderer() -> None:
    """WeasyPrint, Pango and a font; a test that needs them skips without."""
    try:
        pdf.load_weasyprint()
    except UsageError as error:
        pytest.skip(f"no PDF can be made on this machine: {error}")


def _page(code: str = "fr") -> str:
    measures = [
        a_measure(title="État d’urgence: 戒严 über Ñandú"),
        a_measure(id="icnl-KEN-1", title="<b>bold</b> & \u202e </title><script>alert(1)</script> 👩🏽‍⚖️"),
        a_measure(id="icnl-KEN-2", title="Gatherings: level 4", record_kind="spell", ended_on="2020-04-01"),
    ]
    return to_html(build_report(a_dataset(measures, [an_observation()]), "KEN", ON, code))


@pytest.fixture(scope="module")
def content(renderer: None) -> bytes:  # noqa: ARG001
    return pdf.to_pdf(_page(), language("fr"))


def _read(content: bytes) -> Any:
    return pytest.importorskip("pypdf").PdfReader(io.BytesIO(content))


def _text(content: bytes) -> str:
    return " ".join(texts_of_pages(content))


def test_the_file_has_a_title_a_language_and_tags_as_pdf_ua_asks(content: bytes) -> None:
    reader = _read(content)
    root = reader.trailer["/Root"]
    assert reader.metadata.title == "Kenya\u00a0: restrictions enregistrées des libertés civiles, 1er janvier 2024"
    assert root["/Lang"] == "fr"
    assert bool(root["/MarkInfo"]["/Marked"])
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part" in reader.xmp_metadata.stream.get_data()


def test_pages_are_a4_and_numbered_in_the_readers_language(content: bytes) -> None:
    pages = _read(content).pages
    assert len(pages) > 1
    assert {tuple(round(float(x)) for x in page.mediabox[2:]) for page in pages} == {(595, 842)}
    texts = texts_of_pages(content)
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} sur {len(pages)}" in text
    title = "Kenya : restrictions enregistrées des libertés civiles, 1er janvier 2024"
    assert title in texts[1], "the country and the day stand above each further page"
    assert "Página 1 de " in _text(pdf.to_pdf(_page("es"), language("es")))


def test_its_text_can_be_copied_with_its_accents(content: bytes) -> None:
    assert "État d’urgence: 戒严 über Ñandú" in _text(content)


@pytest.mark.usefixtures("renderer")
def test_a_letter_that_no_font_has_is_named_and_leaves_the_text_around_it_to_be_found() -> None:
    said: list[str] = []
    page = f"<html lang=en><title>T</title><p>Decree{IN_NO_FONT} of June, and <b>{IN_NO_FONT}</b> again"
    assert f"Decree{IN_NO_FONT} of June, and {IN_NO_FONT} again" in _text(pdf.to_pdf(page, language("en"), said.append))
    assert said == [
        "note: no font of this machine has U+10FFFD; in the PDF a box stands for each. "
        "Install a font that has them, e.g. one of Noto's, and write the file again."
    ]


@pytest.mark.usefixtures("renderer")
def test_nothing_is_said_where_every_letter_is_drawn() -> None:
    said: list[str] = []
    pdf.to_pdf("<html lang=en><title>T</title><p>Decree", language("en"), said.append)
    assert said == []


@pytest.mark.usefixtures("renderer")
def test_a_machine_without_fonts_is_told_to_install_some(tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_text(
        f"<?xml version='1.0'?><fontconfig><dir>{tmp_path}/none</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    ran = subprocess.run(
        [sys.executable, "-c", "from civic_tracker.cli import main; main()", "report", "Kenya", "--format", "pdf"],
        capture_output=True,
        env=os.environ | {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "COLUMNS": "300"},
        text=True,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("error: A PDF needs a font, and this machine has none. Install some ")
    assert ran.stderr.count("\n") == 1


def test_what_a_browser_folds_is_unfolded_on_paper(content: bytes) -> None:
    assert "<details>" in _page()
    assert "Gatherings: level 4" in _text(content)


def test_text_of_a_publisher_is_text_on_paper_too(content: bytes) -> None:
    assert "<b>bold</b> &" in _text(content)
    root = _read(content).trailer["/Root"]
    assert [name for name in ("/OpenAction", "/AA", "/AcroForm") if name in root] == []
    assert set(root.get("/Names", {})) <= {"/Dests"}, "names of places in the document, and no scripts or files"
    links = [one.get_object() for page in _read(content).pages for one in page.get("/Annots", ())]
    actions = [one["/A"] for one in links if "/Dest" not in one]  # the others lead to places of the document
    assert {one["/S"] for one in actions} == {"/URI"}
    assert {one["/URI"].partition(":")[0] for one in actions} == {"https"}


@pytest.mark.usefixtures("renderer")
def test_the_title_above_the_pages_cannot_leave_its_place() -> None:
    evil = "A\"; } @page { size: 1cm } \\ </style> \n'"
    page = f"<html lang=en><title>{evil.replace('<', '&lt;')}</title><h1>A</h1><p style='break-before: page'>B"
    _, second = texts_of_pages(pdf.to_pdf(page, language("en")))
    assert "@page { size: 1cm }" in second


@pytest.mark.usefixtures("renderer")
def test_nothing_is_asked_from_the_network_or_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    real_open = builtins.open

    def watched(name: Any, *rest: Any, **more: Any) -> Any:
        asked.append(name)
        return real_open(name, *rest, **more)

    def refuse(*arguments: Any, **_: Any) -> None:
        asked.append(arguments)
        raise OSError("no")

    secret = tmp_path / "secret.css"
    secret.write_text("h1::after { content: 'secret' }")
    page = (
        f"<html lang=en><head><title>T</title><link rel=stylesheet href='{secret.as_uri()}'>"
        f"<link rel=attachment href='{secret.as_uri()}'><style>@import url('{secret.as_uri()}');"
        "@font-face { font-family: x; src: url(http://127.0.0.1:9/x.woff) }</style></head>"
        "<h1>A</h1><img src='http://127.0.0.1:9/x.png' alt='picture'><img src='data:image/svg+xml,<svg/>' alt=''>"
    )
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", refuse)
    monkeypatch.setattr(builtins, "open", watched)
    made = pdf.to_pdf(page, language("en"))
    monkeypatch.undo()
    assert [one for one in asked if "secret" in str(one) or "127.0.0.1" in str(one) or "http" in str(one)] == []
    assert "secret" not in _text(made)
    assert "/EmbeddedFiles" not in str(_read(made).trailer["/Root"])


def test_the_same_page_gives_the_same_bytes_in_another_process_at_another_time(content: bytes, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(_page(), encoding="utf-8")
    time.sleep(1.1 - time.time() % 1)  # fonts that are rewritten bear the second
    program = (
        "import sys; from pathlib import Path; from civic_tracker.publish.report import pdf; "
        "from civic_tracker.words.languages import language; "
        "sys.stdout.buffer.write(pdf.to_pdf(Path(sys.argv[1]).read_text('utf-8'), language('fr')))"
    )
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program, str(page)],
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "1600000000"},
    )
    assert ran.stdout == content
    assert os.environ.get("SOURCE_DATE_EPOCH") is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ImportError("No module named 'weasyprint'"), "pip install 'civic-tracker[pdf]'"),
        (OSError("cannot load library 'libpango-1.0-0': no such file"), "Pango"),
    ],
)
def test_what_is_missing_is_named_with_the_way_to_install_it(
    error: Exception, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real_import = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name == "weasyprint":
            print("advice of the library's own")
            raise error
        return real_import(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UsageError, match=r"^A PDF needs ") as raised:
        pdf.to_pdf("<title>T</title>", language("en"))
    assert words in str(raised.value)
    assert capsys.readouterr().out == ""


def test_a_pdf_goes_to_a_file_or_a_pipe_and_never_to_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(pdf, "to_pdf", lambda page, say, **_: f"%PDF- {len(page) > 0} {say.code}".encode())
    monkeypatch.setattr(sys, "argv", ["civic-tracker", "report", "Peru", "--format", "pdf", "--language", "es"])
    monkeypatch.setattr(reading, "sys", sys)
    with pytest.raises(SystemExit):
        main()
    assert capfdbinary.readouterr().out == b"%PDF- True es"

    monkeypatch.setattr(reading, "sys", SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: True)))
    with pytest.raises(SystemExit, match="2"):
        main()
    shown = capfdbinary.readouterr()
    assert shown.out == b""
    assert b"--out" in shown.err

    file = tmp_path / "peru.pdf"
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--out", str(file)])
    with pytest.raises(SystemExit, match="0"):
        main()
    assert file.read_bytes() == b"%PDF- True es"
