#!/usr/bin/env bash
# Every test, in two halves. First those of the engine, the files and the simulator, side by side; then those of the
# daemon and the lab, one after the other: they keep real daemons to their times. Both halves are played whatever the
# first one says; what failed is said at the end, and so is what the tests have left in the temporary folder.
set -euo pipefail
cd "$(dirname "$0")/.."
real='LinuxBackendTests|LabTests'

swift build --build-tests

# A temporary folder of the tests' own, so that what is left there is theirs.
own=$(mktemp -d)
trap 'rm -rf "$own"' EXIT
# Open to everyone as such a folder is: some tests look from the place of a user without rights.
chmod 755 "$own"
mkdir -m 1777 "$own/t"
failed=()
half() {
  local name=$1
  shift
  TMPDIR="$own/t" swift test --skip-build "$@" || failed+=("a test of $name failed")
  local left
  # But for the locks and folders of SwiftPM itself.
  left=$(cd "$own/t" && find . -mindepth 1 -maxdepth 1 ! -name '_*.lock' ! -name 'TemporaryDirectory.*' | sort)
  [ -z "$left" ] || failed+=("the tests of $name left files in the temporary folder: ${left//$'\n'/ }")
  rm -rf "$own/t"
  mkdir -m 1777 "$own/t"
}

half "the engine, the files and the simulator" --skip "$real"

mapfile -t missing < <(scripts/missing.sh product tests | cut -d' ' -f2)
[ "$(id -u)" -eq 0 ] || missing+=("root")
if [ ${#missing[@]} -eq 0 ] && ! unshare -n true 2>/dev/null; then missing+=("the right to make network namespaces"); fi
if [ ${#missing[@]} -gt 0 ]; then
  echo "Skipped: the tests with real farms and kernels, which need ${missing[*]}."
fi
half "the daemon and the lab" --no-parallel --filter "$real"

for what in "${failed[@]}"; do echo "error: $what" >&2; done
[ ${#failed[@]} -eq 0 ]
