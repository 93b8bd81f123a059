# Everything a user or developer does starts here. Needs Python 3.11 or newer, its venv module, and make: nothing else.
.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench docs soak messages lock clean-venv

# The first Python that is new enough, unless PYTHON=… names one.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
# A stamp is written after everything it stands for succeeded, so an interrupted installation is done again.
SERVER := $(VENV)/.installed-server
DEVELOP := $(VENV)/.installed-develop
INPUTS := pyproject.toml constraints.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## ?/  make \1\t/' | expand -t 20

demo: $(SERVER)  ## 演示公司，开箱可看 / a simulated company, ready to look at
	@$(BIN)/kexin demo

test: $(DEVELOP)  ## every test this machine can run; names what it could not
	@$(BIN)/python tests/run.py

lint: $(DEVELOP)  ## ruff, mypy, the import map, the catalogues
	@$(BIN)/python tests/run.py --only lint

format: $(DEVELOP)  ## put the code into the form the linter expects
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

bench: $(DEVELOP)  ## one file per claim, each beside its rival or limit; printed, not asserted
	@for file in $$(find benchmarks -name '*.py' ! -name '__init__.py' ! -name '_*' | sort); do echo "== $$file"; $(BIN)/python $$file || exit 1; done

docs: $(DEVELOP)  ## the documentation, into docs/_build/html
	@$(BIN)/python -m sphinx -W --keep-going -q -j auto docs docs/_build/html
	@echo "docs/_build/html/index.html"

soak: $(DEVELOP)  ## kill, fill and disconnect for a quarter of an hour
	@KEXIN_SOAK=1 $(BIN)/python -m pytest tests/faults -m "fault or not fault" -p no:randomly -q

messages: $(DEVELOP)  ## collect, check and compile the texts people read
	@$(BIN)/python -m tools.messages

lock: $(DEVELOP)  ## write constraints.txt anew (needs uv in the virtual environment)
	@$(BIN)/uv pip compile pyproject.toml --all-extras --universal --no-header --no-annotate --no-emit-index-url --quiet > constraints.new
	@grep -vE '^(--|#)' constraints.new > constraints.txt && rm constraints.new

clean-venv:  ## forget the virtual environment; the next command makes it anew
	@rm -rf $(VENV)

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "需要 Python 3.11 或更新版本。 / Python 3.11 or newer is needed, and none was found."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "这个 Python 缺少 venv 模块：在 Debian 或 Ubuntu 上请先运行 apt install python3-venv。 / This Python lacks its venv module: on Debian or Ubuntu, run 'apt install python3-venv' first."; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

$(SERVER): $(INPUTS) | $(BIN)/python
	@echo "正在安装，只需一次，约一两分钟…… / Installing, once only, a minute or two …"
	@$(PIP) -e '.[server]'
	@touch $@

$(DEVELOP): $(INPUTS) | $(BIN)/python
	@echo "Installing Kexin with its test and documentation tools, once only …"
	@$(PIP) -e '.[server,test,docs]'
	@touch $(SERVER) $@
