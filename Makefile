# Everything runs in .venv, which the first target that needs it makes from the lock files.

MUNICIPALITY ?= bergen
PACKAGE ?= onboarding
COHORT ?= 2027-spring
BASE ?= HEAD
DATE ?= $(shell date +%F)
SCALE ?= full
PARTS ?= peers,country
PYTHON ?= python3
RUN = .venv/bin/python -m
RUNNING = $(if $(LANGUAGE),--language $(LANGUAGE)) $(if $(WORKERS),--workers $(WORKERS)) $(if $(FORCE),--force) $(if $(LOG),--log $(LOG)) $(if $(SCHEDULER),--scheduler $(SCHEDULER))
CLUSTER = $(if $(SCHEDULER),.venv/ready-cluster)

.DEFAULT_GOAL := help
.PHONY: help setup setup-cluster package draft cohort all status sent return esign preflight verify setup-signing check preview explain diff fidelity fields test slow libreoffice cluster browser golden bench lint types check-all clean

help: ## show these lines
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-13s %s\n' "$$name" "$$text"; done

setup: .venv/ready ## prepare .venv for making packages; the others call it by themselves

setup-cluster: .venv/ready-cluster ## add what SCHEDULER=tcp://… needs, here and on each machine that helps

setup-signing: .venv/ready-signing ## add what reading electronic signatures needs

package: .venv/ready $(CLUSTER) ## make output/<MUNICIPALITY>/: make package MUNICIPALITY=bergen [DATE=2027-01-15] [LANGUAGE=nn]
	@$(RUN) pipeline package $(MUNICIPALITY) --package $(PACKAGE) --date $(DATE) $(RUNNING)

draft: .venv/ready $(CLUSTER) ## make output/<MUNICIPALITY>-draft/ of a half-filled file, marked on every page: make draft MUNICIPALITY=bergen
	@$(RUN) pipeline draft $(MUNICIPALITY) --package $(PACKAGE) --date $(DATE) $(RUNNING)

cohort: .venv/ready $(CLUSTER) ## make the packages of a cohort: make cohort COHORT=2027-spring [WORKERS=4] [FORCE=1] [LOG=json]
	@$(RUN) pipeline cohort $(COHORT) $(if $(filter file,$(origin DATE)),,--date $(DATE)) $(if $(filter file,$(origin PACKAGE)),,--package $(PACKAGE)) $(RUNNING)

all: .venv/ready $(CLUSTER) ## make the package of every municipality in municipalities/, with the same options
	@$(RUN) pipeline all --package $(PACKAGE) --date $(DATE) $(RUNNING)

status: .venv/ready ## see what was issued, sent, returned and verified: make status [COHORT=2027-spring]
	@$(RUN) pipeline status $(if $(filter file,$(origin COHORT)),,$(COHORT))

sent: .venv/ready ## write down that papers were sent to be signed: make sent MUNICIPALITY=bergen [DOCUMENT=ks-agreement]
	@$(RUN) pipeline sent $(MUNICIPALITY) $(DOCUMENT)

return: .venv/ready-signing ## make the mail of a signed file: make return FILE=signed.pdf [MUNICIPALITY=bergen] [ACCEPT=wrapped]
	@$(RUN) pipeline return $(if $(FILE),"$(FILE)") $(if $(filter file,$(origin MUNICIPALITY)),,--municipality $(MUNICIPALITY)) --package $(PACKAGE) --date $(DATE) $(if $(ACCEPT),--accept $(ACCEPT))

check: .venv/ready ## prove every template: make check [DOCUMENT=ks-agreement] [FORMAT=github] [ANNOTATE=folder]
	@$(RUN) pipeline check $(DOCUMENT) --date $(DATE) $(if $(FORMAT),--format $(FORMAT)) $(if $(ANNOTATE),--annotate $(ANNOTATE))

preflight: .venv/ready ## hold PDFs against our rules: make preflight FILE=some.pdf, or all of output/<MUNICIPALITY>/
	@$(RUN) pipeline preflight $(or $(FILE),output/$(MUNICIPALITY))

preview: .venv/ready ## look at one document: make preview DOCUMENT=ks-agreement MUNICIPALITY=bergen
	@$(RUN) pipeline preview $(MUNICIPALITY) $(DOCUMENT) --date $(DATE) $(if $(LANGUAGE),--language $(LANGUAGE))

explain: .venv/ready ## see where each value comes from: make explain DOCUMENT=ks-agreement MUNICIPALITY=bergen
	@$(RUN) pipeline explain $(MUNICIPALITY) $(DOCUMENT) --date $(DATE) $(if $(LANGUAGE),--language $(LANGUAGE))

diff: .venv/ready ## see what a change does to all papers: make diff BASE=HEAD
	@$(RUN) pipeline diff $(BASE) --date $(DATE)

verify: .venv/ready-signing ## judge a file that came back: make verify FILE=returned.pdf [MUNICIPALITY=bergen] [BY=name]
	@$(RUN) pipeline verify "$(FILE)" $(if $(filter file,$(origin MUNICIPALITY)),,--municipality $(MUNICIPALITY)) $(if $(BY),--by "$(BY)")

fidelity: .venv/ready ## compare both engines; needs LibreOffice: apt-get install libreoffice-writer-nogui libreoffice-impress-nogui
	@$(RUN) pipeline fidelity --date $(DATE)

fields: .venv/ready ## write docs/fields.md, every name that a template may use
	@$(RUN) pipeline fields --date $(DATE)

esign: .venv/ready $(if $(CERTIFICATE),.venv/ready-signing) ## have a package signed electronically: make esign MUNICIPALITY=bergen [CERTIFICATE=sender.p12] [WITHOUT=sigKS]
	@$(RUN) pipeline esign $(MUNICIPALITY) --package $(PACKAGE) $(if $(CERTIFICATE),--certificate $(CERTIFICATE)) $(if $(KIND),--kind $(KIND)) $(if $(DOCUMENT),--document $(DOCUMENT)) $(if $(WITHOUT),--without $(WITHOUT)) $(if $(WAIT),--wait $(WAIT))

test: .venv/ready-dev ## run the test suite
	@$(RUN) pytest -n auto --dist loadfile -m "not libreoffice and not slow and not browser and not cluster" $(ARGS)

slow: .venv/ready-dev ## run the tests that take long
	@$(RUN) pytest -n auto --dist loadfile -m slow $(ARGS)

libreoffice: .venv/ready-dev ## run the tests that need LibreOffice installed
	@$(RUN) pytest -m libreoffice $(ARGS)

cluster: .venv/ready-dev ## run the tests that start a Dask scheduler and workers
	@$(RUN) pytest -m cluster $(ARGS)

browser: .venv/ready-dev ## run the tests that need a browser: apt-get install chromium
	@$(RUN) pytest -m browser $(ARGS)

golden: .venv/ready-dev ## accept the papers' text as it is now as what the tests expect; read the git diff
	@$(RUN) pytest tests/test_golden.py tests/test_cohort_page.py tests/test_sending.py -k "not committed" --update-golden

bench: .venv/bench/ready ## measure against others and on a whole country: make bench [SCALE=small] [PARTS=peers]
	@PYTHONPATH=tests $(RUN) bench --scale $(SCALE) --parts $(PARTS) --installed .venv/bench --to $(if $(filter full,$(SCALE)),docs,output/bench)

lint: .venv/ready-dev ## check style and formatting with ruff
	@$(RUN) ruff check && $(RUN) ruff format --check

types: .venv/ready-dev ## check types with mypy
	@$(RUN) mypy

check-all: lint types test ## style, types and the test suite

clean: ## empty output/, but for the ledger, and what is out for signing or was fetched signed
	@find output -mindepth 1 -not -path output/ledger -not -path 'output/ledger/*' -not -path output/.esign -not -path 'output/.esign/*' -not -path 'output/*-signed' -not -path 'output/*-signed/*' -not -name .gitkeep -delete

.venv/ready: requirements.lock .setup/setup.py
	@$(PYTHON) .setup/setup.py requirements.lock
	@touch $@

.venv/ready-dev: requirements-dev.lock .venv/ready
	@$(PYTHON) .setup/setup.py requirements-dev.lock
	@touch $@

.venv/ready-cluster: requirements-cluster.lock .venv/ready
	@$(PYTHON) .setup/setup.py requirements-cluster.lock
	@touch $@

.venv/ready-signing: requirements-signing.lock .venv/ready
	@$(PYTHON) .setup/setup.py requirements-signing.lock
	@touch $@

.venv/bench/ready: tests/bench/requirements.lock tests/bench/package-lock.json .venv/ready
	@command -v npm >/dev/null || { echo "Error: npm is missing, which brings docxtemplater: apt-get install nodejs npm" >&2; exit 1; }
	@$(PYTHON) .setup/setup.py tests/bench/requirements.lock .venv/bench
	@cp tests/bench/package.json tests/bench/package-lock.json .venv/bench/
	@npm ci --prefix .venv/bench --silent --ignore-scripts --no-audit --no-fund
	@touch $@
