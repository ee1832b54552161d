"""The territories of ISO 3166-1 and Kosovo, with their codes and canonical names."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import MappingProxyType

from civic_tracker.declared.tables import once, read_rows
from civic_tracker.errors import UsageError
from civic_tracker.paths import mappings_dir

OTHER_CODES = {
    "UK": "GBR",
    "EL": "GRC",
    "KOS": "XKX",
    "RKS": "XKX",
    "UVK": "XKX",
    "XKO": "XKX",
    "ROM": "ROU",
    "ZAR": "COD",
}
"""Codes in wide use that ISO 3166-1 does not assign: the EU's UK and EL, publishers' Kosovo, retired ROM and ZAR."""

CLAIMED = {"ESH": "MAR", "PSE": "ISR", "TWN": "CHN", "XKX": "SRB"}
"""Entries that publishers also write with the state that claims or holds them: *Taiwan, China*, *Kosovo (Serbia)*."""


@dataclass(frozen=True, slots=True)
class Territory:
    """A country or dependency; ``sovereign`` is the alpha-3 code of the state a dependency belongs to, else empty."""

    iso3: str
    iso2: str
    m49: str
    sovereign: str
    name_en: str
    name_es: str
    name_fr: str

    def name(self, language: str = "en") -> str:
        """The canonical name in ``en``, ``es`` or ``fr``."""
        if language not in ("en", "es", "fr"):
            raise UsageError(f"canonical country names exist in en, es, fr; not in {language!r}")
        return {"en": self.name_en, "es": self.name_es, "fr": self.name_fr}[language]


@cache
def _by_iso3() -> Mapping[str, Territory]:
    columns = tuple(one.name for one in fields(Territory))
    seen: set[str] = set()

    def territory_of(row: dict[str, str]) -> Territory:
        once(seen, row["iso3"], "iso3")
        return Territory(*(row[name] for name in columns))

    rows = read_rows(mappings_dir() / "territories.csv", territory_of, required=columns, allowed=columns)
    return MappingProxyType({row.iso3: row for row in rows})


@cache
def codes() -> Mapping[str, str]:
    """Upper-case code to alpha-3: alpha-3, alpha-2 and ``OTHER_CODES``."""
    known = {entry.iso3: entry.iso3 for entry in _by_iso3().values()}
    known |= {entry.iso2: entry.iso3 for entry in _by_iso3().values()}
    return MappingProxyType(OTHER_CODES | known)


def all_territories() -> tuple[Territory, ...]:
    """Every territory, in the order of its alpha-3 code."""
    return tuple(_by_iso3().values())


def territory(code: str) -> Territory:
    """The territory of an alpha-2 or alpha-3 code, in any case; raises ``UsageError`` when there is none."""
    iso3 = codes().get(code.strip().upper())
    if iso3 is None:
        raise UsageError(f"{code!r} is no ISO 3166-1 code")
    return _by_iso3()[iso3]
