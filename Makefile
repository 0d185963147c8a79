# One command sets everything up: `make run`. `make help` lists the others.

PYTHON ?= python3.11 python3.12 python3.13 python3.10 python3
PORT ?= 7860
DATA ?=

PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup weights run test test-fast lint words bench bench-peers clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

setup: .venv/.packages ## create .venv with everything in it
	@:

weights: setup ## fetch the default models, and prove that this machine runs them
	@models=$$($(PY) -m index.weights default embedder) && $(PY) tools/build_llama.py \
		--model "$$(echo "$$models" | head -n 1)"

run: weights ## open the page over the sample archive (PORT=7860)
	@[ -f archive/sample/clippings.json ] \
		|| { $(PY) -m index add sample/articles --index archive/sample && cp sample/examples.txt archive/sample; }
	@$(PY) app.py --index archive/sample --port $(PORT) --open

test: weights ## run every test, those with real weights and a browser too
	@$(PY) -m index.weights tiny >/dev/null
	@browser=$$($(PY) tools/chromium.py) || exit; \
		[ -z "$$browser" ] || export CLIPPINGS_CHROMIUM="$$browser"; \
		$(PY) -m pytest

test-fast: setup ## run the tests that need neither weights nor browser
	@$(PY) -m pytest -m "not slow"

lint: setup ## check style and types
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy

words: setup ## gather the sentences of the page for translators
	@$(PY) -m tools.words

bench: weights ## measure retrieval, answers and latency (DATA=folder)
	@[ -d "$(DATA)" ] || { echo "Name a folder of questions: make bench DATA=FOLDER" >&2; exit 2; }
	@for task in retrieval answers latency indexing; do $(PY) -m bench $$task --data "$(DATA)" || exit; done

bench-peers: weights ## set up the systems that `python -m bench peers` compares with
	@$(PY) -m bench.peers.environments

clean: ## remove .venv, the sample index and caches; weights and builds are kept
	rm -rf .venv archive/sample build dist ./*.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis

# torch goes first and alone, so that a CPU build is taken where one is offered; llama-cpp-python
# goes before what depends on it, so that pip never builds it its own way.

.venv/.made:
	@for python in $(PYTHON); do \
		if $$python -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
			echo "Creating .venv with $$($$python --version)"; \
			$$python -m venv .venv && touch $@; exit; \
		fi; \
	done; \
	echo "No Python from 3.10 to 3.13 was found (tried: $(PYTHON))." >&2; \
	echo "Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1

.venv/.torch: .venv/.made constraints.txt
	$(PIP) install -c constraints.txt torch
	@touch $@

.venv/.llama: .venv/.torch tools/build_llama.py
	@$(PY) tools/build_llama.py
	@touch $@

.venv/.packages: .venv/.llama pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@
