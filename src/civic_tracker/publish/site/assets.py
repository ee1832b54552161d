"""The files of the site that are no pages: styles, scripts, the sign, and what hosts of static sites look for."""

from importlib.resources import files

from civic_tracker.declared.map_tiles import COLUMNS, ROWS
from civic_tracker.publish.report.rendering import environment
from civic_tracker.publish.site.pages import POLICY, Site, own_name
from civic_tracker.words.languages import language

_AS_THEY_ARE = ("site.js", "root.js", "icon.svg")


def assets(site: Site) -> dict[str, bytes]:
    """By path in the site."""
    templates = files("civic_tracker") / "templates" / "site"
    made = {f"assets/{name}": (templates / name).read_bytes() for name in _AS_THEY_ARE}
    made |= {f"assets/site-{code}.css": _style_sheet(code) for code in site.codes}
    languages = [
        (code, own_name(code), language(code).gettext("Restrictions of civil liberties on record"))
        for code in site.codes
    ]
    root = environment(autoescape=True).get_template("site/root.html.j2")
    made["index.html"] = root.render(policy=POLICY, languages=languages, path="index.html", stays=False).encode()
    made["404.html"] = root.render(policy=POLICY, languages=languages, path="index.html", stays=True).encode()
    made[".nojekyll"] = b""  # GitHub Pages would leave out what begins with an underscore
    return made


def _style_sheet(code: str) -> bytes:
    """The style sheet of a language: the labels of cards are words."""
    say = language(code)
    frame = {"_": say.gettext, "pgettext": say.pgettext, "columns": COLUMNS, "rows": ROWS}
    return environment(autoescape=False).get_template("site/site.css.j2").render(frame).encode()
