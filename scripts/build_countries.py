"""Write the generated country tables: names of territories in many languages, from CLDR and the United Nations.

    python -m venv .venv-build
    .venv-build/bin/pip install babel==2.18.0 rapidfuzz
    .venv-build/bin/pip install --no-deps hdx-python-country==4.2.5
    .venv-build/bin/python scripts/build_countries.py

Reads
- Unicode CLDR through Babel (code BSD-3-Clause, names Unicode-3.0): territory names in ``LANGUAGES``, the names of
  the world's regions and languages, the cities that name time zones;
- the United Nations' names as OCHA's taxonomy of countries lists them (file inside hdx-python-country, MIT): M49 names
  in the six official languages, UNTERM short names, English formal names. Only these columns are read;
- our own tables, which always win: ``country_aliases_ours.csv``, ``country_parts.csv``, ``country_never.csv``.

Writes ``territories.csv``, ``country_aliases.csv`` and ``country_refused.csv`` in ``mappings/``, sorted; twice the
same bytes. The versions above are part of the input: another version of CLDR is another table.
"""

# mypy: disable-error-code="import-not-found"

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import files
from pathlib import Path

from babel import Locale
from babel.core import get_global

ROOT = Path(__file__).resolve().parents[1]
MAPPINGS = ROOT / "mappings"
sys.path.insert(0, str(ROOT / "src"))

from civic_tracker.folding import plain_key  # noqa: E402

CORE = ("en", "es", "fr")
UN_OFFICIAL = ("ar", "ru", "zh")
OTHERS = """
    af am az be bg bn bs ca cs cy da de el et eu fa fi fil ga gl gu he hi hr hu hy id is it ja ka kk km
    kn ko ky lo lt lv mk ml mn mr ms my nb ne nl nn pa pl ps pt pt_PT ro si sk sl so sq sr sr_Latn sv sw
    ta te th tk tr uk ur uz vi zh_Hant
"""
LANGUAGES = (*CORE, *UN_OFFICIAL, *OTHERS.split())
"""CLDR languages at its coverage level *modern*, where names are vetted, that a publisher may well write in."""

UN_COLUMNS = {
    "M49 English": "en",
    "English Short": "en",
    "English Formal": "en",
    "M49 French": "fr",
    "French Short": "fr",
    "M49 Spanish": "es",
    "Spanish Short": "es",
    "M49 Russian": "ru",
    "Russian Short": "ru",
    "M49 Chinese": "zh",
    "Chinese Short": "zh",
    "M49 Arabic": "ar",
    "Arabic Short": "ar",
}

SHORT_WORD = 4
"""A name of fewer letters, in a language other than the official six, is too often a word or a code elsewhere."""

CANONICAL = {
    "BIH": ("Bosnia and Herzegovina", "Bosnia y Herzegovina", "Bosnie-Herzégovine"),
    "COD": ("Democratic Republic of the Congo", "República Democrática del Congo", "République démocratique du Congo"),
    "COG": ("Republic of the Congo", "República del Congo", "République du Congo"),
    "HKG": ("Hong Kong", "Hong Kong", "Hong Kong"),
    "MAC": ("Macao", "Macao", "Macao"),
    "MMR": ("Myanmar", "Myanmar", "Myanmar"),
    "PSE": ("Palestine", "Palestina", "Palestine"),
    "FSM": ("Micronesia (Federated States of)", "Micronesia (Estados Federados de)", "Micronésie (États fédérés de)"),
}
"""Names for reports where CLDR's own is not one a reader would write (*Congo - Kinshasa*, *Hong Kong SAR China*)."""

SOVEREIGNS = {
    "AUS": "CCK CXR HMD NFK",
    "CHN": "HKG MAC",
    "DNK": "FRO GRL",
    "FIN": "ALA",
    "FRA": "ATF BLM GLP GUF MAF MTQ MYT NCL PYF REU SPM WLF",
    "GBR": "AIA BMU CYM FLK GGY GIB IMN IOT JEY MSR PCN SGS SHN TCA VGB",
    "NLD": "ABW BES CUW SXM",
    "NOR": "BVT SJM",
    "NZL": "COK NIU TKL",
    "USA": "ASM GUM MNP PRI UMI VIR",
}
"""The state that a dependency with a code of its own belongs to; used to read *American Samoa (US)*."""

GROUPS = "EU EZ UN QO ZZ"
PARTS_OF = {"CQ": "GBR", "AC": "SHN", "TA": "SHN", "DG": "IOT", "CP": "FRA", "EA": "ESP", "IC": "ESP"}
"""CLDR territories that ISO 3166-1 gives no code of their own, with the entry they belong to."""


def alpha3() -> dict[str, str]:
    """ISO 3166-1 alpha-2 to alpha-3, from CLDR's territory aliases, with Kosovo's user-assigned pair."""
    english = Locale("en").territories
    pairs = {
        new[0]: old
        for old, new in get_global("territory_aliases").items()
        if len(old) == 3 and old.isalpha() and len(new) == 1 and new[0] in english
    }
    retired = {"TMP", "BUR", "ZAR", "YMD", "DDR", "FXX", "ASC", "CPT", "DGA", "TAA", "ZZZ"}
    current = {
        new[0]: old
        for old, new in sorted(get_global("territory_aliases").items())
        if len(old) == 3 and old.isalpha() and len(new) == 1 and new[0] in english and old not in retired
    }
    iso = {a2: a3 for a2, a3 in current.items() if a2 in pairs and a2[0] != "X" and a2 not in ("QO", "EU", "ZZ")}
    return {**iso, "XK": "XKX"}


def numeric(iso2: str) -> str:
    """The M49 number of a territory, empty for Kosovo."""
    retired = {"278", "280", "582", "062", "172", "230", "736", "886", "720", "249"}
    numbers = [
        old
        for old, new in get_global("territory_aliases").items()
        if old.isdigit() and list(new) == [iso2] and old not in retired and old < "900"
    ]
    if iso2 == "XK":
        return ""
    if len(numbers) != 1:
        raise SystemExit(f"{iso2}: expected one M49 number, CLDR gives {numbers}")
    return str(numbers[0])


def canonical(iso3: str, iso2: str) -> tuple[str, str, str]:
    """The names in English, Spanish, French that a report prints."""
    if iso3 in CANONICAL:
        return CANONICAL[iso3]
    english, spanish, french = (Locale.parse(language).territories[iso2] for language in CORE)
    return english.replace("St. ", "Saint ").replace(" & ", " and "), spanish, french.replace("’", "'")


def cldr_names(iso2: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (iso3, name, language, source) for every territory and language."""
    for language in LANGUAGES:
        territories = Locale.parse(language).territories
        for code, iso3 in iso2.items():
            if code in territories:
                yield iso3, territories[code], language, "cldr"


def un_rows() -> list[dict[str, str]]:
    """The rows of OCHA's taxonomy of countries."""
    listed = files("hdx-python-country") or []
    (path,) = [file.locate() for file in listed if file.name.endswith("C&T Taxonomy.csv")]
    with Path(str(path)).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def un_names(known: set[str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (iso3, name, language, source) for the United Nations' names."""
    for row in un_rows():
        iso3 = row["ISO 3166-1 Alpha 3-Codes"]
        if iso3 not in known or row["Deprecated"] == "Y":
            continue
        for column, language in UN_COLUMNS.items():
            name = " ".join(row[column].replace("*", " ").split())
            if name:
                yield iso3, name, language, "un"


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one of our own tables."""
    with (MAPPINGS / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def refused_names() -> list[tuple[str, str, str, str]]:
    """(name, reason, parent, note) of regions, languages, time-zone cities in our three languages, sorted."""
    to_alpha3 = alpha3()
    rows: dict[str, tuple[str, str, str, str]] = {}
    taken = {plain_key(name) for _, name, _, _ in cldr_names(to_alpha3)}
    taken |= {plain_key(name) for _, name, _, _ in un_names(set(to_alpha3.values()))}
    taken |= {plain_key(row["alias"]) for row in rows_of("country_aliases_ours.csv")}
    taken |= {plain_key(row["name"]) for row in rows_of("country_parts.csv")}
    taken |= {plain_key(row["name"]) for row in rows_of("country_never.csv")}

    def add(name: str, reason: str, parent: str, note: str) -> None:
        key = plain_key(name)
        if key not in taken and key not in rows and not name.isascii() | (len(key) > 1):
            raise SystemExit(f"{name!r} is too short to refuse by name")
        if key not in taken:
            rows.setdefault(key, (name, reason, parent, note))

    for language in (*CORE, *UN_OFFICIAL):
        locale = Locale.parse(language)
        for code, name in locale.territories.items():
            if code.isdigit() or code in GROUPS.split():
                add(name, "not_a_country", "", "region or grouping of CLDR")
            elif code in PARTS_OF:
                add(name, "part_of", PARTS_OF[code], "territory of CLDR without an ISO 3166-1 code")
    for language in CORE:
        for code, name in Locale.parse(language).languages.items():
            if len(code) == 2:
                add(name, "not_a_country", "", "language of CLDR")
    for zone, iso2 in get_global("zone_territories").items():
        if iso2 not in to_alpha3 or "/" not in zone or zone.startswith("Etc/"):
            continue
        for language in CORE:
            city = Locale.parse(language).time_zones.get(zone, {}).get("city")
            place = city or zone.rsplit("/", 1)[1].replace("_", " ")
            if place.isascii() or city:
                add(place, "part_of", to_alpha3[iso2], "city or place of a CLDR time zone")
    return sorted(rows.values())


def choose(names: Iterable[tuple[str, str, str, str]], reserved: set[str]) -> list[tuple[str, str, str, str]]:
    """(iso3, alias, languages, sources), one row for each spelling, sorted.

    A key claimed by two territories goes to the one that claims it in English, Spanish or French, then in the other
    official languages; where two claim it with equal right, neither gets it. Reserved keys belong to our own tables.
    """
    rank = {language: 0 if language in CORE else 1 if language in UN_OFFICIAL else 2 for language in LANGUAGES}
    claims: dict[str, dict[str, int]] = defaultdict(dict)
    spelled: dict[tuple[str, str], tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for iso3, name, language, source in names:
        key = plain_key(name)
        if key in reserved or not key:
            continue
        if rank[language] == 2 and key.isascii() and len(key) < SHORT_WORD:
            continue
        claims[key][iso3] = min(rank[language], claims[key].get(iso3, 9))
        languages, sources = spelled[iso3, name]
        languages.add(language)
        sources.add(source)
    rows = []
    for (iso3, name), (languages, sources) in spelled.items():
        by_rank = claims[plain_key(name)]
        best = [claimant for claimant, value in by_rank.items() if value == min(by_rank.values())]
        if best != [iso3]:
            print(f"not taken: {name!r} ({' '.join(sorted(languages))}) for {iso3}; claimed by {sorted(by_rank)}")
            continue
        rows.append((iso3, name, " ".join(sorted(languages)), " ".join(sorted(sources))))
    return sorted(rows)


def one_spelling(rows: list[tuple[str, str, str, str]]) -> list[tuple[str, str, str, str]]:
    """Merge spellings of one territory that differ in case, accents, punctuation: the first by code point stays."""
    merged: dict[tuple[str, str], tuple[str, set[str], set[str]]] = {}
    for iso3, name, languages, sources in rows:
        kept = merged.setdefault((iso3, plain_key(name)), (name, set(), set()))
        kept[1].update(languages.split())
        kept[2].update(sources.split())
    return sorted(
        (iso3, name, " ".join(sorted(languages)), " ".join(sorted(sources)))
        for (iso3, _), (name, languages, sources) in merged.items()
    )


def write(name: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with (MAPPINGS / name).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    iso2 = alpha3()
    sovereign = {child: parent for parent, children in SOVEREIGNS.items() for child in children.split()}
    territories = [
        (iso3, code, numeric(code), sovereign.get(iso3, ""), *canonical(iso3, code)) for code, iso3 in iso2.items()
    ]
    reserved = {plain_key(row["alias"]) for row in rows_of("country_aliases_ours.csv")}
    reserved |= {plain_key(row["name"]) for table in ("parts", "never") for row in rows_of(f"country_{table}.csv")}
    names = [*cldr_names(iso2), *un_names(set(iso2.values()))]
    canonical_names = [
        (row[0], name, language, "canonical")
        for row in territories
        for name, language in zip(row[4:], CORE, strict=True)
    ]
    write(
        "territories.csv",
        ("iso3", "iso2", "m49", "sovereign", "name_en", "name_es", "name_fr"),
        sorted(territories),
    )
    aliases = one_spelling(choose([*canonical_names, *names], reserved))
    write("country_aliases.csv", ("iso3", "alias", "languages", "sources"), aliases)
    write("country_refused.csv", ("name", "reason", "parent", "note"), refused_names())
    print(f"{len(territories)} territories, {len(aliases)} aliases")


if __name__ == "__main__":
    main()
