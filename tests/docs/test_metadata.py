"""What pyproject.toml, CITATION.cff and the program say of the project is the same."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from civic_tracker import __version__
from civic_tracker.fetching.policy import PROJECT_ADDRESS
from civic_tracker.words.languages import available

ROOT = Path(__file__).parents[2]
NAMES = {"en": "English", "es": "Spanish", "fr": "French"}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"])


@pytest.fixture(scope="module")
def citation() -> dict[str, Any]:
    return dict(YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8")))


def test_the_citation_says_what_the_metadata_says(project: dict[str, Any], citation: dict[str, Any]) -> None:
    assert citation["title"] == project["name"]
    assert citation["version"] == project["version"] == __version__
    assert citation["license"] == project["license"]
    assert citation["authors"] == project["authors"]
    assert citation["repository-code"] == project["urls"]["Repository"]


def test_the_address_is_the_one_that_publishers_see(project: dict[str, Any]) -> None:
    assert set(project["urls"].values()) == {PROJECT_ADDRESS}


def test_the_classifiers_name_every_language_and_no_python_that_is_refused(project: dict[str, Any]) -> None:
    assert {f"Natural Language :: {NAMES[code]}" for code in available()} <= set(project["classifiers"])
    lowest = project["requires-python"].removeprefix(">=")
    pythons = [one.rpartition(" ")[2] for one in project["classifiers"] if one.startswith("Programming Language")]
    assert next(one for one in pythons if one != "Only") == lowest


def test_the_classifiers_are_known_and_in_order(project: dict[str, Any]) -> None:
    trove = pytest.importorskip("trove_classifiers")
    assert set(project["classifiers"]) <= trove.classifiers
    assert project["classifiers"] == sorted(project["classifiers"])
