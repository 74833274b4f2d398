#!/usr/bin/env bash
# The scaling model against runs on one and two ranks of this machine, interleaved.
#
#     plan_against_runs.sh BIN_DIR CONFIG IMAGES REPEATS [options of relif]
#
# Prints for each placement the predicted and the measured seconds, and how much of them a
# rank computes (encodes, delivers, pools; the rest is exchange and waiting). Of the repeats
# the least counts, because other work on the machine only adds. With RELIF_CPU_CLOCK=1 time
# is the CPU time of each rank (cpu_clock.c): the computing is right on a loaded machine too,
# but waiting is not measured.
set -euo pipefail
. "$(dirname "$0")/../../jobs/environment.sh"
bin=$1 config=$2 images=$3 repeats=$4
shift 4
options=("$@")
scratch=$(mktemp -d "${TMPDIR:-/tmp}/relif_plan.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
preload=()
if [ "${RELIF_CPU_CLOCK:-0}" = 1 ]; then
    cc -shared -fPIC -O2 "$(dirname "$0")/cpu_clock.c" -o "$scratch/cpu_clock.so"
    preload=(env LD_PRELOAD="$scratch/cpu_clock.so")
fi

relif() { # RANKS COMMAND REPLICAS SCHEME ...: one line
    local ranks=$1 command=$2 replicas=$3 scheme=$4
    shift 4
    mpirun -n "$ranks" "${preload[@]}" "$bin/relif" "$command" "$config" --quiet --images "$images" \
        --set execution.replicas="$replicas" --set execution.scheme="$scheme" "${options[@]}" "$@"
}
# seconds in all, seconds of computing
measured() {
    relif "$@" | awk '/^(encode|deliver|pool)[^0-9].* %$/ { computing += $2 }
                      / images in / { for (i = 1; i <= NF; i++) if ($i == "images/s,") seconds = $1 / $(i - 1) }
                      END { print seconds, computing }'
}
predicted() { # RANKS REPLICAS SCHEME: calibrated on as many ranks
    relif "$1" plan "$2" "$3" --csv --ranks "$1" | awk -F, 'END { print $5, $5 * (1 - $8) }'
}

placements=("1 1 split" "2 2 split" "2 1 split" "2 1 pipeline")
for ((i = 0; i < repeats; i++)); do
    for placement in "${placements[@]}"; do
        read -r ranks replicas scheme <<<"$placement"
        measured=$(measured "$ranks" bench "$replicas" "$scheme")
        predicted=$(predicted "$ranks" "$replicas" "$scheme")
        echo "$ranks $replicas $scheme measured $measured"
        echo "$ranks $replicas $scheme predicted $predicted"
    done
done >"$scratch/all.txt"

awk 'function ratio(k, what) { return least[k, "predicted", what] / least[k, "measured", what] }
     { key = $2 " x " $1 / $2 ($1 > $2 ? " " $3 : "")
       if (!(key in seen)) { seen[key] = 1; order[++n] = key }
       for (c = 5; c <= 6; c++)
           if (!((key, $4, c) in least) || $c < least[key, $4, c]) least[key, $4, c] = $c }
     END { printf "%-16s %12s %12s %8s %22s %12s %8s\n", "placement", "predicted s", "measured s", "ratio",
                  "computing: predicted s", "measured s", "ratio"
           for (i = 1; i <= n; i++) { k = order[i]
               printf "%-16s %12.4f %12.4f %8.2f %22.4f %12.4f %8.2f\n", k, least[k, "predicted", 5],
                      least[k, "measured", 5], ratio(k, 5), least[k, "predicted", 6],
                      least[k, "measured", 6], ratio(k, 6) } }' "$scratch/all.txt"
