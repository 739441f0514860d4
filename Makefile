# Two commands do everything on a fresh machine with Python 3.11 and make: `make demo`, `make test`.

PYTHON := $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
DEMO := demo

.PHONY: demo test lint bench docs clean

.venv/installed: pyproject.toml
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Concord needs Python 3.11 or later"'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch .venv/installed

demo: .venv/installed
	$(BIN)/concord demo --out $(DEMO)

test: lint
	$(BIN)/python -m pytest -n auto --dist worksteal tests

lint: .venv/installed
	$(BIN)/ruff check broker adapters schemas tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/installed
	$(BIN)/python -m bench

docs: .venv/installed
	$(BIN)/python -m broker.wire.document
	$(BIN)/python -m broker.report.rule_pages
	$(BIN)/python -m adapters.formats

clean:
	rm -rf .venv $(DEMO) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
