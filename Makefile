# Everything runs in .venv, which the first target that needs it makes from the lock files.

MUNICIPALITY ?= bergen
PACKAGE ?= onboarding
DATE ?= $(shell date +%F)
PYTHON ?= python3
RUN = .venv/bin/python -m

.DEFAULT_GOAL := help
.PHONY: help setup package test libreoffice golden lint types check-all clean

help: ## show these lines
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

setup: .venv/ready ## prepare .venv for making packages; the others call it by themselves

package: .venv/ready ## make output/<MUNICIPALITY>/: make package MUNICIPALITY=bergen [DATE=2027-01-15] [LANGUAGE=nn]
	@$(RUN) pipeline package $(MUNICIPALITY) --package $(PACKAGE) --date $(DATE) $(if $(LANGUAGE),--language $(LANGUAGE))

test: .venv/ready-dev ## run the test suite
	@$(RUN) pytest -m "not libreoffice" $(ARGS)

libreoffice: .venv/ready-dev ## run the tests that need LibreOffice installed
	@$(RUN) pytest -m libreoffice $(ARGS)

golden: .venv/ready-dev ## accept the papers' text as it is now as what the tests expect; read the git diff
	@$(RUN) pytest tests/test_golden.py --update-golden

lint: .venv/ready-dev ## check style and formatting with ruff
	@$(RUN) ruff check && $(RUN) ruff format --check

types: .venv/ready-dev ## check types with mypy
	@$(RUN) mypy

check-all: lint types test ## style, types and the test suite

clean: ## empty output/ and nothing else
	@find output -mindepth 1 -not -name .gitkeep -delete

.venv/ready: requirements.lock .setup/setup.py
	@$(PYTHON) .setup/setup.py requirements.lock
	@touch $@

.venv/ready-dev: requirements-dev.lock .venv/ready
	@$(PYTHON) .setup/setup.py requirements-dev.lock
	@touch $@
