# make demo, make test: each sets up .venv by itself and needs no root.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench docs lab-multipath lock clean
bin := .venv/bin

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## make .venv with the locked dependencies; the program is .venv/bin/xenlens
	@bash .ci/setup

demo: setup ## start the demo pool and the exporter on 127.0.0.1:10045
	@$(bin)/xenlens demo $(ARGS)

test: setup ## run the tests; parts that need a real program say so when it is missing
	@JOBS=$(JOBS) .ci/tests $(ARGS)

check: setup ## lint, types, layering, and the on-host files' range of Pythons
	@$(bin)/ruff check .
	@$(bin)/ruff format --check .
	@$(bin)/mypy
	@$(bin)/lint-imports
	@$(bin)/vermin --violations --no-tips -vvv -t=2.4- -t=3.0- collectors/onhost/xenlens_*.py

bench: setup ## measure, as ratios within one run
	@$(bin)/python -m tests.bench $(ARGS)

docs: setup ## write the pages and dashboards that are generated from the code
	@$(bin)/python -m exporter.reference > docs/metrics.md
	@$(bin)/python -m exporter.reference alerts > docs/alerts.md
	@$(bin)/python -m dashboards

lab-multipath: setup ## open an emulated host whose storage controllers you can pull
	@.ci/machine && .ci/multipath
	@$(bin)/python -m tests.labs.multipath $(ARGS)

lock: setup ## refresh the locked dependencies
	@for extra in "" "--extra dev"; do \
	  $(bin)/pip-compile -q -U --generate-hashes --allow-unsafe --strip-extras \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links $$extra \
	    -o requirements$${extra:+-dev}.lock pyproject.toml; done

clean: ## remove .venv and caches
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
