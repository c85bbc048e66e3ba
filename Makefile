# `make run` and `make test` need Python 3.11 or later and nothing else; all of it goes into .venv.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DB ?= sqlite:///data/portal.db
WORKERS ?= 2
OLDEST ?= .venv-oldest
UNIT := tests/db tests/explore tests/features tests/quality tests/segments tests/sources \
	tests/strategy tests/portal/pages tests/portal/reading
LONG := tests/db/test_damage.py tests/db/test_saving.py tests/db/test_upgrades.py \
	tests/sources/test_mutations.py tests/sources/layouts/test_layout_figures.py

.PHONY: run test oldest check fast bench soak docs clean

## run: environment, portal on http://127.0.0.1:8050, the made-up shop loading in it
run: $(INSTALLED)
	$(BIN)/python scripts/serve.py --db $(DB) --made-up-shop

## test: environment, checks and the tests; of long suites a sample
test: check
	$(BIN)/python -m pytest -n $(WORKERS)

## oldest: the unit tests but the longest on the oldest versions, and what they cover
oldest: $(OLDEST)/.installed
	$(OLDEST)/bin/python -m pytest -n $(WORKERS) -m "not soak and not browser and not real_data" \
		$(UNIT) $(addprefix --ignore=,$(LONG)) --cov --cov-report=json:$(OLDEST)/coverage.json -q
	$(OLDEST)/bin/python -m tests.coverage_by_package $(OLDEST)/coverage.json

## check: style, types and import rules
check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

## fast: the tests that need neither a browser nor real data
fast: $(INSTALLED)
	$(BIN)/python -m pytest -m "not soak and not browser and not real_data"

## bench: measure, and write docs/benchmarks.md
bench: $(INSTALLED)
	$(BIN)/python scripts/bench.py

## soak: the long tests, and what `make test` leaves of those that it takes a sample of
soak: $(INSTALLED)
	$(BIN)/python -m pytest -m soak

## docs: write the generated pages and the picture of the portal anew
docs: $(INSTALLED)
	$(BIN)/python -m docs.generate
	$(BIN)/python -m docs.pictures

clean:
	rm -rf $(VENV) $(OLDEST) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(OLDEST)/.installed: pyproject.toml constraints-oldest.txt
	$(PYTHON) -m venv $(OLDEST)
	$(OLDEST)/bin/python -m pip install --quiet --upgrade pip
	$(OLDEST)/bin/python -m pip install --quiet -c constraints-oldest.txt -e '.[dev]'
	touch $@

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	touch $@
