"""The source declarations are complete, and a broken one is refused in one line."""

from pathlib import Path

import pytest

from civic_tracker import paths
from civic_tracker.building.parsers import parser_of
from civic_tracker.building.starter import starter_files
from civic_tracker.declared import members
from civic_tracker.declared.sources import all_sources, get_source, read_source
from civic_tracker.errors import DeclarationError, UsageError

THE_FIVE = {"icnl", "idea_tracker", "idea_gsod", "idea_monitor", "cld_rti"}


def test_the_five_sources_are_declared() -> None:
    assert set(all_sources()) >= THE_FIVE


@pytest.mark.parametrize("source_id", sorted(THE_FIVE))
def test_each_of_the_five_has_an_address_an_adapter_and_a_least_yield(source_id: str) -> None:
    source = get_source(source_id)
    assert source.addresses
    assert callable(parser_of(source))
    assert source.health is not None


def test_no_publishers_descriptions_may_leave_unless_the_licence_was_seen() -> None:
    leaving = {source.id for source in all_sources().values() if source.licence.republish_descriptions}
    assert leaving == {"rti_compiled"}, "these are this project's own words"


def test_hyphens_may_stand_for_underscores() -> None:
    assert get_source("IDEA-GSoD").id == "idea_gsod"


def test_an_unknown_source_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no source 'oxfam'.*icnl"):
        get_source("oxfam")


def test_a_source_without_documents_cannot_be_imported() -> None:
    with pytest.raises(UsageError, match="has no document to import"):
        parser_of(get_source("rti_compiled"))


def test_seychelles_is_on_no_list_of_idea() -> None:
    assert "SYC" not in get_source("idea_gsod").coverage.countries
    assert len(get_source("idea_gsod").coverage.countries) == 173


def test_every_source_with_starter_facts_is_declared() -> None:
    assert {source for source in all_sources() if starter_files(source)} >= {"icnl", "cld_rti", "idea_tracker"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("state = ", 'state = "sleeping" #'), "state: Input should be 'live', 'frozen' or 'gone'"),
        (("cadence = ", "cadences = "), "cadence: Field required"),
        (('id = "icnl"', 'id = "other"'), "declares the id 'other'"),
        (("[span]", "[span"), "is not readable TOML"),
        (('kind = "worldwide"', 'kind = "listed"'), "coverage.countries belongs to, and only to, a listed coverage."),
        (
            ('kind = "worldwide"', 'kind = "worldwide"\ncountries = ["KEN"]'),
            "coverage.countries belongs to, and only to",
        ),
        (("republish_descriptions = ", "republish_all = "), "licence.republish_descriptions: Field required"),
        (("republish_descriptions = false", 'republish_descriptions = "perhaps"'), "licence.republish_descriptions: "),
    ],
)
def test_a_broken_declaration_is_refused_with_its_file_and_field(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    text = (paths.sources_dir() / "icnl.toml").read_text(encoding="utf-8")
    path = tmp_path / "icnl.toml"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"^icnl\.toml: ") as refusal:
        read_source(path)
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_what_we_say_of_a_source_is_told_in_whole_sentences_without_gaps() -> None:
    source = get_source("icnl")
    said = source.sentences()
    assert said[:3] == (source.state_basis, source.cadence, source.licence.basis)
    assert set(source.notes) <= set(said)
    assert all(said)


def test_regions_of_members_are_those_that_ogp_uses() -> None:
    assert members.REGIONS[0] == "Africa and the Middle East"
