"""The forms under which two spellings of one name meet.

``plain_key``    case, accents, punctuation and doubly encoded letters gone: *Côte d’Ivoire* -> ``cote d ivoire``
``squashed_key`` the same without spaces: *SaudiArabia*, *U.S.A.*
``bag_key``      words in any order, articles gone, abbreviations and the three languages' words for *republic*,
                 *island*, *saint* made one: *Korea, Rep. of* and *Republic of Korea* -> ``korea republic``
"""

from collections.abc import Sequence
from functools import lru_cache


def word_set(written: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(written.split())


PARTICLES = word_set("al amp and d da das de del des di dos du el en et l la las le les lo los of the und van von")
"""Articles and connecting words of English, French, Spanish and their neighbours: they carry no meaning in a name.

*amp* is what is left of ``&amp;``.
"""

_INNER_PARTICLES = word_set("a e i o s u y do")
"""Connecting words only between two others: at either end *E* and *S* are points of the compass."""

_WORDS = {
    "republic": "republic rep republica republique repub republik republika repubblica repca rp республика",
    "democratic": "democratic dem democratica democratico democratique demo democr democ",
    "people": "people peoples peop populaire popular pop ppl",
    "island": "island islands isl isls islds isle isles is isds ids ile iles isla islas ilhas ilha isola isole "
    "insel inseln eiland eilanden",
    "saint": "saint st sainte ste",
    "federated": "federated fed federal federados federes federative federation federacion federativa feder",
    "kingdom": "kingdom kgdm kdm reino royaume konigreich koninkrijk regno королевство",
    "united": "united utd unidos unis unido uni unida unie",
    "territory": "territory territories terr territorio territorios territoire territoires terrs",
    "north": "north nth n norte nord",
    "south": "south sth s sud sur",
    "islamic": "islamic islamique islamica",
    "british": "british brit br",
    "state": "state states sts stat estado estados etat etats",
    "french": "french fr",
    "mount": "mount mt",
    "new": "new nueva nouvelle",
    "arab": "arab arabe arabic ar",
    "province": "province prov provincia",
    "socialist": "socialist soc socialista socialiste",
    "equatorial": "equatorial eq equat equatoriale ecuatorial",
    "central": "central cent centr",
    "african": "african afr africaine africana",
    "administrative": "administrative admin administrativa",
    "region": "region reg",
    "special": "special spec",
    "netherlands": "netherlands neth nether",
    "antilles": "antilles ant",
    "dominican": "dominican dom dominicana dominicaine",
    "grenadines": "grenadines gren grenadine",
    "herzegovina": "herzegovina herz herzeg herzegowina hercegovina",
    "yugoslav": "yugoslav yug yugo",
    "caledonia": "caledonia cal",
    "guinea": "guinea guin",
}
_STEM = {word: stem for stem, written in _WORDS.items() for word in written.split()}
STEMS = frozenset(_WORDS)
_COMPASS = {"n": "north", "s": "south", "e": "east", "w": "west"}

_INITIALS = {
    "dpr": "democratic people republic",
    "pdr": "people democratic republic",
    "rpd": "people democratic republic",
    "dr": "democratic republic",
    "rd": "democratic republic",
    "pr": "people republic",
    "fyr": "former yugoslav republic",
    "tfyr": "former yugoslav republic",
    "ery": "former yugoslav republic",
    "us": "united state",
    "usa": "united state",
    "eeuu": "united state",
    "uk": "united kingdom",
    "gb": "great britain",
    "uae": "united arab emirates",
    "sar": "special administrative region",
}
"""Initials that stand beside a name in publishers' lists: *Korea, DPR*, *Virgin Islands, US*."""


def squashed_key(key: str) -> str:
    """A plain key without its spaces."""
    return key.replace(" ", "")


def _joined_initials(written: list[str]) -> list[str]:
    """Runs of single letters made one word: ``d p r korea`` -> ``dpr korea``."""
    joined: list[str] = []
    run = ""
    for word in [*written, ""]:
        if len(word) == 1:
            run += word
            continue
        if run:
            joined.append(run)
            run = ""
        joined.append(word)
    return joined[:-1]


@lru_cache(maxsize=32_768)
def words(key: str) -> tuple[str, ...]:
    """The words of a plain key that carry meaning, abbreviations written out, in their order.

    Remembered, since several arrangements of the tables ask for the words of the same keys.
    """
    written = _joined_initials(key.replace("people s ", "people ").split())
    last = len(written) - 1
    told: list[str] = []
    for place, word in enumerate(written):
        if word in PARTICLES or (word in _INNER_PARTICLES and 0 < place < last):
            continue
        if word in _COMPASS:
            told.append(_COMPASS[word])
        elif word in _INITIALS and last:
            told.extend(_INITIALS[word].split())
        else:
            told.append(_STEM.get(word, word))
    return tuple(told)


def bag_key(key: str) -> str:
    """The words of a plain key in alphabetical order; empty for a single word."""
    return in_any_order(words(key))


def in_any_order(told: Sequence[str]) -> str:
    """The bag key of words that ``words`` told; empty for a single word."""
    return " ".join(sorted(told)) if len(told) > 1 else ""
