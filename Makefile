# postrider. `make` builds build/postrider; `make help` lists the rest.

PREFIX  ?= /usr/local
BINDIR   = $(PREFIX)/bin
LIBDIR   = $(PREFIX)/lib
SHAREDIR = $(PREFIX)/share
MANDIR   = $(SHAREDIR)/man
DOCDIR   = $(SHAREDIR)/doc/postrider
BUILD   ?= build
CC      ?= cc
CFLAGS  ?= -O2 -g
VERSION := 0.1.0

# With the oldest version that it was tried with: that of Debian 12. Linked, and
# loaded when it is needed.
LINKED := libcurl>=7.88 libcmark>=0.30.2 yaml-0.1>=0.2.5 jansson>=2.14 \
	libidn2>=2.3.3 sqlite3>=3.40 libpq>=15 libcrypto>=3.0 \
	libmicrohttpd>=0.9.75
LOADED := libxml-2.0>=2.9.14
PACKAGES := $(foreach needed,$(LINKED),$(firstword $(subst >=, ,$(needed))))
# Looked up when the first file is compiled: `make help` and the targets that
# install packages must work where pkg-config does not exist yet.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $$(PACKAGES) libxml-2.0))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $$(PACKAGES)))$(PKG_LIBS)
LIBS     = -Wl,--as-needed $(PKG_LIBS) -letpan -lunistring -lresolv -lm

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wvla -Wformat=2
ifdef WERROR
WARNINGS += -Werror
endif

# Against what a mistake of ours may be used for (docs/security.md); `HARDEN=`
# leaves it out. Sanitizers bring their own. Those of one processor only where
# the compiler knows them.
ifndef SANITIZE
HARDEN = -fPIE -fstack-protector-strong -fstack-clash-protection \
	-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 $(BRANCHES)
endif
RELRO = -pie -Wl,-z,relro,-z,now,-z,noexecstack
HARDEN_LD = $(if $(HARDEN),$(RELRO))
BRANCHES = $(eval BRANCHES := $$(call taken,-fcf-protection,\
	-mbranch-protection=standard))$(BRANCHES)
taken = $(foreach flag,$(1) $(2),$(shell $(CC) -Werror $(flag) -x c -c \
	-o /dev/null /dev/null 2>/dev/null && echo $(flag)))

# The folder it is built in stands in no file: two builds are equal.
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -Isrc -I. $(WARNINGS) $(HARDEN) \
	$(CPPFLAGS) $(CFLAGS) $(SANITIZE) -ffile-prefix-map=$(CURDIR)=. \
	-DPOSTRIDER_VERSION='"$(VERSION)"' $(PKG_CFLAGS)

SOURCES := $(sort $(wildcard src/*.c src/*/*.c))
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/obj/%.o)
PARTS   := $(filter-out $(BUILD)/obj/main.o,$(OBJECTS))
UNITS   := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,\
	$(sort $(wildcard tests/unit/test_*.c)))
EMBEDDED := $(sort $(foreach name,archive desk digest minimal pages post,\
	$(wildcard templates/$(name)/*.* templates/$(name)/*/*.*)))

.PHONY: all help
all: $(BUILD)/postrider

help:
	@echo 'make            build $(BUILD)/postrider'
	@echo 'make demo       install what is missing, build, run the sample site'
	@echo 'make check      install what the tests need, run them all'
	@echo 'make unit       only the unit tests'
	@echo 'make asan       the whole suite under AddressSanitizer and UBSan'
	@echo 'make coverage   which lines the test suite runs; ONLY=unit: that part of it'
	@echo 'make tsan       what has threads, under ThreadSanitizer'
	@echo 'make memory     the store and what is spoken with relays, under valgrind'
	@echo 'make fuzz       each fuzz target for TIME (60) seconds, seeded from CASES;'
	@echo '                needs clang'
	@echo 'make cases CASES=DIR   judge the program by case sets'
	@echo 'make bench      ratios against other programs; BENCH=million: that part,'
	@echo '                which takes long (tests/bench/bench.py names the others)'
	@echo 'make budget     how many instructions the work takes, beside what is'
	@echo '                written down (valgrind); BLESS=1 writes it down'
	@echo 'make screenshots OUT=DIR   pictures of the sample letters'
	@echo 'make lint       analysers and the include table'
	@echo 'make format     clang-format'
	@echo 'make bless      rewrite the golden files from what is produced now'
	@echo 'make install    to PREFIX ($(PREFIX)) below DESTDIR; make uninstall'
	@echo 'make deb        a Debian package, in $(BUILD)/deb'
	@echo 'make reproducible   builds it in two folders, and compares'
	@echo 'make sbom       what it is made of, as SPDX, in $(BUILD)/postrider.spdx.json'
	@echo 'make clean'

# ----- building -----

$(BUILD)/postrider: $(OBJECTS)
	$(CC) $(ALL_CFLAGS) $(HARDEN_LD) $(LDFLAGS) -o $@ $(OBJECTS) $(LIBS)

$(BUILD)/obj/%.o: src/%.c | $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The default templates are embedded with .incbin, all that there are.
$(BUILD)/obj/render/embedded.o: $(EMBEDDED)
$(BUILD)/obj/render/embedded.o: ALL_CFLAGS += -DEMBEDDED='$(foreach file,\
	$(EMBEDDED:templates/%=%),EMBED("$(file)"))'

# libxml2 is loaded when it is needed, by the name that it has here.
$(BUILD)/obj/base/libxml.o: ALL_CFLAGS += -DLIBXML_SONAME='"$(shell readelf -d \
	"$$($(CC) -print-file-name=libxml2.so)" | \
	sed -n 's/.*SONAME.*\[\(.*\)\].*/\1/p')"'

# So is libgd.
$(BUILD)/obj/picture/libgd.o: ALL_CFLAGS += -DLIBGD_SONAME='"$(shell readelf -d \
	"$$($(CC) -print-file-name=libgd.so)" | \
	sed -n 's/.*SONAME.*\[\(.*\)\].*/\1/p')"'

$(BUILD)/flags:
	@for needed in $(patsubst %,'%',$(LINKED) $(LOADED)); do \
		pkg-config --exists "$${needed%%>=*} >= $${needed##*>=}" || { \
		echo "postrider: needs $$needed to be built; 'make setup'" \
			"installs what is missing" >&2; exit 1; }; done
	@mkdir -p $(BUILD)
	@touch $@

$(BUILD)/libparts.a: $(PARTS)
	@rm -f $@
	@$(AR) rcs $@ $(PARTS)

$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/libparts.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP -o $@ $< $(BUILD)/libparts.a \
		-lcmocka $(LIBS)

$(BUILD)/meddle: tests/e2e/meddle.c | $(BUILD)/flags
	$(CC) $(ALL_CFLAGS) -o $@ $<

$(BUILD)/wall.so: tests/e2e/wall.c | $(BUILD)/flags
	$(CC) -O2 $(WARNINGS) -D_GNU_SOURCE -fPIC -shared -o $@ $<

-include $(OBJECTS:.o=.d) $(UNITS:=.d)

# ----- set-up, demo, tests -----

.PHONY: setup setup-tests demo check check-built unit budget cases asan bench \
	bless screenshots
setup:
	@sh tests/setup.sh build

setup-tests:
	@sh tests/setup.sh tests

demo: setup
	@$(MAKE) --no-print-directory -s $(BUILD)/postrider
	@sh tests/demo.sh $(BUILD)/postrider $(SMTP)

check: setup-tests
	@$(MAKE) --no-print-directory check-built

check-built: $(BUILD)/postrider $(BUILD)/meddle $(BUILD)/wall.so $(UNITS)
	@BUILD=$(BUILD) CASES=$(CASES) sh tests/check.sh

unit: $(UNITS)
	@BUILD=$(BUILD) sh tests/check.sh unit

budget: $(BUILD)/postrider
	@BUILD=$(BUILD) /usr/bin/python3 tests/e2e/test_budget.py

cases: $(BUILD)/postrider
	@/usr/bin/python3 tests/cases.py $(if $(V),-v) $(BUILD)/postrider $(CASES)

ASAN := -fsanitize=address,undefined -fno-omit-frame-pointer \
	-fno-sanitize-recover=undefined
asan: setup-tests
	@$(MAKE) --no-print-directory BUILD=build/asan CFLAGS='-O1 -g' \
		SANITIZE='$(ASAN)' check-built

# What has threads, and what the store and the dialogue do with memory.
.PHONY: tsan memory
tsan: setup-tests
	@$(MAKE) --no-print-directory BUILD=build/tsan CFLAGS='-O1 -g' \
		SANITIZE='-fsanitize=thread' threads-built

threads-built: $(BUILD)/postrider $(BUILD)/unit/test_workers \
		$(BUILD)/unit/test_log_sink
	@BUILD=$(BUILD) sh tests/check.sh threads

memory: setup-tests
	@$(MAKE) --no-print-directory $(BUILD)/postrider $(UNITS)
	@BUILD=$(BUILD) sh tests/check.sh memory

# Atomic: threads count, too.
COVERAGE := --coverage -fprofile-update=atomic
ONLY ?= unit golden e2e postgres
.PHONY: coverage coverage-built
coverage: setup-tests
	@$(MAKE) --no-print-directory BUILD=build/coverage CC=gcc \
		CFLAGS='-O0 -g' SANITIZE='$(COVERAGE)' coverage-built

coverage-built: $(BUILD)/postrider $(BUILD)/meddle $(BUILD)/wall.so $(UNITS)
	@BUILD=$(BUILD) /usr/bin/python3 tests/coverage.py $(ONLY)

# Each target of tests/fuzz runs for a while on its corpus in build/fuzz, which
# is seeded from tests/fuzz/seeds and from CASES, and grows. Findings stay there
# as TARGET.crash-*, what took longer than two seconds as TARGET.slow-unit-*.
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/%,\
	$(sort $(wildcard tests/fuzz/fuzz_*.c)))
TIME ?= 60
# An empty span may be NULL, and clang minds NULL + 0.
FUZZ := -fsanitize=address,undefined,fuzzer-no-link \
	-fno-sanitize=pointer-overflow -fno-sanitize-recover=undefined
.PHONY: fuzz fuzz-built
fuzz:
	@$(MAKE) --no-print-directory BUILD=build/fuzz CC=clang CFLAGS='-O1 -g' \
		WARNINGS=-Wall fuzz-built \
		SANITIZE='$(FUZZ)'

fuzz-built: $(FUZZERS)
	@/usr/bin/python3 tests/fuzz/seed.py $(BUILD) $(CASES)
	@TIME=$(TIME) sh tests/fuzz/run.sh $(FUZZERS)

$(BUILD)/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/fuzz.h $(BUILD)/libparts.a
	$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer -o $@ $< $(BUILD)/libparts.a \
		$(LIBS)

bench: $(BUILD)/postrider $(BUILD)/libparts.a
	@BUILD=$(BUILD) sh tests/bench/run.sh $(BENCH)

screenshots: $(BUILD)/postrider
	@sh tests/pages/screenshots.sh $(BUILD) $(OUT)

bless: $(BUILD)/postrider
	@BLESS=1 BUILD=$(BUILD) sh tests/check.sh golden

# ----- care -----

.PHONY: lint format clean
lint:
	@/usr/bin/python3 tests/lint_layers.py
	@sh tests/lint.sh

# clang-format 14 takes the star behind a struct's brace for a product.
FORMATTED = $(SOURCES) $(wildcard src/*/*.h) \
	$(wildcard tests/unit/*.[ch] tests/fuzz/*.[ch] tests/bench/*.[ch])
format:
	clang-format -style=file:tests/clang-format -i $(FORMATTED)
	sed -i 's/^\(\t*\)} \* \([a-z_]*[;,]\)/\1} *\2/' $(FORMATTED)

clean:
	rm -rf $(BUILD)

# ----- installing -----

# Manual pages and completions are made from the tables of the program.
PYTHON ?= python3
PAGES  = $(addprefix $(BUILD)/man/,postrider.1 postrider.yaml.5 \
	postrider-templates.7)
COMPLETIONS = $(addprefix $(BUILD)/completions/,bash zsh fish)
WRITERS = $(wildcard docs/packaging/*.py)

.PHONY: install uninstall man completions sbom
.DELETE_ON_ERROR:
man: $(PAGES)
completions: $(COMPLETIONS)

$(BUILD)/tables.json: $(BUILD)/postrider
	$(BUILD)/postrider --help --json >$@

$(PAGES): $(BUILD)/man/%: docs/man/% $(BUILD)/tables.json $(WRITERS) \
		docs/configuration.md templates/README.md \
		docs/packaging/debian/changelog
	@mkdir -p $(@D)
	$(PYTHON) -B docs/packaging/manual.py $(BUILD)/tables.json $< >$@

$(COMPLETIONS): $(BUILD)/completions/%: $(BUILD)/tables.json $(WRITERS)
	@mkdir -p $(@D)
	$(PYTHON) -B docs/packaging/completions.py $(BUILD)/tables.json $* >$@

sbom: $(BUILD)/postrider.spdx.json
$(BUILD)/postrider.spdx.json: $(BUILD)/postrider docs/packaging/sbom.py
	$(PYTHON) -B docs/packaging/sbom.py $< >$@

PLACES = BUILD='$(BUILD)' DESTDIR='$(DESTDIR)' BINDIR='$(BINDIR)' \
	LIBDIR='$(LIBDIR)' SHAREDIR='$(SHAREDIR)' MANDIR='$(MANDIR)' \
	DOCDIR='$(DOCDIR)'
install: $(BUILD)/postrider man completions
	@$(PLACES) sh docs/packaging/install.sh install

uninstall:
	@$(PLACES) sh docs/packaging/install.sh uninstall

# ----- the Debian package -----

# Built from a copy, for dpkg-buildpackage writes beside what it builds.
.PHONY: deb reproducible
deb:
	@sh docs/packaging/deb.sh $(BUILD)/deb

reproducible:
	@sh docs/packaging/reproducible.sh $(BUILD)/reproducible
