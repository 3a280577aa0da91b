# Every job sets up .venv once, from requirements.lock; nothing needs the network after that.
# make forecast DRAWS=100 SCENARIO="baseline hannukainen" OUT=elsewhere

PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,$(if $(shell $(p) -c $(NEW) 2>/dev/null || echo no),,$(p))))
NEW := "import sys; sys.exit(sys.version_info < (3, 11))"
VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
LOCKER := .venv-lock
OUT ?= exports

.PHONY: help forecast test lint lab build lock clean
.DELETE_ON_ERROR:

help: ## list these jobs
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' Makefile

forecast: $(READY) ## forecast of every scenario, charts and executed notebooks into exports/ (DRAWS=, SCENARIO=, OUT=)
	@echo "Forecasting, drawing and running the notebooks into $(OUT)/"
	@$(BIN)/amo build --out "$(OUT)" $(if $(DRAWS),--draws $(DRAWS)) $(foreach s,$(SCENARIO),--scenario $(s))

test: lint ## lint, then all tests
	@echo "Running the tests"
	@$(BIN)/python -m pytest -q -n 2

lint: $(READY) ## style, format, types and the one-way street of imports
	@echo "Checking style, types and imports"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: run $(BIN)/ruff format ." >&2; exit 1; }
	@$(BIN)/mypy
	@said=$$($(BIN)/lint-imports --no-cache) || { echo "$$said" >&2; exit 1; }

lab: $(READY) ## JupyterLab on the notebooks
	@echo "Opening JupyterLab on notebooks/"
	@$(BIN)/amo lab

build: $(READY) ## wheel (with the data in it) and source archive into dist/
	@echo "Building the wheel and the source archive into dist/"
	@$(BIN)/python -m hatchling build --clean

lock: ## renew requirements.lock from pyproject.toml (needs a package index)
	@echo "Renewing requirements.lock"
	@$(PYTHON) -m venv $(LOCKER)
	@$(LOCKER)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade uv
	@$(LOCKER)/bin/uv pip compile pyproject.toml --quiet --all-extras --upgrade --universal --python-version 3.11 \
		--fork-strategy fewest --generate-hashes --no-annotate --custom-compile-command "make lock" \
		--output-file requirements.lock

clean: ## remove exports/, dist/ and caches; .venv stays
	@echo "Removing exports/, dist/ and caches"
	@rm -rf exports dist .mypy_cache .ruff_cache .pytest_cache .hypothesis $(LOCKER)
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# The stamp comes last: an interrupted set-up leaves none and starts afresh.
$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) -c $(NEW) || \
		{ echo "Python 3.11 or newer is needed: install it, or name it with make PYTHON=/path/to/python3." >&2; exit 1; }
	@echo "Setting up $(VENV) from requirements.lock (once, a minute or two)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
