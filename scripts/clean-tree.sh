#!/usr/bin/env bash
# What must not be in the repository: build products, resolved versions, paths of somebody's machine, unfinished work.
set -euo pipefail
cd "$(dirname "$0")/.."
bad=0

built=$(git ls-files | grep -E '(^|/)(\.build[^/]*|\.swiftpm|DerivedData)/|(^|/)Package\.resolved$' || true)
if [ -n "$built" ]; then
  sed 's/$/: a build product or resolved version is committed/' <<<"$built" >&2
  bad=1
fi

# Not in this file, which has to name them.
paths=$(git grep -nIE '(^|[^A-Za-z0-9_.~$}/-])/(home|root|Users|work|mnt)/[A-Za-z0-9_.]' -- . ':!scripts/clean-tree.sh' || true)
if [ -n "$paths" ]; then
  sed 's/^/path of a machine: /' <<<"$paths" >&2
  bad=1
fi

unfinished=$(git grep -nIwE 'TODO|FIXME|XXX' -- . ':!scripts/clean-tree.sh' || true)
if [ -n "$unfinished" ]; then
  sed 's/^/unfinished: /' <<<"$unfinished" >&2
  bad=1
fi

[ "$bad" -eq 0 ] || exit 1
echo "clean tree: $(git ls-files | wc -l) files"
