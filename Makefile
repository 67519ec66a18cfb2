# make run starts the product, make test proves it; both set up a fresh machine first.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.synced
# uv is taken from the path, else installed into a small environment of its own.
UV = $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)

.PHONY: setup run test lint types floors docs lock bench bench-setup trace clean

setup: $(STAMP)

$(STAMP): requirements-dev.lock .python-version pyproject.toml
	@command -v uv >/dev/null 2>&1 || test -x .uv/bin/uv || { python3 -m venv .uv && .uv/bin/pip install --quiet uv; }
	@test -x $(BIN)/python || $(UV) venv --quiet $(VENV)
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

lock:
	$(UV) pip compile --quiet pyproject.toml --group dev --universal --generate-hashes --no-header -o requirements-dev.lock
	$(UV) pip compile --quiet pyproject.toml --universal --generate-hashes --no-header -o requirements.lock
	$(UV) pip compile --quiet pyproject.toml --group dev --group bench --universal --generate-hashes --no-header -o requirements-bench.lock

run: setup
	$(BIN)/trustkeep demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

floors: setup
	$(BIN)/lint-imports --no-cache
