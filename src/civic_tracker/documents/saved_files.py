"""Which files of a folder are documents: what a browser saves beside a page, pictures and scripts, are none."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from civic_tracker.errors import UsageError

_PAGES = (".html", ".htm", ".xhtml")
# What browsers append to a page's name for the folder of its parts, in English, French, Spanish, Portuguese, German.
_OF_A_PAGE = ("_files", "_fichiers", "_archivos", "_arquivos", "-Dateien")
_NO_DOCUMENTS = frozenset(
    {
        *(".avif", ".bmp", ".gif", ".ico", ".jpeg", ".jpg", ".png", ".svg", ".tif", ".tiff", ".webp"),
        *(".css", ".js", ".map", ".mjs", ".scss", ".wasm", ".eot", ".otf", ".ttf", ".woff", ".woff2"),
        *(".aac", ".avi", ".m4a", ".mov", ".mp3", ".mp4", ".ogg", ".wav", ".webm"),
        *(
            ".7z",
            ".bz2",
            ".doc",
            ".docx",
            ".exe",
            ".gz",
            ".odt",
            ".pdf",
            ".ppt",
            ".pptx",
            ".rar",
            ".tar",
            ".xz",
            ".zip",
        ),
        *(".db", ".ini", ".lnk", ".log", ".part", ".crdownload", ".pyc", ".tmp"),
    }
)


@dataclass(slots=True)
class Found:
    """The documents among files and folders that were given, and how many files of which kind were passed over."""

    documents: list[Path] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)

    @property
    def words(self) -> str:
        """What was passed over, in a few words; empty when nothing was."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.passed_over.items()))
        return f"Passed over, since they are no documents: {kinds}." if kinds else ""


def documents_in(paths: Sequence[Path]) -> Found:
    """Every file that was named, and every document of the folders that were.

    Raises:
        UsageError: for a path that does not exist, a folder without a document, the folder of a saved page's parts.
    """
    found = Found()
    for path in paths:
        if not path.is_dir():
            if not path.exists():
                raise UsageError(f"{path}: does not exist.")
            found.documents.append(path)
            continue
        page = _page_of(path)
        if page:
            raise UsageError(f"{path}: holds the pictures and scripts of a saved page. Import the page itself: {page}")
        inside = _documents_of(path, found.passed_over)
        if not inside:
            what = f"no document. {found.words}" if found.passed_over else "nothing: it is an empty folder."
            raise UsageError(f"{path}: holds {what}")
        found.documents += inside
    return found


def _documents_of(folder: Path, passed_over: Counter[str]) -> list[Path]:
    inside = sorted(item for item in folder.rglob("*") if not item.is_dir() and not item.name.startswith("."))
    parts = {item for item in folder.rglob("*") if item.is_dir() and _page_of(item)}
    documents = []
    for item in inside:
        if not item.is_file():
            passed_over["pipes, devices or broken links"] += 1
        elif not parts.isdisjoint(item.parents):
            passed_over["parts of saved pages"] += 1
        elif item.suffix.lower() in _NO_DOCUMENTS:
            passed_over[item.suffix.lower()] += 1
        else:
            documents.append(item)
    return documents


def _page_of(folder: Path) -> Path | None:
    """The saved page whose parts a folder holds, when its name and a page beside it say so."""
    folder = folder.absolute()
    names = (folder.name.removesuffix(ending) for ending in _OF_A_PAGE if folder.name.endswith(ending))
    return _first_file(folder.with_name(f"{name}{suffix}") for name in names if name for suffix in _PAGES)


def _first_file(paths: Iterable[Path]) -> Path | None:
    return next((path for path in paths if path.is_file()), None)
