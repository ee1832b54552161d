# The two commands of the README: `make run` and `make test`. Each sets up what it needs, once, in the locked versions.
PYTHON ?= python3
BIN := .venv/bin
PIP := pip install --quiet --disable-pip-version-check
LOCKED := $(PIP) --require-hashes --requirement
# Of the checkout itself, built by what is installed already, not by the newest of an index.
CHECKOUT := $(PIP) --no-deps --no-build-isolation --editable .
PYTEST := python -m pytest -q -n auto --dist worksteal

.PHONY: run test test-newest test-lowest lock mutants docs clean

run: .venv/installed
	@$(BIN)/civic-tracker run

test: .venv/installed-for-tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --no-logo
	@$(BIN)/$(PYTEST)

# The newest and the lowest versions that pyproject.toml allows. `make test-lowest TESTS="-m 'not slow'"`: some of them.
test-newest: .venv-newest/python
	.venv-newest/bin/$(PIP) --upgrade --upgrade-strategy eager --editable '.[dev]'
	@.venv-newest/bin/$(PYTEST) $(TESTS)

test-lowest: .venv-lowest/python
	.venv-lowest/bin/$(LOCKED) requirements/lowest.txt
	.venv-lowest/bin/$(CHECKOUT)
	@.venv-lowest/bin/$(PYTEST) $(TESTS)

lock: .venv-lock/python
	.venv-lock/bin/$(PIP) 'uv>=0.9'
	PATH="$(CURDIR)/.venv-lock/bin:$$PATH" scripts/lock.sh

# Small faults put into the program, and how many the tests notice: docs/reliability.md, "Mutations".
mutants: .venv/installed-for-mutants
	@$(BIN)/python scripts/mutants.py --write

docs: .venv/installed
	@$(BIN)/python scripts/build_docs.py

clean:
	rm -rf .venv .venv-newest .venv-lowest .venv-lock exports mutants

%/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "civic-tracker needs Python 3.11 or later; '$(PYTHON)' is older. Try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $*
	@touch $@

.venv/installed: requirements/run.txt pyproject.toml | .venv/python
	$(BIN)/$(LOCKED) requirements/run.txt
	$(BIN)/$(CHECKOUT)
	@touch $@

.venv/installed-for-tests: requirements/test.txt pyproject.toml | .venv/python
	$(BIN)/$(LOCKED) requirements/test.txt
	$(BIN)/$(CHECKOUT)
	@touch .venv/installed $@

.venv/installed-for-mutants: pyproject.toml .venv/installed-for-tests
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[mutants]'
	@touch $@
