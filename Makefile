# make demo   sets up, builds, runs the main job on the data inside the binary
# make test   sets up, builds, runs every test
# make fuzz   feeds made-up programs to both fuzz targets, SECONDS=600 each
.PHONY: demo test setup build build-debug build-libedit unit external libedit instructions generated screens format lint bench fuzz clean

UNAME := $(shell uname -s)
RELEASE := swift build -c release --product cnnbook
ifeq ($(UNAME),Linux)
# One file that runs where none of the libraries is installed.
ARCHIVES := .build-static
RELEASE := sh .ci/static-libraries $(ARCHIVES) && PKG_CONFIG_PATH="$$PWD/$(ARCHIVES)" $(RELEASE) --static-swift-stdlib
endif
BINARY := .build/release/cnnbook
LIBEDIT_BINARY := .build-libedit/release/cnnbook
VENV := .venv
PYTEST := $(VENV)/bin/python -m pytest -q

demo: setup build
	$(BINARY) run notebooks/quickstart.cnnbook

test: setup lint build build-debug build-libedit unit external instructions

setup:
	@sh .ci/setup

build:
	$(RELEASE)

build-debug:
	swift build --build-tests

# The same program with libedit in place of GNU readline, beside the other.
build-libedit:
	$(RELEASE) --traits Libedit --scratch-path .build-libedit

unit: build-debug
	swift test --skip-build --no-parallel

# Everything that goes through the binary: conformance notebooks, streams, the REPL on a pseudo-terminal, same bytes.
external: build build-debug build-libedit $(VENV)/ready
	CNNBOOK_BINARY=$(BINARY) CNNBOOK_DEBUG_BINARY=.build/debug/cnnbook CNNBOOK_LIBEDIT_BINARY=$(LIBEDIT_BINARY) \
		$(PYTEST) Tests/External

# The tests of the prompt alone, with both libraries.
libedit: build build-libedit $(VENV)/ready
	CNNBOOK_BINARY=$(BINARY) CNNBOOK_LIBEDIT_BINARY=$(LIBEDIT_BINARY) $(PYTEST) Tests/External/test_repl_editing.py Tests/External/test_repl_completion.py

# Fails where a LeNet step or a hand-written loop takes 5 % more instructions than Benchmarks/instructions.json says;
# python3 Benchmarks/instructions.py --update writes it.
instructions: build
ifeq ($(UNAME),Linux)
	python3 Benchmarks/instructions.py --binary $(BINARY)
else
	@echo "instructions are not counted here: that needs valgrind on Linux"
endif

$(VENV)/ready: Tests/External/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r Tests/External/requirements.txt
	touch $@

# The manual under docs/reference, the manual page, the editors' grammar and the fuzzers' dictionary, from the registries inside the binary.
generated: build
	rm -f docs/reference/*.md
	$(BINARY) help --all
	python3 editors/grammar.py $(BINARY)
	python3 Tests/Fuzz/words.py $(BINARY)
	python3 docs/manual_page.py $(BINARY)

# The screens in docs/repl.md and docs/repl.svg, from a session at a pseudo-terminal.
screens: build $(VENV)/ready
	$(VENV)/bin/python docs/screens.py $(BINARY)

format:
	swift format --in-place --recursive Sources Tests Package.swift

# Fails where the formatter would change a file.
lint:
	@sh .ci/lint

# Prints figures beside the peers; BENCH_PYTHON is a Python that has PyTorch, for the other side.
bench: setup build
	python3 Benchmarks/bench.py --binary $(BINARY) --torch-python "$(BENCH_PYTHON)"

# libFuzzer on the parser and on the evaluator side by side, a core each (Tests/Fuzz/README.md).
fuzz: setup
	@sh Tests/Fuzz/fuzz $(or $(SECONDS),600)

clean:
	rm -rf .build .build-fuzz .build-libedit $(VENV)
