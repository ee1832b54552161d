"""An installed wheel, in an empty folder, does what the checkout does."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's content, as an installer lays it out."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def call(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CIVIC_TRACKER")}
    command = [sys.executable, "-P", "-m", "civic_tracker", *arguments]
    return subprocess.run(  # noqa: S603
        command,
        cwd=folder,
        env=environment | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_finds_its_sources_mappings_and_starter_data(installed: Path, tmp_path: Path) -> None:
    ended = call(installed, tmp_path, "report", "Kenya")
    assert ended.returncode == 0, ended.stderr
    assert "Nationwide night curfew order 2020" in ended.stdout
    assert list(tmp_path.iterdir()) == [], "reading writes nothing"


def test_run_in_an_empty_folder_makes_the_same_dataset_as_the_checkout(installed: Path, tmp_path: Path) -> None:
    ended = call(installed, tmp_path, "run")
    assert ended.returncode == 0, ended.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "exports"]
    assert (tmp_path / "data" / "dataset.json").read_bytes() == (ROOT / "data" / "dataset.json").read_bytes()
    assert not list((installed / "civic_tracker" / "bundled" / "data").glob("local"))


def test_the_wheel_holds_no_publishers_text_and_no_tests(installed: Path) -> None:
    names = [path.relative_to(installed).as_posix() for path in installed.rglob("*") if path.is_file()]
    assert not [name for name in names if "/local/" in name or name.startswith("tests")]


def test_the_wheel_can_say_how_to_schedule_it_and_how_its_dataset_is(installed: Path, tmp_path: Path) -> None:
    workflow = call(installed, tmp_path, "schedule", "github")
    assert workflow.returncode == 0, workflow.stderr
    assert workflow.stdout == (ROOT / ".github" / "workflows" / "refresh.yml").read_text(encoding="utf-8")
    assert "holds no dataset yet" in call(installed, tmp_path, "doctor").stdout
    assert list(tmp_path.iterdir()) == []
