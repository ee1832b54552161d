"""The addresses in a cell of a spreadsheet, where people put several into one."""

import re
from collections.abc import Iterator

# Signs and words between two addresses. An address may itself hold commas, blanks and even another address. The
# pattern begins where signs begin and takes them all, so that a long run of them is gone through once.
_SIGNS = re.compile(
    r"(?<![\s;,+&])(?P<signs>[\s;,+&]++)(?P<address>(?:(?:and|or)\s+)?(?=https?://))?",
    re.IGNORECASE,
)
_NOTHING = frozenset({"", "na", "n/a", "none"})


def links_of(*cells: str) -> tuple[str, ...]:
    """What the cells give as addresses, in their order; a part that is no address is handed on to be reported."""
    parts = [part.strip(" \t;,\"'") for cell in cells for part in _parts(cell)]
    return tuple(dict.fromkeys(part for part in parts if part.casefold() not in _NOTHING))


def _parts(cell: str) -> Iterator[str]:
    """A cell cut before each address that follows signs, and at each end of a line."""
    begin = 0
    for found in _SIGNS.finditer(cell):
        if found["address"] is not None:
            yield cell[begin : found.start()]
            begin = found.end()
        elif "\n" in found["signs"]:
            *lines, rest = cell[begin : found.end("signs")].split("\n")
            yield from (line.strip() for line in lines)
            begin = found.end("signs") - len(rest.lstrip())
    yield cell[begin:]
