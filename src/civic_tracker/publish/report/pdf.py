"""The country report as PDF, for people who print, attach and archive: the page of ``report.to_html``, laid out on A4.

The file is tagged (PDF/UA-1), names its language and its title, and is the same bytes for the same page where fonts and
libraries are the same: no date and no identifier is written. What a browser folds, the runs of days, is unfolded on
paper, but a long table of counts that a drawing shows is left out (``paper``). No address is fetched, neither from the
network nor from the disk; fonts are those of the system. A letter that none of them has is a box to the eye, and the
letter itself for who searches or copies the text; those letters are told.
"""

import contextlib
import io
import logging
import os
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from bs4 import BeautifulSoup

from civic_tracker.errors import UsageError
from civic_tracker.publish.report.paper import POINTS, for_paper
from civic_tracker.words.languages import Language

_PLACEHOLDER = re.compile(r"\{(page|pages)\}")
_DATED_BY = "SOURCE_DATE_EPOCH"
_NO_LIBRARY = "A PDF needs WeasyPrint. Install it with: pip install 'civic-tracker[pdf]'"
_NO_PANGO = (
    "A PDF needs Pango, which is not found ({error}). Install it through the package manager of the system, "
    "e.g. apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, or brew install pango."
)
_NO_FONT = (
    "A PDF needs a font, and this machine has none. Install some through the package manager of the system, "
    "e.g. apt install fonts-dejavu-core fonts-noto-cjk."
)
_NO_LETTER = (
    "note: no font of this machine has {letters}; in the PDF a box stands for each. "
    "Install a font that has them, e.g. one of Noto's, and write the file again."
)
_MOST_LETTERS = 8
_CODE_POINT = re.compile(r"\(U\+([0-9A-F]{4,6})\)$")
# Only what paper needs; the rest is the page's own style, against which a sheet from outside must say ``!important``.
_PRINT = """
@page {
  size: A4 !important;
  margin: 18mm 14mm 16mm !important;
  font: 7.5pt "Noto Sans", "DejaVu Sans", sans-serif;
  color: #4d5866;
  @top-left { content: %(title)s; width: 100%%; vertical-align: bottom; padding-bottom: 4mm; }
  @bottom-right { content: %(pages)s; vertical-align: top; padding-top: 4mm; }
}
@page :first { @top-left { content: none; } }
html { font-size: %(points)spt !important; }
body { line-height: 1.4 !important; }
header { padding-top: 0 !important; }
p { max-width: none !important; orphans: 3; widows: 3; }
h2 { margin-top: 1.6rem !important; }
h3 { margin-top: 1.1rem !important; }
h2, h3, caption, figcaption, .tl-legend, thead, summary, dt, h3 + .soft, h2 + p { break-after: avoid !important; }
td, th { padding: .3rem .5rem !important; }
.headline, li, figcaption, .tl-lanes, .tl-table, dd { break-inside: avoid; }
details + .scroll { margin-top: .8rem; }
dt { font-weight: 600; }
dd { margin: 0 0 .6rem 1.5rem !important; }
.records th:nth-child(1) { width: 11%% !important; }
.records th:nth-child(2) { width: 26%% !important; }
.records th:nth-child(3) { width: 9%% !important; }
.records th:nth-child(4) { width: 15%% !important; }
.records th:nth-child(5) { width: 18%% !important; }
.records th:nth-child(6) { width: 21%% !important; }
.records .note:has(> a:only-child) { display: inline-block !important; margin-right: .6rem; }
.figures, .coverage { table-layout: fixed; }
.figures th:nth-child(1) { width: 32%%; }
.figures th:nth-child(2) { width: 33%%; }
.figures th:nth-child(3) { width: 10%%; }
.figures th:nth-child(4) { width: 9%%; }
.figures th:nth-child(5) { width: 16%%; }
.coverage th:nth-child(1) { width: 12%%; }
.coverage th:nth-child(2) { width: 15%%; }
.coverage th:nth-child(3) { width: 13%%; }
.coverage th:nth-child(4) { width: 8%%; }
.coverage th:nth-child(5) { width: 12%%; }
.coverage th:nth-child(6) { width: 16%%; }
.coverage th:nth-child(7) { width: 24%%; }
.coverage .date { white-space: normal !important; }
.timeline figcaption { max-width: none !important; }
.tl-lanes th:first-child { width: 12rem !important; }
.tl-lanes .number { width: 5rem !important; }
.tl-lanes .number + .number { width: 7.5rem !important; }
.tl-plot > svg, .tl-axis > svg { height: auto !important; }
.tl-lanes .tl-plot, .tl-lanes .tl-axis { padding-left: 0 !important; padding-right: 0 !important; }
.spark { float: left; width: 80px !important; height: 16px !important; }
.spark + .spark-said { display: block; margin-left: 90px; }
"""


def to_pdf(html: str, say: Language, tell: Callable[[str], object] = lambda _: None) -> bytes:
    """The page as PDF; its title stands above each page but the first, in the language ``say`` the pages are numbered.

    ``tell`` gets one line that names the letters no font has, where there are any.

    Raises:
        UsageError: when WeasyPrint, Pango or every font is missing, with the way to install it.
    """
    weasyprint = load_weasyprint()
    found = BeautifulSoup(html, "lxml").title
    style = _PRINT % {"title": _quoted(found.get_text() if found else ""), "pages": _numbers(say), "points": POINTS}
    nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
    page = weasyprint.HTML(string=html, url_fetcher=nothing)
    for_paper(page.etree_element, say)
    with _without_the_time_of_day(), _boxes() as letters:
        made: bytes = page.write_pdf(
            stylesheets=[weasyprint.CSS(string=style, url_fetcher=nothing)], pdf_variant="pdf/ua-1"
        )
    if letters:
        tell(_NO_LETTER.format(letters=_named(letters)))
    return made


def _has_fonts() -> bool:
    """Whether fontconfig finds any: Pango ends the process (a segmentation fault) where it finds none."""
    from weasyprint.text.ffi import ffi, fontconfig  # type: ignore[import-untyped]

    config = ffi.gc(fontconfig.FcInitLoadConfigAndFonts(), fontconfig.FcConfigDestroy)
    found: int = fontconfig.FcConfigGetFonts(config, fontconfig.FcSetSystem).nfont
    return found > 0


class _Boxes(logging.Handler):
    """Gathers the letters for which WeasyPrint says that it drew a box; its words end with ``(U+6212)``."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.letters: set[int] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if found := _CODE_POINT.search(record.getMessage()):
            self.letters.add(int(found[1], 16))


@contextlib.contextmanager
def _boxes() -> Iterator[set[int]]:
    handler, logger = _Boxes(), logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield handler.letters
    finally:
        logger.removeHandler(handler)


def _named(letters: set[int]) -> str:
    """``U+4E25, U+6212 and 3 more``: by their numbers, since a terminal may lack them too, or obey one."""
    first = ", ".join(f"U+{letter:04X}" for letter in sorted(letters)[:_MOST_LETTERS])
    return first + (f" and {len(letters) - _MOST_LETTERS} more" if len(letters) > _MOST_LETTERS else "")


@contextlib.contextmanager
def _without_the_time_of_day() -> Iterator[None]:
    """fontTools dates each font that it rewrites (a variable one, one of emoji) by this variable, else by the clock.

    <https://reproducible-builds.org/specs/source-date-epoch/>
    """
    former = os.environ.get(_DATED_BY)
    os.environ[_DATED_BY] = "0"
    try:
        yield
    finally:
        if former is None:
            del os.environ[_DATED_BY]
        else:
            os.environ[_DATED_BY] = former


def load_weasyprint() -> Any:
    """WeasyPrint, which loads Pango as it is imported, and prints advice of its own where that fails.

    Raises:
        UsageError: as ``to_pdf`` does.
    """
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of a machine without fonts, refused below
            import weasyprint  # type: ignore[import-untyped]
    except ImportError as error:
        raise UsageError(_NO_LIBRARY) from error
    except OSError as error:
        raise UsageError(_NO_PANGO.format(error=str(error).partition(":")[0])) from error
    if not _has_fonts():
        raise UsageError(_NO_FONT)
    return weasyprint


def _numbers(say: Language) -> str:
    """``Page 3 of 12`` as the content of a margin."""
    # Translators: at the foot of each page of a printed report.
    text = say.gettext("Page {page} of {pages}", page="{page}", pages="{pages}")
    parts = _PLACEHOLDER.split(text)
    return " ".join(f"counter({part})" if part in {"page", "pages"} else _quoted(part) for part in parts if part)


def _quoted(text: str) -> str:
    """The text as a string of CSS, every character but letters and digits escaped."""
    return '"' + "".join(one if one.isalnum() else f"\\{ord(one):x} " for one in text) + '"'
