"""The command that writes the dataset for programs: package."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from civic_tracker.cli.console import AsJson, DataDir, On, folder_of, out, print_json, progress
from civic_tracker.store import workspace


def package(
    context: typer.Context,
    folder: Annotated[Path, typer.Option("--out", help="Folder to write into.")],
    release: Annotated[
        bool,
        typer.Option("--release", help="Write releases/<version>/ and latest/ of that folder, and list all releases."),
    ] = False,
    on: On = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Write the dataset for programs: a Data Package with CSV, JSON Lines, Parquet and SQLite.

    Example: civic-tracker package --out package --on 2021-06-30
    """
    from civic_tracker.publish.package import compose as packages

    day = workspace.day(on)
    with progress() as status:
        status.update("reading the dataset")
        dataset = workspace.load(folder_of(context, data_dir))
        status.update("writing the package")
        write = packages.write_release if release else packages.write_package
        written = write(dataset, folder, day)
    place = folder / packages.LATEST if release else folder
    version = packages.version_in(place)
    left_out = packages.left_out()
    if as_json:
        print_json({"folder": str(folder), "version": version, "written": written, "left_out": left_out})
        return
    out.print(
        f"Version {version}: {len(written)} files written or changed in {escape(str(folder))}; "
        f"{escape(str(place / 'README.md'))} says what they hold.",
        soft_wrap=True,
    )
    for line in left_out:
        out.print(escape(line), soft_wrap=True)
