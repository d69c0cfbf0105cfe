# make demo     one scenario from nothing to a report
# make build    both programs, as .build/release/farmsim and .build/release/farmd
# make install PREFIX=/usr/local DESTDIR=
#               put farmsim in its place
# make farmd    the daemon, and farmd.tar.gz with all that a node needs of it
# make install-farmd PREFIX=/usr/local DESTDIR=
#               put the daemon, its systemd unit and /etc/farmd in their places
# make test     every test
# make fresh    make demo and make test on a minimal Debian and a minimal Ubuntu (root, an hour)
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
.PHONY: help packages farmsim build demo install farmd install-farmd test fresh soak gates lint format reports readme bench

# With the Swift libraries inside, so that neither program needs Swift where it runs. Other flags for one of them would
# compile everything anew.
RELEASE := swift build --configuration release --static-swift-stdlib
FARMSIM := .build/release/farmsim
FARMD := .build/release/farmd
PREFIX := /usr/local
DESTDIR :=
DEMO := demo/node-crash
MINUTES ?= 10
SEED ?= 1

help:
	@sed -n '/^$$/q; s/^# //p' Makefile

packages:
	@scripts/install.sh build product

farmsim: packages
	@$(RELEASE) --product farmsim

build: farmsim
	@$(RELEASE) --product farmd

demo: farmsim
	@$(FARMSIM) run Scenarios/node-crash.yaml --report $(DEMO)

# Builds nothing, so that 'sudo make install' leaves no file of root's in .build.
install:
	@[ -x $(FARMSIM) ] || { echo "error: there is no $(FARMSIM) yet: run 'make build' first" >&2; exit 69; }
	install -D -m 755 $(FARMSIM) $(DESTDIR)$(PREFIX)/bin/farmsim
	strip $(DESTDIR)$(PREFIX)/bin/farmsim

farmd: packages
	@$(RELEASE) --product farmd
	@rm -rf .build/farmd-files
	@$(MAKE) --silent install-farmd DESTDIR=.build/farmd-files
	@tar -C .build/farmd-files --owner=0 --group=0 -czf .build/farmd.tar.gz etc $(PREFIX:/%=%)
	@echo "For every node: .build/farmd.tar.gz"

# Builds nothing either.
install-farmd:
	@[ -x $(FARMD) ] || { echo "error: there is no $(FARMD) yet: run 'make farmd' first" >&2; exit 69; }
	install -D -m 755 $(FARMD) $(DESTDIR)$(PREFIX)/bin/farmd
	strip $(DESTDIR)$(PREFIX)/bin/farmd
	install -D -m 644 packaging/farmd.service $(DESTDIR)$(PREFIX)/lib/systemd/system/farmd.service
	install -D -m 644 packaging/farmd-clear.service $(DESTDIR)$(PREFIX)/lib/systemd/system/farmd-clear.service
	sed -i 's|/usr/bin/farmd|$(PREFIX)/bin/farmd|' $(DESTDIR)$(PREFIX)/lib/systemd/system/farmd*.service
	install -d -m 755 $(DESTDIR)/etc/farmd

test:
	@scripts/install.sh build product tests
	@scripts/test.sh

# SYSTEMS="debian ubuntu" says which.
fresh:
	@scripts/fresh.sh $(SYSTEMS)

soak: build
	@$(FARMSIM) soak --minutes $(MINUTES) --seed $(SEED)

gates: packages
	@scripts/engine-purity.sh
	@scripts/lint.sh
	@scripts/clean-tree.sh

lint:
	@scripts/lint.sh

format:
	swift format format --in-place --parallel $$(git ls-files --cached --others --exclude-standard '*.swift')

# Each folder of Reports/ is named after its scenario; a lab's is not the same twice and stays as it is.
REPORTED := $(patsubst Reports/%/,Scenarios/%.yaml,$(filter-out Reports/lab-%,$(wildcard Reports/*/)))
reports: farmsim
	@$(FARMSIM) run $(REPORTED) --report Reports || [ $$? -eq 1 ]

readme: farmsim
	@scripts/measures-table.sh $(FARMSIM)

bench:
	@Benchmarks/peers.sh
