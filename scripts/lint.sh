#!/usr/bin/env bash
# Format and lint of every Swift file, strictly: a warning fails. And what no test may have.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.swift')
swift format lint --strict --parallel "${files[@]}"
if grep -rn '\.timeLimit(' Tests; then
  echo "error: a test's time limit counts the wait for its turn, so it fails on a busy machine; bound what can hang" >&2
  exit 1
fi
if grep -rn 'as NSString' Sources; then
  echo "error: NSString traps on some paths; PathText takes them apart" >&2
  exit 1
fi
echo "lint: ${#files[@]} files"
