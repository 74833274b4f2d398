# Whole networks on one core, in turns: images per second of processor time (the best of several
# rounds) with the tables of the last round. Prints; never fails.
#
#     bash tests/bench/bench_networks.sh [ROUNDS]        from RELIF_BIN_DIR, default build/release/bin
#
# RELIF_DATA_DIR and RELIF_MODEL_DIR as for the configs; networks that are not there are left out.
# configs/vgg16_224.yaml too unless RELIF_BENCH_DIR holds what write_vgg16 writes.
root=$(cd "$(dirname "$0")/../.." && pwd)
relif=${RELIF_BIN_DIR:-$root/build/release/bin}/relif
rounds=${1:-3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 0

# measure NAME CONFIG OPTIONS...
measure() {
    local name=$1 config=$2
    shift 2
    [ -e "$name.off" ] && return
    "$relif" bench "$root/configs/$config" "$@" >"$name.txt" 2>&1 || { : >"$name.off" && return; }
    awk '/per second of processor time/ { print $1 }' "$name.txt" >>"$name.speeds"
}

for ((round = 0; round < rounds; round++)); do
    measure mlp mnist_mlp.yaml --images 2048
    measure convnet mnist_convnet.yaml --images 128
    measure alexnet cifar10_alexnet.yaml --images 16 --set coding.coding_time=2 \
        --set training=null --set network=null \
        --set "network.file=${RELIF_MODEL_DIR:-models}/cifar10_alexnet.h5"
    measure vgg16_224 vgg16_224.yaml --images 1
done
for name in mlp convnet alexnet vgg16_224; do
    [ -e "$name.speeds" ] || { echo "== $name: not measured" && continue; }
    echo "== $name: $(sort -g "$name.speeds" | tail -n 1) images per second of processor time," \
        "the best of $rounds ($(tr '\n' ' ' <"$name.speeds"))"
    cat "$name.txt"
done
exit 0
