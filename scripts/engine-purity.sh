#!/usr/bin/env bash
# The engine's purity: it compiles as Embedded Swift, and it names nothing whose order or value differs from run to run.
#
# The compiler rejects Foundation, existentials, clocks and untyped throws (it must generate code for that, hence -c);
# the text test catches what Embedded Swift allows. Comments are not searched.
set -euo pipefail
cd "$(dirname "$0")/.."

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
mapfile -t files < <(find Sources/Engine -name '*.swift' | sort)
[ ${#files[@]} -gt 0 ] || { echo "error: no files in Sources/Engine" >&2; exit 1; }

swiftc -swift-version 6 -O -enable-experimental-feature Embedded -wmo -parse-as-library -warnings-as-errors \
  -module-name Engine -c "${files[@]}" -o "$out/Engine.o"

found=0
for file in "${files[@]}"; do
  # A line's code is what stands before //.
  hits=$(sed 's://.*$::' "$file" |
    grep -nE '\bDictionary\b|\bSet<|\bSet\(|\.random\(|\.shuffled\((\)|using)|\bimport\b|[ (<:]any [A-Z]|\bDouble\b|\bFloat\b|\bclass [A-Z]' || true)
  if [ -n "$hits" ]; then
    sed "s|^|$file:|" <<<"$hits" >&2
    found=1
  fi
done
if [ "$found" -ne 0 ]; then
  echo "error: the engine may not name these (see docs/architecture.md)" >&2
  exit 1
fi
echo "engine purity: ${#files[@]} files"
