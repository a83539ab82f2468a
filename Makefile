# AgentFense. `make` alone lists what there is.
.DEFAULT_GOAL := help
.PHONY: help build test test-python check bench format clean

JAVA_HOME := $(shell bin/java-home)
export JAVA_HOME

help: ## Show this list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

build: ## Build the command: jars below cli/target.
	bin/build

test: ## Install what the tests need and run them all.
	bin/install-packages --tests
	mvn -B test
	$(MAKE) test-python

test-python: ## Check and test the Python client in an environment of its own, against a live server.
	bin/install-packages --tests
	[ -n "$$AGENTFENSE_SERVER" ] || bin/agentfense-server --version >/dev/null
	python3 -m venv python/.venv
	python/.venv/bin/pip install -q --disable-pip-version-check './python[test]'
	cd python && .venv/bin/ruff check && .venv/bin/ruff format --check && .venv/bin/mypy && .venv/bin/pytest -q

check: test ## What CI runs.

bench: build ## Compare with the bare disk and other FUSE filesystems; takes an hour.
	python3 bench

format: ## Lay out all sources.
	mvn -B -q spotless:apply
	[ ! -x python/.venv/bin/ruff ] || python/.venv/bin/ruff format -q python

clean: ## Remove what was built.
	mvn -B -q clean
	rm -rf python/.venv
