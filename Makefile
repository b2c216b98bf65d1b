# On Linux with apt, on macOS: everything from a bare machine with Python to a running program.

LIBRARIES_run := libegl1 libgles2 libgl1 libdbus-1-3 libfontconfig1 libglib2.0-0 libpulse0 libxkbcommon-x11-0 \
  libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1
LIBRARIES_test := $(LIBRARIES_run) libgl1-mesa-dri xvfb
EXTRAS_test := [dev]
# For the packages, and for what builds this one; another name of the same in pip 25.3 and newer.
CONSTRAINED := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt

FITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON = $(or $(shell for python in python3 python3.13 python3.12 python3.11; do \
  $$python -c '$(FITS)' 2>/dev/null && echo $$python && break; done),$(error \
  HandPose Live needs Python 3.11, 3.12 or 3.13: install one from your system or python.org and call make again))

.PHONY: help run test docs wheel clean

help:
	@echo 'make run                         start with camera 0'
	@echo 'make run ARGS="clip.mp4 --help"  start with these arguments; a path with spaces goes in single quotes'
	@echo 'make test                        check style and types, run the tests'
	@echo 'make docs                        build the documentation into site/'
	@echo 'make wheel                       build the source archive and the wheel into dist/'
	@echo 'make clean                       remove what make has installed and built here'

run: .venv/packages-run
	@.venv/bin/python main.py $(ARGS)

test: .venv/packages-test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	QT_QPA_PLATFORM=offscreen .venv/bin/pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal

docs: .venv/packages-test
	NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --strict

wheel: .venv/packages-test
	rm -rf dist
	.venv/bin/hatchling build

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache dist site

.venv/packages-run .venv/packages-test: .venv/packages-%: pyproject.toml constraints.txt | .venv/libraries-%
	@test -x .venv/bin/pip || $(PYTHON) -m venv .venv
	@echo 'Installing Python packages into .venv; the first time takes minutes, as PyTorch for a GPU is several GB ...'
	@$(CONSTRAINED) .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.$(EXTRAS_$*)'
	@touch $@

# Stamped only when nothing is missing: what the user has to install is named until it is installed.
.venv/libraries-run .venv/libraries-test: .venv/libraries-%: Makefile
	@mkdir -p .venv
	@command -v apt-get >/dev/null || { touch $@; exit 0; }; \
	wanted='$(LIBRARIES_$*)'; \
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  wanted="$$wanted $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"; \
	install="apt-get install --yes --no-upgrade --no-install-recommends $$wanted"; \
	planned=$$($$install --simulate 2>/dev/null) && ! echo "$$planned" | grep -q ^Inst && { touch $@; exit 0; }; \
	sudo=; test "$$(id -u)" = 0 || sudo=sudo; \
	if test -z "$$sudo" || sudo -n true 2>/dev/null || { test -t 0 && command -v sudo >/dev/null; }; then \
	  echo "Installing system libraries: $$wanted ..."; \
	  $$sudo apt-get update -qq; \
	  $$sudo env DEBIAN_FRONTEND=noninteractive $$install -qq >/dev/null && touch $@ && exit 0; \
	fi; \
	echo "Some system libraries are missing, please run: sudo apt-get update && sudo $$install"
