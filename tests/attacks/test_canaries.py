"""No sentence of a publisher's document leaves this machine, wherever in the document it stands.

A sentence is put into any place of every source's synthetic documents (``canaries``). What is tracked, and what every
output makes of it, must not hold six of its words in a row; titles alone may, up to their greatest length.
``CIVIC_TRACKER_ATTACK_ROUNDS`` sets into how many copies the places of a document are divided.
"""

import gzip
import io
import os
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from civic_tracker import leaving
from civic_tracker.building.history import changes_of_measures
from civic_tracker.building.normalise import Origin, measure_of
from civic_tracker.building.parsers import parser_of
from civic_tracker.building.records import Part, Records, records_of
from civic_tracker.declared.sources import Refresh, get_source
from civic_tracker.declared.terms import load_terms
from civic_tracker.documents.document import Document
from civic_tracker.documents.entries import RawEntry
from civic_tracker.errors import CivicTrackerError
from civic_tracker.model.schema import ActRow, LinkRow, Observation, Problem, Record, WholeWords
from civic_tracker.refreshing.health import check
from civic_tracker.refreshing.refresh import RunReport, SourceReport
from civic_tracker.refreshing.schedule import run_in_markdown
from civic_tracker.store import dataset as store
from civic_tracker.store.contents import Dataset
from tests.attacks.canaries import Case, canary, cases, leaked
from tests.publish.test_injection import OUTPUTS
from tests.support.examples import a_dataset, a_measure

SHARES = int(os.environ.get("CIVIC_TRACKER_ATTACK_ROUNDS", "2"))
DAY = date(2026, 11, 2)
_TITLES = ("title", "instrument_name")
_KEPT_BACK = {"text_kept_back", "title_shortened", "link_not_web"}


@cache
def _met() -> tuple[list[tuple[Case, Records]], list[tuple[Case, str]]]:
    """What each copy gave: records, or the message with which it was refused."""
    read, refused = [], []
    for case in cases(SHARES):
        source = get_source(case.source)
        try:
            parsed = parser_of(source)(case.document)
        except CivicTrackerError as error:
            refused.append((case, str(error)))
            continue
        part = Part(parsed, Origin("sha256:0123456789abcdef", case.document.url, DAY))
        read.append((case, records_of(source, [(part,)], load_terms())))
    return read, refused


def _untitled(measure: Record) -> Record:
    """The record without the titles, which are cited as titles."""
    changed = {name: "Example" for name in _TITLES if leaked(getattr(measure, name))}
    return measure.model_copy(update=changed) if changed else measure


def _without_titles(records: Records) -> Dataset:
    return Dataset(
        measures=[_untitled(one) for one in records.measures],
        observations=records.observations,
        problems=[
            one.model_copy(update={"title": "Example"}) if leaked(one.title) else one for one in records.problems
        ],
        words=records.words,
    )


def test_the_attack_reaches_every_source_and_most_copies_are_read() -> None:
    read, refused = _met()
    assert len({case.source for case, _ in read}) == 11
    assert len(read) > len(refused) > 20
    kept = Counter(one.source for _, records in read for one in records.words)
    assert len(kept) >= 7, kept


def test_no_tracked_file_holds_a_canary() -> None:
    for case, records in _met()[0]:
        dataset = _without_titles(records)
        for name, content in store.record_files(dataset, [case.source]).items():
            text = b"".join(content.pieces()).decode()
            if name.startswith("local/"):
                continue
            assert not leaked(text), (case.how, name, _line_with_a_canary(text))


def _line_with_a_canary(text: str) -> str:
    return next(line[:600] for line in text.splitlines() if leaked(line))


def test_what_is_kept_back_stays_whole_and_is_a_problem() -> None:
    for case, records in _met()[0]:
        told = {one.field for one in records.problems if one.code in _KEPT_BACK}  # figures that fail alike are one
        assert {one.field for one in records.words} <= told, case.how
        local = store.record_files(Dataset(words=records.words), [case.source])
        assert bool(records.words) == (f"local/words/{case.source}.jsonl" in local)


def test_no_title_is_longer_than_a_title() -> None:
    paragraph = " ".join(canary(number) for number in range(20))
    entry = RawEntry(locator="entry 1", country="Kenya", title=paragraph, instrument_name=paragraph)
    whole: list[WholeWords] = []
    measure, problems = measure_of(entry, get_source("icnl"), Origin("sha256:0"), load_terms(), whole=whole)
    assert measure
    for title in (measure.title, measure.instrument_name):
        assert len(title) == leaving.TITLE.longest
        assert title.endswith("…")
    assert {"title_shortened", "text_kept_back"} <= {one.code for one in problems}
    assert [one.words for one in whole] == [paragraph, paragraph]


def test_no_message_that_refuses_a_document_holds_a_canary() -> None:
    for case, message in _met()[1]:
        assert not leaked(message), (case.how, message)


def test_no_report_of_a_run_holds_a_canary() -> None:
    """What a refresh says of a document that it does not take over: in its report, and in the summary for an issue."""
    expected = Refresh(expects="page", address="https://example.org/", least_entries=1, least_countries=1, most_text=0)
    sources = [
        SourceReport(source=case.source, outcome="failed", failure="site_changed", reason=message)
        for case, message in _met()[1]
    ]
    suspicious = 0
    for case, records in _met()[0]:
        entries = [RawEntry(one.source_record, one.country_as_written) for one in records.measures]
        part = replace(parser_of(get_source(case.source))(case.document))
        failing = check(expected, [part], records.count, records.problems, before=None, accept_shrink=True)
        if failing and entries:
            suspicious += failing.kind == "suspicious"
            sources.append(
                SourceReport(source=case.source, outcome="failed", failure=failing.kind, reason=failing.reason)
            )
    report = RunReport(
        started=datetime(2026, 11, 2, tzinfo=UTC),
        ended=datetime(2026, 11, 2, tzinfo=UTC),
        version="0",
        exit_status=1,
        sources=tuple(sources),
    )
    assert suspicious > 20
    assert not leaked(report.model_dump_json())
    assert not leaked(run_in_markdown(report))


def test_the_history_holds_no_canary() -> None:
    """Neither of what changed to a canary, nor of a record of an earlier version, which holds one, and is withdrawn."""
    text = canary(1)
    for field in ("ending_as_written", "tags_as_written", "instrument_as_written", "description", "place", "flags"):
        value = (text,) if field in {"tags_as_written", "flags"} else text
        before, after = a_measure(**{field: value}), a_measure()
        for old, new in (([before], [after]), ([after], [before]), ([before], [])):
            lines = [one.model_dump_json() for one in changes_of_measures(old, new, day=DAY, new_documents=True)]
            assert lines
            assert not leaked("\n".join(lines)), field


@cache
def _attacked() -> Dataset:
    """One dataset of records of few countries that met canaries, the whole texts in them, as after an import."""
    measures: dict[str, Record] = {}
    problems: list[Problem] = []
    figures: dict[tuple[str, str, str], Observation] = {}
    wanted = {"KEN", "CHL", "CIV", "HUN", "FRA"}
    for _, records in _met()[0]:
        dataset = _without_titles(records)
        marked = [one for one in dataset.measures if leaked(one.model_dump_json()) or one.may_have_ended]
        measures |= {one.id: one for one in marked[:4] if one.country in wanted or len(measures) < 40}
        kept = {one.entry for one in dataset.words}
        problems += [one for one in dataset.problems if one.entry in kept][:4]
        figures |= {(one.country, str(one.period), one.indicator): one for one in dataset.observations[:2]}
    dataset = a_dataset(list(measures.values())[:80], list(figures.values())[:40], problems[:200])
    old = [one.model_copy(update={"ending_as_written": canary(1)}) for one in dataset.measures]
    dataset.changes = changes_of_measures(old, dataset.measures, day=DAY, new_documents=True)
    left, right = sorted([dataset.measures[0].id, dataset.measures[1].id])
    dataset.links = [LinkRow(left=left, right=right, verdict="same", score=0.9, linked=0.9)]
    dataset.acts = [ActRow(act="act-KEN-0", record=one, home=left) for one in (left, right)]
    dataset.linked_from = "these records"
    return dataset


def test_the_attacked_dataset_has_canaries_that_must_not_leave() -> None:
    """Else the checks of the outputs would hold for a dataset in which nothing is."""
    texts = [one for one in _attacked().measures if leaked(f"{one.description} {one.updates}")]
    assert len(texts) > 20
    assert _attacked().changes


@pytest.mark.parametrize("output", sorted(OUTPUTS.keys() - {"pdf"}))  # which is made of the page of "reports"
def test_no_output_holds_a_canary(output: str) -> None:
    found = list(_opened(OUTPUTS[output].make(_attacked()).items()))
    assert found
    for name, content in found:
        encoding = "utf-16-le" if content.startswith(b"\xff\xfe") else "utf-8"
        text = content.decode(encoding, "replace")
        assert not leaked(text), (output, name, _around(text))


def _around(text: str) -> str:
    at = text.find("quietly")
    return text[max(at - 300, 0) : at + 100]


def _opened(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """The files with those that stand in archives."""
    for name, content in files:
        if content.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                yield from _opened((f"{name}: {one}", archive.read(one)) for one in archive.namelist())
        elif content.startswith(b"\x1f\x8b"):
            yield from _opened([(name, gzip.decompress(content))])
        else:
            yield name, content


def test_a_folder_of_data_holds_canaries_in_its_local_part_alone(tmp_path: Path) -> None:
    """Of ICNL's page, whose text behind the date was once written whole; imported twice, so that it has a history."""
    from civic_tracker.building import pipeline

    labels = "<span class='order'>order</span> <span class='date'>15 Mar 2020{}</span> <span class='issue'>{}</span>"

    def page(behind: str, issues: str) -> Document:
        described = f"<p class='entrypretitle'>Kenya</p><h3>Example order</h3><p>Words. {behind}</p>"
        body = f"<div class='entry'>{described}<h6>{labels.format(behind, issues)}</h6></div>"
        html = f"<!DOCTYPE html><html><head><title>x</title></head><body><div id='entries'>{body}</div></body></html>"
        return Document("icnl.html", html.encode())

    pipeline.import_documents(tmp_path, get_source("icnl"), [page("", "Assembly")], retrieved=date(2026, 11, 1))
    attacked = page(f" Extended until 30 June 2020. {canary(1)}", f"Assembly, {canary(2)}")
    pipeline.import_documents(tmp_path, get_source("icnl"), [attacked], retrieved=DAY)
    stored = store.load(tmp_path)
    found = next(one for one in stored.measures if one.title == "Example order")
    assert found.ending_as_written == "Extended until 30 June 2020"
    assert found.tags_as_written == ("Assembly",)
    assert any(one.id == found.id for one in stored.changes)
    words = store.read_words(tmp_path, "icnl")
    assert any(one.field == "ending_as_written" and leaked(one.words) for one in words)
    for path in sorted(one for one in tmp_path.rglob("*") if one.is_file()):
        if path.relative_to(tmp_path).parts[0] != "local":
            assert not leaked(path.read_text(encoding="utf-8")), path.name
