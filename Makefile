# Statusline: `make run` serves the example site, `make test` runs everything that is checked.
# `make` alone lists the targets.

SWIFT ?= swift
PYTHON ?= python3
# One folder for all builds. Another one: make BUILD=/tmp/statusline build
BUILD ?= .build
PREFIX ?= /usr/local
DESTDIR ?=
HOST ?= 127.0.0.1
PORT ?= 8080
FUZZER ?= all
SECONDS ?= 60

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help stamp docs consumer deps deps-bench deps-fuzz toolchain build run test budget clients screenshots bench fuzz graph format lint install clean

# The Swift runtime is linked in; what nobody calls is left out (SwiftPM's default). `install` leaves the symbols out too.
# No linker flags here: they also go to the build's own tools, which are then linked anew every time.
RELEASE := -c release --static-swift-stdlib --scratch-path $(BUILD)
DEBUG := --scratch-path $(BUILD)
BINARY := $(BUILD)/release/statusline

# Debian's names. To build and test; to compare with nginx.
PACKAGES := libyaml-dev libc-ares-dev libjansson-dev libpcre2-dev libsqlite3-dev zlib1g-dev libbrotli-dev libzstd-dev libssl-dev pkg-config curl wget goaccess lnav python3 python3-h11 python3-httpx make valgrind binutils gcc libc6-dev
PACKAGES_BENCH := $(if $(wildcard /usr/sbin/nginx),,nginx-light) wrk util-linux

help: ## list the targets
	@echo 'usage: make TARGET'
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name does; do \
	  printf '  %-12s%s\n' "$$name" "$$does"; done
	@echo
	@echo 'variables: HOST=$(HOST) PORT=$(PORT) PREFIX=$(PREFIX) DESTDIR= BUILD=$(BUILD)'

# Installs what is missing of $(1). Asks nothing, starts no service, and does nothing where all is there.
define install_packages
set -e; \
command -v dpkg-query >/dev/null || { \
  echo 'deps: this is no Debian system; have these, by their Debian names: $(1)'; exit 0; }; \
missing=''; \
for package in $(1); do \
  case $$(dpkg-query -W -f '$${db:Status-Status}' "$$package" 2>/dev/null) in \
    installed) ;; *) missing="$$missing $$package" ;; esac; \
done; \
[ -n "$$missing" ] || exit 0; \
sudo=''; \
if [ "$$(id -u)" != 0 ]; then \
  command -v sudo >/dev/null || { \
    echo "deps: missing:$$missing" >&2; \
    echo "deps: as root: apt-get update && apt-get install$$missing" >&2; exit 1; }; \
  sudo=sudo; \
fi; \
policy=/usr/sbin/policy-rc.d; made=''; \
if [ ! -e $$policy ]; then \
  printf '#!/bin/sh\nexit 101\n' | $$sudo tee $$policy >/dev/null; \
  $$sudo chmod 755 $$policy; made=yes; \
fi; \
trap '[ -z "$$made" ] || $$sudo rm -f $$policy' EXIT; \
echo "deps: installing$$missing"; \
$$sudo apt-get update -qq </dev/null || echo 'deps: apt-get update failed; trying with the lists there are'; \
$$sudo env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends $$missing </dev/null; \
case "$$missing" in *nginx*) \
  if [ -d /run/systemd/system ]; then $$sudo systemctl disable --now nginx; fi ;; \
esac
endef

toolchain:
	@command -v $(SWIFT) >/dev/null || { \
	  echo 'The Swift toolchain is missing. Get Swift 6.3 for Debian 12 from https://www.swift.org/install/linux/' >&2; \
	  echo 'and put its usr/bin on the PATH, or name it: make SWIFT=/path/to/usr/bin/swift build' >&2; exit 1; }

deps: ## install what building and testing need, with apt-get
	@$(call install_packages,$(PACKAGES))

deps-bench:
	@$(call install_packages,$(PACKAGES_BENCH))

build: toolchain ## build the server for release
	@$(SWIFT) build $(RELEASE) --product statusline
	@echo 'built $(BINARY)'

run: deps ## build, serve the example site on PORT, and say what to try
	@$(PYTHON) -c 'import socket, sys; s = socket.socket(); s.settimeout(2); sys.exit(s.connect_ex(("$(HOST)", $(PORT))) == 0)' || { \
	  echo 'Something listens on $(HOST):$(PORT) already. Another port: make run PORT=8081' >&2; exit 1; }
	@$(MAKE) --no-print-directory build
	@printf '%s\n' "$$TO_TRY"
	@exec $(BINARY) serve --config Examples/statusline.yaml --listen $(HOST):$(PORT)

# Six things to try, printed by `make run`.
define TO_TRY

Six things to try, in a browser at http://$(HOST):$(PORT)/ or in another terminal:

1. A file, with the validators by which a cache asks again. Then, with its tag: 304, nothing is sent twice.
     curl -i http://$(HOST):$(PORT)/hello
     curl -i -H 'If-None-Match: "PUT-THE-ETAG-HERE"' http://$(HOST):$(PORT)/hello

2. Ten bytes of a long text: 206, and the place of the part in the whole.
     curl -i -r 0-9 http://$(HOST):$(PORT)/long.txt

3. A folder that may not be listed: 403.14. Its X-Request-Id is the ID to ask with: path, line and what to change.
     curl -i http://$(HOST):$(PORT)/closed/
     $(BINARY) why ID

4. A path that is nearly right: 404, and `why` knows the near miss. A method that is not taken: 405, with Allow.
     curl -i http://api.localhost:$(PORT)/Status
     curl -i -X DELETE http://$(HOST):$(PORT)/hello

5. Garbage, here a space before a colon: 400, with the byte that was wrong.
     curl -i -H 'X-Note : 1' http://$(HOST):$(PORT)/hello

6. The same without asking the server: what it would say, and whether a configuration is valid.
     $(BINARY) predict GET /closed/ --config Examples/statusline.yaml
     $(BINARY) check Examples/statusline.yaml

Ctrl-C lets what is under way finish and stops.

endef
export TO_TRY

test: deps toolchain ## build and run everything that is checked
	@$(SWIFT) build $(DEBUG) --build-tests
	@$(SWIFT) test $(DEBUG) --skip-build
	@$(SWIFT) run $(DEBUG) --skip-build GraphPrinter --check .
	@$(MAKE) --no-print-directory lint
	@Tests/Clients/run.sh "$$($(SWIFT) build $(DEBUG) --show-bin-path)/statusline"
	@FUZZ_BUILD='$(abspath $(BUILD))/fuzz' Fuzz/smoke.sh
	@$(MAKE) --no-print-directory budget
	@echo 'make test: the build, the tests, the graph'"'"'s printed forms, the format, real clients,'
	@echo 'the fuzzers'"'"' smoke run and the budget of a request: all passed'

budget: deps build ## count instructions and allocations a request, against Benchmarks/budget.tsv
	@$(PYTHON) -B Benchmarks/budget.py '$(BINARY)'
	@$(PYTHON) -B Benchmarks/footprint.py '$(BINARY)'

clients: deps build ## let curl, wget, Python, h11, httpx and, where it is installed, Chromium ask
	@Tests/Clients/run.sh '$(BINARY)'

screenshots: build ## take the pictures of Documentation/Screenshots anew, with Chromium
	@$(PYTHON) -B Tests/Clients/screenshots.py '$(BINARY)'

bench: deps-bench build ## compare with nginx: CPU a request, memory, start
	@$(PYTHON) -B Benchmarks/bench.py $(BINARY)

fuzz: deps toolchain ## run FUZZER (all) for SECONDS (60) each
	@FUZZ_BUILD='$(abspath $(BUILD))/fuzz' Fuzz/run.sh $(FUZZER) $(SECONDS)

stamp: toolchain ## note in translations which English text they were made from
	@$(SWIFT) run $(DEBUG) CatalogueCompiler stamp Catalogue

graph: toolchain ## print the graph's picture and table into Documentation/Graph
	@$(SWIFT) run $(DEBUG) GraphPrinter .

docs: toolchain ## make the documentation of the library products with DocC into BUILD/docs
	@$(SWIFT) build $(DEBUG) --target StatusGuide
	@SWIFT='$(SWIFT)' Documentation/docs.sh '$(abspath $(BUILD))'

consumer: toolchain ## let another package depend on this one, by path and by tag, and run what it builds
	@SWIFT='$(SWIFT)' Tests/Clients/consumer.sh

SOURCES := Package.swift Sources Tests Plugins Snippets Fuzz/Package.swift Fuzz/Fuzzers

format: toolchain ## format every Swift file in place
	@$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

lint: toolchain ## tell what `make format` would change
	@$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

install: build ## install the server, manual page, completions, an example and the licence below PREFIX
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/doc/statusline/examples'
	install -s -m 755 '$(BINARY)' '$(DESTDIR)$(PREFIX)/bin/statusline'
	install -m 644 Examples/statusline.yaml '$(DESTDIR)$(PREFIX)/share/doc/statusline/examples/'
	cp -R Examples/site '$(DESTDIR)$(PREFIX)/share/doc/statusline/examples/'
	install -m 644 README.md LICENSE '$(DESTDIR)$(PREFIX)/share/doc/statusline/'
	install -d '$(DESTDIR)$(PREFIX)/share/man/man1' '$(DESTDIR)$(PREFIX)/share/bash-completion/completions' \
	  '$(DESTDIR)$(PREFIX)/share/zsh/vendor-completions' '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d'
	'$(BINARY)' help --man >'$(DESTDIR)$(PREFIX)/share/man/man1/statusline.1'
	'$(BINARY)' help --completion bash >'$(DESTDIR)$(PREFIX)/share/bash-completion/completions/statusline'
	'$(BINARY)' help --completion zsh >'$(DESTDIR)$(PREFIX)/share/zsh/vendor-completions/_statusline'
	'$(BINARY)' help --completion fish >'$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/statusline.fish'
	install -d '$(DESTDIR)$(PREFIX)/lib/systemd/system'
	for unit in statusline.service statusline.socket; do \
	  sed 's|@BINDIR@|$(PREFIX)/bin|' "Packaging/$$unit" >'$(DESTDIR)$(PREFIX)/lib/systemd/system/'"$$unit"; done

deb: build ## make the Debian package in BUILD
	@rm -rf '$(BUILD)/deb'
	@$(MAKE) --no-print-directory install DESTDIR='$(abspath $(BUILD))/deb' PREFIX=/usr >/dev/null
	@Packaging/make-deb.sh '$(BUILD)/deb' "$$('$(BINARY)' --version | sed 's/.* //')" '$(BUILD)'

image-root: build ## put the server and its libraries into BUILD/image/root, for Packaging/Dockerfile
	@Packaging/image-root.sh '$(BINARY)' '$(BUILD)/image/root'

clean: ## remove what was built
	rm -rf '$(BUILD)' .cache
