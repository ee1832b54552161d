"""Records as lines and rows of the files of a dataset, written and read."""

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from civic_tracker import leaving
from civic_tracker.declared.sources import all_sources
from civic_tracker.disk.storage import Content
from civic_tracker.disk.versions import OpenFile
from civic_tracker.errors import DatasetError
from civic_tracker.model.schema import Model, Observation, Problem, Record, WholeWords
from civic_tracker.store import intact
from civic_tracker.store.fitting import fitted
from civic_tracker.store.layout import repair_of

TEXT_FIELDS = leaving.text_fields(Record)
OBSERVATION_COLUMNS = tuple(Observation.model_fields)
_COUNTRY = b'"country":"'
_DAILY = OBSERVATION_COLUMNS.index("daily")
_ROWS_AT_ONCE = 1000
_EMPTY_IS_DEFAULT = {
    name
    for name, field in Observation.model_fields.items()
    if field.annotation is bool or NoneType in get_args(field.annotation)
}


AnyModel = TypeVar("AnyModel", bound=Model)


AnyRecord = TypeVar("AnyRecord", Record, Observation, Problem, WholeWords)


def table_of(model: type[Model], rows: Sequence[Model]) -> Content:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(model.model_fields)
    for row in rows:
        writer.writerow("true" if value is True else "" if value is False else value for value in dict(row).values())
    return Content.of(stream.getvalue().encode())


def read_table(path: Path | OpenFile, model: type[AnyModel]) -> list[AnyModel]:
    """The rows of a table of flat records; none when there is no such file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            return [
                model.model_validate({name: value for name, value in row.items() if value})
                for row in csv.DictReader(stream)
            ]
        except ValidationError as error:
            raise DatasetError(f"{path}: {error.errors()[0]['msg']}. {intact.REBUILD}") from error
        except (UnicodeDecodeError, csv.Error) as error:
            raise DatasetError(f"{path}: cannot be read ({error}). {intact.REBUILD}") from error


def may_leave(measure: Record) -> bool:
    """Whether the record's running text may be committed and exported: it is ours, or its licence lets it leave."""
    source = all_sources().get(measure.source)
    return measure.is_starter or bool(source and source.licence.republish_descriptions)


def _sparse(model: Model) -> str:
    return model.model_dump_json(exclude_defaults=True)


def fitted_line(model: Model) -> str:
    return _sparse(fitted(model))


def line_that_leaves(measure: Record) -> str:
    """The record without the publisher's running text, whatever was put into it and whoever did."""
    if measure.is_starter:
        return _sparse(measure)
    hidden = set() if may_leave(measure) else set(TEXT_FIELDS)
    return fitted(measure).model_dump_json(exclude_defaults=True, exclude=hidden)


def line_of_texts(measure: Record) -> str:
    return measure.model_dump_json(include={"id", *TEXT_FIELDS})


def read_texts(path: Path | OpenFile) -> dict[str, dict[str, Any]]:
    """The texts of one source that stay on this machine, by the id of their record; none when there is no such file.

    Raises:
        DatasetError: naming the line that is damaged.
    """
    texts: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(path.read_bytes().splitlines() if path.is_file() else (), start=1):
        try:
            row = json.loads(line)
            texts[row["id"]] = {"description": row["description"], "updates": tuple(row["updates"])}
        except (ValueError, KeyError, TypeError) as error:
            raise DatasetError(f"{path}: line {number} is damaged. {intact.REBUILD}") from error
    return texts


def lines_of(rows: Sequence[AnyModel], line: Callable[[AnyModel], str] = _sparse) -> Content:
    return Content(lambda: (line(row).encode() + b"\n" for row in rows))


def read_lines(path: Path | OpenFile, model: type[AnyModel], countries: frozenset[str] | None = None) -> list[AnyModel]:
    """The records of a file, or those about some countries; none when there is no such file."""
    if not path.is_file():
        return []
    rows = []
    wanted = None if countries is None else {iso3.encode() for iso3 in countries}
    with path.open("rb") as stream:
        for number, raw in enumerate(stream, start=1):
            line = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
            if wanted is not None and line[(at := line.find(_COUNTRY) + len(_COUNTRY)) : at + 3] not in wanted:
                continue
            if line.isspace():
                continue
            try:
                rows.append(model.model_validate_json(line))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"])) or "the line"
                file = Path(str(path))
                repair = repair_of(file.parent, file.name)
                raise DatasetError(f"{path}: line {number}: {where}: {first['msg']}. {repair}") from error
    return rows


def table_of_observations(observations: Sequence[Observation]) -> Content:
    def lines() -> Iterator[bytes]:
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(OBSERVATION_COLUMNS)
        for start in range(0, len(observations), _ROWS_AT_ONCE):
            writer.writerows(map(_cells, observations[start : start + _ROWS_AT_ONCE]))
            yield stream.getvalue().encode()
            stream.seek(0)
            stream.truncate()

    return Content(lines)


def _cells(observation: Observation) -> list[object]:
    """The row of a figure; what is not there is an empty cell, so that most rows stay short."""
    row = [getattr(observation, name) for name in OBSERVATION_COLUMNS]
    row[_DAILY] = "true" if row[_DAILY] else ""
    return row


def read_observations(path: Path | OpenFile, countries: frozenset[str] | None) -> Iterator[Observation]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        try:
            columns = next(reader, [])
            place = columns.index("country") if "country" in columns else 0
            for row in reader:
                if not row or (countries is not None and row[place] not in countries):
                    continue
                cells = {
                    name: value
                    for name, value in zip(columns, row, strict=False)
                    if value or name not in _EMPTY_IS_DEFAULT
                }
                yield Observation.model_validate(cells)
        except ValidationError as error:
            where, reason = reader.line_num, error.errors()[0]["msg"]
            raise DatasetError(f"{path}: line {where}: {reason}. {intact.REBUILD}") from error
        except (UnicodeDecodeError, csv.Error) as error:
            raise DatasetError(f"{path}: cannot be read ({error}). {intact.REBUILD}") from error
