#!/usr/bin/env bash
# Every test. First those of the engine, the files and the simulator, side by side; then those of the daemon and the
# lab, one after the other: they keep real daemons to their times, which a busy machine would make them miss.
set -euo pipefail
cd "$(dirname "$0")/.."
real='LinuxBackendTests|LabTests'

swift build --build-tests
swift test --skip-build --skip "$real"

mapfile -t missing < <(scripts/missing.sh product tests | cut -d' ' -f2)
[ "$(id -u)" -eq 0 ] || missing+=("root")
if [ ${#missing[@]} -eq 0 ] && ! unshare -n true 2>/dev/null; then missing+=("the right to make network namespaces"); fi
if [ ${#missing[@]} -gt 0 ]; then
  echo "Skipped: the tests with real farms and kernels, which need ${missing[*]}."
fi
swift test --skip-build --no-parallel --filter "$real"
