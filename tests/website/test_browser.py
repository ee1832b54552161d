"""The site in a real browser: filters, search, languages, keyboard, print, telephones, and barriers."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from civic_tracker.publish.site.build import build_site
from civic_tracker.publish.site.serve import preview
from tests.support.browser import a_browser
from tests.support.program import HANGS
from tests.website.sites import FEW, KENYA_HAS, LANGUAGES, ON, a_world, few_members

PAGES = {
    "opening": "index.html",
    "much data": "KEN/index.html",
    "little data": "CHL/index.html",
    "no data": "NOR/index.html",
    "records of a freedom": "KEN/assembly.html",
    "freedoms": "freedoms/index.html",
    "freedom": "freedoms/assembly.html",
    "sources": "sources/index.html",
    "source": "sources/icnl.html",
    "search": "records.html",
    "changes": "changes.html",
    "downloads": "downloads.html",
    "about": "about.html",
}
SHOWN = "#members tr[data-country]:visible"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Visit:
    """A page of a browser, with what went wrong on it and what it asked for."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        self.asked: list[str] = []
        page.on(
            "console",
            lambda message: self.faults.append(message.text) if message.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("response", lambda answer: self.faults.append(answer.url) if answer.status >= 400 else None)

    def go(self, path: str) -> Any:
        self.page.goto(f"{self.address}/{path}")
        return self.page


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with a_browser() as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        few_members(patch)
        build_site(a_world(), folder, ON, workers=1)
    with preview(folder, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visit]:
    """A visit that ends without a fault and without a request to another host."""
    context = browser.new_context(locale="es-PE", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(HANGS * 1000)
    found = Visit(context.new_page(), address)
    yield found
    context.close()
    assert found.faults == []
    assert [url for url in found.asked if not url.startswith(address)] == []


def _shown(page: Any) -> list[str]:
    return [row.get_attribute("data-country") for row in page.locator(SHOWN).all()]


def expect(locator: Any) -> Any:
    """What Playwright waits for, without running anything in the page that its policy forbids."""
    return pytest.importorskip("playwright.sync_api").expect(locator)


def test_the_filters_show_the_countries_that_match(visit: Visit) -> None:
    page = visit.go("en/index.html")
    every = len(_shown(page))
    page.select_option("#f-liberty", "information")
    expect(page.locator("#found")).to_contain_text(": 1 of")
    assert _shown(page) == ["CHL"]
    assert page.locator("#map .tile:not(.out)").count() == 1
    page.select_option("#f-status", "ended")
    expect(page.locator("#found")).to_contain_text(": 0 of")
    assert _shown(page) == []
    page.click("button[type=reset]")
    expect(page.locator("#found")).to_have_text("")
    assert len(_shown(page)) == every


def test_filters_by_region_and_source_narrow_each_other(visit: Visit) -> None:
    page = visit.go("en/index.html")
    page.select_option("#f-source", "icnl")
    expect(page.locator(SHOWN)).to_have_count(2)
    assert _shown(page) == ["KEN", "CHL"]
    page.select_option("#f-region", "Americas")
    expect(page.locator(SHOWN)).to_have_count(1)
    assert _shown(page) == ["CHL"]


def test_the_number_shown_is_that_of_the_records_that_match(visit: Visit) -> None:
    page = visit.go("en/index.html")
    page.select_option("#f-liberty", "movement")
    expect(page.locator("#found")).not_to_have_text("")
    assert page.locator("#members tr[data-country=KEN] [data-total]").inner_text() == str(KENYA_HAS)


def test_a_search_finds_titles_without_accents_and_leads_to_the_row(visit: Visit) -> None:
    page = visit.go("en/records.html")
    page.fill("#f-text", "TOQUE de queda «ejemplo»".replace("é", "e"))
    link = page.locator("#hits a").first
    link.wait_for()
    assert link.get_attribute("lang") == "es"
    link.click()
    page.wait_for_url("**/CHL/index.html#icnl-CHL-0000000001")
    assert page.locator(":target").inner_text().find("Toque de queda") >= 0


def test_a_search_on_the_opening_page_finds_countries_and_titles(visit: Visit) -> None:
    page = visit.go("es/index.html")
    page.fill("#f-text", "norue")
    expect(page.locator(SHOWN)).to_have_count(1)
    assert _shown(page) == ["NOR"]
    page.fill("#f-text", "order 71")
    expect(page.locator("#hits li")).not_to_have_count(0)
    assert _shown(page) == ["KEN"]


def test_a_search_can_be_sent_to_somebody_and_keeps_when_the_language_changes(visit: Visit) -> None:
    page = visit.go("en/index.html?freedom=information")
    expect(page.locator(SHOWN)).to_have_count(1)
    page.click(".languages a[hreflang=fr]")
    page.wait_for_url("**/fr/index.html?freedom=information")
    expect(page.locator(SHOWN)).to_have_count(1)
    assert _shown(page) == ["CHL"]


def test_the_first_page_leads_to_the_readers_language(visit: Visit) -> None:
    page = visit.go("")
    page.wait_for_url("**/es/index.html")
    assert page.locator("html").get_attribute("lang") == "es"


def test_the_language_switch_leads_to_the_same_page(visit: Visit) -> None:
    page = visit.go("en/CHL/index.html")
    page.click(".languages a[hreflang=es]")
    page.wait_for_url("**/es/CHL/index.html")
    assert "Chile" in page.locator("h1").inner_text()


def test_the_keyboard_reaches_the_content_and_a_country(visit: Visit) -> None:
    page = visit.go("en/index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "f-text"
    for _ in range(6):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.tile') !== null")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/index.html")
    assert page.locator("h1").count() == 1


def test_all_can_be_read_without_javascript(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(HANGS * 1000)
    page = context.new_page()
    page.goto(f"{address}/en/index.html")
    assert sorted(_shown(page)) == sorted(FEW)
    assert not page.locator("#filters").is_visible()
    page.click("#members tr[data-country=KEN] a")
    page.click("p.more a")
    assert page.locator("table.records tbody tr").count() == 80
    page.click(".further a")
    assert page.locator("table.records tbody tr").count() == KENYA_HAS + 1 - 80
    page.goto(f"{address}/")
    page.click("a[hreflang=fr]")
    assert page.locator("html").get_attribute("lang") == "fr"
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_a_telephone(visit: Visit, name: str) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    for code in LANGUAGES:
        page = visit.go(f"{code}/{PAGES[name]}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_on_paper_a_page_has_its_tables_and_no_controls(visit: Visit) -> None:
    visit.page.emulate_media(media="print")
    page = visit.go("en/CHL/index.html")
    assert page.locator("table.records").first.is_visible()
    assert not page.locator("nav.pages").is_visible()
    assert not page.locator(".actions").is_visible()
    assert len(page.pdf(format="A4")) > 10_000


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_no_barrier_is_found_on_any_kind_of_page(visit: Visit, name: str, code: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = visit.go(f"{code}/{PAGES[name]}")
    found = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response["violations"]
    told = [f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:160]}" for one in found]
    assert told == []


def test_barriers_are_not_there_on_a_telephone_either(visit: Visit) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    visit.page.set_viewport_size({"width": 360, "height": 740})
    for path in ("es/index.html", "fr/KEN/index.html"):
        page = visit.go(path)
        found = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == []
