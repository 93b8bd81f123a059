# Everything a user or developer does starts here. Needs Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint format bench docs soak messages

demo: $(STAMP)
	@$(BIN)/kexin demo

test: $(STAMP)
	@$(BIN)/python -m pytest -n auto

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import venv' 2>/dev/null || { echo "Python's venv module is missing: on Debian or Ubuntu, run 'apt install python3-venv'. / 缺少 venv 模块：在 Debian 或 Ubuntu 上运行 apt install python3-venv。"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q -e '.[server,test,docs]'
	@touch $@
