#!/usr/bin/env bash
# Format and lint of every Swift file, strictly: a warning fails.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.swift')
swift format lint --strict --parallel "${files[@]}"
echo "lint: ${#files[@]} files"
