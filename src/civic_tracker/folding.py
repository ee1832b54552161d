"""The one folding of text: case, accents, punctuation and doubly encoded letters gone."""

import re
import unicodedata

_LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h", "ŧ": "t",
    "ə": "e", "ŋ": "ng",
}  # fmt: skip


def _folding() -> dict[int, str | None]:
    """A translation that lowers and unaccents Latin, Greek and Cyrillic letters and turns punctuation into spaces."""
    table: dict[int, str | None] = {}
    for point in (*range(0x0020, 0x0590), *range(0x1E00, 0x2000)):
        letter = chr(point)
        lowered = unicodedata.normalize("NFD", letter).casefold()
        base = "".join(part for part in lowered if not unicodedata.combining(part))
        folded = "".join(_LETTERS.get(part, part) for part in base)
        table[point] = folded if all(part.isalnum() for part in folded) else " "
    for point in (
        *range(0x2000, 0x2070),
        *range(0x3000, 0x3004),
        *range(0x3008, 0x3020),
        0x30FB,
        0xFF0C,
        0x060C,
        0x061B,
    ):
        table[point] = " "
    for point in (*range(0x0300, 0x0370), 0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x0640, 0xFEFF):
        table[point] = None
    for point in (9, 10, 11, 12, 13):
        table[point] = " "
    return table


_FOLD = _folding()


_ENCODED_TWICE = re.compile("[ÂÃÄÅâ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ¡-¿]")


def repaired(text: str) -> str:
    """Undo UTF-8 that was read as Windows-1252 or Latin-1 (*CÃ´te*), where the whole string can be undone."""
    for encoding in ("cp1252", "latin-1"):
        if not _ENCODED_TWICE.search(text):
            break
        try:
            return repaired(text.encode(encoding).decode("utf-8"))
        except UnicodeError:
            continue
    return text


def plain_key(text: str) -> str:
    """*Côte d’Ivoire* -> ``cote d ivoire``; idempotent."""
    folded = text.translate(_FOLD)
    if not folded.isascii():
        folded = unicodedata.normalize("NFKC", repaired(text)).casefold().translate(_FOLD)
    return " ".join(folded.split())
