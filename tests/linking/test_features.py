"""What an expert would compare: the answer to each question about two records, at the edges of what it tells apart."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from civic_tracker.linking import explain
from civic_tracker.linking.features import answers
from tests.linking.invented import read

WORDS = ("zebra", "yacht", "xylophone", "walnut", "violin", "umbrella", "turtle", "saffron", "rocket", "quartz")
MORE = ("pepper", "orchid", "nutmeg", "magnet", "lantern", "kettle", "jasmine", "igloo", "hammock", "garlic")


def answer(question: str, one: dict[str, str], other: dict[str, str]) -> str:
    """The answer that an explanation of the two records gives, the same in either order; empty where there is none."""
    left, right = read(one.pop("text", ""), **one), read(other.pop("text", ""), **other)
    there = {reason.feature: reason.value for reason in explain(left, right)}
    assert there == {reason.feature: reason.value for reason in explain(right, left)}
    return there.get(question, "")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        *((0, "0"), (1, "1"), (2, "2-3"), (3, "2-3"), (4, "4-7"), (7, "4-7"), (8, "8-21"), (21, "8-21")),
        *((22, "over 21"), (60, "over 21")),
    ],
)
def test_days_between_the_starts(days: int, expected: str) -> None:
    first = date(2020, 3, 12)
    later = str(first + timedelta(days=days))
    assert answer("start", {"date_start": str(first)}, {"date_start": later}) == expected


@pytest.mark.parametrize(("days", "expected"), [(0, "0-1"), (1, "0-1"), (2, "2-3"), (3, "2-3"), (4, "over 3")])
def test_days_between_a_legal_basis_and_what_rests_on_it(days: int, expected: str) -> None:
    basis = {"text": "Constitution (Article 48)", "category": "main emergency instrument: state of emergency"}
    act = {"text": "A curfew is in force", "date_start": str(date(2020, 3, 12) + timedelta(days=days))}
    assert answer("basis_start", basis, act) == expected


@pytest.mark.parametrize(
    ("common", "of", "expected"),
    [
        *((0, 5, "none"), (1, 5, "to 0.2"), (2, 10, "to 0.2"), (3, 10, "to 0.35"), (7, 20, "to 0.35")),
        *((8, 20, "to 0.5"), (2, 4, "to 0.5"), (11, 20, "to 0.75"), (3, 4, "to 0.75"), (16, 20, "over 0.75")),
        *((3, 3, "over 0.75"), (2, 2, "few words, shared"), (0, 2, "few words")),
    ],
)
def test_telling_words_of_the_shorter_text_in_the_other(common: int, of: int, expected: str) -> None:
    all_words = [*WORDS, *MORE]
    shorter = " ".join(all_words[:of])
    others = [f"other{letter}" for letter in "abcdefghijklmnopqrstuv"]
    longer = " ".join([*all_words[:common], *others])
    assert answer("content", {"text": shorter}, {"text": longer}) == expected


NOTHING = replace(read(""), start=None, precision="none")
MARCH_12, MARCH_13, MAY_31, MAY_30, JUNE_1 = (3, 12), (3, 13), (5, 31), (5, 30), (6, 1)


def told(*values: object) -> frozenset[Any]:
    return frozenset(values)


def dated(year: int, month: int, day: int) -> dict[str, Any]:
    return {"start": date(year, month, day), "precision": "day"}


EMERGENCY = {"kinds": told("emergency")}
BASIS = {"legal_basis": True}


@pytest.mark.parametrize(
    ("question", "one", "other", "expected"),
    [
        ("start", {"precision": "month"}, {"precision": "year"}, "month or year"),
        ("start", dated(2020, 3, 12), {"precision": "month"}, "month or year"),
        ("start", dated(2020, 3, 12), {}, "undated"),
        ("undated", dated(2020, 3, 12), {"precision": "month"}, ""),
        ("undated", EMERGENCY, {**dated(2020, 3, 12), **EMERGENCY}, "declaration"),
        ("undated", EMERGENCY, {"kinds": told("curfew")}, "other kind"),
        ("swapped", dated(2020, 6, 5), dated(2020, 5, 6), "yes"),
        ("swapped", dated(2020, 6, 5), dated(2021, 5, 6), ""),
        ("swapped", dated(2020, 6, 5), dated(2020, 5, 7), ""),
        ("swapped", dated(2020, 6, 6), dated(2020, 6, 6), ""),
        ("swapped", dated(2020, 6, 5), {}, ""),
        ("start_told", dated(2020, 3, 12), {**dated(2020, 3, 13), "days": told(MARCH_12)}, "yes"),
        ("start_told", dated(2020, 3, 12), {**dated(2020, 3, 13), "days": told(MARCH_13)}, ""),
        ("start_told", dated(2020, 3, 12), {**dated(2020, 3, 12), "days": told(MARCH_12)}, ""),
        ("start_told", dated(2020, 3, 12), {"days": told(MARCH_12)}, ""),
        ("days_told", {"days": told(MARCH_12)}, {"days": told(MARCH_12, MAY_31)}, "same"),
        ("days_told", {"days": told(MARCH_12)}, {"days": told(MAY_31)}, "other"),
        ("days_told", {"days": told(MARCH_12)}, {}, ""),
        ("ends", {"ends": told(MAY_31)}, {"ends": told(MAY_31, MARCH_12)}, "same"),
        ("ends", {"ends": told(MAY_31)}, {"ends": told(MAY_30)}, "a day apart"),
        ("ends", {"ends": told(MAY_31)}, {"ends": told(JUNE_1)}, "a day apart"),
        ("ends", {"ends": told(MAY_31)}, {"ends": told((5, 29))}, "other"),
        ("ends", {"ends": told(MAY_31)}, {"ends": told((6, 3))}, "other"),
        ("ends", {"ends": told(MAY_31)}, {}, ""),
        ("ends", {"ends": told(MAY_31)}, {"ends": told(MAY_31), **BASIS}, ""),
        ("extension", {"step": "extend", "ends": told(MAY_31)}, {"ends": told(MAY_31)}, "one, one end"),
        ("extension", {"step": "extend", "ends": told(MAY_31)}, {"ends": told(MAY_30)}, "one, one end"),
        ("extension", {"step": "extend", "ends": told(MAY_31)}, {"ends": told(MARCH_12)}, "one, other end"),
        ("extension", {"step": "extend"}, {}, ""),
        ("extension", {"step": "extend"}, {"step": "extend"}, "both, no end told"),
        (
            "extension",
            {"step": "extend", "ends": told(MAY_31)},
            {"step": "extend", "ends": told(MAY_31)},
            "both, one end",
        ),
        (
            "extension",
            {"step": "extend", "ends": told(MAY_31)},
            {"step": "extend", "ends": told(MARCH_12)},
            "both, other end",
        ),
        ("extension", {"ends": told(MAY_31)}, {"ends": told(MAY_31)}, ""),
        ("extension", {"step": "extend"}, {"step": "extend", **BASIS}, ""),
        ("clock", {"clock": told(1260, 300)}, {"clock": told(1260, 300)}, "two"),
        ("clock", {"clock": told(1260, 300)}, {"clock": told(1260, 360)}, "one"),
        ("clock", {"clock": told(1260)}, {"clock": told(1080)}, "other"),
        ("clock", {"clock": told(1260)}, {}, ""),
        ("heads", {"heads": told(50)}, {"heads": told(50, 10)}, "same"),
        ("heads", {"heads": told(50)}, {"heads": told(10)}, "other"),
        ("lengths", {"lengths": told(14)}, {"lengths": told(14)}, "same"),
        ("lengths", {"lengths": told(14), "ends": told(MAY_31)}, {"lengths": told(30)}, "other"),
        ("lengths", {"lengths": told(14), "ends": told(MAY_31)}, {"lengths": told(14), "ends": told(MAY_31)}, ""),
        ("stage", {"stages": told(2)}, {"stages": told(2)}, "same"),
        ("numbers", {"numbers": told("77")}, {"numbers": told("78")}, "other"),
        ("articles", {"articles": told("48")}, {"articles": told("48")}, "same"),
        ("kind", {}, {"kinds": told("curfew")}, "unknown"),
        ("kind", {"kinds": told("curfew", "travel")}, {"kinds": told("curfew")}, "same"),
        ("kind", {"kinds": told("curfew")}, {"kinds": told("lockdown")}, "both movement"),
        ("kind", {"kinds": told("curfew")}, {"kinds": told("gatherings")}, "other"),
        ("kind", {"kinds": told("curfew"), "told": told("gatherings")}, {"kinds": told("gatherings")}, "in words only"),
        ("kind", {"kinds": told("speech"), "told": told("gatherings")}, {"kinds": told("gatherings")}, "other"),
        (
            "kind",
            {"kinds": told("access", "speech", "surveillance", "military"), "told": told("gatherings")},
            {"kinds": told("gatherings")},
            "other",
        ),
        ("kind_told", {"told": told("curfew")}, {"told": told("curfew")}, "same"),
        ("kind_told", {"told": told("curfew", "travel")}, {"told": told("curfew")}, "some"),
        ("kind_told", {"told": told("curfew")}, {"told": told("speech")}, "other"),
        ("kind_told", {"told": told("curfew")}, {}, ""),
        ("kind_told", {"told": told("curfew")}, {"told": told("curfew"), **BASIS}, ""),
        ("regime", {"regimes": told("health")}, {"regimes": told("disaster")}, "other"),
        ("declares", EMERGENCY, {}, "not all"),
        ("declares", {**EMERGENCY, "declares": True}, {}, "all"),
        ("declares", {**EMERGENCY, "declares": True}, {**EMERGENCY, "declares": True}, "all"),
        ("declares", {**EMERGENCY, "declares": True}, EMERGENCY, "not all"),
        ("declares", {"declares": True}, {}, ""),
        ("declares", {**EMERGENCY, **BASIS}, EMERGENCY, ""),
        ("step", {"step": "none"}, {"step": "introduce"}, "takes and takes"),
        ("step", {"step": "again"}, {"step": "amend"}, "takes and takes"),
        ("step", {"step": "extend"}, {"step": "none"}, "extend and takes"),
        ("step", {"step": "relax"}, {"step": "end"}, "end and relax"),
        ("step", {"step": "relax"}, BASIS, ""),
        ("update", {}, {}, "neither"),
        ("update", {"is_update": True}, {}, "one"),
        ("update", {"is_update": True}, {"is_update": True}, "both"),
        ("topics", {"topics": told("sport")}, {}, "one side"),
        ("topics", {"topics": told("sport")}, {"topics": told("sport")}, "same"),
        ("topics", {"topics": told("sport")}, {"topics": told("masks")}, "other"),
        ("topics", {"topics": told("sport", "masks")}, {"topics": told("sport", "masks", "work")}, "most"),
        ("topics", {"topics": told(1, 2, 3, 4, 5)}, {"topics": told(1, 2, 3, 6, 7)}, "some"),
        ("topics", {"topics": told(1, 2, 3, 4, 5)}, {"topics": told(1, 2, 3, 4, 7)}, "most"),
        ("topics", {}, {}, ""),
        ("scope", {"scope": "national"}, {"scope": "local"}, "local and national"),
        ("scope", {"scope": "unsaid"}, {"scope": "unsaid"}, "unsaid and unsaid"),
        ("place", {"place": "Bergen", "names": told("bergen")}, {"place": "Bergen", "names": told("bergen")}, "same"),
        (
            "place",
            {"place": "Bergen", "names": told("bergen")},
            {"place": "Tromso", "names": told("tromso")},
            "recorded apart",
        ),
        ("place", {"scope": "local", "names": told("bergen")}, {"names": told("bergen")}, "same"),
        (
            "place",
            {"scope": "local", "names": told("bergen")},
            {"scope": "local", "names": told("tromso")},
            "other",
        ),
        ("place", {"scope": "local", "names": told("bergen")}, {"scope": "national"}, "local against national"),
        ("place", {"scope": "local", "names": told("bergen")}, {"scope": "unsaid"}, "local against unsaid"),
        ("place", {"scope": "local", "names": told("bergen")}, {"scope": "local"}, "local against unsaid"),
        ("place", {"scope": "local"}, {"scope": "national"}, ""),
        ("names", {"names": told("who")}, {}, ""),
        ("names", {"names": told("who")}, {"names": told("unhcr")}, "other"),
        ("names", {"names": told(1, 2, 3, 4, 5)}, {"names": told(1, 2, 3, 6, 7)}, "some"),
        ("names", {"names": told(1, 2, 3, 4, 5)}, {"names": told(1, 2, 3, 4, 7)}, "most"),
        ("content", {"content": told(1, 2, 3)}, {"content": told(1, 2, 3), **BASIS}, ""),
        ("content", {"content": told(1, 2, 3)}, {}, ""),
        ("wording", {"content": told(1, 2, 3), "now": "a b c"}, {"content": told(1, 2, 3), "now": "a b c"}, "over 85"),
        ("wording", {"content": told(1, 2, 3), "now": "abc"}, {"content": told(1, 2, 3), "now": "xyz"}, "to 40"),
        ("wording", {"content": told(1, 2), "now": "a b"}, {"content": told(1, 2, 3), "now": "a b"}, ""),
        ("wording", {"content": told(1, 2, 3), **BASIS}, {"content": told(1, 2, 3)}, ""),
        ("form", {"forms": told("bill")}, {}, "bill"),
        ("form", {"forms": told("under", "advice")}, {}, "advice"),
        ("form", {"forms": told("under")}, {}, "under"),
        ("form", {"forms": told("under")}, {"forms": told("under")}, ""),
        ("address", {"addresses": told("a/1"), "hosts": told("a")}, {"addresses": told("a/1")}, "same page"),
        ("address", {"addresses": told("a/1"), "hosts": told("a")}, {"hosts": told("a")}, "same site"),
        ("address", {"addresses": told("a/1"), "hosts": told("a")}, {"hosts": told("b")}, ""),
        ("basis", {**BASIS, "declares": True}, {**EMERGENCY, "declares": True}, "declared and declaration"),
        ("basis", {**BASIS, "declares": True}, EMERGENCY, "declared and filed as emergency"),
        ("basis", BASIS, {"told": told("emergency")}, "other law and emergency in words"),
        ("basis", BASIS, {"kinds": told("curfew")}, "other law and other kind"),
        ("basis", BASIS, BASIS, ""),
        ("basis", {}, {}, ""),
        ("basis_step", BASIS, {"step": "introduce"}, "takes"),
        ("basis_step", BASIS, {"step": "amend"}, "amend"),
        ("basis_step", BASIS, {"step": "end"}, "end"),
        ("basis_step", {}, {}, ""),
        ("basis_start", BASIS, dated(2020, 3, 12), ""),
        ("basis_start", {**BASIS, **dated(2020, 3, 12)}, {**BASIS, **dated(2020, 3, 12)}, ""),
    ],
)
def test_each_question_is_answered_alike_in_either_order(
    question: str, one: dict[str, Any], other: dict[str, Any], expected: str
) -> None:
    left, right = replace(NOTHING, **one), replace(NOTHING, **other)
    assert dict(answers(left, right)).get(question, "") == expected
    assert dict(answers(right, left)).get(question, "") == expected


def test_of_two_countries_nothing_else_is_asked() -> None:
    assert answers(replace(NOTHING, country="NOR"), replace(NOTHING, country="SWE")) == [("country", "other")]
