#!/usr/bin/env bash
# licences.sh PROGRAM: under which licences all stands that is inside of a program, with their texts.
set -euo pipefail
program=$(readlink -f "$1")
cd "$(dirname "$0")/.."
components=$(scripts/components.sh "$program")

name=$(basename "$program")
echo "The sources of $name itself say nothing of a licence."
echo
echo "Inside of the program are:"
echo
while IFS=$'\t' read -r component version origin licence _; do
  echo "  $component $version, $licence"
  [ "$origin" = NOASSERTION ] || echo "      $origin"
done <<<"$components"
echo
echo "The texts of these licences are at https://spdx.org/licenses, and that of the Apache License is in"
echo "/usr/share/common-licenses/Apache-2.0. What came with each, beside that one, follows."
# Each text once, below the names of all that it came with.
declare -A names
order=()
while IFS=$'\t' read -r component _ _ _ texts; do
  for text in ${texts//$'\t'/ }; do
    sum=$(sha256sum "$text" | cut -d' ' -f1)
    [ -n "${names[$sum]:-}" ] || order+=("$sum $text")
    names[$sum]+="${names[$sum]:+, }$component"
  done
done <<<"$components"
for each in "${order[@]}"; do
  printf '\n---------- %s: %s\n\n' "${names[${each%% *}]}" "$(basename "${each#* }")"
  sed '/^ *Apache License$/,/END OF TERMS AND CONDITIONS/d; /APPENDIX: How to apply/,/limitations under the License/d' "${each#* }" | cat -s
done
