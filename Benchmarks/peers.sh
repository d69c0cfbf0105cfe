#!/bin/bash
# Builds farmsim's benchmark and its peers, runs them in turns in one sitting, and prints medians and ratios.
# usage: peers.sh [REPEATS]     (default 5)
set -euo pipefail
cd "$(dirname "$0")"
repeats=${1:-5}
build=.build/peers
mkdir -p "$build"

if ! pkg-config --exists ns3-core 2>/dev/null || ! command -v g++ >/dev/null; then
  sudo=$([ "$(id -u)" = 0 ] || echo sudo)
  $sudo apt-get update -q
  $sudo apt-get install -y -q libns3-dev g++ pkg-config python3-venv
fi
if ! .venv/bin/python -c 'import simpy' 2>/dev/null; then
  python3 -m venv .venv
  .venv/bin/pip install -q simpy
fi

swift build -c release
[ "$build/hold_ns3" -nt peers/hold_ns3.cc ] ||
  g++ -O3 -o "$build/hold_ns3" peers/hold_ns3.cc $(pkg-config --cflags --libs ns3-core)
ours=$(swift build -c release --show-bin-path)/farmsim-bench

# Reads lines, prints the median of the number before the given unit.
median() { sed -E "s|.* ([0-9.]+) $1.*|\1|" | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

echo "machine: $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs), $(nproc) cores, $(uname -sr)"
echo "swift: $(swift --version 2>/dev/null | head -1)"
echo "ns-3: $(pkg-config --modversion ns3-core), simpy: $(.venv/bin/pip show simpy | sed -n 's/^Version: //p')"
echo "repeats: $repeats, medians"
echo
echo "| pending events | farmsim ns/event | ns-3 priority queue | ns-3 map | SimPy | ratio to ns-3's best |"
echo "|---|---|---|---|---|---|"
for pending in 100 10000 1000000; do
  rm -f "$build"/*.txt
  for _ in $(seq "$repeats"); do
    "$ours" hold "$pending" 10000000 >>"$build/ours.txt"
    "$build/hold_ns3" "$pending" 2000000 ns3::PriorityQueueScheduler >>"$build/queue.txt"
    "$build/hold_ns3" "$pending" 2000000 ns3::MapScheduler >>"$build/map.txt"
    .venv/bin/python peers/hold_simpy.py "$pending" 200000 >>"$build/simpy.txt"
  done
  o=$(median ns/event <"$build/ours.txt")
  q=$(median ns/event <"$build/queue.txt")
  m=$(median ns/event <"$build/map.txt")
  s=$(median ns/event <"$build/simpy.txt")
  awk -v p="$pending" -v o="$o" -v q="$q" -v m="$m" -v s="$s" \
    'BEGIN {b = q < m ? q : m; printf "| %d | %.1f | %.1f | %.1f | %.0f | %.1f |\n", p, o, q, m, s, b / o}'
done
