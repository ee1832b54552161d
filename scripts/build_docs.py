"""Write the documents that are generated from the models: ``make docs``."""

from pathlib import Path

from civic_tracker import dictionary

DOCS = Path(__file__).resolve().parents[1] / "docs"

if __name__ == "__main__":
    (DOCS / "data-dictionary.md").write_text(dictionary.data_dictionary(), encoding="utf-8", newline="\n")
    (DOCS / "schema.json").write_text(dictionary.json_schema(), encoding="utf-8", newline="\n")
