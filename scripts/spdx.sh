#!/usr/bin/env bash
# spdx.sh FOLDER PROGRAM [VERSION]: a list of what a package consists of, as SPDX 2.3 in JSON: every file below FOLDER
# with its checksums, and all that is inside of the program, which stands below FOLDER as .../bin/NAME.
#
# The same files give the same list: its date is that of the last commit, or SOURCE_DATE_EPOCH.
set -euo pipefail
root=$1 program=$2 version=${3:-}
name=$(basename "$program")
root=$(cd "$root" && pwd)
program=$(readlink -f "$program")
cd "$(dirname "$0")/.."
components=$(scripts/components.sh "$program")
[ -n "$version" ] || version=$("$program" --version | sed 's/.* //')
created=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" +%Y-%m-%dT%H:%M:%SZ)
sums=$(cd "$root" && find . -type f ! -path './DEBIAN/*' -print | LC_ALL=C sort | while IFS= read -r file; do
  printf '%s %s %s\n' "$(sha1sum <"$file" | cut -d' ' -f1)" "$(sha256sum <"$file" | cut -d' ' -f1)" "$file"
done)
# As the standard has it: of the files' SHA1 in order of value.
code=$(cut -d' ' -f1 <<<"$sums" | LC_ALL=C sort | tr -d '\n' | sha1sum | cut -d' ' -f1)

text() { sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&"/' <<<"$1"; }
# identifier WORD: with the characters that SPDX allows.
identifier() { printf 'SPDXRef-%s' "${1//[^A-Za-z0-9.-]/-}"; }
joined() { sed '$!s/$/,/'; }

cat <<END
{
  "spdxVersion": "SPDX-2.3",
  "dataLicense": "CC0-1.0",
  "SPDXID": "SPDXRef-DOCUMENT",
  "name": $(text "$name-$version"),
  "documentNamespace": "urn:uuid:${code:0:8}-${code:8:4}-8${code:13:3}-8${code:17:3}-${code:20:12}",
  "creationInfo": { "created": "$created", "creators": ["Tool: farmsim-scripts/spdx.sh"] },
  "documentDescribes": ["$(identifier "$name")"],
  "packages": [
    {
      "SPDXID": "$(identifier "$name")",
      "name": $(text "$name"),
      "versionInfo": $(text "$version"),
      "downloadLocation": "NOASSERTION",
      "filesAnalyzed": true,
      "packageVerificationCode": { "packageVerificationCodeValue": "$code" },
      "licenseConcluded": "NOASSERTION",
      "licenseInfoFromFiles": ["NOASSERTION"],
      "licenseDeclared": "NONE",
      "copyrightText": "NOASSERTION"
    },
END
while IFS=$'\t' read -r component its_version origin licence _; do
  purl=
  # What is a part of another one has no such name.
  case $its_version$origin in
    "as in "*) ;;
    *git+https://*)
      place=${origin#git+https://}
      place=${place%@*}
      purl=$(printf ', "externalRefs": [{ "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:swift/%s@%s" }]' \
        "${place%.git}" "$its_version") ;;
  esac
  printf '    { "SPDXID": "%s", "name": %s, "versionInfo": %s, "downloadLocation": %s, "filesAnalyzed": false, "licenseConcluded": %s, "licenseDeclared": %s, "copyrightText": "NOASSERTION"%s }\n' \
    "$(identifier "component-$component")" "$(text "$component")" "$(text "$its_version")" "$(text "$origin")" \
    "$(text "$licence")" "$(text "$licence")" "$purl"
done <<<"$components" | joined
printf '  ],\n  "files": [\n'
while read -r sha1 sha256 file; do
  printf '    { "SPDXID": "%s", "fileName": %s, "checksums": [{ "algorithm": "SHA1", "checksumValue": "%s" }, { "algorithm": "SHA256", "checksumValue": "%s" }], "licenseConcluded": "NOASSERTION", "licenseInfoInFiles": ["NOASSERTION"], "copyrightText": "NOASSERTION" }\n' \
    "$(identifier "file-${file#./}")" "$(text "$file")" "$sha1" "$sha256"
done <<<"$sums" | joined
printf '  ],\n  "relationships": [\n'
{
  relation() { printf '    { "spdxElementId": "%s", "relationshipType": "%s", "relatedSpdxElement": "%s" }\n' "$@"; }
  relation SPDXRef-DOCUMENT DESCRIBES "$(identifier "$name")"
  own=
  while read -r _ _ file; do
    relation "$(identifier "$name")" CONTAINS "$(identifier "file-${file#./}")"
    case $file in */bin/"$name") own=$(identifier "file-${file#./}") ;; esac
  done <<<"$sums"
  while IFS=$'\t' read -r component _; do
    relation "${own:?no program below the folder}" STATIC_LINK "$(identifier "component-$component")"
  done <<<"$components"
} | joined
printf '  ]\n}\n'
