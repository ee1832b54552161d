"""The addresses in a cell of a spreadsheet, where people put several into one."""

import re

# Signs and words between two addresses. An address may itself hold commas, blanks and even another address.
_BETWEEN = re.compile(r"\s*\n\s*|[\s;,+&]+(?:(?:and|or)\s+)?(?=https?://)", re.IGNORECASE)
_NOTHING = frozenset({"", "na", "n/a", "none"})


def links_of(*cells: str) -> tuple[str, ...]:
    """What the cells give as addresses, in their order; a part that is no address is handed on to be reported."""
    parts = [part.strip(" \t;,\"'") for cell in cells for part in _BETWEEN.split(cell)]
    return tuple(dict.fromkeys(part for part in parts if part.casefold() not in _NOTHING))
