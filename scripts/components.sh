#!/usr/bin/env bash
# components.sh PROGRAM: what of others is inside of a program that was built here, one a line:
# name, version, where it comes from, licence, and the files with its texts, between tabs.
#
# It goes by the list of files that the program was linked from, which stands beside it, and by packaging/components.txt.
set -euo pipefail
program=$(readlink -f "$1")
cd "$(dirname "$0")/.."
list=$(dirname "$program")/$(basename "$program").product/Objects.LinkFileList
checkouts=$(dirname "$program")/../../checkouts
[ -r "$list" ] || { echo "error: there is no $list, which says what is inside of $program: was it moved?" >&2; exit 69; }
toolchain=$(swift -print-target-info | sed -n 's|.*"runtimeResourcePath": *"\(.*\)/lib/swift".*|\1|p')
swift=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)

# place, version and revision of a package.
pins=$(awk -F'"' '
  $2 == "location" { place = $4 } $2 == "revision" { revision = $4 } $2 == "version" { version = $4 }
  /^    }/ && place { name = place; sub(".*/", "", name); sub("[.]git$", "", name)
    print name "\t" (version ? version : revision) "\tgit+" place "@" revision; place = version = "" }' Package.resolved)

declare -A linked
for module in $(sed -n 's|.*/\([^/]*\)\.build/.*|\1|p' "$list" | sort -u); do
  for folder in "$checkouts"/*/Sources/"$module"; do
    [ -d "$folder" ] || continue
    folder=${folder#"$checkouts"/}
    linked[${folder%%/*}]=1
    linked[${folder%%/*}/$module]=1
  done
done

known=" "
while IFS=$'\t' read -r name place licence texts; do
  known+="$name "
  package=$name part=$name
  case $place in
    package) ;;
    in\ */*) part=${place#in } package=${part%%/*} ;;
    swift) package= ;;
    *) echo "error: packaging/components.txt: $name is '$place'; expected package, swift or in PACKAGE/MODULE" >&2; exit 70 ;;
  esac
  version=$swift origin=NOASSERTION folder=$toolchain
  if [ -n "$package" ]; then
    [ -n "${linked[$part]:-}" ] || continue
    IFS=$'\t' read -r _ version origin < <(grep "^$package"$'\t' <<<"$pins")
    folder=$checkouts/$package
    [ "$part" = "$name" ] || version="as in $package $version"
  fi
  line=$name$'\t'$version$'\t'$origin$'\t'$licence
  for text in $texts; do
    [ -r "$folder/$text" ] || { echo "error: $name has no $text, which packaging/components.txt names" >&2; exit 70; }
    line+=$'\t'$(readlink -f "$folder/$text")
  done
  echo "$line"
done < <(awk -F'  +' -v OFS='\t' 'NF && !/^#/ { print $1, $2, $3, $4 }' packaging/components.txt)

for part in "${!linked[@]}"; do
  case $part in */*) continue ;; esac
  [[ $known = *" $part "* ]] || { echo "error: $part is inside of $1, and not in packaging/components.txt" >&2; exit 70; }
done
