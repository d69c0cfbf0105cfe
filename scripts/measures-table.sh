#!/usr/bin/env bash
# Writes the table of measures in README.md anew, between its two marks. Argument: the farmsim binary.
set -euo pipefail
cd "$(dirname "$0")/.."
table=$(mktemp)
trap 'rm -f "$table" README.md.new' EXIT
"$1" measures >"$table"
awk -v table="$table" '
  /<!-- end of measures -->/ { inside = 0 }
  !inside { print }
  /<!-- measures -->/ { inside = 1; while ((getline line < table) > 0) print line }
' README.md >README.md.new
mv README.md.new README.md
