"""Reading the committed CSV tables of ``mappings/`` and ``data/starter/``."""

import csv
from pathlib import Path

from civic_tracker.errors import DeclarationError


def read_table(path: Path, *, required: frozenset[str], allowed: frozenset[str] | None = None) -> list[dict[str, str]]:
    """The rows of a committed table, cells stripped; each row also tells its line as ``#``.

    Raises:
        DeclarationError: naming the file, and the column or line that is wrong.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            columns = list(reader.fieldnames or [])
            rows: list[dict[str, str]] = []
            for row in reader:
                if None in row or None in row.values():
                    raise DeclarationError(f"{path.name}: line {reader.line_num} does not have {len(columns)} cells.")
                rows.append({name: cell.strip() for name, cell in row.items()} | {"#": str(reader.line_num)})
    except FileNotFoundError as error:
        raise DeclarationError(f"{path}: is missing.") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DeclarationError(f"{path.name}: cannot be read as a UTF-8 CSV table ({error}).") from error
    missing = sorted(required - set(columns))
    if missing:
        raise DeclarationError(f"{path.name}: lacks the column '{missing[0]}'; its columns are: {', '.join(columns)}.")
    unknown = sorted(set(columns) - allowed) if allowed is not None else []
    if unknown:
        raise DeclarationError(f"{path.name}: has the unknown column '{unknown[0]}'.")
    return rows
