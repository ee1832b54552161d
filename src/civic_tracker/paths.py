"""Where the declarations, mapping tables and starter data lie, in a checkout and in an installed wheel."""

import re
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def root() -> Path:
    """The folder that holds ``sources/``, ``mappings/`` and ``data/``: the checkout, else the wheel's own copy."""
    checkout = _PACKAGE.parents[1]
    if (checkout / "pyproject.toml").is_file() and (checkout / "sources").is_dir():
        return checkout
    return _PACKAGE / "bundled"


def in_checkout() -> bool:
    """Whether the program runs from a source checkout, where its tables can be edited."""
    return root().name != "bundled"


def sources_dir() -> Path:
    return root() / "sources"


def mappings_dir() -> Path:
    return root() / "mappings"


def is_mapping_table(name: str) -> bool:
    """Whether a name is of a table in ``mappings/``."""
    return bool(re.fullmatch(r"[a-z0-9_]+\.csv", name))


def bundled_data_dir() -> Path:
    return root() / "data"
