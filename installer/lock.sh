#!/bin/sh
# Make requirements.lock anew from pyproject.toml: every platform, hashes, no index address.
set -eu
cd "$(dirname "$0")/.."
uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header -q -o requirements.lock "$@"
