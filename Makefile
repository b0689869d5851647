# One word, one thing. `make` alone lists them.
PYTHON ?= python3
SETUP  := $(PYTHON) tools/setup.py
BIN    := .venv/bin
PYTEST := $(BIN)/python -m pytest
QUICK  := -q -p no:xdist -m "not db and not browser and not shared and not slow"

# Some machines forbid Python to keep what it compiled; each start then compiles thousands of files anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test quick quick-domain quick-rest lint types layers web-test bench fmt lock web clean api manual-pictures

help: ## 列出各个目标
	@echo "地名与公墓登记（geo_registry）"
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## 安装运行所需的一切（系统软件包、Python 软件包、网页）
	@$(SETUP)

run: setup ## 安装、启动数据库、载入示例区并打开服务（make run PORT=8123 换端口）
	@exec $(BIN)/geo-registry up $(if $(PORT),--port $(PORT))

test: test-setup ## 运行持续集成所做的全部检查
	@$(MAKE) --no-print-directory -j 2 -O lint types layers web-test
	$(PYTEST) -n 2 --dist worksteal

quick: ## 只运行不需要数据库和浏览器的检查（约 12 秒）
	@$(SETUP) --checks
	@$(MAKE) --no-print-directory -j 2 -O lint types layers quick-domain quick-rest

# Two processes side by side: two thousand tests of a millisecond each are not worth a queue between workers.
quick-domain:
	$(PYTEST) $(QUICK) tests/domain tests/rules

quick-rest:
	$(PYTEST) $(QUICK) $(addprefix --ignore=tests/,domain rules web stories)

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

layers:
	$(BIN)/lint-imports

web-test:
	@$(SETUP) npm run --silent type-check
	@$(SETUP) npm run --silent test

bench: ## 与底线和同类工具比速度（数分钟；缺的比较对象先安装；结果在 test-output/bench）
	@test -x $(BIN)/pytest || $(SETUP) --tests
	@$(BIN)/python -c "import splink, duckdb" 2>/dev/null || \
	  { echo "安装比较对象：splink、duckdb"; $(BIN)/python -m pip install -q "splink>=5" "duckdb>=1.4"; }
	@for program in national lookup http_checks roads boundaries verdict calibration web; do \
	  echo; $(BIN)/python bench/$$program.py || exit 1; done

fmt: ## 整理代码格式
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lock: ## 重写锁定文件（make lock UPGRADE=1 升级到最新版本）
	@tools/lock.sh $(if $(UPGRADE),--upgrade)

manual-pictures: test-setup ## 重拍使用手册的插图
	GEO_REGISTRY_MANUAL=1 $(PYTEST) -q tests/web/test_screens.py -k "page and office"

api: ## 由接口说明重新生成网页的接口类型（改过接口以后运行）
	@$(SETUP) npm run --silent api

web: setup ## 构建网页（源文件没有变化时不做任何事）

clean: ## 删除构建结果和缓存（不动 .venv，不动任何登记数据）
	rm -rf web/dist web/dist.unfinished web/node_modules test-output build dist
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find geo_registry tests tools notebooks -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: test-setup
test-setup:
	@$(SETUP) --tests
