# Two commands carry everything: `make demo` and `make test`. Both set the machine up first, in under a second when
# nothing changed.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv/bin
SHOTS ?= shots
# Twice two cores: e2e tests keep to one worker (tests/conftest.py), because they watch whole processes, and those and
# the scenarios mostly wait.
WORKERS ?= 4
PYTEST := $(VENV)/python -m pytest -n $(WORKERS) --dist loadgroup

.PHONY: demo test check shots bench prove setup

demo: setup-run        ## the control room on a living plant; offscreen tour without a display
	$(VENV)/qianliyan demo

test: setup-test check ## laws, then every test that belongs into CI
	$(PYTEST) -m "not prove"

check: setup-test      ## style, types, import laws, size budget
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/python -m pytest -q tests/architecture/test_size.py

shots: setup-run       ## a picture of every page in both languages, in $(SHOTS)
	$(VENV)/qianliyan demo --headless --shots $(SHOTS)

bench: setup-bench     ## every figure beside its reference
	$(VENV)/python -m benchmarks

prove: setup-test      ## the long proofs: kills, faults, soak; properties with examples that nobody saw yet
	$(PYTEST) -m "not prove" --hypothesis-profile explore tests/unit tests/store
	$(VENV)/python -m pytest -m prove -s --timeout 7200

setup: setup-test

setup-%:
	@$(PYTHON) -m installer.bootstrap $*
