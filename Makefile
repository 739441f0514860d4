# Two commands do everything on a fresh machine with Python 3.11 and make: `make demo`, `make test`.

PYTHON := $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
DEMO := demo
# Many tests start real processes, each of which would else translate all of Concord's source anew.
unexport PYTHONDONTWRITEBYTECODE
SERVICES := .services
# One more process than processors: the tests of the served form wait for services half their time.
TESTERS := $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

.PHONY: demo kafka test test-quick lint bench bench-million bench-served bench-linkage bench-detection mutation docs clean

.venv/installed: pyproject.toml
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Concord needs Python 3.11 or later"'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch .venv/installed

# `make demo BACKEND=kafka` runs it on Kafka, a schema registry and PostgreSQL (see `make kafka`).
demo: .venv/installed
ifeq ($(BACKEND),kafka)
	$(BIN)/python -m compose.local --folder $(SERVICES)/run --cache $(SERVICES)/cache --once \
		$(BIN)/concord demo --out $(DEMO)-kafka --served $(SERVICES)/run/served.toml
else
	$(BIN)/concord demo --out $(DEMO)
endif

# Kafka, a schema registry and PostgreSQL on this machine, without containers, until Ctrl-C.
kafka: .venv/installed
	$(BIN)/python -m compose.local --folder $(SERVICES)/run --cache $(SERVICES)/cache

test: lint
	$(BIN)/python -m pytest -n $(TESTERS) --dist worksteal tests

# What to run while at work: no services, and nothing that takes long by itself.
test-quick: .venv/installed
	CONCORD_TEST_SERVICES=none $(BIN)/python -m pytest -n logical --dist worksteal -m "not slow" \
		tests --ignore tests/services --ignore tests/compose

lint: .venv/installed
	$(BIN)/ruff check broker adapters schemas compose tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/installed
	$(BIN)/python -m bench
	$(BIN)/python -m bench.one_child
	$(BIN)/python -m bench.linking 100000

# Live linking with a hundred thousand and a million children in the store: an hour.
bench-million: .venv/installed
	$(BIN)/python -m bench.linking 100000 1000000

bench-served: .venv/installed
	$(BIN)/python -m bench.served

# Concord's linkage of files of people beside Splink's, on the same rows.
bench-linkage: .venv/installed
	$(BIN)/python -m bench.linkage

# What is found of what was planted in made-up partnerships, and what is raised wrongly.
bench-detection: .venv/installed
	$(BIN)/python -m bench.detection

# Each rule changed one small thing at a time; prints the changes that no YAML case notices.
mutation: .venv/installed
	$(BIN)/python -m bench.mutation

docs: .venv/installed
	$(BIN)/python -m broker.wire.document
	$(BIN)/python -m broker.report.rule_pages
	$(BIN)/python -m broker.report.topic_pages
	$(BIN)/python -m broker.backends.metrics_named
	$(BIN)/python -m adapters.formats

clean:
	rm -rf .venv $(DEMO) $(DEMO)-kafka $(SERVICES)/run build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
