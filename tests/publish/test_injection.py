"""What publishers write is text in every file, and nothing else: it runs nowhere, leads nowhere and takes no shape.

A new output is put to all of this by one line in ``OUTPUTS``.
"""

import csv
import html
import io
import json
import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from pydantic import ValidationError
from typer.testing import CliRunner

from civic_tracker.building import pipeline
from civic_tracker.building.figures import observation_of
from civic_tracker.building.normalise import Origin, measure_of
from civic_tracker.cli import app
from civic_tracker.declared import members
from civic_tracker.declared.sources import all_sources, get_source
from civic_tracker.declared.terms import load_terms
from civic_tracker.documents.document import Document
from civic_tracker.documents.entries import RawEntry, RawFigure, RawStep
from civic_tracker.errors import DocumentError, UsageError
from civic_tracker.model.schema import Record
from civic_tracker.publish import csv_files
from civic_tracker.publish.package import compose
from civic_tracker.publish.report import pdf
from civic_tracker.publish.report.compose import build_report, records, to_html, to_json, to_markdown
from civic_tracker.publish.site.build import build_site
from civic_tracker.publish.terminal import report_as_text
from civic_tracker.publish.workbook.compose import country_workbook, world_workbook
from civic_tracker.store import dataset as store
from civic_tracker.store.contents import Dataset
from civic_tracker.store.fitting import fitted
from civic_tracker.text import LONGEST_SHOWN, clean, cut, legible
from civic_tracker.words.languages import language
from tests.support import hostile
from tests.support.examples import a_dataset, a_measure
from tests.support.hostile import ADDRESSES, COUNTRIES, MARK, PAYLOADS
from tests.support.hostile_checks import CHECKERS, check
from tests.support.pages import entry, page

ON = date(2024, 1, 1)
Files = dict[str, bytes]


def _written(write: Callable[[Path], object]) -> Files:
    """The files that a function writes into a folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "folder"
        write(folder)
        return {one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def _reports(dataset: Dataset) -> Files:
    files: Files = {}
    for country, code in zip(COUNTRIES, ("en", "es", "fr"), strict=True):
        report = build_report(dataset, country, ON, code)
        files |= {
            f"{country}.html": to_html(report).encode(),
            f"{country}.md": to_markdown(report).encode(),
            f"{country}.json": to_json(report).encode(),
            f"{country}.txt": report_as_text(report).encode(),
            f"{country}.csv": csv_files.measures_csv(records(report), ON),
        }
    return files


def _exports(dataset: Dataset) -> Files:
    return _written(lambda folder: [csv_files.export_country(dataset, one, folder, ON) for one in COUNTRIES])


def _workbooks(dataset: Dataset) -> Files:
    return {
        "CIV.xlsx": country_workbook(dataset, "CIV", ON, "fr", dataset.changes),
        "world.xlsx": world_workbook(dataset, ON, "en", dataset.changes),
    }


def _package(dataset: Dataset) -> Files:
    """The tables of the package are for programs and keep every character of a record: their names say so here."""
    made = _written(lambda folder: compose.write_package(dataset, folder, ON))
    return {re.sub(r"\.csv$", ".package.csv", name): one for name, one in made.items() if not name.endswith(".parquet")}


def _printed(dataset: Dataset) -> Files:
    """What the commands that show records print from a stored dataset."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store.save(dataset, folder)
        commands = {
            "report": ["report", "KEN", "--on", "2024-01-01"],
            "problems": ["problems"],
            "acts": ["acts", "CHL"],
            "links": ["links"],
            "rollback": ["rollback", "CIV"],
            "changes": ["changes"],
            "indicators": ["indicator", "--source", "idea_gsod", "--list"],
        }
        files = {}
        for name, words in commands.items():
            kinds: dict[str, list[str]] = {".txt": [], ".json": ["--json"]}
            if name == "report":
                kinds = {".txt": [], ".json": ["--format", "json"]}
            for kind, more in kinds.items():
                ran = CliRunner().invoke(app, [words[0], "--data-dir", str(folder), *words[1:], *more])
                assert ran.exit_code == 0, (words, ran.exception)
                files[f"{name}{kind}"] = ran.stdout_bytes
        return files


def _pdfs(dataset: Dataset) -> Files:
    """Of a few records, since laying out a page takes long, and the page itself is checked as HTML."""
    try:
        pdf.load_weasyprint()
    except UsageError as error:
        pytest.skip(f"no PDF can be made on this machine: {error}")
    pytest.importorskip("pypdf")
    pytest.importorskip("pypdfium2")
    own = [one for one in dataset.measures if one.country == "KEN" and one.source == "icnl"]
    some = a_dataset(own[::3])
    return {"KEN.pdf": pdf.to_pdf(to_html(build_report(some, "KEN", ON, "fr")), language("fr"))}


def _site(dataset: Dataset) -> Files:
    """The site of the attacked members alone: the pages of the others hold nothing of a record."""
    with pytest.MonkeyPatch.context() as patch:
        listed = [one for one in members.members(ON) if one.country in COUNTRIES]
        patch.setattr(members, "members", lambda _on: listed)
        return _written(lambda folder: build_site(dataset, folder, ON, codes=("en", "fr"), workers=1))


@dataclass(frozen=True)
class Output:
    """What makes files of a dataset; ``scripts`` are texts and addresses of scripts that its pages have on purpose.

    ``compared`` where a checker compares the files with those made of plain words.
    """

    make: Callable[[Dataset], Files]
    scripts: Collection[str] = ()
    compared: bool = True


OUTPUTS: Mapping[str, Output] = {
    "reports": Output(_reports),
    "exports": Output(_exports),
    "workbooks": Output(_workbooks, compared=False),
    "package": Output(_package),
    "printed": Output(_printed, compared=False),
    "pdf": Output(_pdfs, compared=False),
    "site": Output(_site, scripts={"../assets/site.js", "assets/root.js"}),
}


@cache
def _made(output: str) -> tuple[Files, Files]:
    """The files of the hostile dataset, and those of its twin of plain words where they are compared."""
    wanted = OUTPUTS[output]
    attacked = wanted.make(hostile.hostile_dataset())
    return attacked, wanted.make(hostile.plain_dataset()) if wanted.compared else attacked


@pytest.mark.parametrize("output", OUTPUTS)
def test_no_text_of_a_record_acts_in_any_file(output: str) -> None:
    attacked, plain = _made(output)
    assert attacked.keys() == plain.keys()
    assert attacked
    for name, content in attacked.items():
        check(name, content, plain[name], OUTPUTS[output].scripts)


def test_every_attack_is_in_the_files_that_are_checked() -> None:
    """Else the checks would hold for files in which nothing is."""
    reports = [json.loads(content) for name, content in _made("reports")[0].items() if name.endswith(".json")]
    told = {one["title"] for report in reports for one in report["measures"]}
    assert told == set(hostile.let_through(PAYLOADS).values())
    for output in OUTPUTS.keys() - {"workbooks", "pdf"}:  # whose texts are compressed
        assert any(MARK.encode() in content for content in _made(output)[0].values()), output


def test_models_refuse_the_texts_that_no_file_could_hold_and_no_other() -> None:
    refused = set()
    for name, text in PAYLOADS.items():
        try:
            a_measure(title=text)
        except ValidationError:
            refused.add(name)
    assert refused == hostile.BROKEN == {"half a character"}


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_page_shows_each_title_as_it_is_written(country: str) -> None:
    dataset = hostile.hostile_dataset()
    soup = BeautifulSoup(_made("reports")[0][f"{country}.html"], "lxml")
    shown = {" ".join(span.get_text().split()) for span in soup.select("table.records td:nth-of-type(2) > span")}
    for one in dataset.measures:
        if one.country == country and one.record_kind == "measure" and one.source == "icnl":
            assert " ".join(cut(legible(one.title)).split()) in shown, one.title[:80]


def test_a_terminal_shows_markup_as_it_is_written() -> None:
    shown = {name: "".join(content.decode().split()) for name, content in _made("printed")[0].items()}
    for name in ("problems.txt", "changes.txt"):
        assert f"[red]{MARK}[/red]" in shown[name]
    text = report_as_text(build_report(a_dataset([a_measure(title=PAYLOADS["Rich markup"])]), "KEN", ON))
    assert f"[red]{MARK}[/red]" in text
    assert ":skull:" in text


def test_a_stored_dataset_is_read_as_it_was() -> None:
    dataset = hostile.hostile_dataset()
    with tempfile.TemporaryDirectory() as name:
        store.save(dataset, Path(name))
        found = store.load(Path(name))
    # Of text where a term belongs a file holds what leaves: the record as it is, but for that.
    stored = [fitted(one) for one in dataset.measures]
    assert sorted(found.measures, key=lambda one: one.id) == sorted(stored, key=lambda one: one.id)
    assert found.problems == [fitted(one) for one in dataset.problems]
    assert found.changes == dataset.changes
    assert sorted(map(repr, found.observations)) == sorted(map(repr, dataset.observations))


def test_a_page_grows_by_less_than_five_kilobytes_for_a_title_without_end() -> None:
    grew: dict[str, int] = {}
    for name, output in OUTPUTS.items():
        if name in {"pdf", "printed", "package", "workbooks"}:
            continue
        short, long = (output.make(a_dataset([a_measure(title=text)])) for text in ("x", hostile.LONG))
        grew |= {file: len(long[file]) - len(short[file]) for file in long if file.endswith((".html", ".atom", ".ics"))}
    assert grew
    assert {name: size for name, size in grew.items() if size > 5_000} == {}
    assert max(grew.values()) >= LONGEST_SHOWN - 1, "and by as much as is shown of it"


# The first way in: through the pipeline, which cleans.


@pytest.fixture(scope="module")
def imported() -> Iterator[Dataset]:
    """The dataset after a page of ICNL's and a table of ACAPS' whose every text is an attack."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source, document in (("icnl", _hostile_page()), ("acaps", _hostile_table())):
            ended = pipeline.import_documents(folder, get_source(source), [document], retrieved=date(2021, 5, 2))
            assert not ended.failed
        yield store.load(folder)


def _hostile_page() -> Document:
    """Each text well escaped, as the publisher's own program would; then as it is, by whoever took over the page."""
    texts = [text.replace("\x00", "") for text in hostile.let_through(PAYLOADS).values()]  # a page with NUL is refused
    entries = []
    for number, text in enumerate(texts):
        safe = html.escape(text)
        words = {"title": safe, "issues": f"Issue(s): {safe}", "type": f"Type: {safe}"}
        entries.append(entry(number, **words, introduced=f"Introduced {number % 28 + 1} Mar 2020 {safe}"))
    entries += [entry(number, title=f"{MARK} {number} {text[:300]}") for number, text in enumerate(texts)]
    return Document(f"{MARK}.html", page(entries))


def _hostile_table() -> Document:
    names = "ID ISO COUNTRY REGION ADMIN_LEVEL_NAME PCODE LOG_TYPE CATEGORY MEASURE TARGETED_POP_GROUP COMMENTS"
    names += " NON_COMPLIANCE DATE_IMPLEMENTED SOURCE SOURCE_TYPE LINK ENTRY_DATE"
    columns = [*names.split(), "Alternative source"]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(columns)
    for number, text in enumerate(hostile.let_through(PAYLOADS).values()):
        row = dict.fromkeys(columns, text.replace("\x00", ""))
        row |= {"ID": f"{number}", "ISO": "KEN", "CATEGORY": "Movement restrictions", "MEASURE": "Curfews"}
        row |= {
            "LOG_TYPE": "Introduction / extension of measures",
            "DATE_IMPLEMENTED": "2020-03-27",
            "LINK": ADDRESSES[number % len(ADDRESSES)],
        }
        writer.writerow(row.values())
    return Document(f"{MARK}.csv", stream.getvalue().encode())


def test_what_comes_through_the_pipeline_is_clean(imported: Dataset) -> None:
    attacked = [one for one in imported.measures if MARK in repr(one) and one.source in {"icnl", "acaps"}]
    assert len(attacked) >= 2 * len(hostile.let_through(PAYLOADS))
    for one in attacked:
        for name in hostile.text_fields(Record):
            text = getattr(one, name)
            assert legible(text) == text, name
            assert name == "description" or clean(text) == text, name
        assert len(one.title) <= 500
        assert all(link.startswith("http") for link in one.links)


def test_no_text_of_a_document_acts_in_the_reports(imported: Dataset) -> None:
    countries = {one.country for one in imported.measures if MARK in one.title and one.source == "icnl"}
    plain = _made("reports")[1]["KEN.html"], _made("reports")[1]["KEN.json"]
    for country in [*sorted(countries)[:12], "KEN"]:
        report = build_report(imported, country, ON)
        assert MARK in to_html(report)
        check("report.html", to_html(report).encode(), plain[0])
        check("report.json", to_json(report).encode(), plain[1])
        check("report.txt", report_as_text(report).encode(), b"")


@pytest.mark.parametrize("name", PAYLOADS)
def test_the_normaliser_cleans_every_field(name: str) -> None:
    text = PAYLOADS[name]
    words = "key description place section type introduced ending ends ended period assessment instrument_name effect"
    words += " emergency url stage penalty note"
    alike: dict[str, Any] = dict.fromkeys(words.split(), text)
    raw = RawEntry(
        **alike,
        locator="entry 1",
        country=text,
        country_code="KEN",
        title=text,
        tags=(text,),
        flags=(text,),
        links=(text, *ADDRESSES),
        updates=(text,),
        dates_mentioned=(text,),
        history=(RawStep(text, text, "row 2"),),
        evidence="second_hand",
        reported_by=text,
    )
    measure, problems = measure_of(raw, all_sources()["icnl"], Origin("sha256:0 page.html"), load_terms())
    assert measure is not None
    figure = RawFigure(
        "row 1",
        text,
        "C_A1",
        "2020",
        text,
        country_code="KEN",
        period_as_written=text,
        note=text,
        reported_by=text,
        evidence="copy",
    )
    observation, more = observation_of(figure, all_sources()["idea_gsod"], Origin("sha256:0 table.csv"), "v7")
    assert observation is not None
    for record in (measure, observation, *problems, *more):
        for words in _texts_in(record.model_dump(mode="json")):
            assert legible(words) == words


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts_in(one)


def test_an_error_that_quotes_a_document_is_one_line_that_steers_nothing() -> None:
    for text in PAYLOADS.values():
        said = str(DocumentError(f"page.html: found {text}"))
        assert "\n" not in said
        assert legible(said) == said


# The checkers themselves: each must refuse what is bad.

BAD: Mapping[str, list[str | bytes]] = {
    ".html": [
        "<p>x</p><script>alert(1)</script>",
        "<script src=//x.example></script>",
        "<p onclick=alert(1)>x",
        "<p style='position:fixed'>x",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java&#10;script:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<a href='//x.example'>x</a>",
        "<img src=x>",
        "<p title=x>x",
        "<p class=x>x",
        "<iframe></iframe>",
        "<meta http-equiv=Refresh content=0>",
        "<style>*{}</style>",
        "<p>\u202e",
        "<p>\x1b",
    ],
    ".md": [
        "# Title\n\n[x](ftp://x.example)\n",
        "# Title\n\n<a href='javascript:x'>x</a>\n",
        "<script>x</script>",
        "# Title\n\n# Another\n",
        "![x](https://x.example)",
        "\u202e",
    ],
    ".xml": [
        "<a><b/></a>",
        "<a x='y'/>",
        "<a href='javascript:x'/>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
        "<a type='html'>&lt;script&gt;&lt;/script&gt;</a>",
    ],
    ".ics": [
        "BEGIN:VEVENT\r\nSUMMARY:x\r\nATTACH:x\r\nEND:VEVENT\r\n",
        "BEGIN:VEVENT\r\nSUMMARY:x\nATTENDEE:x\r\nEND:VEVENT\r\n",
        "BEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\n",
        f"BEGIN:VEVENT\r\nSUMMARY:{'x' * 80}\r\nEND:VEVENT\r\n",
    ],
    ".json": ["{", '["\u202e"]'],
    ".jsonl": ['{"a":1}\n{"a":2}\n', '{"b":1}\n'],
    ".csv": [
        "a,b\r\n=1,2\r\n",
        "a,b\r\n1\r\n",
        "a,b\r\n1,2\r\n3,4\r\n",
        "a,b\r\n ＝1,2\r\n",
        "a,b\r\n-2+3,2\r\n",
        "a,b\r\n\u202e,2\r\n",
    ],
    ".package.csv": ["a,b\r\n=1,2\r\n", "a,b\r\n1\r\n", 'a,b\r\n"\t1",2\r\n'],
    "-excel.csv": ["a\tb\r\n=1\t2\r\n".encode("utf-16"), "a\tb\r\n1\r\n".encode("utf-16")],
    ".txt": ["\x1b[31m", "\u202e", "a\rb", "\x9b"],
    ".js": ["alert(1)", "var x = alert(1)", 'window.x = ["</script>"]', 'window.x = ["\u2028"]'],
    ".css": ["a{}"],
}
GOOD: Mapping[str, str | bytes] = {
    ".html": "<p>x</p><a href='https://x.example/'>x</a><a href='#x'>x</a>",
    ".md": "# Title\n\n[x](https://x.example)\n",
    ".xml": "<a/>",
    ".ics": "BEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\n",
    ".json": "[1]",
    ".jsonl": '{"a":1}\n',
    ".csv": "a,b\r\n-1,2\r\n",
    ".package.csv": "a,b\r\n'=1,2\r\n",
    "-excel.csv": "a\tb\r\n1\t2\r\n".encode("utf-16"),
    ".txt": "x\n",
    ".js": "window.x = [1]",
    ".css": "p{}",
}


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode()


@pytest.mark.parametrize(("ending", "content"), [(ending, one) for ending, bad in BAD.items() for one in bad])
def test_a_checker_refuses_what_would_act(ending: str, content: str | bytes) -> None:
    with pytest.raises((AssertionError, ValueError, SyntaxError)):
        check(f"file{ending}", _bytes(content), _bytes(GOOD[ending]))


@pytest.mark.parametrize("ending", GOOD)
def test_a_checker_takes_what_is_harmless(ending: str) -> None:
    check(f"file{ending}", _bytes(GOOD[ending]), _bytes(GOOD[ending]))


def test_a_script_is_taken_where_the_output_says_that_it_is_its_own() -> None:
    ours = b"<script src=search.js></script>"
    with pytest.raises(AssertionError, match="somebody else's"):
        check("index.html", ours, ours)
    check("index.html", ours, ours, {"search.js"})


def test_a_file_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(AssertionError, match="no checker"):
        check("file.exe", b"", b"")
    assert ".exe" not in CHECKERS
