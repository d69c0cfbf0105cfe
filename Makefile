# make demo     one scenario from nothing to a report
# make test     every test
# make gates    engine purity, lint, clean tree
# make format   format every Swift file
# make lint     format and lint, strictly
# make reports  write the committed reports anew
# make readme   write the table of measures in README.md anew
# make bench    the benchmarks, beside those of other programs

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install build demo test gates lint format reports readme bench

FARMSIM := .build/release/farmsim
DEMO := demo/node-crash

help:
	@sed -n 's/^# //p' Makefile

install:
	@scripts/install.sh

build: install
	@swift build -c release --product farmsim

demo: build
	@$(FARMSIM) run Scenarios/node-crash.yaml --report $(DEMO)

test: install
	swift test

gates: install
	@scripts/engine-purity.sh
	@scripts/lint.sh
	@scripts/clean-tree.sh

lint:
	@scripts/lint.sh

format:
	swift format format --in-place --parallel $$(git ls-files --cached --others --exclude-standard '*.swift')

# Each folder of Reports/ is named after its scenario; those of the lab are real measurements, and not made anew here.
reports: build
	@for folder in Reports/*/; do \
	  name=$$(basename "$$folder"); \
	  [ -f "Scenarios/$$name.yaml" ] || continue; \
	  $(FARMSIM) run "Scenarios/$$name.yaml" --report "Reports/$$name" || [ $$? -eq 1 ]; \
	done

readme: build
	@scripts/measures-table.sh $(FARMSIM)

bench: install
	@Benchmarks/peers.sh
