#!/usr/bin/env bash
# The scaling model against SimGrid's SMPI: simulated and predicted seconds per tick.
#
#     compare.sh BIN_DIR CONFIG SCHEME REPLICASxGROUP... [-- options of relif plan]
#
# For each placement relif plan writes the messages of a tick of a group, replay.c exchanges
# them in all groups on a fat tree with full bisection whose links have the model's
# bandwidth and, end to end, its latency. Exit status 1 if a prediction is further off than
# RELIF_SMPI_TOLERANCE percent (default 20).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bin=$1 config=$2 scheme=$3
shift 3
placements=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do placements+=("$1") && shift; done
[ $# -eq 0 ] || shift
scratch=$(mktemp -d "${TMPDIR:-/tmp}/relif_smpi.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
tolerance=${RELIF_SMPI_TOLERANCE:-20}
smpicc -O2 -std=gnu11 "$here/replay.c" -o "$scratch/replay"

# fat_tree RANKS LATENCY BANDWIDTH GROUP: two levels, as many links up as down. A group passes
# two links if it fits below a switch, or four.
fat_tree() {
    local width=1
    while [ $((width * width)) -lt "$1" ]; do width=$((2 * width)); done
    local links=$(($4 <= width ? 2 : 4))
    local leaves=$((($1 + width - 1) / width))
    cat <<XML
<?xml version='1.0'?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
  <cluster id="tree" prefix="n" suffix="" radical="0-$((width * leaves - 1))" speed="1Gf"
           bw="$3Bps" lat="$(awk -v l="$2" -v n="$links" 'BEGIN { print l / n }')s" sharing_policy="SPLITDUPLEX"
           topology="FAT_TREE" topo_parameters="2;$width,$leaves;1,$width;1,1" loopback_bw="$3Bps" loopback_lat="0s"/>
</platform>
XML
}

# The network of the model: no corrections for small messages, which SMPI has for Ethernet, and
# a send that is over when it has arrived: as a network card sends one message after the other.
simulate() { # RANKS LIST TICKS
    seq -f 'n%.0f' 0 $(($1 - 1)) >"$scratch/hosts.txt" # in order: a group's ranks are near each other
    smpirun -np "$1" -hostfile "$scratch/hosts.txt" -platform "$scratch/tree.xml" --cfg=smpi/simulate-computation:no \
        --cfg=smpi/host-speed:1Gf --cfg=smpi/allreduce:rdb --cfg=smpi/barrier:ompi_bruck \
        --cfg=smpi/bw-factor:0:1 --cfg=smpi/lat-factor:0:1 --cfg=network/TCP-gamma:0 --cfg=smpi/send-is-detached-thresh:0 --cfg=network/crosstraffic:0 \
        --log=root.thresh:critical "$scratch/replay" "$2" "$3"
}

status=0
printf '%9s %-9s %10s %12s %12s %12s %10s\n' ranks partition messages bytes model SMPI model/SMPI
for placement in "${placements[@]}"; do
    replicas=${placement%x*} n=$((${placement%x*} * ${placement#*x}))
    "$bin/relif" plan "$config" --quiet --csv --ranks "$n" --set execution.replicas="$replicas" \
        --set execution.scheme="$scheme" --node-ranks 1 --messages "$scratch/list.txt" "$@" >"$scratch/table.csv"
    read -r _ _ _ predicted latency bandwidth <"$scratch/list.txt"
    fat_tree "$n" "$latency" "$bandwidth" "${placement#*x}" >"$scratch/tree.xml"
    line=$(simulate "$n" "$scratch/list.txt" "${RELIF_SMPI_TICKS:-12}")
    read -r _ messages bytes simulated <<<"$line"
    awk -v n="$placement" -v scheme="$scheme" -v m="$messages" -v b="$bytes" -v p="$predicted" -v s="$simulated" \
        -v tolerance="$tolerance" 'BEGIN {
            printf "%9s %-9s %10d %12d %10.1fus %10.1fus %10.3f\n", n, scheme, m, b, 1e6 * p, 1e6 * s, p / s
            exit !(p / s <= 1 + tolerance / 100 && p / s >= 1 - tolerance / 100) }' || status=1
done
exit $status
