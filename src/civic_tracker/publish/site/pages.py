"""One page of the site: its address, the frame around it, and its links to other pages, all relative.

Relative links work under any address, in a folder of a web server, and from a disk.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from civic_tracker.publish.report.rendering import environment
from civic_tracker.words.languages import Language, language

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages share. ``address`` is where the site will be, without a slash at the end; empty when not told."""

    on: date
    codes: tuple[str, ...]
    address: str = ""
    package: bool = False
    """Whether the Data Package lies beside the site, as ``latest/``."""

    def place(self, folder: str) -> str:
        """The address of a folder of the site with a slash at the end; empty, which is *here*, when none was told."""
        return f"{self.address}/{folder}/" if self.address else ""


def page(site: Site, say: Language, path: str, template: str, context: Mapping[str, Any]) -> bytes:
    """A page from its template. ``path`` is its place in the folder of the language, such as ``KEN/index.html``."""
    up = "../" * path.count("/")
    frame = {
        "site": site,
        "say": say,
        "_": say.gettext,
        "ngettext": say.ngettext,
        "pgettext": say.pgettext,
        "policy": POLICY,
        "path": path,
        "home": up,
        "root": f"../{up}",
        "languages": [(code, own_name(code)) for code in site.codes],
        "navigation": navigation(say),
    }
    return environment(autoescape=True).get_template(f"site/{template}").render({**frame, **context}).encode()


def navigation(say: Language) -> list[tuple[str, str]]:
    """The pages that every page leads to, with their names."""
    return [
        ("index.html", say.pgettext("page", "Countries")),
        ("freedoms/index.html", say.pgettext("page", "Freedoms")),
        ("sources/index.html", say.pgettext("page", "Sources")),
        ("records.html", say.pgettext("page", "Find a record")),
        ("changes.html", say.pgettext("page", "Changes")),
        ("downloads.html", say.pgettext("page", "Downloads")),
        ("about.html", say.pgettext("page", "How to read this")),
    ]


def own_name(code: str) -> str:
    """The name of a language in that language."""
    name = str(language(code).locale.languages.get(code, code))
    return name[:1].upper() + name[1:]
