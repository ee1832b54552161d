"""The command spreadsheet: a workbook for Excel or LibreOffice, of one country or of all."""

from pathlib import Path
from typing import Annotated

import typer

from civic_tracker.cli.console import DataDir, On, deliver, folder_of, progress
from civic_tracker.store import workspace


def spreadsheet(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--out", help="File to write, e.g. peru.xlsx.")],
    country: Annotated[str | None, typer.Argument(help="ISO code or name; the whole dataset without it.")] = None,
    language: Annotated[str, typer.Option("--language", help="en, es or fr.")] = "en",
    on: On = None,
    data_dir: DataDir = None,
) -> None:
    """Write a workbook: cover, summary, measures, acts, spells, figures, changes and codebook.

    Example: civic-tracker spreadsheet Perú --language es --out peru.xlsx
    """
    from civic_tracker.publish.workbook.compose import country_workbook, world_workbook
    from civic_tracker.words.languages import language as spoken

    spoken(language)  # an unknown language is refused before the dataset is read
    day = workspace.day(on)
    code = workspace.country_code(country) if country else None
    dataset = workspace.load(folder_of(context, data_dir), country=code)
    with progress() as status:
        status.update("writing the workbook")
        if code:
            changes = [one for one in dataset.changes if one.country == code]
            content = country_workbook(dataset, code, day, language, changes)
        else:
            content = world_workbook(dataset, day, language, dataset.changes)
    deliver(content, output)
