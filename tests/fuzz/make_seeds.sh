#!/usr/bin/env bash
# Makes the seeds of the corpus again: small files of every format, none of them from outside.
#
#   tests/fuzz/make_seeds.sh      needs the release build
#
# good_* are whole files; fuzz_hdf5_edited starts from those. What fuzzing found stays as it is.
set -euo pipefail
cd "$(dirname "$0")"
bin=$PWD/../../build/release/bin
helper=$PWD/../../build/release/tests/bin/fuzz_write_seeds
corpus=$PWD/corpus
. ../../jobs/environment.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
for format in config neuron_config idx cifar network dataset archive checkpoint hdf5_edited; do
    mkdir -p "$corpus/$format"
done
rm -f "$corpus"/*/good_*

cat >small.yaml <<CONFIG
name: small
dataset: {format: synthetic, synthetic: digits, seed: 2, count: 3}
network:
  layers:
    - conv2d: {name: c, channels: 2, kernel: 5, stride: 4, activation: relu, bias: true}
    - max_pool2d: {name: p, size: 3}
    - linear: {name: f, channels: 10, activation: none}
training: {dataset: {format: synthetic, synthetic: digits, count: 64}, epochs: 1, output: network.h5}
coding: {coding_time: 0.1, coding_range: 30}
pooling: online
record:
  layers: [c, f]
  coding_times: [0.05, 0.1]
  trains: {layers: [f], images: [0, 2], neurons: [1, 9]}
output: run.h5
CONFIG
sed -e '/coding_times/d' -e '/trains/d' -e 's/run.h5/sweep.h5/' small.yaml >sweep.yaml
echo 'sweep: {coding.coding_range: [10, 30], neuron.reset: [linear, zero]}' >>sweep.yaml
cat >neuron.yaml <<CONFIG
name: neuron
coding: {coding_time: 0.1}
neuron: {g_l: 3}
experiments:
  trace: {experiment: trace, inputs: [{weight: 0.3, frequency: 30}, {weight: 0.2, frequency: 5}]}
  rates: {experiment: rate_curve, inputs: [{weight: 0.3}, {weight: 0.2}], frequency: {start: 10, stop: 30, step: 20}}
output: neuron.h5
CONFIG

"$bin/relif" run small.yaml --quiet
"$bin/relif" sweep sweep.yaml --quiet
"$bin/relif" sweep sweep.yaml --quiet --task 1/2
"$bin/relif" neuron neuron.yaml
"$bin/relif" map small.yaml --output mapping.h5
"$bin/relif-accuracy" run.h5 --output accuracy.h5
"$bin/relif-correlate" run.h5 --output correlation.h5 --layer c --images 2
"$bin/relif-coding-error" run.h5 --output coding_error.h5
cp network.h5 "$corpus/network/good_trained.h5"
for kind in run sweep neuron mapping accuracy correlation coding_error; do
    cp $kind.h5 "$corpus/archive/good_$kind.h5"
done
cp sweep.h5.task-1-of-2.h5 "$corpus/archive/good_part.h5"
cp small.yaml "$corpus/config/good_small.yaml"
cp sweep.yaml "$corpus/config/good_sweep.yaml"
cp neuron.yaml "$corpus/neuron_config/good_neuron.yaml"
"$bin/relif" run small.yaml --print-config >"$corpus/config/good_printed.yaml"
{ cat small.yaml; printf '%%%%\ncoding.dt=0.001\nrecord=null\nsweep={neuron.v_th: {linear: {start: 1, stop: 2, count: 3}}}\n'; } \
    >"$corpus/config/good_overrides.yaml"
{ printf 'a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\n'; cat small.yaml; } \
    >"$corpus/config/good_aliases.yaml"
printf '[%.0s' $(seq 20000) >"$corpus/config/good_nested.yaml"
printf 'a:\n %.0s' $(seq 200) >"$corpus/config/good_indented.yaml"
"$helper" "$corpus"
for base in $(seq 0 20); do # one untouched, one with an edit, of each good file
    printf "\\x$(printf %02x "$base")" >"$corpus/hdf5_edited/good_$base"
    printf "\\x$(printf %02x "$base")\\x01\\x00\\x00\\x04\\x05" >"$corpus/hdf5_edited/good_edited_$base"
done
ls -l "$corpus"/*/good_*
