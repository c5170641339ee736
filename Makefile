# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORES := $(shell nproc 2>/dev/null || echo 2)

.PHONY: run demo test check bench docs pictures lock audit inventory clean help

help:
	@echo "make run    set up and start the app with an invented clinic"
	@echo "make demo   judge the built-in example on the command line"
	@echo "make test   install what tests need and run them all"
	@echo "make check  style, types and the direction of imports"
	@echo "make bench  speed, side by side with the peers"
	@echo "make docs   write again the pages that are made from the code"
	@echo "make pictures   take the pictures of the screens again"
	@echo "make lock   renew the lock files"
	@echo "make audit  ask the advisory service about every locked package"
	@echo "make inventory  write what a release is made of (CycloneDX)"

run: $(VENV)/run.done
	$(BIN)/handrail serve --demo

demo: $(VENV)/run.done
	$(BIN)/handrail demo

test: $(VENV)/dev.done java chromium
	$(BIN)/python -m pytest -n $(CORES) --dist loadgroup

check: $(VENV)/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/handrail check

bench: $(VENV)/dev.done
	$(BIN)/python -m benchmarks

docs: $(VENV)/run.done
	$(BIN)/python -m handrail.records.describe > docs/records.md

pictures: $(VENV)/dev.done chromium
	$(BIN)/python -m tests.app.browser.pictures

audit: $(VENV)/dev.done
	$(BIN)/python requirements/audit.py

inventory: $(VENV)/bin/python
	@$(BIN)/python requirements/inventory.py run.txt > inventory.json && echo "Written to inventory.json"

lock: $(VENV)/dev.done
	$(BIN)/python requirements/lock.py

# Spark needs a Java runtime. Where there is none, Debian's is installed; where that is not allowed, one sentence.
.PHONY: java
java:
	@command -v java >/dev/null 2>&1 \
	 || { apt-get update -qq && apt-get install -y -qq openjdk-17-jre-headless; } >/dev/null 2>&1 \
	 || { echo "Spark's tests need a Java 17 runtime: install openjdk-17-jre-headless, then run make test again."; exit 1; }

# The screens are tested in a real browser: Debian's Chromium, where there is none yet.
.PHONY: chromium
chromium:
	@command -v chromium >/dev/null 2>&1 \
	 || { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1 \
	 || { echo "The browser tests need Chromium: install chromium, then run make test again."; exit 1; }

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	 || { echo "Handrail needs Python 3.11 or newer: make PYTHON=python3.11 run"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.done: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/dev.done: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@ $(VENV)/run.done

clean:
	rm -rf $(VENV) example handrail-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
