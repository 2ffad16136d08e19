# Each command makes the environment that it needs under .venv/. Nothing is installed outside it.

PYTHON ?= python3
DEV = .venv/dev/bin
PIP = -m pip --disable-pip-version-check --quiet
CHECKED = auditor tests benchmarks

.PHONY: help demo test lint format dev lock clean python

help: ## what can be made
	@sed -n 's/^\([a-z]*\):[^#]*## /\1	/p' Makefile

demo: .venv/demo/installed ## the whole job on the embedded endpoint: no AWS account, no network
	@code=0; .venv/demo/bin/auditor demo || code=$$?; \
	if [ $$code -ne 1 ]; then \
		echo "make demo: expected exit code 1 (non-compliant), got $$code" >&2; exit 1; \
	fi; \
	echo "make demo: it works. Exit code 1 was expected: the estate has failures on purpose."; \
	echo "The command stands in .venv/demo/bin/auditor."

test: lint ## everything that CI runs
	$(DEV)/python -m pytest -n auto

lint: dev ## the checks that run nothing
	$(DEV)/ruff check $(CHECKED)
	$(DEV)/ruff format --check $(CHECKED)
	$(DEV)/mypy
	$(DEV)/lint-imports

format: dev ## put the code in its one form
	$(DEV)/ruff check --fix $(CHECKED)
	$(DEV)/ruff format $(CHECKED)

# The stamp holds what was installed, so that an unchanged lock costs nothing.
dev: python ## the development environment, from the hashed lock
	@cat requirements/dev.txt pyproject.toml | cmp -s - .venv/dev/installed || { \
		set -e; \
		echo "installing the development environment into .venv/dev"; \
		$(PYTHON) -m venv --clear .venv/dev || { \
			echo "$(PYTHON) cannot make environments; on Debian and Ubuntu: apt install python3-venv" >&2; \
			exit 1; \
		}; \
		$(DEV)/python $(PIP) install --require-hashes -r requirements/dev.txt; \
		$(DEV)/python $(PIP) install --no-deps --no-build-isolation --editable .; \
		cat requirements/dev.txt pyproject.toml > .venv/dev/installed; \
	}

.venv/demo/installed: pyproject.toml README.md $(shell find auditor policies -type f ! -name '*.pyc') | python
	@echo "installing auditor into .venv/demo"
	@test -x .venv/demo/bin/python || $(PYTHON) -m venv .venv/demo || { \
		echo "$(PYTHON) cannot make environments; on Debian and Ubuntu: apt install python3-venv" >&2; \
		exit 1; \
	}
	@.venv/demo/bin/python $(PIP) install .
	@touch $@

lock: python ## write requirements/dev.txt anew, from what pyproject.toml asks for
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/python $(PIP) install pip-tools
	.venv/lock/bin/pip-compile --quiet --upgrade --extra dev --generate-hashes --allow-unsafe \
		--strip-extras --no-header --annotation-style line \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--output-file requirements/dev.txt pyproject.toml

clean: ## remove the environments and what the tools left
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		found=$$($(PYTHON) --version 2>/dev/null | head -n 1); \
		echo "Python 3.11 or later is needed, and '$(PYTHON)' is $${found:-not there}." >&2; \
		echo "Name another one, for example: make PYTHON=python3.12 demo" >&2; \
		exit 1; \
	}
