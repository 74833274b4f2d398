# Two ranks beside one: replicas, and the two ways to share a network, in turns. Prints the
# median of several rounds, its ratios to one rank and to two replicas, which share nothing
# but the machine, the best round, its ratio to one rank's, and what was exchange and waiting.
#
#     bash tests/bench/bench_ranks.sh [ROUNDS]        from RELIF_BIN_DIR, default build/release/bin
#
# RELIF_DATA_DIR and RELIF_MODEL_DIR as for the configs; never fails.
root=$(cd "$(dirname "$0")/../.." && pwd)
relif=${RELIF_BIN_DIR:-$root/build/release/bin}/relif
rounds=${1:-5}
. "$root/jobs/environment.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 0

ways=("1 one rank|{}" "2 two replicas|{replicas: 2}" "2 split|{scheme: split, replicas: 1}"
    "2 pipeline|{scheme: pipeline, replicas: 1}")

# measure CONFIG IMAGES RANKS WAY EXECUTION: a line "images/s exchange wait" more in its file.
measure() {
    mpirun -n "$3" "$relif" bench "$root/configs/$1.yaml" --images "$2" --quiet \
        --set "execution=$5" >out.txt 2>&1 || return
    awk '$1 == "exchange" || $1 == "wait" { share[$1] = $3 }
        match($0, /[0-9.e+]+ images\/s/) { speed = substr($0, RSTART, RLENGTH) + 0 }
        END { print speed, share["exchange"], share["wait"] }' out.txt >>"$1.$4"
}

for ((round = 0; round < rounds; round++)); do
    for network in "mnist_mlp 8192" "mnist_convnet 1024"; do
        for way in "${ways[@]}"; do
            name=${way%%|*}
            # shellcheck disable=SC2086 # two words
            measure $network "${name%% *}" "${name#* }" "${way#*|}"
        done
    done
done

median() { sort -g | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }
best() { sort -g | tail -n 1; }
speeds() { cut -d ' ' -f 1 "$1" 2>/dev/null; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
printf '%-14s %-14s %9s %12s %15s %9s %12s %9s %6s\n' config way images/s "x one rank" "x two replicas" best "x one rank" exchange wait
for config in mnist_mlp mnist_convnet; do
    one=$(speeds "$config.one rank" | median) best_one=$(speeds "$config.one rank" | best)
    two=$(speeds "$config.two replicas" | median)
    for way in "${ways[@]}"; do
        name=${way%%|*}
        file=$config.${name#* }
        [ -s "$file" ] || { echo "$config: not measured" && continue; }
        speed=$(speeds "$file" | median) best=$(speeds "$file" | best)
        printf '%-14s %-14s %9.0f %12s %15s %9.0f %12s %7s %% %4s %%\n' "$config" "${name#* }" "$speed" \
            "$(ratio "$speed" "$one")" "$(ratio "$speed" "$two")" "$best" "$(ratio "$best" "$best_one")" \
            "$(cut -d ' ' -f 2 "$file" | median)" "$(cut -d ' ' -f 3 "$file" | median)"
    done
done
exit 0
