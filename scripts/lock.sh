#!/usr/bin/env bash
# Writes requirements/: each package that the two commands of the README install, in one version, with its checksums, for
# every system and every Python that the project supports. `make lock` runs it, with uv; pip alone installs from them.
#
#   run.txt     what `make run` installs
#   test.txt    what `make test` installs: the same versions, and what the tests need
#   lowest.txt  the lowest versions that pyproject.toml allows, for `make test-lowest`
set -euo pipefail
cd "$(dirname "$0")/.."

locked() {
  uv pip compile --quiet --upgrade --universal --python-version 3.11 --only-binary :all: --generate-hashes \
    --custom-compile-command "make lock" pyproject.toml --group install "$@"
}

# A folder of wheels or an index of this machine's own is none of other machines'.
unset UV_FIND_LINKS UV_INDEX UV_EXTRA_INDEX_URL
locked --extra dev --output-file requirements/test.txt
locked --constraint requirements/test.txt --output-file requirements/run.txt
locked --extra dev --resolution lowest-direct --output-file requirements/lowest.txt
