#!/usr/bin/env bash
# manual.sh PROGRAM NAME SECTION: a manual page, made of what the program's --help and those of its commands say.
set -euo pipefail
program=$1 name=$2 section=$3

# As it stands, in the eyes of troff.
plain() { sed 's/\\/\\e/g; s/-/\\-/g; s/^[.'"'"']/\\\&&/'; }

overview=$("$program" --help)
summary=$(sed -n '1s/^OVERVIEW: //p' <<<"$overview" | sed 's/[.:?,].*//')
printf '.TH %s %s "" "%s" "%s"\n.SH NAME\n%s \\- %s\n' "${name^^}" "$section" \
  "$name $("$program" --version | sed 's/.* //')" farmsim "$name" "$(plain <<<"$summary")"
printf '.SH DESCRIPTION\n.nf\n%s\n.fi\n' "$(sed '1s/^OVERVIEW: //' <<<"$overview" | plain)"
for command in $(sed -n '/^SUBCOMMANDS:/,$s/^  \([a-z][a-z-]*\) .*/\1/p' <<<"$overview"); do
  printf '.SH %s\n.nf\n%s\n.fi\n' "${name^^} ${command^^}" "$("$program" "$command" --help | sed '1s/^OVERVIEW: //' | plain)"
done
