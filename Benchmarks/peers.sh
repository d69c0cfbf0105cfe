#!/bin/bash
# Builds farmsim's benchmark and its peers, runs them in turns in one sitting, and prints medians and ratios.
# usage: peers.sh [REPEATS]     (default 5)
set -euo pipefail
cd "$(dirname "$0")"
repeats=${1:-5}
build=.build/peers
mkdir -p "$build"

../scripts/install.sh build product benchmarks
if ! .venv/bin/python -c 'import simpy' 2>/dev/null; then
  python3 -m venv .venv
  .venv/bin/pip install -q simpy
fi

swift build -c release
ours=$(swift build -c release --show-bin-path)/farmsim-bench
modules="ns3-core ns3-network ns3-internet ns3-csma ns3-applications"
[ "$build/hold_ns3" -nt peers/hold_ns3.cc ] ||
  g++ -O3 -o "$build/hold_ns3" peers/hold_ns3.cc $(pkg-config --cflags --libs ns3-core)
[ "$build/farm_ns3" -nt peers/farm_ns3.cc ] ||
  g++ -O3 -o "$build/farm_ns3" peers/farm_ns3.cc $(pkg-config --cflags --libs $modules)
python=.venv/bin/python

# turn NAME COMMAND...: runs a command once and keeps its line under the name.
turn() { "${@:2}" >>"$build/$1.txt"; }
# median NAME UNIT: of the numbers before the unit in the lines kept under the name.
median() {
  sed -nE "s|.* ([0-9.]+) $2.*|\1|p" "$build/$1.txt" | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'
}
# calculate FORMAT EXPRESSIONS: one line of a table, worked out by awk.
calculate() { awk "BEGIN {printf \"$1\\n\", $2}"; }
load() { cut -d' ' -f1-3 /proc/loadavg; }

rm -f "$build"/*.txt
echo "machine: $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs), $(nproc) cores, $(uname -sr)"
echo "swift: $(swift --version 2>/dev/null | head -1)"
echo "ns-3: $(pkg-config --modversion ns3-core), simpy: $(.venv/bin/pip show simpy | sed -n 's/^Version: //p')"
echo "repeats: $repeats, medians; load average before: $(load)"

echo
echo "| pending events | farmsim ns/event | ns-3 priority queue | ns-3 map | SimPy | ratio to ns-3's best | target |"
echo "|---|---|---|---|---|---|---|"
for size in "100 3" "10000 4" "1000000 2"; do
  read -r pending target <<<"$size"
  for _ in $(seq "$repeats"); do
    turn "ours$pending" "$ours" hold "$pending" 10000000
    turn "queue$pending" "$build/hold_ns3" "$pending" 2000000 ns3::PriorityQueueScheduler
    turn "map$pending" "$build/hold_ns3" "$pending" 2000000 ns3::MapScheduler
    turn "simpy$pending" "$python" peers/hold_simpy.py "$pending" 200000
  done
  o=$(median "ours$pending" ns/event) q=$(median "queue$pending" ns/event)
  m=$(median "map$pending" ns/event) s=$(median "simpy$pending" ns/event)
  calculate "| $pending | %.1f | %.1f | %.1f | %.0f | %.1f | $target |" \
    "$o, $q, $m, $s, ($q < $m ? $q : $m) / $o"
done

for _ in $(seq "$repeats"); do
  turn farm "$ours" farm 16 20000000
  turn farm_ns3 "$build/farm_ns3" 16 20000
  turn mm1 "$ours" mm1 5000000
  turn mm1_simpy "$python" peers/mm1_simpy.py 100000
  turn heartbeats "$ours" heartbeats 32 300 0
  turn heartbeats_jitter "$ours" heartbeats 32 300 50
  turn scenario "$ours" scenario ../Scenarios/node-crash.yaml
  turn flows "$ours" flows 1000000
done
echo
echo "| against a peer | farmsim | peer | ratio | target |"
echo "|---|---|---|---|---|"
o=$(median farm "M packets/s") n=$(median farm_ns3 packets/s)
calculate "| packets/s to 16 nodes, ns-3 | %.1f million | %.0f | %.0f | 1000 |" "$o, $n, $o * 1e6 / $n"
o=$(median mm1 ns/customer) s=$(median mm1_simpy ns/customer)
calculate "| ns a customer of M/M/1, SimPy | %.1f | %.0f | %.0f | |" "$o, $s, $s / $o"
echo
echo "| on its own | farmsim | target |"
echo "|---|---|---|"
echo "| heartbeats of 32 nodes, constant delay, simulated seconds a second | $(median heartbeats sim-s/s) | at least 300 |"
echo "| the same, normal delay for each copy | $(median heartbeats_jitter sim-s/s) | at least 300 |"
echo "| a million tracked flows, MB | $(median flows MB) | at most 100 |"
echo "| node-crash.yaml, 100 s of 2,000 flows a second, s | $(median scenario "s [0-9]+ sim-s/s") | at most 0.5 |"
echo
echo "load average after: $(load)"
