# Each target is all the set-up there is: a fresh machine needs Python 3.11 and make.
PYTHON ?= python3
BIN := .venv/bin
# Where this is set, every start would compile every library anew: two thirds of the time of a command.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: install run test check format lock clean

install: .venv/run.stamp

.venv/run.stamp: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Vaste needs Python 3.11 or newer. Set PYTHON=python3.11 (or newer) and run make again.")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python has no venv module here. Install it first (Debian, Ubuntu: apt-get install python3-venv) and run make again."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing Vaste and its libraries into .venv; this takes about half a minute, once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes --requirement requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: .venv/run.stamp requirements/test.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes --requirement requirements/test.txt
	@touch $@

run: install
	@$(BIN)/vaste run

test: .venv/test.stamp
	@$(BIN)/python -m tests.run

check: .venv/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m vaste.messaging.diagram --check

format: .venv/test.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Needs uv. Locks carry hashes, never addresses, and nothing younger than a week.
LOCK = uv pip compile pyproject.toml --extra build --python-version 3.11 --universal --generate-hashes --no-emit-index-url \
	--no-header --quiet --exclude-newer "$$(date --date='7 days ago' +%F)"
lock:
	$(LOCK) --output-file requirements/run.txt
	$(LOCK) --extra test --constraint requirements/run.txt --output-file requirements/test.txt

clean:
	rm -rf .venv var
