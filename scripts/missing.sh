#!/usr/bin/env bash
# missing.sh FOR...: what of scripts/programs.txt is missing on this machine, one a line: its package and its name.
#
#   scripts/missing.sh build product     what 'make demo' lacks
set -euo pipefail
cd "$(dirname "$0")"
# Where programs of the system are, even if the search path of a user leaves them out.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

for purpose in "$@"; do
  lines=$(grep "^$purpose " programs.txt) || { echo "error: scripts/programs.txt has no '$purpose'" >&2; exit 64; }
  while read -r -a words; do
    package=${words[1]}
    for name in "${words[@]:2}"; do
      case $name in
        # Without the program that knows of libraries nothing can be asked: then they count as missing, too.
        *.pc) pkg-config --exists "${name%.pc}" 2>/dev/null || echo "$package ${name%.pc}" ;;
        *.py) python3 -c "import ${name%.py}" 2>/dev/null || echo "$package ${name%.py}" ;;
        /*) compgen -G "$name" >/dev/null || echo "$package $name" ;;
        *) command -v "$name" >/dev/null || echo "$package $name" ;;
      esac
    done
  done <<<"$lines"
done
