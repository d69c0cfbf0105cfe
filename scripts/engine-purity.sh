#!/usr/bin/env bash
# The purity of the engine and of the other products' engines: they compile as Embedded Swift, and they name nothing
# whose order or value differs from run to run.
#
# The compiler rejects Foundation, existentials, clocks and untyped throws (it must generate code for that, hence -c);
# the text test catches what Embedded Swift allows. Comments are not searched. The engine imports nothing, the others
# import the engine alone.
set -euo pipefail
cd "$(dirname "$0")/.."

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
found=0
for module in Engine Peers; do
  mapfile -t files < <(find "Sources/$module" -name '*.swift' | sort)
  [ ${#files[@]} -gt 0 ] || { echo "error: no files in Sources/$module" >&2; exit 1; }

  swiftc -swift-version 6 -O -enable-experimental-feature Embedded -wmo -parse-as-library -warnings-as-errors \
    -module-name "$module" -I "$out" -emit-module-path "$out/$module.swiftmodule" -c "${files[@]}" -o "$out/$module.o"

  for file in "${files[@]}"; do
    # A line's code is what stands before //.
    hits=$(sed 's://.*$::' "$file" |
      { [ "$module" = Engine ] && cat || sed 's/^import Engine$//'; } |
      grep -nE '\bDictionary\b|\bSet<|\bSet\(|\.random\(|\.shuffled\((\)|using)|\bimport\b|[ (<:]any [A-Z]|\bDouble\b|\bFloat\b|\bclass [A-Z]' || true)
    if [ -n "$hits" ]; then
      sed "s|^|$file:|" <<<"$hits" >&2
      found=1
    fi
  done
  echo "engine purity: ${#files[@]} files of $module"
done
if [ "$found" -ne 0 ]; then
  echo "error: the engines may not name these (see docs/architecture.md)" >&2
  exit 1
fi
