# What a machine with Python 3.11 or newer and make needs to run, test and measure the product. `make help` lists it.
# Holds steps only: what is installed stands in requirements/, how it is fetched in tools/. Every step may be repeated.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
# Of the tests: one more than there are processors, because a test waits while its browser or its database works, and they for it.
WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
DONE := $(VENV)/done
INSTALL := $(BIN)/uv pip install --quiet --require-hashes --python $(BIN)/python
MESSAGES := $(patsubst %.po,%.mo,$(wildcard src/zhunsheng/locale/*/LC_MESSAGES/*.po))

# Where a machine forbids it, as many containers do, every command would compile hundreds of modules anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test check bench gallery bundle clean

help: ## 列出各项命令 · list the commands
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(DONE)/product $(DONE)/assets $(MESSAGES) ## 安装到 .venv，可重复运行 · install into .venv; may be repeated

demo: setup ## 装入演示数据并启动网站 · load the demonstration and serve the site
	$(BIN)/zhunsheng demo serve

test: setup $(DONE)/test ## 在 SQLite 和 PostgreSQL 上运行全部测试 · run the tests on SQLite and on PostgreSQL
	$(BIN)/python tools/ensure_browser.py
	$(BIN)/pytest -n $(WORKERS) --dist worksteal
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --database=postgresql -m database

check: setup $(DONE)/test ## 检查代码、依赖方向、系统声明、密钥和依赖漏洞 · check code, imports, declarations, secrets and dependencies
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zhunsheng catalogue lint
	$(BIN)/python tools/find_secrets.py
	$(BIN)/python tools/audit_dependencies.py

bench: setup $(DONE)/test $(DONE)/bench ## 与同类软件比较速度 · measure the speed against comparable software
	$(BIN)/python -m benchmarks

gallery: setup $(DONE)/test ## 为每一种页面拍照，更新 docs/gallery · take a picture of every kind of page
	$(BIN)/python tools/ensure_browser.py
	$(BIN)/python -m gallery --fresh --docs

bundle: setup ## 制作离线安装包 dist/bundle · make the offline bundle
	$(BIN)/python tools/bundle.py

clean: ## 删除安装和编译的文件，保留 var/ 数据 · remove what was installed or compiled; keeps the data in var/
	rm -rf $(VENV) src/zhunsheng/static/vendor .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src -name '*.mo' -delete

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更高版本。 Python 3.11 or newer is needed." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(DONE)/uv: requirements/bootstrap.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@mkdir -p $(DONE) && touch $@

$(DONE)/product: requirements/base.txt requirements/build.txt pyproject.toml $(DONE)/uv
	$(INSTALL) -r requirements/base.txt -r requirements/build.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(DONE)/test $(DONE)/bench: $(DONE)/%: requirements/%.txt $(DONE)/product
	$(INSTALL) -r $<
	@touch $@

$(DONE)/assets: package-lock.json tools/fetch_assets.py tools/vendor.sha256 requirements/assets.txt $(DONE)/uv
	$(BIN)/python tools/fetch_assets.py
	@touch $@

%.mo: %.po $(DONE)/product
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
