# The two commands of the README: `make run` and `make test`. Each sets up what it needs, once.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test mutants docs clean

run: .venv/installed
	@$(BIN)/civic-tracker run

test: .venv/installed-for-tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest -q -n auto

# Small faults put into the program, and how many the tests notice: docs/reliability.md, "Mutations".
mutants: .venv/installed-for-mutants
	@$(BIN)/python scripts/mutants.py --write

docs: .venv/installed
	@$(BIN)/python scripts/build_docs.py

clean:
	rm -rf .venv exports mutants

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "civic-tracker needs Python 3.11 or later; '$(PYTHON)' is older. Try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: pyproject.toml | .venv/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-for-tests: pyproject.toml | .venv/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch .venv/installed $@

.venv/installed-for-mutants: pyproject.toml .venv/installed-for-tests
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[mutants]'
	@touch $@
