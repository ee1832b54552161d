"""What publishers write around a name: notes, footnote marks, codes, brackets, lists; and the words of groupings."""

import html
import re

from civic_tracker.countries.keys import word_set
from civic_tracker.folding import repaired

_MARKS = re.compile(r"[\s*†‡§¶#^°¹²³⁰⁴-⁹ªº]+$|^[\s*†‡§¶#^°•·–—\-]+|^(?:\(?[a-z]\)|\(?\d{1,2}[.)])\s+")
_FOOTNOTE = re.compile(
    r"(?<=[^\W\d]{3})\s*(?:\d{1,2}/|/\d{1,2}|\[\d{1,2}\]|\(\d{1,2}\)|\b[a-z]/|\[[a-z]\]|\([a-z]\)|\d{1,2})$"
)
_YEARS = re.compile(
    r"(?<![\s,])[\s,]*[(\[]?(?:(?:until|from|since|as of|before|after|to|in|pre)[\s-])?"
    r"(?:1[6-9]|20)\d\d\s*(?:[-–/]\s*(?:(?:1[6-9]|20)?\d\d)?)?[)\]]?$"
)
_BRACKET = re.compile(r"^(?P<head>[^(\[{]*)[(\[{](?P<inside>.*?)[)\]}]*(?P<tail>[^()\[\]{}]*)$", re.DOTALL)
_SEPARATOR = re.compile(
    r"(?<!\s)\s*(?:[;/|&+、,:\n]|\s[-–—]\s?|[-–—]\s|\b(?:and|or|y|o|u|et|ou|und|oder|e)\b)\s*", re.IGNORECASE
)
_QUALIFIER = re.compile(r"(?<!\s)\s*(?:[,:(\[]|\s[-–—]\s?|[-–—]\s)\s*")
_CODE_BEFORE = re.compile(r"(?P<code>[A-Z]{2,3})\s*+[:\-–—|](?P<name>.*+)", re.DOTALL)
_CODE_BEHIND = re.compile(r"[A-Z]{3}")
_BEFORE_NAME = re.compile(
    r"^(?:local name|formerly|former|ex|aka|a\.k\.a\.|also(?: known as)?|previously|now|today|officially|or|i\.e\.)"
    r"(?:[\s:.\-]+|$)",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_|&amp|\\[nrt]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ\s.,'’()\-]*")
_EXCEPT = re.compile(
    r"^(?P<whole>.+?)(?<![\s,(])[\s,(]+(?:excluding|excl\.?|exc\.?|except|without|w/o|sans|sauf|hors|sin|excepto)\s+(?P<left>.+?)\)?$",
    re.IGNORECASE,
)

PUBLISHERS = word_set(
    "ada cepal dac eurostat fao gho gbd ibrd ida idb ilo imf iso mdg ocha oecd sdg un uncd unctad undp unece "
    "unesco unfpa unhcr unicef unsd unsdg unwto usaid wb wdi who wmo wto world bank"
)
"""Who published a figure: a bracket that holds only this says nothing about the territory."""

HARMLESS = re.compile(
    r"^(?:country|countries|total|national|whole country|see notes?|note|provisional|estimate[sd]?|revised|preliminary|"
    r"pais|pays|(?:the )?republic(?: of)?|republique(?: de| du| d)?|republica(?: de| del)?|state(?: of)?|"
    r"kingdom(?: of)?|"
    r"rep(?: of)?|independent|federal republic(?: of)?|islands?|isl|is|iles?|islas?|isles|"
    r"(?:(?:non self governing|overseas|dependent|external) )?territory|"
    r"(?:as )?(?:at|of|from|until|since|in) (?:[a-z]+ )?\d{4}|"
    r"sar(?: of china)?|special administrative region|china sar|"
    r"(?>.*?\b(?:unscr?|security council|resolution|resolucion)\b).*\b1244\b.*)$"
)
"""Notes, as plain keys, that leave the name what it was."""

_GROUPING = re.compile(
    r"\b(?:excl|excluding|exc|except|excepted|without|sauf|excepto|hors|income|countries|nations|regions?|"
    r"regional|areas?|zone|world|worldwide|mundo|monde|global|international|others?|otros|otras|autres?|"
    r"unspecified|unknown|not|non|n e s|nes|stateless|apatride|apatrida|various|multiple|several|union of|members?|"
    r"organi[sz]ation|community|commission|bank|league|alliance|developed|developing|emerging|advanced|economies|"
    r"landlocked|ldcs?|sids|oecd|opec|asean|brics|g7|g8|g20|sea|ocean|oceano|mer|waters|gulf|bunkers?|aviation|"
    r"shipping|ecosystem|continent|hemisphere|basin|group|grouping|total|average|aggregate|rest of|coast|tropical|"
    r"parts? of|sub saharan|subsahariana?|subsaharienne|occidentale?s?|orientale?s?|septentrional|meridional|"
    r"city|province|county|district|state of|prefecture|oblast|governorate|department|university|ministry|"
    r"north of|south of|east of|west of|northern|southern|eastern|western|central|former|ex|ancien|antigua)\b"
)
"""Words of a plain key that say *this is a set of places, or a part of one*: no guess is made past them."""


def groupings(key: str) -> frozenset[str]:
    """The words of a plain key that speak of a set of places, or of a part of one."""
    return frozenset(_GROUPING.findall(key))


def tidied(text: str) -> str:
    """The text without character references, double encoding, quotes, footnote marks and years at its ends."""
    text = repaired(html.unescape(_ESCAPED.sub(" ", text))).replace("_", " ").strip().strip("\"'“”«»`‘")
    while True:
        shorter = _MARKS.sub("", text)
        shorter = _FOOTNOTE.sub("", shorter)
        shorter = _YEARS.sub("", shorter).rstrip(" .,;:")
        if shorter == text or shorter.count("(") > shorter.count(")"):
            return text
        text = shorter


def without_code(text: str) -> tuple[str, str] | None:
    """(code, name) of *AUT: Austria* and *Austria - AUT*."""
    if (before := _CODE_BEFORE.fullmatch(text)) and _may_be_name(name := before["name"].strip()):
        return before["code"], name
    head = text[:-3].rstrip()
    name = head[:-1].rstrip()
    if _CODE_BEHIND.fullmatch(text[-3:]) and head.endswith((":", "-", "–", "—", "|", ",")) and _may_be_name(name):
        return text[-3:], name
    return None


def _may_be_name(text: str) -> bool:
    return len(text) > 2 and not text[0].isdecimal() and "\n" not in text


def bracketed(text: str) -> tuple[str, str] | None:
    """(outside, inside) of a text with brackets, of which the closing one may have been cut off."""
    found = _BRACKET.match(text)
    if not found:
        return None
    return f"{found['head'].strip()} {found['tail'].strip()}".strip(), _BEFORE_NAME.sub("", found["inside"].strip())


def last_bracket(text: str) -> tuple[str, str] | None:
    """(before, inside) of the last of several brackets: *Cocos (Keeling) Islands (Australia)*."""
    head, opening, inside = text.rstrip(" )]").rpartition("(")
    return (head.strip(), inside.strip()) if opening and "(" in head else None


def pieces(text: str) -> list[str]:
    """The parts of a list of names: *Colombia; Italy*, *Spain or Portugal*."""
    return [piece.strip(" ()[]") for piece in _SEPARATOR.split(text) if piece.strip(" ()[]")]


def qualified(text: str) -> list[str]:
    """The parts of a name and what follows it after a comma, a dash, a bracket: *Martinique, France*."""
    return [piece.strip(" ()[]") for piece in _QUALIFIER.split(text) if piece.strip(" ()[]")]


def in_two_scripts(text: str) -> tuple[str, str] | None:
    """(Latin, other) of a name written twice: *エジプト Egypt*."""
    latin = [part.strip() for part in _LATIN.findall(text) if len(part.strip()) > 2]
    other = _LATIN.sub(" ", text).strip()
    if len(latin) != 1 or not other or not any(letter.isalpha() for letter in other):
        return None
    return latin[0], other


def excepting(text: str) -> tuple[str, str] | None:
    """(whole, left out) of *China excluding Taiwan*."""
    found = _EXCEPT.match(text)
    return (found["whole"], found["left"]) if found else None
