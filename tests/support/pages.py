"""Pages in the layout of ICNL's tracker of 2021, of invented entries: healthy ones, and what can be wrong with them."""

from civic_tracker.declared.sources import get_source

COUNTRIES = [name for name in get_source("idea_gsod").coverage.countries if name != "PSE"]


def entry(number: int, **changes: str) -> str:
    parts = {
        "country": COUNTRIES[number % 150],
        "title": f"Example order {number}",
        "introduced": f"Introduced {number % 28 + 1} Mar 2020",
        "issues": "Issue(s): Assembly",
        "type": "Type: order",
    } | changes
    return (
        f'<div class="entry"><div class="entrypretitle">{parts["country"]}</div><h3>{parts["title"]}</h3>'
        f'<p>Example text. (See primary source or citation <a href="https://example.org/{number}">here</a>)</p>'
        f'<span class="date">{parts["introduced"]}</span> <span class="issue">{parts["issues"]}</span> '
        f'<span class="order">{parts["type"]}</span></div>'
    )


def page(entries: list[str], around: str = "") -> bytes:
    body = f'<div id="entries">{"".join(entries)}</div>'
    return f"<html><head><title>Synthetic</title></head><body>{around}{body}</body></html>".encode()


WHOLE = [entry(number) for number in range(420)]


A_TAG_RENAMED_IN_A_FEW = page(
    [entry(n, issues=f"Issue(s): {'Gatherings' if n < 40 else 'Assembly'}") for n in range(420)]
)

# By name: the page (nothing where nobody answers), the kind of failure, and words of the reason.
UNHEALTHY: dict[str, tuple[bytes | None, str, str]] = {
    "nobody answers": (None, "unreachable", "nobody answers"),
    "an empty list": (page([]), "site_changed", ""),
    "another site": (b"<html><head><title>Cooking</title></head><body>Soup</body></html>", "site_changed", "Cooking"),
    "half the list": (page(WHOLE[:210]), "shrunk", "210 entries; the last good document held 420"),
    "a page of one country": (page([entry(0)]), "shrunk", "1 entries"),
    "one field empty everywhere": (page([entry(n, issues="") for n in range(420)]), "suspicious", "'tags'"),
    "entries without dates": (page([entry(n, introduced="") for n in range(420)]), "site_changed", ""),
    "countries nobody knows": (
        page([entry(n, country=f"Ruritania{n % 150}") for n in range(420)]),
        "suspicious",
        "could not become records",
    ),
    "one entry four hundred times": (page([entry(0)] * 420), "shrunk", "countries"),
    "every entry three times": (page(WHOLE * 3), "suspicious", "repeat another"),
    "a tag renamed in every entry": (
        page([entry(n, issues="Issue(s): Gatherings") for n in range(420)]),
        "suspicious",
        "100% of the entries have a term that mappings/terms.csv does not know, most often 'Gatherings' as tag",
    ),
    "a tag renamed in a quarter of the entries": (
        page(
            [entry(n, issues="Issue(s): Assembly, Gatherings" if n % 4 else "Issue(s): Assembly") for n in range(420)]
        ),
        "suspicious",
        "'Gatherings'",
    ),
    "a type renamed in every entry": (
        page([entry(n, type="Type: ukase") for n in range(420)]),
        "suspicious",
        "'ukase'",
    ),
    "few countries": (page([entry(n, country=COUNTRIES[n % 5]) for n in range(420)]), "shrunk", "5 countries"),
}
