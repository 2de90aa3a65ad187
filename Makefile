# `make` lists what there is. Everything but `make setup` works offline.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
CLIENTS := .clients/.ready
PEERS := .peers/.ready
CONFORMANCE := tests/conformance

# The models come with the packages; torch threads and test processes do not multiply.
OFFLINE := HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false
TESTS := $(OFFLINE) OMP_NUM_THREADS=1 $(BIN)/pytest
DATA ?=
BENCH := $(OFFLINE) OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks
BENCH_ARGS := $(if $(DATA),--data $(DATA))
KEPT := .cache/bench

.DEFAULT_GOAL := help
.PHONY: help setup serve demo test check docs compatibility notebooks bench peers soak clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-15s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) $(CLIENTS)  ## make .venv with graphmem and all to develop it, and .clients with Mem0's clients and Node.js (Python 3.11)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("make setup needs Python 3.11 or newer: make setup PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -c constraints.txt uv || echo "no uv here: pip will do"
	$(BIN)/uv pip install --python $(BIN)/python -c constraints.txt -e '.[dev]' \
		|| $(BIN)/python -m pip install -c constraints.txt -e '.[dev]'
	$(BIN)/python -m tests.neo4j_servers fetch
	touch $@

# Mem0's clients have an environment of their own: what they need is not what graphmem needs.
$(CLIENTS): $(CONFORMANCE)/requirements.txt $(CONFORMANCE)/requirements-1.0.txt $(CONFORMANCE)/package.json $(CONFORMANCE)/package-lock.json | $(READY)
	test -x .clients/bin/python || $(PYTHON) -m venv .clients
	$(BIN)/uv pip install --quiet --python .clients/bin/python --no-deps -r $(CONFORMANCE)/requirements.txt \
		|| .clients/bin/python -m pip install --quiet --no-deps -r $(CONFORMANCE)/requirements.txt
	rm -rf .clients/1.0
	.clients/bin/python -m pip install --quiet --no-deps --target .clients/1.0 -r $(CONFORMANCE)/requirements-1.0.txt
	cp $(CONFORMANCE)/package.json $(CONFORMANCE)/package-lock.json .clients/
	PATH="$(CURDIR)/.clients/bin:$$PATH" npm ci --prefix .clients --silent --ignore-scripts --legacy-peer-deps --omit=optional --no-audit --no-fund
	touch $@

# Peers see the models of .venv, torch included; what they need besides is in an environment of their own.
$(PEERS): benchmarks/peers/requirements.txt | $(READY)
	test -x .peers/bin/python || $(PYTHON) -m venv .peers
	$(BIN)/uv pip install --quiet --python .peers/bin/python --no-deps -r $< \
		|| .peers/bin/python -m pip install --quiet --no-deps -r $<
	$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		> "$$(.peers/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/graphmem.pth"
	touch $@

serve: $(READY)  ## serve the memory over HTTP, with Mem0's API, on 127.0.0.1:8420
	$(BIN)/graphmem serve

demo: $(READY)  ## remember a conversation and answer eight questions about it
	$(OFFLINE) OMP_NUM_THREADS=1 $(BIN)/graphmem demo

test: $(READY) $(CLIENTS)  ## run the whole suite (the long forms are in `make soak`)
	$(TESTS) -n 2 --dist loadgroup -q -m 'not soak'

check: $(READY)  ## lint, format, types, architecture, and whether the written docs are current
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -q --durations=0 tests/test_architecture.py
	$(BIN)/python docs/generate_cli.py --check
	$(BIN)/python docs/generate_benchmarks.py --check

docs: $(READY)  ## write docs/cli.md anew from the command line's own help, and docs/benchmarks.md from the results
	$(BIN)/python docs/generate_cli.py
	$(BIN)/python docs/generate_benchmarks.py

compatibility: $(READY) $(CLIENTS)  ## drive Mem0's own clients and write docs/mem0-compatibility.md anew
	GRAPHMEM_WRITE_DOCS=1 $(TESTS) -q -n 0 $(CONFORMANCE) -k 'not neo4j'

notebooks: $(READY)  ## run the notebooks and write what they show back into them
	$(BIN)/python notebooks/execute.py

bench: $(READY)  ## measure everything of graphmem's own; DATA=folder says where the data sets lie
	rm -rf $(KEPT) && mkdir -p $(KEPT)
	$(BENCH).locomo $(BENCH_ARGS) --db $(KEPT)/locomo.db
	$(BENCH).beam $(BENCH_ARGS) --db $(KEPT)/beam100k.db
	$(BENCH).beam --set beam500k $(BENCH_ARGS)
	for set in 2wiki hotpot200 musique200; do $(BENCH).multihop --set $$set $(BENCH_ARGS) --db $(KEPT)/$$set.db || exit 1; done
	$(BENCH).lihua $(BENCH_ARGS) --db $(KEPT)/lihua.db
	$(BENCH).timeqa $(BENCH_ARGS) --db $(KEPT)/timeqa.db
	$(BENCH).entities $(BENCH_ARGS)
	$(BENCH).extraction $(BENCH_ARGS)
	$(BENCH).layers
	$(BENCH).speed
	$(BENCH).stores
	$(BENCH).server

peers: $(READY) $(PEERS)  ## compare with peers; asks the stores that `make bench` left, and runs a peer once
	mkdir -p $(KEPT)
	for set in locomo beam100k 2wiki hotpot200 musique200 lihua timeqa; do \
		$(BENCH).peers --set $$set $(BENCH_ARGS) --db $(KEPT)/$$set.db --own-neo4j || exit 1; done

soak: $(READY) $(CLIENTS)  ## the long forms: many more generated worlds, crashes and races
	HYPOTHESIS_PROFILE=soak $(TESTS) -n 2 --dist loadgroup -q

clean:  ## remove caches and build products; .venv stays
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
	find graphmem tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +
