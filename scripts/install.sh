#!/usr/bin/env bash
# install.sh FOR...: installs what scripts/programs.txt names for that, and only what is missing; checks the Swift
# toolchain first.
#
#   scripts/install.sh build product tests     what 'make test' needs
set -euo pipefail
cd "$(dirname "$0")"

need_swift="6.2"

if ! command -v swift >/dev/null 2>&1; then
  echo "error: no 'swift' on the PATH. farmsim needs a Swift ${need_swift} or later toolchain: https://www.swift.org/install" >&2
  exit 69
fi
have_swift=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
if [ -z "$have_swift" ]; then
  echo "error: 'swift --version' does not say which version it is. farmsim needs Swift ${need_swift} or later: https://www.swift.org/install" >&2
  exit 69
fi
if [ "$(printf '%s\n' "$need_swift" "$have_swift" | sort -V | head -n 1)" != "$need_swift" ]; then
  echo "error: this is Swift ${have_swift}; farmsim needs Swift ${need_swift} or later: https://www.swift.org/install" >&2
  exit 69
fi

lacking=$(./missing.sh "$@")
[ -n "$lacking" ] || exit 0
mapfile -t missing < <(cut -d' ' -f1 <<<"$lacking" | sort -u)

if ! command -v apt-get >/dev/null 2>&1; then
  echo "error: missing: ${missing[*]} (names of Debian and Ubuntu), and there is no apt-get here to install them. Install them by hand and try again." >&2
  exit 69
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "error: missing: ${missing[*]}, and installing them takes root or sudo. As root: apt-get install ${missing[*]}" >&2
    exit 69
  fi
  as_root=(sudo)
fi

echo "Installing ${missing[*]}"
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt update && apt install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "error: apt-get could not install ${missing[*]}; its own words are above." >&2
  exit 69
fi
lacking=$(./missing.sh "$@")
[ -z "$lacking" ] || {
  echo "error: apt-get has installed ${missing[*]}, and this is still missing: ${lacking//$'\n'/, }" >&2
  exit 69
}
