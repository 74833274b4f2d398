#!/usr/bin/env bash
# The paper's experiments, each from its config, and one report page about them. What is finished
# is not computed again; what was interrupted goes on.
#
#   jobs/paper.sh [--ranks N] [--bin FOLDER] [EXPERIMENT ...]
#
#   --ranks N     ranks of those that simulate networks; 2
#   --bin FOLDER  the programs; build/release/bin
#
# Experiments: fig02 fig07 fig08 fig09 table4 fig11 fig12 fig13 fig13_k fig13_g_l fig16 fig16_maps
# fig17 fig17_maps table6 fig18_neuron fig18_mnist fig18_facemoto; without any, all of them. vgg16
# runs only if it is named: it needs a trained VGG-16.
set -euo pipefail
cd "$(dirname "$0")/.."
. jobs/environment.sh
ranks=2 bin=build/release/bin
all=(fig02 fig07 fig08 fig09 table4 fig11 fig12 fig13 fig13_k fig13_g_l fig16 fig16_maps
    fig17 fig17_maps table6 fig18_neuron fig18_mnist fig18_facemoto)

refuse() {
    echo "jobs/paper.sh: $*" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
    --ranks | --bin)
        [ $# -ge 2 ] || refuse "$1 needs a value"
        declare "${1#--}=$2"
        shift 2
        ;;
    --help) sed -n '2,/^set /{/^#/s/^# \?//p}' "$0" && exit ;;
    *) break ;;
    esac
done
[[ $ranks =~ ^[1-9][0-9]*$ ]] || refuse "--ranks $ranks: expected a number of ranks >= 1"
[ -x "$bin/relif" ] || refuse "no program '$bin/relif'; build it (jobs/setup.sh) or name its folder with --bin"
experiments=("$@")
[ $# -gt 0 ] || experiments=("${all[@]}")
for name in "${experiments[@]}"; do
    [[ " ${all[*]} vgg16 " == *" $name "* ]] || refuse "no experiment '$name'; see jobs/paper.sh --help"
done

# Programs that read archives replace their own output.
analyse() { # NAME: prints what it does, appends to pages
    local archive=results/$1.h5
    pages+=("$archive")
    case $1 in
    fig12)
        local images
        for images in 20 50; do
            pages+=("results/fig12_$images.h5")
            mpirun -n "$ranks" "$bin/relif-correlate" "$archive" --images $images --output "${pages[-1]}"
        done
        ;;
    table4 | fig13 | fig16 | fig17 | table6 | vgg16)
        pages+=("results/$1_accuracy.h5")
        "$bin/relif-accuracy" "$archive"
        ;;
    fig18_mnist | fig18_facemoto)
        pages+=("results/$1_coding_error.h5")
        "$bin/relif-coding-error" "$archive"
        ;;
    esac
}

pages=()
for name in "${experiments[@]}"; do
    config=configs/$name.yaml
    begun=$SECONDS
    echo "== $name"
    if grep -q '^experiments:' "$config"; then
        "$bin/relif" neuron "$config"
    elif grep -q '^sweep:' "$config"; then
        mpirun -n "$ranks" "$bin/relif" sweep "$config"
    else
        mpirun -n "$ranks" "$bin/relif" run "$config"
    fi
    analyse "$name"
    echo "== $name: $((SECONDS - begun)) s"
    echo
done
"$bin/relif-report" "${pages[@]}" --output results/paper.html | tail -n 1
