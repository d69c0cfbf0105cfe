#!/usr/bin/env bash
# filter-cost.sh [ROUNDS] [SECONDS]: what the farm's filter costs a node, against xt_cluster and no filter.
#
# One process sends UDP packets from random clients through a veth pair into a namespace where one of four nodes'
# filters looks at them; what comes through is counted and dropped at the input hook. The variants take turns.
# Sending is a part of each packet's time, on the same processor, so the ratios of packets a second understate
# the differences between the filters; the nanoseconds a packet that each adds do not. The sender runs before
# other programs (chrt), since what they do in between would count as its time.
# Needs root, nftables, iptables and gcc. Nothing leaves the two namespaces, which go with the script.
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-9} seconds=${2:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"; kill "$holder" 2>/dev/null || true' EXIT
gcc -O2 -o "$work/udp_blast" peers/udp_blast.c

# The node's namespace is held by a sleeping process; the client's is another one below it.
unshare -n sleep infinity & holder=$!
sleep 0.2
node() { nsenter -t "$holder" -n "$@"; }
node bash -c 'unshare -n sleep infinity & echo $!' > "$work/client"
client=$(cat "$work/client")
trap 'rm -rf "$work"; kill "$holder" "$client" 2>/dev/null || true' EXIT
sleep 0.2
node ip link set lo up
node ip link add n0 type veth peer name c0 netns "$client"
node ip addr add 10.77.0.1/24 dev n0
node ip addr add 10.77.0.100/32 dev n0
node ip link set n0 up
node ip route add default dev n0
nsenter -t "$client" -n ip addr add 10.77.0.9/24 dev c0
nsenter -t "$client" -n ip link set c0 up
mac=$(node ip -o link show n0 | sed 's/.*ether \([^ ]*\).*/\1/')

load() {
  node nft flush ruleset
  node nft 'table ip count { chain in { type filter hook input priority -500; ip daddr 10.77.0.100 counter drop; }
  }'
  case $1 in
    none) ;;
    farm)
      node nft -f peers/farm-filter.nft
      node nft "add element inet farm owned_0 { $(seq -s, 0 63) }; add element inet farm lease { 0 }" ;;
    cluster)
      node iptables -t mangle -A PREROUTING -d 10.77.0.100 -m cluster --cluster-total-nodes 4 \
        --cluster-local-node 1 --cluster-hash-seed 0xdeadbeef -j ACCEPT
      node iptables -t mangle -A PREROUTING -d 10.77.0.100 -j DROP ;;
  esac
}

for ((round = 0; round < rounds; round++)); do
  for variant in none farm cluster; do
    load $variant
    read -r sent rate < <(nsenter -t "$client" -n chrt -f 1 "$work/udp_blast" c0 "$mac" 10.77.0.100 5300 "$seconds")
    through=$(node nft list chain ip count in | sed -n 's/.*packets \([0-9]*\).*/\1/p')
    echo "$variant $rate $sent $through" >> "$work/rates"
  done
done

awk '
  { rate[$1, ++n[$1]] = $2; sent[$1] += $3; through[$1] += $4 }
  function median(v,   i, j, t, m) {
    m = n[v]
    for (i = 1; i <= m; i++) sorted[i] = rate[v, i]
    for (i = 1; i <= m; i++) for (j = i + 1; j <= m; j++) if (sorted[j] < sorted[i]) {
      t = sorted[i]; sorted[i] = sorted[j]; sorted[j] = t
    }
    return m % 2 ? sorted[(m + 1) / 2] : (sorted[m / 2] + sorted[m / 2 + 1]) / 2
  }
  END {
    none = median("none"); farm = median("farm"); cluster = median("cluster")
    print "| filter | packets/s | ratio to none | ns a packet added | let through |"
    print "|---|---|---|---|---|"
    printf "| none | %d | 1 | | %.3f |\n", none, through["none"] / sent["none"]
    printf "| farm | %d | %.2f | %.0f | %.3f |\n", farm, farm / none, 1e9 / farm - 1e9 / none, through["farm"] / sent["farm"]
    printf "| xt_cluster | %d | %.2f | %.0f | %.3f |\n", cluster, cluster / none, 1e9 / cluster - 1e9 / none, through["cluster"] / sent["cluster"]
    printf "farm against xt_cluster: %.2f times the packets a second\n", farm / cluster
  }' "$work/rates"
