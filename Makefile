# Two commands matter: `make demo` and `make test`. `make` alone says what else there is.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-input
LOCK := uv pip compile pyproject.toml requirements/build.in --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock"

# The model suite has a shop of its own, so that it neither meets nor leaves anything in var/.
MODEL_PORT := 8123
MODEL_SHOP := env -u OPENAI_API_KEY -u OPENAI_BASE_URL ORDERDESK_DATA=build/test-model $(BIN)/orderdesk

# A newer interpreter than asked for is as good; the first found wins.
PYTHON ?= $(shell for found in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$found -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { command -v $$found; break; }; done)

.DEFAULT_GOAL := help
.PHONY: help demo test check test-model crash-test redteam eval intents policies bench fmt lock clean

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: $(VENV)/.runtime ## Start the demo shop and print the page to open
	@exec $(BIN)/orderdesk demo

# Tests start processes by the dozen: let the first compile for the others, whatever the shell says.
# There are more of them than cores already, so none computes on several.
test: $(VENV)/.test ## Install what tests need and run them
	PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/.dev ## Lint, types, import rules, migrations against tables
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py
	$(BIN)/python -m orderdb.migrations check

test-model: $(VENV)/.test ## Ask the embedded model for real (minutes; fetches 1.1 GB once)
	$(BIN)/python -m pytest -m model
	rm -rf build/test-model
	$(MODEL_SHOP) migrate
	$(MODEL_SHOP) import demo
	$(MODEL_SHOP) delivery train
	$(MODEL_SHOP) demo --port $(MODEL_PORT) & shop=$$!; trap 'kill $$shop' EXIT; \
	$(BIN)/python -m evals.model_suite.run --base-url http://127.0.0.1:$(MODEL_PORT) \
		--database-url sqlite:///build/test-model/orderdesk.db --report build/model-suite.json --report-only --minutes 50

crash-test: $(VENV)/.test ## Kill the server at named points and 200 random moments, on both databases
	$(BIN)/python -m tests.crash

redteam: $(VENV)/.test ## Let the model be the adversary: 20,000 random sequences, 500 injections
	$(BIN)/python -m evals.redteam.run
	$(BIN)/python -m evals.redteam.injections

eval: $(VENV)/.test ## Play the standard suite on the configured model; writes build/evals/standard/report.html
	$(BIN)/python -m evals.suite run --name standard --judge 60

intents: $(VENV)/.test ## Learn the examples in prompts/intents anew, after changing them
	$(BIN)/python -m evals.learn_intents

policies: $(VENV)/.test ## Embed the policies that come along anew, after changing them
	$(BIN)/python -m evals.embed_policies

bench: $(VENV)/.test ## Measure turns, tools and policy search; writes build/bench.json
	$(BIN)/python -m evals.bench

fmt: $(VENV)/.dev ## Format, and mend what lint can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.dev ## Pin every dependency anew, with hashes
	$(BIN)/$(LOCK) $(UPGRADE) --output-file requirements/runtime.txt
	$(BIN)/$(LOCK) $(UPGRADE) --group test --constraints requirements/runtime.txt --output-file requirements/test.txt
	$(BIN)/$(LOCK) $(UPGRADE) --group dev --constraints requirements/test.txt --output-file requirements/dev.txt

# Installing: a stamp for each set of requirements; a larger set covers the smaller ones.

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "OrderDesk needs Python 3.11 or newer, and there is none" \
		"on the PATH ($$(python3 --version 2>&1)). Install one, or name it:" \
		"make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(call install,runtime,.runtime)

$(VENV)/.test: requirements/test.txt pyproject.toml | $(BIN)/python
	$(call install,test,.runtime .test)

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	$(call install,dev,.runtime .test .dev)

define install
	$(PIP) --require-hashes --requirement requirements/$(1).txt
	$(PIP) --quiet --no-deps --no-build-isolation --editable .
	@touch $(addprefix $(VENV)/,$(2))
endef

clean: ## Remove what was built; the demo's data (var/) and .venv stay
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests evals -name __pycache__ -type d -prune -exec rm -rf {} +
