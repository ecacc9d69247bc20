# Two commands: `make serve` sets everything up and runs the site; `make test` sets everything up and runs every test.
# `make serve PORT=8080` serves on another port; without it KG_HOST and KG_PORT count, as for `kg serve`.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: serve test lock clean

serve: .venv/serve
	$(BIN)/kg serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

test: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto --dist loadfile

# Write the lock files anew, after a change of the dependencies in pyproject.toml.
lock: .venv/test
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links \
		--no-emit-trusted-host --no-annotate --extra build --output-file requirements/serve.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links \
		--no-emit-trusted-host --no-annotate --extra build --extra dev --constraint requirements/serve.txt \
		--output-file requirements/test.txt pyproject.toml

clean:
	rm -rf .venv var dist

.venv/serve: requirements/serve.txt pyproject.toml build_hook.py frontend/package-lock.json $(wildcard src/kg/web/translations/*/*/*.po)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/serve.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.venv/test: .venv/serve requirements/test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@
