# `make lint SRC=path` and `make test` do all the set-up on a machine with Python 3.10 or newer, venv and make.
# Files in the syntax of a newer Python are read only by that Python: take the newest there is.
PYTHON ?= $(shell for v in 3.14 3.13 3.12 3.11 3.10 3; do \
	"python$$v" -c 'import sys, venv; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1 && { command -v "python$$v"; break; }; done)
VENV ?= .venv
SRC ?= .
ARGS ?=
JOBS ?= auto
TESTS ?= tests

SECONDS ?= 120

.PHONY: lint test check docs bench fuzz clean

lint: $(VENV)/.installed
	$(VENV)/bin/readlint $(ARGS) $(SRC)

test: $(VENV)/.installed-dev
	$(VENV)/bin/python -m pytest -n $(JOBS) --dist loadgroup $(TESTS)

# What CI runs besides the tests.
check: $(VENV)/.installed-dev
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m readlint.docs --check docs/rules
	$(VENV)/bin/python -m readlint.generated --check .
	$(VENV)/bin/readlint --no-cache src rules

docs: $(VENV)/.installed-dev
	$(VENV)/bin/python -m readlint.docs --write docs/rules
	$(VENV)/bin/python -m readlint.generated --write .

# Programs that nobody wrote; it prints the seeds of those that something went wrong with.
fuzz: $(VENV)/.installed-dev
	$(VENV)/bin/python tests/fuzz.py --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

bench: $(VENV)/.installed-dev
	$(VENV)/bin/python benchmarks/compare.py

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "readlint needs Python 3.10 or newer with venv; none was found" >&2; exit 2; }
	"$(PYTHON)" -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --upgrade pip
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml
	$(VENV)/bin/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(VENV)/bin/python -m pip install --quiet --group dev
	@touch $@

clean:
	rm -rf $(VENV) .readlint_cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
