"""The command check-sources: everything that is wrong in declarations, mapping tables and starter facts."""

import typer

from civic_tracker import paths
from civic_tracker.cli.console import AsJson, out, print_json, print_table


def check_sources(as_json: AsJson = False) -> None:
    """Check sources/, mappings/ and data/starter/, and list all that is wrong; exit status 1 when something is.

    Example: civic-tracker check-sources
    """
    from civic_tracker.refreshing import declarations

    faults = declarations.all_faults()
    if as_json:
        print_json([one.facts() for one in faults])
    elif faults:
        rows = [(one.file, one.line or "", one.column, one.what) for one in faults]
        print_table(f"Faults in {paths.root()}", ["File", "Line", "Column", "What is wrong"], rows, [1], heading=2)
        out.print(f"{len(faults)} faults. Mend the files, and check again: civic-tracker check-sources")
    else:
        out.print("All declarations, mapping tables and starter facts are in order.")
    if faults:
        raise typer.Exit(1)
