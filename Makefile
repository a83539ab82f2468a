# AgentFense. `make` alone lists what there is.
.DEFAULT_GOAL := help
.PHONY: help build test check bench format clean

JAVA_HOME := $(shell bin/java-home)
export JAVA_HOME

help: ## Show this list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

build: ## Build the command: jars below cli/target.
	bin/build

test: ## Install what the tests need and run them all.
	bin/install-packages --tests
	mvn -B test

check: test ## What CI runs.

bench: build ## Compare with the bare disk and other FUSE filesystems; takes an hour.
	python3 bench

format: ## Lay out all sources.
	mvn -B -q spotless:apply

clean: ## Remove what was built.
	mvn -B -q clean
