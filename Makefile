# Everything a developer types. `make` alone prints the list.
# Only Python 3.11 or newer and make are needed: everything else is installed into .venv, pinned and hashed.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { command -v "$$python"; break; }; done)
BIN := .venv/bin
# `make test T=tests/domain` or T=tests/web/test_links.py::test_name: only that, slow tests included.
T ?=
PLATFORM ?= woocommerce
QUICK := not slow and not browser and not live and not bench
SLOW := (slow or browser) and not live and not bench

.DEFAULT_GOAL := help
.PHONY: help python runtime setup run worker test test-slow test-long live bench fraud-lab screenshots lint format types layers check audit \
	migrate docs translations requirements clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  make test T=tests/domain runs one folder, file or test. PORT, DEMO_PORT, DATABASE_URL and PUBLIC_URL set up make run."

python:
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11 or newer was found; name one: make setup PYTHON=/path/to/python3" >&2; exit 1; }

runtime: python
	@"$(PYTHON)" tools/install.py runtime

setup: python ## make .venv and install everything, tests and checks included
	@"$(PYTHON)" tools/install.py runtime dev

run: runtime ## start Goodword with a demo store beside it, and print where to look
	@exec $(BIN)/python -m tools.run

worker: runtime ## run only the worker, with the environment as it is
	@exec $(BIN)/flask --app wsgi worker run

test: setup ## every quick test, on SQLite and PostgreSQL (T=path for a part)
	$(BIN)/python -m pytest $(if $(T),-m "not live and not bench" $(T),-n 2 -m "$(QUICK)")

test-slow: setup ## real processes, browsers, long searches
	$(BIN)/python -m pytest -n 2 -m "$(SLOW)" $(T)

test-long: setup ## random histories for long, from a seed: make test-long SEED=7
	GOODWORD_LONG_SEED=$(or $(SEED),1) $(BIN)/python -m pytest tests/services/test_histories.py

live: setup ## tests against a real store that LIVE_STORE and LIVE_ANSWERS name (docs/live-tests.md)
	@test -n "$$LIVE_STORE" || { echo "error: LIVE_STORE names no store; docs/live-tests.md says how" >&2; exit 1; }
	LIVE_PLATFORM=$(PLATFORM) $(BIN)/python -m pytest -m live --force-enable-socket $(or $(T),tests/live)

bench: setup ## measure the hot paths (B="B1 B4 --quick --slow-disk" for a part, quickly)
	$(BIN)/python -m bench $(B)

fraud-lab: setup ## planted rings and honest crowds, decided about for real (A="--seeds 7 8 --scale 0.5 --everybody")
	$(BIN)/python -m tests.fraud_lab $(A)

screenshots: setup ## every page as a picture, on contact sheets, in var/screenshots (A=readme renews those of README)
	$(BIN)/python -m tools.screenshots $(A)

lint: setup ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup ## mend what ruff can mend
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

types: setup ## mypy
	$(BIN)/mypy

layers: setup ## who may import whom
	$(BIN)/lint-imports --no-cache

check: lint types layers ## lint, types and layers

audit: setup ## known holes in what is pinned (asks the package index), and in our own code
	$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements.txt
	$(BIN)/bandit --quiet -ll --recursive --configfile pyproject.toml app integrations

migrate: runtime ## bring the database of the environment up to date
	$(BIN)/flask --app wsgi migrate

docs: setup ## write docs/configuration.md and docs/platforms.md anew
	$(BIN)/python -m tools.docs

translations: setup ## bring the Arabic and Persian catalogues up to date; says what is to be written
	$(BIN)/python -m tools.translations

requirements: setup ## pin requirements*.in anew, with hashes (U=package to upgrade one, U=all for all)
	$(BIN)/python -m tools.requirements $(U)

clean: ## forget .venv, caches and everything in var/
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
