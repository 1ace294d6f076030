#!/bin/sh
# Creates the virtual environment at the first start and after a change of requirements.txt, then starts the app.
set -eu
cd "$(dirname "$0")"

if ! cmp -s requirements.txt .venv/installed-requirements.txt; then
  python3 -m venv --clear .venv
  .venv/bin/python -m pip install --quiet --requirement requirements.txt
  cp requirements.txt .venv/installed-requirements.txt
fi
exec .venv/bin/python app.py
