#!/bin/sh
# Writes the lock files anew (make lock). They pin versions and hashes and name no host, so that
# any mirror serves them. Pass --upgrade to move to the newest versions.
set -eu
cd "$(dirname "$0")/.."
compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header "$@"
}
compile pyproject.toml --group dev --output-file requirements-dev.lock "$@"
compile pyproject.toml --constraints requirements-dev.lock --output-file requirements.lock "$@"
compile tools/bootstrap.in --constraints requirements-dev.lock \
    --output-file tools/bootstrap.lock "$@"
compile tools/node.in --constraints requirements-dev.lock --output-file tools/node.lock "$@"
