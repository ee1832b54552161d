"""The dataset on disk gives back what was saved, notices damage, and keeps publishers' texts on the machine."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic_tracker.building import pipeline
from civic_tracker.disk import storage
from civic_tracker.errors import DatasetError, NewerFormatError
from civic_tracker.fetching import Client
from civic_tracker.model.schema import Observation, Record
from civic_tracker.refreshing.refresh import refresh
from civic_tracker.store.contents import Dataset, Import
from civic_tracker.store.dataset import exists, load, read_manifest, recover, refuse_foreign, save
from civic_tracker.store.rows import may_leave
from civic_tracker.text import clean_text
from tests.support.examples import (
    a_compiled_measure,
    a_dataset,
    a_measure,
    a_problem,
    alter_manifest,
    an_event,
    an_observation,
)

NOBODY = Client()
RUNNING_TEXT = "Running text that only the publisher may publish."


def _import(**changes: str) -> Import:
    fields = {"source": "icnl", "batch": "b1", "sha256": "0" * 64, "name": "page.html", "retrieved": "2021-05-02"}
    return Import.model_validate(fields | changes)


def _full() -> Dataset:
    dataset = a_dataset(
        measures=[
            a_measure(description=RUNNING_TEXT, updates=("First update.", RUNNING_TEXT)),
            a_measure(id="icnl-PER-0123456789", country="PER", country_as_written="Perú", title="Ejemplo: “orden”"),
            an_event(description=RUNNING_TEXT),
            a_compiled_measure(description="Our own words."),
        ],
        observations=[an_observation(), an_observation(country="PER", value=None, value_as_written="n/a", lower=-0.1)],
        problems=[a_problem()],
    )
    dataset.imports = [_import()]
    return dataset


def _content(folder: Path, pattern: str) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob(pattern)))


def _error(folder: Path) -> str:
    with pytest.raises(DatasetError) as caught:
        load(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def _changed_with_checksum(folder: Path, name: str, old: str, new: str) -> None:
    """Change a file and its checksum, as only a broken program would."""
    path = folder / name
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")
    alter_manifest(folder, lambda manifest: manifest["files"].update({name: storage.sha256(path.read_bytes())}))


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    assert load(tmp_path) == _full()


_TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
_MEASURES = st.builds(
    lambda number, title, description, updates, links: a_measure(
        id=f"icnl-KEN-{number}",
        title=f"x{title}",
        description=description,
        updates=tuple(updates),
        tags_as_written=tuple(text[:4] for text in updates),  # longer words may be text, which does not leave
        links=tuple(f"https://example.org/{link}" for link in links),
    ),
    st.integers(0, 9),
    _TEXT,
    _TEXT,
    st.lists(_TEXT, max_size=2),
    st.lists(st.integers(), max_size=2),
)
_OBSERVATIONS = st.builds(
    lambda value, text, lower: an_observation(value=value, value_as_written=text, note=text, lower=lower),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    _TEXT.map(
        clean_text
    ),  # as every text is before it enters the schema; the csv module of Python 3.11 spoils a bare CR
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_MEASURES, max_size=3, unique_by=lambda one: one.id), st.lists(_OBSERVATIONS, max_size=3))
def test_any_text_and_figure_survives_saving_and_loading(
    tmp_path_factory: pytest.TempPathFactory, measures: list[Record], observations: list[Observation]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    save(a_dataset(measures, observations), folder)
    found = load(folder)
    assert (found.measures, found.observations) == (measures, observations)


def test_saving_the_same_dataset_again_changes_no_file(tmp_path: Path) -> None:
    assert "dataset.json" in save(_full(), tmp_path)
    assert save(_full(), tmp_path) == []
    assert save(load(tmp_path), tmp_path) == []


def test_a_record_that_is_gone_takes_its_file_with_it(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    save(a_dataset([a_compiled_measure()]), tmp_path)
    assert not list(tmp_path.glob("measures/icnl.jsonl"))
    assert not list(tmp_path.glob("local/texts/*"))
    assert load(tmp_path) == a_dataset([a_compiled_measure()])


def test_a_measure_is_one_line_so_that_a_comparison_shows_what_changed(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    lines = (tmp_path / "measures" / "icnl.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["country"] for line in lines] == ["KEN", "PER"]
    assert "Ejemplo: “orden”" in lines[1]


def test_a_publishers_running_text_is_kept_apart_from_what_is_committed(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    holders = [
        path for path in tmp_path.rglob("*") if path.is_file() and RUNNING_TEXT in path.read_text(encoding="utf-8")
    ]
    assert {path.relative_to(tmp_path).as_posix() for path in holders} == {
        "local/texts/icnl.jsonl",
        "local/texts/idea_tracker.jsonl",
    }
    assert (tmp_path / "local" / ".gitignore").read_text() == "*\n"


def test_our_own_words_may_be_committed(tmp_path: Path) -> None:
    ours = a_measure(source_record="starter/icnl.csv line 2", description="Our own words.")
    save(a_dataset([ours, a_compiled_measure(description="Ours too.")]), tmp_path)
    assert "Our own words." in _content(tmp_path, "measures/*.jsonl")
    assert "Ours too." in _content(tmp_path, "measures/*.jsonl")
    assert not (tmp_path / "local").exists()


def test_the_licence_decides_whether_a_text_may_leave() -> None:
    assert not may_leave(a_measure())
    assert not may_leave(an_event())
    assert may_leave(a_measure(source_record="starter/icnl.csv line 2"))
    assert not may_leave(a_measure(title_by="civic-tracker"))
    assert may_leave(a_compiled_measure(title_by="publisher"))
    assert not may_leave(a_measure(source="nobody_declared"))


def test_kept_documents_are_out_of_version_control_even_when_no_text_was_taken_from_them(tmp_path: Path) -> None:
    storage.keep_snapshot(tmp_path / "local" / "snapshots", b"a page")
    save(a_dataset(observations=[an_observation()]), tmp_path)
    assert (tmp_path / "local" / ".gitignore").read_text() == "*\n"


def test_without_the_local_texts_the_records_are_still_there(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    for path in (tmp_path / "local" / "texts").iterdir():
        path.unlink()
    found = load(tmp_path).measures
    assert [one.id for one in found] == [one.id for one in _full().measures]
    assert found[0].description == ""
    assert found[0].updates == ()


def test_one_country_is_loaded_alone(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    found = load(tmp_path, countries=frozenset({"PER"}))
    assert [one.id for one in found.measures] == ["icnl-PER-0123456789"]
    assert [one.country for one in found.observations] == ["PER"]


def test_a_country_named_in_anothers_text_is_not_loaded_with_it(tmp_path: Path) -> None:
    save(a_dataset([a_measure(title='Example about "country":"PER"', note='"country":"PER"')]), tmp_path)
    assert load(tmp_path, countries=frozenset({"PER"})).measures == []


def test_some_sources_are_loaded_alone(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    found = load(tmp_path, sources=frozenset({"idea_tracker", "idea_gsod"}))
    assert {one.source for one in found.measures} == {"idea_tracker"}
    assert len(found.observations) == 2
    assert found.problems == []
    assert set(found.states) == {"icnl", "idea_gsod", "idea_tracker", "rti_compiled"}


def test_an_untouched_source_keeps_its_files_and_its_checksums(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    before = (tmp_path / "measures" / "icnl.jsonl").read_bytes()
    changed = a_dataset([an_event(title="Another event")])
    changed.states |= _full().states
    changed.imports = _full().imports
    save(changed, tmp_path, untouched=frozenset({"icnl", "rti_compiled", "idea_gsod"}))
    found = load(tmp_path)
    assert (tmp_path / "measures" / "icnl.jsonl").read_bytes() == before
    assert [one.title for one in found.measures if one.source == "idea_tracker"] == ["Another event"]
    assert [one for one in found.measures if one.source == "icnl"] == _full().measures[:2]
    assert found.problems == [a_problem()]
    assert len(found.observations) == 2


def test_the_last_import_that_is_taken_back_leaves_no_list(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    without = _full()
    without.imports = []
    save(without, tmp_path)
    assert load(tmp_path).imports == []


def test_a_folder_without_a_dataset_says_how_to_make_one(tmp_path: Path) -> None:
    assert not exists(tmp_path)
    assert _error(tmp_path) == f"{tmp_path}: holds no dataset yet. Make one with: civic-tracker run"


@pytest.mark.parametrize("name", ["measures/icnl.jsonl", "observations/idea_gsod.csv", "problems/icnl.jsonl"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    save(_full(), tmp_path)
    (tmp_path / name).unlink()
    assert f"{tmp_path / name}: is missing" in _error(tmp_path)


@pytest.mark.parametrize(
    "name", ["measures/icnl.jsonl", "observations/idea_gsod.csv", "problems/icnl.jsonl", "imports.jsonl"]
)
@pytest.mark.parametrize("added", [b"\n\n ", b"{", b"\xff\xfe", b"\x00"])
def test_a_file_that_was_changed_by_hand_is_named(tmp_path: Path, name: str, added: bytes) -> None:
    save(_full(), tmp_path)
    with (tmp_path / name).open("ab") as stream:
        stream.write(added)
    message = _error(tmp_path)
    assert f"{tmp_path / name}: was damaged or changed by hand" in message
    assert "civic-tracker run" in message


@pytest.mark.parametrize("name", ["measures/icnl.jsonl", "observations/idea_gsod.csv", "imports.jsonl", "dataset.json"])
@pytest.mark.parametrize(
    "resaved",
    [
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content.replace(b"\n", b"\r"),
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content + b"\n\n",
        lambda content: content.rstrip(b"\n"),
    ],
    ids=["CRLF", "CR", "byte order mark", "blank lines", "no last line end"],
)
def test_a_file_of_which_only_line_ends_and_the_like_changed_is_read_as_it_was(
    tmp_path: Path, name: str, resaved: Callable[[bytes], bytes]
) -> None:
    save(_full(), tmp_path)
    path = tmp_path / name
    path.write_bytes(resaved(path.read_bytes()))
    assert load(tmp_path) == _full()


@pytest.mark.parametrize("position", range(20))
def test_one_changed_byte_of_the_manifest_is_noticed_wherever_it_is(tmp_path: Path, position: int) -> None:
    save(_full(), tmp_path)
    path = tmp_path / "dataset.json"
    content = bytearray(path.read_bytes())
    place = len(content) * position // 20
    content[place] = ord("3" if content[place] != ord("3") else "4")
    path.write_bytes(bytes(content))
    assert str(path) in _error(tmp_path)


def test_git_is_told_to_leave_the_line_ends_of_the_dataset_alone(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    assert (tmp_path / ".gitattributes").read_bytes() == b"* -text\n"
    (tmp_path / ".gitattributes").write_bytes(b"* -text\r\n")
    save(_full(), tmp_path)
    assert (tmp_path / ".gitattributes").read_bytes() == b"* -text\n"


def test_attributes_that_somebody_else_wrote_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".gitattributes").write_bytes(b"*.csv diff\n")
    save(_full(), tmp_path)
    assert (tmp_path / ".gitattributes").read_bytes() == b"*.csv diff\n"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xff", b'{"format": 1}', b'{"format": "x"}'])
def test_a_damaged_manifest_is_named(tmp_path: Path, content: bytes) -> None:
    save(_full(), tmp_path)
    (tmp_path / "dataset.json").write_bytes(content)
    assert f"{tmp_path / 'dataset.json'}: cannot be read as the manifest" in _error(tmp_path)


def test_a_dataset_of_a_newer_format_is_neither_read_nor_written_over(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    path = tmp_path / "dataset.json"
    path.write_bytes(b'{"format": 3, "whatever": ["a newer program", "puts there"]}')
    before = {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}
    words = "has format 3; this program reads formats 1 to 2"
    assert words in _error(tmp_path)
    with pytest.raises(NewerFormatError, match=words):
        save(a_dataset([a_measure()]), tmp_path)
    for attempt in (pipeline.rebuild, lambda folder: refresh(folder, NOBODY, day=date(2026, 11, 2))):
        with pytest.raises(NewerFormatError, match=words):
            attempt(tmp_path)
    assert {one: one.read_bytes() for one in before} == before


def test_a_dataset_of_the_first_format_is_read(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    path = tmp_path / "dataset.json"
    manifest = json.loads(path.read_bytes())
    del manifest["sha256"], manifest["linked_without"]
    path.write_text(json.dumps(manifest | {"format": 1}, indent=1, sort_keys=True) + "\n")
    lines = [json.loads(line) for line in (tmp_path / "imports.jsonl").read_text().splitlines()]
    assert all({"entries", "asides"}.isdisjoint(line) for line in lines)
    assert load(tmp_path) == _full()


def test_a_record_that_breaks_the_schema_is_named_with_its_line_and_field(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    _changed_with_checksum(tmp_path, "measures/icnl.jsonl", '"country":"PER"', '"country":"Peru"')
    assert f"{tmp_path / 'measures' / 'icnl.jsonl'}: line 2: country: " in _error(tmp_path)


def test_a_record_with_a_field_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    _changed_with_checksum(tmp_path, "measures/icnl.jsonl", '"country":"PER"', '"country":"PER","score":1')
    assert "line 2: score: Extra inputs are not permitted" in _error(tmp_path)


def test_a_figure_that_breaks_the_schema_is_named_with_its_line(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    _changed_with_checksum(tmp_path, "observations/idea_gsod.csv", ",PER,", ",Peru,")
    assert f"{tmp_path / 'observations' / 'idea_gsod.csv'}: line 3: " in _error(tmp_path)


@pytest.mark.parametrize(
    "line", [b"{", b"\xff\xfe", b"[1]", b'{"id": "x"}', b'{"id": "x", "description": "", "updates": 1}']
)
def test_a_damaged_local_text_is_named_with_its_line(tmp_path: Path, line: bytes) -> None:
    save(_full(), tmp_path)
    path = tmp_path / "local" / "texts" / "icnl.jsonl"
    path.write_bytes(path.read_bytes() + line)
    assert _error(tmp_path).startswith(f"{path}: line 2 is damaged.")


def test_a_damaged_list_of_imports_is_named_whichever_sources_are_read(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    path = tmp_path / "imports.jsonl"
    path.write_bytes(path.read_bytes() + b"\xff\n")
    with pytest.raises(DatasetError, match=r"imports\.jsonl: was damaged"):
        load(tmp_path, sources=frozenset({"icnl"}))


def test_a_folder_of_other_things_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_bytes(b"mine")
    with pytest.raises(DatasetError, match="holds files that are no civic-tracker dataset"):
        save(_full(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"mine")
    with pytest.raises(DatasetError, match="is a file, not a folder"):
        save(_full(), path)
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["local", "starter", ".gitignore", "README.md"])
def test_a_folder_that_waits_for_its_dataset_is_accepted(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    refuse_foreign(tmp_path)
    save(_full(), tmp_path)
    assert exists(tmp_path)


def test_files_beside_a_dataset_are_left_alone(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    (tmp_path / "notes.txt").write_bytes(b"mine")
    save(a_dataset([a_measure()]), tmp_path)
    assert (tmp_path / "notes.txt").read_bytes() == b"mine"


def test_a_write_that_was_interrupted_is_read_as_if_it_had_ended_and_finished_by_the_next_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(a_dataset([a_measure()]), tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(storage, "_finish", _stop_once_the_journal_is_there)
        with pytest.raises(KeyboardInterrupt):
            save(_full(), tmp_path)
    assert exists(tmp_path)
    before = _files_of(tmp_path)
    assert load(tmp_path) == _full()
    assert _files_of(tmp_path) == before, "who reads writes nothing"
    recover(tmp_path)
    assert load(tmp_path) == _full()
    assert not storage.needs_recovery(tmp_path)


def _stop_once_the_journal_is_there(folder: Path, _: object) -> None:
    if storage.needs_recovery(folder):
        raise KeyboardInterrupt


def _files_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_manifest_lists_every_committed_file_and_no_local_one(tmp_path: Path) -> None:
    save(_full(), tmp_path)
    committed = {
        path.relative_to(tmp_path).as_posix()
        for path in tmp_path.rglob("*")
        if path.is_file() and "local" not in path.parts and path.name not in {"dataset.json", ".gitattributes"}
    }
    assert set(read_manifest(tmp_path).files) == committed
