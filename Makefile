# make demo, make test: each sets up .venv by itself and needs no root.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench soak fuzz docs dist image lab-multipath lock clean
bin := .venv/bin
version = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)

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

soak: setup ## scrape the demo pool every second for half an hour, and say whether memory grows
	@$(bin)/python -m tests.stress.soak $(ARGS)

# atheris is of this alone: it is large, and there are wheels for CPython on Linux only.
fuzz: setup ## a million damaged inputs for everything that reads what others wrote
	@$(bin)/python -c 'import atheris' 2>/dev/null || $(bin)/pip install -q 'atheris>=3.0'
	@nice $(bin)/python -m tests.fuzz $(ARGS)

docs: setup ## write the pages, dashboards and manifests that are generated from the code
	@$(bin)/python -m exporter.reference docs
	@$(bin)/python -m dashboards
	@$(bin)/python -m exporter.manifests

dist: setup ## build wheel, sdist, xenlens.pyz and SBOM into dist/, and SHA256SUMS beside them
	@.ci/dist

engine ?= docker
image: ## build the container image localhost/xenlens; engine=podman and engine=buildah do as well
	@$(engine) build --build-arg VERSION=$(version) -t localhost/xenlens:$(version) -t localhost/xenlens $(ARGS) .

lab-multipath: setup ## open an emulated host whose storage controllers you can pull
	@.ci/machine && .ci/multipath
	@$(bin)/python -m tests.labs.multipath $(ARGS)

compile := $(bin)/pip-compile -q -U --generate-hashes --allow-unsafe --strip-extras \
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links
lock: setup ## refresh the locked dependencies, and the tools that an image is built with
	@$(compile) -o requirements.lock pyproject.toml
	@$(compile) --extra dev -o requirements-dev.lock pyproject.toml
	@printf '%s\n' build cyclonedx-bom hatchling | $(compile) -o requirements-build.lock -

clean: ## remove .venv, what was built and caches of tools; .cache stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
