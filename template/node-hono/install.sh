#!/bin/sh
# Installs what the function needs while it runs, from its lock file: of one workspace of a larger repo, or of a folder of its own.
set -eu
options="--omit=dev --ignore-scripts --no-audit --no-fund"
if [ "$WORKSPACE" != . ]; then
  npm ci --workspace "$WORKSPACE" $options
elif [ -f package-lock.json ]; then
  npm ci $options
elif [ -f package.json ] && node -e 'process.exit(require("./package.json").dependencies ? 0 : 1)'; then
  echo "package.json has dependencies, but there is no package-lock.json: run npm install --package-lock-only" >&2
  exit 1
fi
