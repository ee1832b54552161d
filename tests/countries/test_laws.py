"""What holds for every name in the tables."""

import csv
from collections import defaultdict
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic_tracker.countries import CountryMatch, all_territories, match, match_many, territory
from civic_tracker.countries.keys import bag_key
from civic_tracker.folding import plain_key
from civic_tracker.paths import mappings_dir


def rows(table: str) -> list[dict[str, str]]:
    with (mappings_dir() / table).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


ALIASES = [*rows("country_aliases.csv"), *rows("country_aliases_ours.csv")]
REFUSED = [row["name"] for table in ("never", "parts", "refused") for row in rows(f"country_{table}.csv")]
CHANGES: list[Callable[[str], str]] = [str.upper, str.lower, str.title, str.swapcase, str]
PUNCTUATION = ["", " ", ".", ",", " - ", "'", "*", "\u00a0", '"']


def test_every_alias_matches_its_own_entry() -> None:
    wrong = [(row["alias"], row["iso3"]) for row in ALIASES if match(row["alias"]).iso3 != row["iso3"]]
    assert wrong == []


def test_no_alias_belongs_to_two_territories() -> None:
    owners = defaultdict(set)
    for row in ALIASES:
        owners[plain_key(row["alias"])].add(row["iso3"])
    assert {key: sorted(codes) for key, codes in owners.items() if len(codes) > 1} == {}


def test_no_alias_is_also_a_name_to_refuse() -> None:
    assert {plain_key(row["alias"]) for row in ALIASES} & {plain_key(name) for name in REFUSED} == set()


def test_no_alias_is_written_like_the_code_of_another() -> None:
    codes = {code: entry.iso3 for entry in all_territories() for code in (entry.iso2, entry.iso3)}
    written = {plain_key(row["alias"]).replace(" ", "").upper(): row["iso3"] for row in ALIASES}
    assert {code for code, iso3 in codes.items() if written.get(code, iso3) != iso3} == set()


def test_canonical_names_match_themselves_in_every_language() -> None:
    for entry in all_territories():
        for language in ("en", "es", "fr"):
            found = match(entry.name(language))
            assert (found.iso3, found.how) == (entry.iso3, "name")
            assert match(entry.name(language), languages=[language]).iso3 == entry.iso3


def test_matching_is_idempotent() -> None:
    for row in ALIASES:
        found = match(row["alias"])
        assert found.territory is not None
        assert match(found.territory.name_en).iso3 == found.iso3


def test_what_is_refused_by_name_is_never_matched() -> None:
    assert [name for name in REFUSED if match(name).iso3] == []


@given(st.sampled_from(REFUSED), st.sampled_from(PUNCTUATION), st.sampled_from(PUNCTUATION), st.data())
@settings(max_examples=1500, deadline=None)
def test_a_refused_name_stays_refused_in_other_case_spacing_and_punctuation(
    name: str, before: str, after: str, data: st.DataObject
) -> None:
    change = data.draw(st.sampled_from(CHANGES))
    spaced = change(name).replace(" ", data.draw(st.sampled_from([" ", "  ", "-", "_", "\u00a0"])))
    assert match(f"{before}{spaced}{after}").iso3 is None


@given(st.sampled_from(ALIASES), st.sampled_from(CHANGES), st.sampled_from(["", " ", "*", " 1/"]))
@settings(max_examples=1500, deadline=None)
def test_an_alias_in_other_case_or_with_a_note_mark_is_the_same_or_refused(
    row: dict[str, str], change: Callable[[str], str], mark: str
) -> None:
    assert match(change(row["alias"]) + mark).iso3 in (row["iso3"], None)


@given(st.text(max_size=60))
@settings(max_examples=1000, deadline=None)
def test_any_text_gets_an_answer_that_keeps_its_word(text: str) -> None:
    found = match(text)
    assert isinstance(found, CountryMatch)
    assert (found.iso3 is None) == bool(found.reason) == (found.how == "")
    assert len(found.suggestions) <= 5
    assert found == match(text)


@given(st.text(max_size=60))
@settings(max_examples=500, deadline=None)
def test_keys_are_idempotent(text: str) -> None:
    key = plain_key(text)
    assert plain_key(key) == key
    assert bag_key(key) == bag_key(" ".join(key.split()))


@given(st.lists(st.sampled_from([row["alias"] for row in ALIASES] + REFUSED + ["Atlantis", ""]), max_size=30))
@settings(max_examples=50, deadline=None)
def test_many_names_are_matched_as_one_by_one(names: list[str]) -> None:
    assert match_many(names) == [match(name) for name in names]


@pytest.mark.parametrize("entry", all_territories(), ids=lambda entry: entry.iso3)
def test_codes_find_their_territory(entry: object) -> None:
    code = entry.iso3  # type: ignore[attr-defined]
    assert territory(code.lower()) == entry
    assert match(code).iso3 == code
