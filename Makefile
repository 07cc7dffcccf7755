# The verbs of this repository. `make check` and `make test` do all set-up by themselves, in .venv, and as nobody special.
SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := requirements/.venv-lock
GATE_SHARED ?= $(wildcard ../shared)

# The first Python that is new enough and can make an environment; override with `make PYTHON=/path/to/python test`.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	if $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)

.PHONY: help check test container lint docs index new-rule picture bench cases lock clean

help: ## list these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): requirements/dev.txt requirements/build.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo 'This needs Python 3.11 or newer with its venv module (Debian: apt install python3-venv).' >&2; exit 1; }
	@echo 'Setting up $(VENV) from requirements/dev.txt ...'
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

check: $(READY) ## judge examples/edtech, or any folder: make check ARGS=path
ifdef ARGS
	@$(BIN)/deployflow-gate check $(ARGS)
else
	@$(BIN)/deployflow-gate check examples/edtech || test $$? -eq 1
	@echo 'examples/edtech is meant to be blocked, so this counts as success. Judge your own: make check ARGS=path'
endif

test: $(READY) ## run the tests: make test ARGS="-k name"
	@$(BIN)/python -m pytest -m 'not container' $(ARGS)

container: $(READY) ## build the action's image and run it as GitHub's runner does
	@.ci/container

lint: $(READY) ## ruff, mypy --strict, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

index: $(READY) ## write what is generated from the rules and the presets anew
	@$(BIN)/python -m deployflow_gate.lint.generate
	@$(BIN)/python -m deployflow_gate.policy.build

docs: index ## write the generated pages under docs/ anew
	@$(BIN)/python tools/docs.py
	@$(BIN)/python tools/practices.py
	@$(BIN)/python tools/composite.py

new-rule: $(READY) ## start a rule: make new-rule NAME=command/my-rule
	@$(BIN)/python tools/new_rule.py $(NAME)

picture: $(READY) ## draw the pictures of a report and of a pull request's posts anew
	@$(BIN)/python tools/picture.py
	@$(BIN)/python tools/screens.py

bench: $(READY) ## start-up and throughput
	@for bench in bench/*.py; do echo "$$bench"; $(BIN)/python "$$bench" || exit 1; done

cases: $(READY) ## hold the rules against other tools' cases, where those are at hand (GATE_SHARED=folder)
	@test -f "$(GATE_SHARED)/tools/cases.py" || { echo 'No folder of cases here; set GATE_SHARED.' >&2; exit 1; }
	@$(BIN)/python $(GATE_SHARED)/tools/cases.py --disagreements tests/cases/disagreements.yml $(ARGS)

lock: $(LOCK)/.ready ## resolve requirements/*.txt anew from pyproject.toml: make lock ARGS=--upgrade
	@set -e; \
	compile() { $(LOCK)/bin/uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' $(ARGS) "$$@"; }; \
	compile pyproject.toml --extra shellcheck --output-file requirements/runtime.txt; \
	compile pyproject.toml --group dev --output-file requirements/dev.txt --constraint requirements/runtime.txt; \
	compile --group build --output-file requirements/build.txt --constraint requirements/dev.txt; \
	compile --group lock --output-file requirements/lock.txt

$(LOCK)/.ready: requirements/lock.txt
	@test -x $(LOCK)/bin/python || $(PYTHON) -m venv $(LOCK)
	@$(LOCK)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --requirement requirements/lock.txt
	@touch $@

clean: ## remove what make and the tools made here
	@rm -rf $(VENV) $(LOCK) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests bench tools -name __pycache__ -type d -prune -exec rm -rf {} +
