# make demo     one scenario from nothing to a report
# make build    both programs, as .build/release/farmsim and .build/release/farmd
# make install PREFIX=/usr/local DESTDIR=
#               put farmsim in its place
# make farmd    the daemon, and farmd.tar.gz with all that a node needs of it
# make deb      packages of farmd and farmsim for Debian and Ubuntu, in .build/deb
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
.PHONY: help packages farmsim build demo install farmd install-farmd farmd-archive deb test fresh soak gates lint format reports readme bench

# With the Swift libraries inside, so that neither program needs Swift where it runs, and without the path of this folder,
# which C++ writes down for its messages. Other flags for one of the programs would make all packages compile twice.
UNPLACED := -ffile-prefix-map=$(CURDIR)=.
RELEASE := swift build --configuration release --static-swift-stdlib -Xcc $(UNPLACED) -Xcxx $(UNPLACED)
FARMSIM := .build/release/farmsim
FARMD := .build/release/farmd
FARMD_FILES := .build/farmd-files
ARCHIVE := .build/farmd.tar.gz
DEB := .build/deb
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
	@$(MAKE) --silent farmd-archive

# Of the program as it is. The list of what is inside does not list itself.
farmd-archive:
	@rm -rf $(FARMD_FILES) && $(MAKE) --silent install-farmd DESTDIR=$(FARMD_FILES)
	@install -d -m 755 $(FARMD_FILES)$(PREFIX)/share/doc/farmd
	@scripts/licences.sh $(FARMD) >$(FARMD_FILES)$(PREFIX)/share/doc/farmd/copyright
	@scripts/spdx.sh $(FARMD_FILES) $(FARMD) >$(FARMD_FILES).spdx
	@mv $(FARMD_FILES).spdx $(FARMD_FILES)$(PREFIX)/share/doc/farmd/farmd.spdx.json
	@tar -C $(FARMD_FILES) --owner=0 --group=0 --sort=name --mtime=@$$(git log -1 --format=%ct) -czf $(ARCHIVE) etc $(PREFIX:/%=%)
	@echo "For every node: $(ARCHIVE)"

deb:
	@scripts/install.sh build product packages
	@$(RELEASE) --product farmsim
	@$(RELEASE) --product farmd
	@FARMD=$(FARMD) FARMSIM=$(FARMSIM) scripts/deb.sh $(DEB)

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
