"""The figures that ``docs/countries.md`` promises."""

import random
import string

from civic_tracker.countries import all_territories, match


def test_real_names_are_right_or_refused(labelled_names: list[dict[str, str]]) -> None:
    found = [(row["raw"], row["expected"], match(row["raw"])) for row in labelled_names]
    assert [
        (raw, expected, answer.iso3) for raw, expected, answer in found if answer.iso3 not in (None, expected)
    ] == []
    answerable = [(expected, answer) for _, expected, answer in found if expected]
    assert sum(answer.iso3 == expected for expected, answer in answerable) >= 0.95 * len(answerable)
    refused = [(expected, answer) for expected, answer in answerable if answer.iso3 is None]
    suggested = [expected in {row.iso3 for row in answer.suggestions} for expected, answer in refused]
    assert sum(suggested) >= 0.95 * len(suggested)


def one_edit(name: str, chance: random.Random) -> str:
    place = chance.choice([place for place, letter in enumerate(name) if letter.isalpha()])
    letter = chance.choice(string.ascii_lowercase)
    before, here, after = name[:place], name[place], name[place + 1 :]
    swapped = before + after[:1] + here + after[1:]
    return chance.choice([before + after, before + letter + after, before + letter + here + after, swapped])


def test_one_misspelled_letter_is_forgiven_and_never_misleads() -> None:
    chance = random.Random(20)  # noqa: S311
    tried = [
        (entry.iso3, name, one_edit(name, chance))
        for entry in all_territories()
        for name in sorted({entry.name_en, entry.name_es, entry.name_fr})
        if sum(letter.isalpha() for letter in name) >= 6
        for _ in range(2)
    ]
    found = [(iso3, name, typed, match(typed).iso3) for iso3, name, typed in tried]
    assert [row for row in found if row[3] not in (None, row[0])] == []
    assert sum(row[3] == row[0] for row in found) >= 0.95 * len(found)
