# make run starts the product, make test proves it; both set up a fresh machine first.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.synced
BENCH := .venv-bench
JUDGES := .venv-judges
LOCALES := $(patsubst %.po,%.mo,$(wildcard src/trustkeep/locale/*/LC_MESSAGES/*.po))
# uv is taken from the path, else installed into a small environment of its own.
UV = $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)

.PHONY: setup run test lint types floors docs messages sbom lock bench bench-setup years deaths trace clean

setup: $(STAMP) $(LOCALES)

$(STAMP): requirements-dev.lock .python-version pyproject.toml
	@command -v uv >/dev/null 2>&1 || test -x .uv/bin/uv || { python3 -m venv .uv && .uv/bin/pip install --quiet uv; }
	@test -x $(BIN)/python || $(UV) venv --quiet $(VENV)
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

%.mo: %.po $(STAMP)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

lock:
	$(UV) pip compile --quiet pyproject.toml --group dev --universal --generate-hashes --no-header -o requirements-dev.lock
	$(UV) pip compile --quiet pyproject.toml --universal --generate-hashes --no-header -o requirements.lock
	$(UV) pip compile --quiet pyproject.toml --group dev --group bench --universal --generate-hashes --no-header -o requirements-bench.lock
	$(UV) pip compile --quiet bench/judges.in --universal --generate-hashes --no-header -o requirements-judges.lock

run: setup
	@$(BIN)/trustkeep demo

test: lint types floors
	@scripts/setup-system chromium initdb=postgresql
	$(BIN)/pytest -n 2 --dist loadfile

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

floors: setup
	$(BIN)/lint-imports --no-cache

docs: setup
	$(BIN)/trustkeep docs docs
	$(BIN)/python -m scripts.asvs
	$(BIN)/python -m scripts.sign_in_rules
	$(BIN)/python -m scripts.bad_input

# The bill of materials that goes with a release.
sbom: setup
	@mkdir -p dist
	$(BIN)/python -m scripts.sbom dist/trustkeep.cdx.json

# Texts that are new or gone are entered in the catalogues; a test says what has to be translated.
messages: setup
	$(BIN)/python -m scripts.messages

trace: setup
	@$(BIN)/trustkeep trace $(SLUG)

# Ten years of a thousand accounts, a hundred in a world: contracts that end, with kills, outages and
# wrong clocks. Each world has its seed, and a seed repeats its run.
years: setup
	YEARS=$(or $(YEARS),10) YEARS_ACCOUNTS=$(or $(ACCOUNTS),100) YEARS_SEEDS="$(or $(SEEDS),1 2 3 4 5 6 7 8 9 10)" $(BIN)/pytest -v -rP -n $(or $(PROCESSES),2) tests/lifecycle/test_years.py

# Real workers that are killed, run in pairs and stand still; a seed repeats its run.
deaths: setup
	DEATHS_ROUNDS=$(or $(ROUNDS),20) DEATHS_SEEDS="$(or $(SEEDS),1)" $(BIN)/pytest -s -n 0 tests/lifecycle/test_deaths.py

# The peers that we are measured against never enter the product's own environment.
bench: bench-setup
	$(BENCH)/bin/python -m bench $(ONLY)

bench-setup: $(BENCH)/.synced $(JUDGES)/.synced
	@scripts/setup-system nginx wrk

$(BENCH)/.synced: requirements-bench.lock $(STAMP)
	@test -x $(BENCH)/bin/python || $(UV) venv --quiet $(BENCH)
	$(UV) pip sync --quiet --python $(BENCH)/bin/python --require-hashes requirements-bench.lock
	$(UV) pip install --quiet --python $(BENCH)/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

$(JUDGES)/.synced: requirements-judges.lock $(STAMP)
	@test -x $(JUDGES)/bin/python || $(UV) venv --quiet $(JUDGES)
	$(UV) pip sync --quiet --python $(JUDGES)/bin/python --require-hashes requirements-judges.lock
	@touch $@

clean:
	rm -rf $(VENV) $(BENCH) $(JUDGES) .uv var $(LOCALES)
