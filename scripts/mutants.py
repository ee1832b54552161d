"""Change the program in small ways, and see whether the tests notice: ``tests/mutants.toml`` says what and which.

    python scripts/mutants.py                  # all modules and all faults
    python scripts/mutants.py acts status      # some modules
    python scripts/mutants.py faults           # the faults that were once put in by hand
    python scripts/mutants.py --write          # and write the figures into docs/reliability.md

mutmut works on a copy of the checkout in ``mutants/<module>``, which stays there: ``cd mutants/acts; mutmut browse``
shows each mutant. With ``--tenths 3 --seed 1`` only three tenths of the mutants are tried, those whose number ends in
one of three digits drawn with the seed. Exit status 1 when a fault is not noticed.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "src/civic_tracker"
COPIED = ("benchmarks", "data", "docs", "mappings", "scripts", "sources", "src", "tests", "pyproject.toml", "README.md")
WORK = ROOT / "mutants"
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- mutants: begin -->", "<!-- mutants: end -->"
_OUTCOMES = {1: "killed", 3: "killed", 0: "survived", 5: "no test", 33: "no test", 24: "timeout", 36: "timeout"}
_ALL_DIGITS = "0123456789"


@dataclass(frozen=True)
class Tried:
    """What became of the mutants of a module: how many were tried of how many, by outcome."""

    module: str
    mutants: int
    outcomes: Counter[str]

    @property
    def tried(self) -> int:
        return self.outcomes.total()


def copy_of_the_checkout(folder: Path) -> None:
    for name in COPIED:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, folder / name, ignore=shutil.ignore_patterns("__pycache__", "local", "*.pyc"))
        elif path.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, folder / name)


def try_module(name: str, declared: dict[str, Any], digits: str) -> None:
    """Have mutmut change the files of a module, and keep what came of it in ``mutants/<name>``."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    copy_of_the_checkout(folder)
    files = [f"{PACKAGE}/{file}" for file in declared["files"]]
    tests = [f"tests/{file}" for file in declared["tests"]]
    settings = {
        "source_paths": ["src"],
        "only_mutate": files,
        "also_copy": [one for one in COPIED if one not in {"src", "tests", "pyproject.toml"}],
        "pytest_add_cli_args_test_selection": tests,
        "pytest_add_cli_args": ["-p", "no:cacheprovider"],
        "timeout_multiplier": 40.0,  # mutmut looks at the clock on the wall: a machine that is busy is no loop
        "timeout_constant": 2.0,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as stream:
        stream.write("\n".join(["\n[tool.mutmut]", *lines]) + "\n")
    patterns = [f"{module}.{pattern}" for module in map(_module, files) for pattern in _names(declared, digits)]
    command = [
        str(Path(sys.executable).with_name("mutmut")),
        "run",
        "--max-children",
        str(os.cpu_count() or 1),
        *patterns,
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"mutmut could not try {name}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _module(file: str) -> str:
    return file.removeprefix("src/").removesuffix(".py").replace("/", ".")


def _names(declared: dict[str, Any], digits: str) -> list[str]:
    """Patterns of mutants' names: ``x_<function>__mutmut_<number>``, or ``xǁ<Class>ǁ<method>__mutmut_<number>``."""
    ends = "*" if digits == _ALL_DIGITS else f"*[{digits}]"
    functions = declared.get("functions", ["*"])
    return [f"x{mark}{function}__mutmut_{ends}" for function in functions for mark in ("_", "ǁ*ǁ")]


def results(name: str, declared: dict[str, Any]) -> Tried | None:
    """What was found in ``mutants/<name>``; nothing where the module was not tried."""
    folder = WORK / name / "mutants" / PACKAGE
    outcomes: Counter[str] = Counter()
    mutants = 0
    for file in declared["files"]:
        path = folder / f"{file}.meta"
        if not path.is_file():
            return None
        for mutant, status in json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            function = mutant.rpartition("__mutmut_")[0].rpartition(".")[2].removeprefix("x_").rpartition("ǁ")[2]
            if function not in declared.get("functions", [function]):
                continue
            mutants += 1
            if status is not None:
                outcomes[_OUTCOMES.get(status, "timeout" if status < 0 else "killed")] += 1
    return Tried(name, mutants, outcomes)


def unnoticed(faults: list[dict[str, Any]]) -> list[str]:
    """The faults that their tests do not notice, and those that no longer fit the program."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_of_the_checkout(folder)
        for fault in faults:
            path = folder / PACKAGE / fault["file"]
            text = path.read_text(encoding="utf-8")
            if text.count(fault["old"]) != 1:
                found.append(
                    f"{fault['what']}: '{fault['old']}' stands {text.count(fault['old'])} times in {fault['file']}"
                )
                continue
            path.write_text(text.replace(fault["old"], fault["new"]), encoding="utf-8")
            noticed = not _green(folder, fault["tests"])
            path.write_text(text, encoding="utf-8")
            print(f"{'noticed' if noticed else 'NOT NOTICED'}: {fault['what']}", flush=True)
            if not noticed:
                found.append(f"{fault['what']}: {', '.join(fault['tests'])} stay green")
        every = sorted({test for fault in faults for test in fault["tests"]})
        if not _green(folder, every):
            found.append(f"without any fault, {', '.join(every)} are not green")
    return found


def _green(folder: Path, tests: list[str]) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *(f"tests/{one}" for one in tests)]
    environment = os.environ | {"PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)  # noqa: S603
    return done.returncode == 0


def table(found: list[Tried]) -> str:
    rows = ["| module | mutants | tried | killed | survived | no test | timeouts |", "|---|--:|--:|--:|--:|--:|--:|"]
    total = Tried("together", sum(one.mutants for one in found), sum((one.outcomes for one in found), Counter()))
    for one in [*found, total]:
        counts = [one.outcomes[outcome] for outcome in ("killed", "survived", "no test", "timeout")]
        rows.append(f"| {one.module} | {' | '.join(f'{number:,}' for number in (one.mutants, one.tried, *counts))} |")
    return "\n".join(rows)


def main() -> int:
    declared = tomllib.loads((ROOT / "tests" / "mutants.toml").read_text(encoding="utf-8"))
    modules, faults = declared["modules"], declared["faults"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*modules, "faults", []], help="what to try; all without it")
    parser.add_argument(
        "--tenths", type=int, default=10, choices=range(1, 11), help="try so many tenths of the mutants"
    )
    parser.add_argument("--seed", type=int, default=1, help="which tenths")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/reliability.md")
    given = parser.parse_args()
    names = given.names or [*modules, "faults"]
    digits = "".join(sorted(random.Random(given.seed).sample(_ALL_DIGITS, given.tenths)))  # noqa: S311
    wrong = unnoticed(faults) if "faults" in names else []
    for name in modules:
        if name in names:
            try_module(name, modules[name], digits)
            print(f"tried: {name}", flush=True)
    found = [tried for name in modules if (tried := results(name, modules[name])) and tried.tried]
    if found:
        print(table(found))
    if given.write:
        before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{table(found)}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    for one in wrong:
        print(one, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
