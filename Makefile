# Everything a newcomer and continuous integration need; `make` lists it.

UV    ?= uv
TESTS ?= tests
BENCH ?= --quick

# The first Python that is new enough, and not too new.
FITS    = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,\
	$(shell $(name) -c '$(FITS)' 2>/dev/null && echo $(name))))

VENV  := .venv
BIN   := $(VENV)/bin
PIP    = $(BIN)/python -m pip -qq --disable-pip-version-check
WHEEL := .venv-wheel

# Kernels that the source has compiled hold for an installed copy of the same content.
TAKE_KERNELS = import pathlib, shutil, sys; \
	[shutil.copy(file, pathlib.Path(sys.argv[1], file.parent)) \
	for file in pathlib.Path("lotwright").rglob("*.nb[ci]")]
# All that the source has, and nothing else, is in the wheel.
SAME_FILES = import glob, pathlib, sys, zipfile; \
	built = {name for name in zipfile.ZipFile(glob.glob("dist/*.whl")[0]).namelist() \
	if name.startswith("lotwright/") and not name.startswith("lotwright/examples/")}; \
	here = {file.as_posix() for file in pathlib.Path("lotwright").rglob("*") \
	if file.is_file() and file.suffix not in (".pyc", ".nbi", ".nbc")}; \
	sys.exit("\n".join(sorted(built ^ here)) or 0)
# What could be otherwise where it is installed: files it reads, processes it starts,
# pages it makes. The same code with the same numbers is not run twice.
WHEEL_TESTS = tests/acceptance tests/cli tests/client tests/io tests/plot \
	tests/service/pages tests/service/store tests/service/work \
	tests/service/api/test_road.py tests/test_examples.py tests/test_public_names.py
LOCK   = $(UV) pip compile --quiet --universal --python-version 3.11 --no-annotate \
	--fork-strategy fewest --generate-hashes \
	--custom-compile-command 'make lock'

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo up test test-source test-wheel check check-style check-types \
	check-imports kernels bench docs wheel lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.runtime ## plan the bundled example and print the result
	@$(BIN)/lotwright demo

up: $(VENV)/.dev ## bring the service up on this machine, with the bundled example
	@$(BIN)/lotwright up

test: test-source test-wheel ## run the whole suite on the source, then what an installation could break on the wheel

test-source: $(VENV)/.dev ## run the suite on the source; TESTS=path for a part
	@echo "Testing the source"
	@$(BIN)/python -m pytest -n 2 $(TESTS)

test-wheel: wheel ## run what an installation could break on the installed wheel, away from the source
	@echo "Testing the installed wheel"
	@$(BIN)/python -c '$(SAME_FILES)'
	@rm -rf $(WHEEL) && $(BIN)/python -m venv --without-pip $(WHEEL)
	@$(PIP) --python $(WHEEL)/bin/python install --no-deps dist/lotwright-*.whl
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		> "$$($(WHEEL)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/packages.pth"
	@$(BIN)/python -c '$(TAKE_KERNELS)' "$$($(WHEEL)/bin/python -c \
		'import sysconfig; print(sysconfig.get_path("purelib"))')"
	@mkdir $(WHEEL)/run && cp -R tests benchmarks docs examples notebooks \
		pyproject.toml $(WHEEL)/run
	@cd $(WHEEL)/run && ../bin/python -c 'import lotwright, sys; \
		sys.exit(not lotwright.__file__.startswith(sys.prefix) and lotwright.__file__)'
	@cd $(WHEEL)/run && ../bin/python -m pytest -n 2 -m "not slow" $(WHEEL_TESTS)

check: check-style check-types check-imports ## check style, types and the direction of imports

check-style: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

check-types: $(VENV)/.dev
	@$(BIN)/mypy
	@$(BIN)/basedpyright

check-imports: $(VENV)/.dev
	@$(BIN)/lint-imports --no-logo

kernels: $(VENV)/.dev ## compile what runs as machine code, which the first tests do otherwise
	@$(BIN)/python -m benchmarks.mrp --level --items 20 > /dev/null

bench: $(VENV)/.dev ## run the benchmarks; BENCH= for the long form, DATA=folder of instances
	@$(BIN)/python -m benchmarks.build $(BENCH)
	@$(BIN)/python -m benchmarks.mrp $(BENCH)
	@$(BIN)/python -m benchmarks.quality --invented $(BENCH)
	@test -z "$(DATA)" || $(BIN)/python -m benchmarks.quality --data "$(DATA)"

docs: $(VENV)/.dev ## build the manual as a site, readable offline, from its pages
	@$(BIN)/python -m lotwright.io.tables_page
	@$(BIN)/python -m lotwright.io.findings_page
	@$(BIN)/python -m lotwright.cli.commands_page
	@$(BIN)/python -m sphinx -q -W --keep-going -n -b html docs build/manual
	@echo "Open build/manual/index.html"

wheel: $(VENV)/.dev ## build the wheel into dist/
	@rm -rf dist
	@$(BIN)/python -m build --wheel --no-isolation . > /dev/null
	@echo "Built $$(ls dist/*.whl)"

lock: ## pin all packages anew, with hashes (needs uv)
	@$(LOCK) --group install -o requirements.lock pyproject.toml
	@$(LOCK) --group install --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## remove environments, builds and caches
	@rm -rf $(VENV) $(WHEEL) build dist htmlcov .coverage* .*_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Lotwright needs Python 3.11, 3.12 or 3.13, and none \
	is on the path; name one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c '$(FITS)' || { echo "Lotwright needs Python 3.11, 3.12 or 3.13; \
	$(PYTHON) is $$($(PYTHON) -V 2>&1)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python cannot make a virtual \
	environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what Lotwright needs into $(VENV), once; this takes a minute or two"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing the tools for tests and checks, once; this takes a minute"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
