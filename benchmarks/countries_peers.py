"""One peer's answers for a list of names; run by ``benchmarks/countries.py`` in the peers' own environment.

Reads {"peer": name, "names": [...]} as JSON from standard input, writes {"answers": [iso3 or null], "seconds": s}.
"""

# mypy: disable-error-code="import-not-found"

import json
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

Answer = Callable[[str], str | None]


def _country_converter() -> Answer:
    from country_converter import CountryConverter

    converter = CountryConverter()

    def answer(name: str) -> str | None:
        found = converter.convert(name, to="ISO3", not_found="")
        return found if isinstance(found, str) and found else None

    return answer


def _hdx(fuzzy: bool) -> Answer:
    from hdx.location.country import Country

    Country.countriesdata(use_live=False)
    if fuzzy:
        return lambda name: Country.get_iso3_country_code_fuzzy(name, use_live=False)[0]
    return lambda name: Country.get_iso3_country_code(name, use_live=False)


def _countryguess() -> Answer:
    from countryguess import guess_country

    def answer(name: str) -> str | None:
        found = guess_country(name)
        return found["iso3"] if found else None

    return answer


def _countrynames(fuzzy: bool) -> Answer:
    from countrynames import to_code

    return lambda name: to_code(name, fuzzy=fuzzy)


def _rigour(fuzzy: bool) -> Answer:
    from rigour.territories import lookup_territory

    def answer(name: str) -> str | None:
        found = lookup_territory(name, fuzzy=fuzzy)
        return found.code if found else None

    return answer


def _pycountry(search: bool) -> Answer:
    import pycountry

    def answer(name: str) -> str | None:
        try:
            found: Any = pycountry.countries.search_fuzzy(name)[0] if search else pycountry.countries.lookup(name)
        except LookupError:
            return None
        return str(found.alpha_3)

    return answer


PEERS: dict[str, Callable[[], Answer]] = {
    "country_converter": _country_converter,
    "hdx exact": lambda: _hdx(fuzzy=False),
    "hdx fuzzy": lambda: _hdx(fuzzy=True),
    "countryguess": _countryguess,
    "countrynames exact": lambda: _countrynames(fuzzy=False),
    "countrynames fuzzy": lambda: _countrynames(fuzzy=True),
    "rigour exact": lambda: _rigour(fuzzy=False),
    "rigour fuzzy": lambda: _rigour(fuzzy=True),
    "pycountry lookup": lambda: _pycountry(search=False),
    "pycountry search_fuzzy": lambda: _pycountry(search=True),
}


def main() -> None:
    logging.disable(logging.CRITICAL)
    asked = json.load(sys.stdin)
    answer = PEERS[asked["peer"]]()
    answer("France")
    answer("Nowhere at all")
    started = time.perf_counter()
    answers = [answer(name) for name in asked["names"]]
    json.dump({"answers": answers, "seconds": time.perf_counter() - started}, sys.stdout)


if __name__ == "__main__":
    main()
