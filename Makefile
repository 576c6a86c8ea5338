# `make` alone prints the targets. They need Python 3.11-3.13, Node.js 20 and git.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PY := .venv/bin/python
OPENAPI := api_rest/openapi.yaml
SDL := api_graphql/schema.graphql
PERSISTED := api_graphql/persisted.json
WEB_APP := frontend/dist/index.html
GRAPHIQL := api_graphql/static/api_graphql/graphiql/graphiql.min.js
# Runs a command with DATABASE_URL naming a throw-away PostgreSQL, unless it is set already.
WITH_POSTGRES := $(PY) -m scheduler.embedded_postgres --
PYTEST := $(PY) -m pytest
LOCK := $(PY) -m uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header \
	$(if $(UPGRADE),--upgrade) pyproject.toml

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tools and tests serve nobody.
lint types schema schema-check documents documents-check migrations-check: export INSECURE_SECRET_KEY := 1
tests test-fast test-browser screenshots test-long bench compare: export INSECURE_SECRET_KEY := 1
# Making and dropping test databases takes longer than a request may, on a busy machine.
tests test-fast test-browser screenshots test-long: export DB_STATEMENT_TIMEOUT_MS := 30000

.PHONY: help setup demo dev test test-fast test-long test-browser screenshots check lint types schema lock bench compare \
	clean checks schema-check documents documents-check types-fresh migrations-check web-tests tests chromium redis

help: ## Print these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: .venv/dev.installed ## Make .venv with everything that development needs

demo: .venv/demo.installed $(GRAPHIQL) $(WEB_APP) ## Set up, fill and serve a demo (PORT=8000 DATA_DIR=.local)
	@exec $(PY) -m scheduler.demo

# Vite serves the web app and hands the rest to Django; both take up what is saved. No security
# policy holds on Vite's own page. The database is thrown away, unless DATABASE_URL names another.
dev: export DEBUG := 1
dev: export DEMO := 1
dev: export API_SERVER = http://127.0.0.1:$(or $(PORT),8000)
dev: setup frontend/node_modules/.installed ## Serve what is being edited at http://127.0.0.1:5173
	@$(WITH_POSTGRES) sh -c '$(PY) manage.py migrate --verbosity 0 && $(PY) manage.py seed_demo \
		--hospitals 3 && { (cd frontend && exec node_modules/.bin/vite) & vite=$$!; \
		trap "kill $$vite" EXIT; $(PY) manage.py runserver $${API_SERVER#http://}; }'

# Three at a time: half of what they do first is wait for downloads.
test: ## Run all that CI runs
	@$(MAKE) --no-print-directory -j3 --output-sync=line SIDE_BY_SIDE=1 checks chromium redis
	@$(MAKE) --no-print-directory tests

checks: lint types schema-check documents-check types-fresh migrations-check web-tests

# The generated types are written anew to be compared: nobody reads them meanwhile.
ifdef SIDE_BY_SIDE
documents-check $(WEB_APP): | types-fresh
else
.NOTPARALLEL:
endif

check: test ## The same as test

test-fast: setup ## Run the tests without races, servers of their own and long runs
	@$(WITH_POSTGRES) $(PYTEST) -n 2 -m "not (races or serial or slow or long or browser)"

test-browser: setup $(WEB_APP) chromium ## Run the tests of the web app in Chromium
	@$(WITH_POSTGRES) $(PYTEST) -n 2 --dist loadfile tests/browser -m "not long"

screenshots: setup $(WEB_APP) chromium ## Renew the pictures of README.md
	@PICTURES=docs/images $(WITH_POSTGRES) $(PYTEST) tests/browser/test_pictures.py

test-long: setup ## Run what takes longer than a change should wait for
	@$(WITH_POSTGRES) $(PYTEST) -m "long and not browser"

lint: setup ## Check format, style and that imports point down
	@$(PY) -m ruff format --check --quiet . || { echo "Mend it with: $(PY) -m ruff format ."; exit 1; }
	@$(PY) -m ruff check --quiet .
	@.venv/bin/lint-imports

types: setup ## Check the types
	@$(PY) -m mypy .

schema: setup ## Write openapi.yaml and schema.graphql from the code
	@$(PY) manage.py spectacular --validate --fail-on-warn --file $(OPENAPI)
	@$(PY) manage.py graphql_schema --schema api_graphql.schema.schema --out $(SDL)

documents: setup frontend/node_modules/.installed ## Write persisted.json from the web app's GraphQL
	@cd frontend && node scripts/documents.mjs | ../$(PY) ../manage.py persist_documents -

lock: setup ## Write requirements/*.txt from pyproject.toml (UPGRADE=1 for the newest versions)
	$(LOCK) -o requirements/base.txt
	$(LOCK) --group demo -c requirements/base.txt -o requirements/demo.txt
	$(LOCK) --group demo --group dev -c requirements/base.txt -o requirements/dev.txt

bench: setup ## Measure both APIs beside PostgreSQL alone and a textbook (BENCH="--hospitals 640")
	@$(PY) -m benchmarks $(BENCH)

compare: setup ## Measure REST beside GraphQL and write the tables of docs/comparison.md
	@$(PY) -m benchmarks.compare $(BENCH)

clean: ## Remove .venv, the caches and the demo's data
	@for place in .local/postgres/elsewhere .local/bench/postgres/elsewhere; do \
		if [ -f $$place ]; then rm -rf "$$(cat $$place)"; fi; done
	@rm -rf api_graphql/static/api_graphql/graphiql api_graphql/web/node_modules
	@rm -rf .venv .local .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

schema-check: setup
	@mkdir -p .local
	@$(PY) manage.py spectacular --validate --fail-on-warn | diff -u $(OPENAPI) - \
		|| { echo "$(OPENAPI) is stale: run make schema."; exit 1; }
	@$(PY) manage.py graphql_schema --schema api_graphql.schema.schema --out .local/schema.graphql \
		>/dev/null && diff -u $(SDL) .local/schema.graphql \
		|| { echo "$(SDL) is stale: run make schema."; exit 1; }

documents-check: setup frontend/node_modules/.installed
	@mkdir -p .local
	@cd frontend && node scripts/documents.mjs \
		| ../$(PY) ../manage.py persist_documents - --out ../.local/persisted.json >/dev/null \
		&& diff -u ../$(PERSISTED) ../.local/persisted.json \
		|| { echo "$(PERSISTED) is stale: run make documents."; exit 1; }

# The web app's types of both APIs, as `npm run types` makes them. Where nothing changed they keep
# their time, or the web app would be built again below a server that serves it.
types-fresh: frontend/node_modules/.installed
	@mkdir -p .local && rm -rf .local/generated && cp -rp frontend/src/api/generated .local/generated
	@cd frontend && npm run --silent types >/dev/null \
		&& diff -ru ../.local/generated src/api/generated \
		&& cp -rp ../.local/generated/. src/api/generated \
		|| { echo "src/api/generated was stale and is written anew: commit it."; exit 1; }

migrations-check: setup
	@$(WITH_POSTGRES) $(PY) manage.py makemigrations --check --dry-run

web-tests: $(WEB_APP)
	@cd frontend && npm run --silent check && npm run --silent test && npm run --silent budget

# Tests that start servers or race keep to one file at a time in each of two processes, since a
# file shares its servers. Those in the browser do so, too: each process has a site of its own.
tests: setup $(WEB_APP)
	@$(WITH_POSTGRES) sh -c \
		'$(PYTEST) -n 2 -m "not (races or serial or long or browser)" \
		&& $(PYTEST) -n 2 --dist loadfile -m "(races or serial) and not (long or browser)" \
		&& $(PYTEST) -n 2 --dist loadfile tests/browser -m "not long"'

# Where root runs us (a container of CI), Debian's Chromium is fetched, as its shell without
# windows: with them, the tests take half as long again. Without either, the tests of the web app
# in a browser are skipped, and say so.
chromium:
	@if command -v $${CHROMIUM:-chromium-headless-shell} >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium ..."; \
		{ apt-get update -q && { apt-get install -y -q --no-install-recommends \
			chromium-headless-shell || apt-get install -y -q --no-install-recommends chromium; }; } \
			>/dev/null 2>&1 && exit 0; fi; \
	for name in chromium chromium-browser google-chrome; do \
		if command -v $$name >/dev/null; then exit 0; fi; done; \
	echo "Chromium is missing: the tests in a browser are skipped (Debian: apt install chromium)."

redis: | $(if $(SIDE_BY_SIDE),chromium) # likewise; apt works for one at a time
	@if command -v redis-server >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Redis ..."; \
		{ apt-get update -q && apt-get install -y -q --no-install-recommends redis-server; } \
			>/dev/null 2>&1 && exit 0; fi; \
	echo "Redis is missing: the tests of the cache are skipped (Debian: apt install redis-server)."

# Two makes in one folder take turns, and the second finds done what it waited for: npm begins by
# deleting what the first has installed.
in_turn = $(if $(shell command -v flock),flock Makefile) \
	sh -c '[ -e $@ ] && [ -z "$$(find $^ -newer $@)" ] || { ( $(1) ) && touch $@; }'

# A stamp is newer than its lock file: a second run installs nothing.
.venv/dev.installed .venv/demo.installed: .venv/%.installed: requirements/%.txt .venv/bin/python
	@echo "Installing Python packages ..."
	@$(call in_turn,$(PY) -m pip install --quiet --use-pep517 --no-deps --require-hashes -r $<) \
		|| { echo "The Python packages could not be installed; pip's reason stands above."; exit 1; }

# GraphiQL's prebuilt files: served from here, since pages load nothing from other hosts.
$(GRAPHIQL): api_graphql/web/package-lock.json
	@command -v npm >/dev/null || { echo "Node.js 20 or newer with npm is needed."; exit 1; }
	@echo "Installing GraphiQL ..."
	@$(call in_turn,cd api_graphql/web && npm ci --silent --no-audit --no-fund \
		&& npm run --silent build)

frontend/node_modules/.installed: frontend/package-lock.json
	@command -v npm >/dev/null || { echo "Node.js 20 or newer with npm is needed."; exit 1; }
	@echo "Installing the web app's packages ..."
	@$(call in_turn,cd frontend && npm ci --silent --no-audit --no-fund)

$(WEB_APP): frontend/node_modules/.installed frontend/index.html frontend/vite.config.ts \
		$(shell find frontend/src frontend/public -type f 2>/dev/null)
	@echo "Building the web app ..."
	@cd frontend && npm run --silent build -- --logLevel warn
	@touch $@

# The first Python that will do, python3 before others.
FITTING := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
.venv/bin/python:
	@python=$(PYTHON); \
	for name in $${python:-python3 python3.13 python3.12 python3.11}; do \
		if $$name -c '$(FITTING)' 2>/dev/null; then python=$$name; break; fi; python=; \
	done; \
	if [ "$$python" ]; then \
		echo "Creating .venv with $$($$python -V) ..."; \
		$$python -m venv --clear .venv; \
	elif python3 -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then \
		echo "Python's venv module is missing (Debian and Ubuntu: apt install python3-venv)."; exit 1; \
	else \
		echo "Python 3.11, 3.12 or 3.13 is needed; found: $$(python3 -V 2>/dev/null || echo none)."; exit 1; \
	fi
