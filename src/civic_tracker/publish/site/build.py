"""Building the site: what depends on a country that did not change is left as it is; the rest is written together."""

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from civic_tracker import leaving, paths
from civic_tracker.declared import members
from civic_tracker.disk import storage
from civic_tracker.errors import DatasetError
from civic_tracker.model.schema import Model
from civic_tracker.publish.package import compose as packages
from civic_tracker.publish.site.assets import assets
from civic_tracker.publish.site.country import CountryPages, country_pages
from civic_tracker.publish.site.facts import MemberFacts
from civic_tracker.publish.site.pages import Site
from civic_tracker.publish.site.shared import shared_pages
from civic_tracker.store.contents import Dataset, SourceState, by_country
from civic_tracker.words.languages import available

MEMORY = ".civic-tracker-site.json"
_OURS_BESIDE = {packages.RELEASES, packages.LATEST, packages.LISTING, MEMORY}


_NAME = r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*"
FilePath = Annotated[str, Field(pattern=rf"^\.?{_NAME}(/{_NAME})*$")]
"""A path within the site: what a memory names may be removed, so it names nothing elsewhere."""


class CountryMemory(Model):
    """What is remembered of a country's pages, so that they need not be made again."""

    all_words = leaving.CODE

    made_from: str = Field(description="SHA-256 of all that they were made from.")
    facts: MemberFacts = Field(description="What other pages say of the country.")
    files: dict[FilePath, str] = Field(description="SHA-256 of each of its files.")


class SiteMemory(Model):
    """What the last build left beside the site (``.civic-tracker-site.json``)."""

    all_words = leaving.CODE

    countries: dict[str, CountryMemory] = Field(description="By ISO code.")
    others: tuple[FilePath, ...] = Field(description="The files that belong to no country.")


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did."""

    pages: int
    changed: tuple[str, ...]
    rebuilt: tuple[str, ...]
    """The countries whose pages were made anew."""


def build_site(
    dataset: Dataset,
    folder: Path,
    on: date,
    *,
    codes: Sequence[str] = (),
    address: str = "",
    workers: int | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Built:
    """Write the site of all members on a day into a folder, in one step.

    ``codes`` are the languages, all there are without it; ``address`` is where the site will be, for feeds and search
    engines; ``workers`` how many processes make pages, as many as there are processors without it.

    Raises:
        DatasetError: when the folder holds something else or cannot be written, or a process that makes pages is ended.
    """
    while True:
        _refuse_foreign(folder)
        storage.recover(folder, packages.is_of_a_site)
        built = _built(dataset, folder, on, codes, address, workers, say)
        if built is not None:
            return built
        say("another build wrote the site meanwhile: comparing with what it left")


def _built(
    dataset: Dataset,
    folder: Path,
    on: date,
    codes: Sequence[str],
    address: str,
    workers: int | None,
    say: Callable[[str], None],
) -> Built | None:
    """Make what is not there yet, and write; ``None`` when another build wrote the site meanwhile."""
    site = Site(on, tuple(codes) or available(), address.rstrip("/"), (folder / packages.LATEST).is_dir())
    memory = _remembered(folder)
    parts = by_country(dataset)
    listed = {one.country: parts.get(one.country, Dataset(states=dataset.states)) for one in members.members(on)}
    base = _fingerprint(site, dataset.states)
    files: dict[str, bytes] = {}
    countries: dict[str, CountryMemory] = {}
    with _Makers(listed, site, workers or os.cpu_count() or 1) as makers:
        waiting: dict[str, tuple[str, Callable[[], CountryPages]]] = {}
        # Those with most records first, so that no process is left with the longest one at the end.
        for iso3 in sorted(listed, key=lambda iso3: (-len(listed[iso3].measures), iso3)):
            digest = _made_from(base, listed[iso3])
            known = memory.countries.get(iso3)
            if known and _still_there(folder, known, digest):
                countries[iso3] = known
            else:
                waiting[iso3] = digest, makers.begin(iso3)
        for number, (iso3, (digest, made)) in enumerate(waiting.items(), start=1):
            say(f"{number} of {len(waiting)} countries")
            try:
                own = made()
            except (BrokenProcessPool, _ToldToEnd) as error:
                raise DatasetError(
                    f"{folder}: a process that makes pages was ended from outside, perhaps for want of memory. "
                    "Nothing was changed. Try again with less running beside it."
                ) from error
            files |= own.files
            checksums = {name: storage.sha256(content) for name, content in own.files.items()}
            countries[iso3] = CountryMemory(made_from=digest, facts=own.facts, files=checksums)
    say("pages about all countries")
    facts = {iso3: countries[iso3].facts for iso3 in listed}
    others = shared_pages(facts, dataset.states, dataset.changes, site) | assets(site)
    renewed = SiteMemory(countries={iso3: countries[iso3] for iso3 in sorted(countries)}, others=tuple(sorted(others)))
    there = {name for one in countries.values() for name in one.files} | others.keys()
    former = {name for one in memory.countries.values() for name in one.files} | set(memory.others)
    say("writing")
    content = files | others | {MEMORY: renewed.model_dump_json(exclude_defaults=True).encode()}
    # Pages are made without holding the folder: that takes minutes, and is done by processes of their own.
    with storage.locked(folder, patience=storage.PATIENCE):
        _refuse_foreign(folder)
        storage.recover(folder, packages.is_of_a_site)
        if _remembered(folder) != memory:
            return None
        gone = frozenset(filter(packages.is_of_a_site, former - there))
        changed = storage.write_together(folder, content, remove=gone, kinds=packages.is_of_a_site)
    pages = sum(name.endswith(".html") for name in there)
    return Built(pages, tuple(name for name in changed if name != MEMORY), tuple(sorted(waiting)))


class _Makers:
    """Those who make the pages of countries: this process, or several where there is more than one country to make."""

    def __init__(self, listed: Mapping[str, Dataset], site: Site, workers: int) -> None:
        self._listed, self._site, self._workers = listed, site, min(workers, len(listed))
        self._pool: ProcessPoolExecutor | None = None
        self._others = set(multiprocessing.active_children())

    def __enter__(self) -> "_Makers":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._pool:
            if kind:
                self._tell_to_end()
            self._pool.shutdown(cancel_futures=True)

    def _tell_to_end(self) -> None:
        """Ask the processes to leave the country they are at, where a process can be asked; elsewhere they end with it.

        None is killed: it might be in the midst of giving a result back, and whoever waits for the rest waits for ever.
        """
        if os.name == "posix":
            for process in set(multiprocessing.active_children()) - self._others:
                process.terminate()

    def begin(self, iso3: str) -> Callable[[], CountryPages]:
        """Begin the pages of a country; what is given back waits for them."""
        if self._workers < 2:
            return partial(country_pages, self._listed[iso3], iso3, self._site)
        told = (self._listed, self._site)
        try:
            with _not_interrupted():
                self._pool = self._pool or ProcessPoolExecutor(
                    self._workers,
                    mp_context=multiprocessing.get_context("fork" if sys.platform == "linux" else None),
                    initializer=_settle,
                    initargs=told,
                )
                return self._pool.submit(_pages_of, iso3).result
        except OSError:  # the system has no room for what processes share: this one does it all
            self._workers = 1
            return self.begin(iso3)


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def _not_interrupted() -> Iterator[None]:
    """Let a signal wait while processes are begun: one half begun belongs to nobody, and would never end.

    They are born with this, so that none obeys the handlers of this process before it has its own.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    former = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


_told: tuple[Mapping[str, Dataset], Site]
"""What a process that makes pages was born with: where processes are forked, no record is copied to give it to them."""
_making = _ending = False
"""Whether such a process is at a country, and whether it was told to end."""


class _ToldToEnd(BaseException):
    """A process that makes pages was told to end; nothing that makes a page takes it for a fault of its own."""


def _end(_number: int, _frame: object) -> None:
    global _ending
    _ending = True
    if _making:  # else it waits, or gives a result back, which is not to be cut
        raise _ToldToEnd


def _settle(listed: Mapping[str, Dataset], site: Site) -> None:
    """What a process that makes pages does first: it leaves the records it was born with alone, and its end to us."""
    global _told
    _told = listed, site
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


def _pages_of(iso3: str) -> CountryPages:
    global _making
    listed, site = _told
    _making = True
    try:
        if _ending:
            raise _ToldToEnd
        return country_pages(listed[iso3], iso3, site)
    finally:
        _making = False


def _fingerprint(site: Site, states: Mapping[str, SourceState]) -> bytes:
    """What every page depends on: the program, its tables and words, the day, and how far each source is loaded."""
    known = {
        source: (state.complete, state.retrieved, state.stale, bool(state.measures or state.observations))
        for source, state in states.items()
    }
    asked = replace(site, package=False)  # only the page of downloads depends on the package
    return sha256(repr((_program(), asked, sorted(known.items()))).encode()).digest()


@cache
def _program() -> str:
    """A checksum of the program's own files, and of its declarations and tables."""
    digest = sha256()
    package = Path(__file__).parents[2]
    folders = (package, paths.sources_dir(), paths.mappings_dir())
    for path in sorted({path for folder in folders for path in folder.rglob("*") if path.is_file()}):
        if "__pycache__" not in path.parts and "bundled/data" not in path.as_posix():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _made_from(base: bytes, part: Dataset) -> str:
    digest = sha256(base)
    for rows in (part.measures, part.observations, part.acts, part.links, part.changes):
        for row in rows:
            digest.update(row.model_dump_json(exclude_defaults=True).encode() + b"\n")
        digest.update(b"\0")
    return digest.hexdigest()


def _still_there(folder: Path, kept: CountryMemory, made_from: str) -> bool:
    return kept.made_from == made_from and all(
        storage.file_sha256(folder / name) == digest for name, digest in kept.files.items()
    )


def _remembered(folder: Path) -> SiteMemory:
    """What the last build left; nothing where it cannot be read, and all is made anew."""
    try:
        return SiteMemory.model_validate_json((folder / MEMORY).read_bytes())
    except (OSError, ValidationError):
        return SiteMemory(countries={}, others=())


def _refuse_foreign(folder: Path) -> None:
    """Refuse to write into a folder that is somebody else's.

    Raises:
        DatasetError: when the folder holds files but no site, or is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise DatasetError(f"{folder}: is a file, not a folder. Choose another folder.")
    if not folder.is_dir() or (folder / MEMORY).is_file() or storage.needs_recovery(folder):
        return
    if any(path.name not in _OURS_BESIDE and not path.name.startswith(".") for path in folder.iterdir()):
        raise DatasetError(f"{folder}: holds files that are no site of civic-tracker. Choose another folder.")
