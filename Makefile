# make demo     one scenario from nothing to a report
# make test     every test
# make soak MINUTES=10  random faults on a real farm, judged (root)
# make gates    engine purity, lint, clean tree
# make format   format every Swift file
# make lint     format and lint, strictly
# make reports  write the committed reports anew
# make readme   write the table of measures in README.md anew
# make bench    the benchmarks, beside those of other programs

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install build demo test soak gates lint format reports readme bench

FARMSIM := .build/release/farmsim
DEMO := demo/node-crash
MINUTES ?= 10
SEED ?= 1

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

soak: build
	@swift build -c release --product farmd
	@$(FARMSIM) soak --minutes $(MINUTES) --seed $(SEED)

gates: install
	@scripts/engine-purity.sh
	@scripts/lint.sh
	@scripts/clean-tree.sh

lint:
	@scripts/lint.sh

format:
	swift format format --in-place --parallel $$(git ls-files --cached --others --exclude-standard '*.swift')

# Each folder of Reports/ is named after its scenario.
reports: build
	@for folder in Reports/*/; do \
	  name=$$(basename "$$folder"); \
	  $(FARMSIM) run "Scenarios/$$name.yaml" --report "Reports/$$name" || [ $$? -eq 1 ]; \
	done

readme: build
	@scripts/measures-table.sh $(FARMSIM)

bench: install
	@Benchmarks/peers.sh
