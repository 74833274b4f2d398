# The archive is the same file, byte for byte, on any number of ranks, however they share the work.
. "$(dirname "$0")/common.sh"
write_config small.yaml

relif_on 1 run small.yaml --quiet >/dev/null || fail "one rank"
cp network.h5 network_1.h5

# check RANKS OPTIONS...: $name.yaml gives $name.h5
name=small
check() {
    local ranks=$1
    shift
    relif_on "$ranks" run $name.yaml --quiet --set output=other.h5 --force "$@" >/dev/null ||
        fail "$name, $ranks ranks, $*"
    cmp $name.h5 other.h5 || fail "$name, $ranks ranks, $*: other bytes"
    rm -f other.h5
}

for ranks in 2 3 4 7; do
    for scheme in split pipeline auto; do
        check "$ranks" --set "execution={scheme: $scheme, replicas: 1}"
    done
done

# Spikes alone are the same spikes.
spikes() { # FILE
    "$bin/relif" info "$1" | grep -E "/spikes/.*(ids|timestamps|recorded)"
    for array in image_ids node_ids timestamps; do
        h5dump -d "/spikes/conv1/$array" "$1" 2>/dev/null | sed 1d
    done
}
relif_on 2 run small.yaml --quiet --set output=spikes.h5 --set record.trains.potentials=false >/dev/null ||
    fail "spikes alone"
"$bin/relif" info spikes.h5 | grep -q v_m && fail "spikes alone: there are potentials"
[ "$(spikes small.h5)" = "$(spikes spikes.h5)" ] || fail "spikes alone: other spikes"

check 4 --set "execution={scheme: split, replicas: 2}"
check 6 --set "execution={scheme: pipeline, replicas: 3, images_in_flight: 5}"
check 7 --set "execution={replicas: 7, images_in_flight: 1}"
check 3 --set "execution={scheme: split, replicas: 1, exchange_interval: 7, images_in_flight: 3}"
check 2 --set "execution={scheme: pipeline, replicas: 1, exchange_interval: 1000}"
check 3 --set "execution={scheme: pipeline, replicas: 1, exchange_interval: 1}"
check 2 --set "execution={scheme: split, replicas: 1, exchange_interval: 1, images_in_flight: 64}"

# Everything else that a config can ask of the spiking network, and windows that overlap, leave
# gaps and lie in the padding.
name=odd
cat >odd.yaml <<CONFIG
name: odd
dataset: {format: synthetic, synthetic: digits, seed: 3, count: 40}
network:
  layers:
    - conv2d: {name: conv1, channels: 7, kernel: 3, padding: 5, stride: 2, activation: relu, bias: true}
    - max_pool2d: {name: pool1, size: 3, stride: 2, padding: 1}
    - conv2d: {name: conv2, channels: 9, kernel: 1, padding: 2, activation: relu, bias: true}
    - avg_pool2d: {name: pool2, size: 2, stride: 3, padding: 1}
    - linear: {name: fc, channels: 10, activation: none, bias: true}
training:
  dataset: {format: synthetic, synthetic: digits, seed: 1, count: 256}
  epochs: 1
  output: odd_network.h5
coding: {dt: 0.02, coding_time: 0.7, coding_range: 25}
neuron: {reset: zero, v_th: 0.8, c_m: 1.1, g_l: 0.4, v_init: 0.3}
pooling: online
readout: potential
normalization: {method: percentile, percentile: 99}
record:
  layers: [conv1, pool1, conv2, pool2, fc]
  trains: {layers: [pool1, pool2], images: [1, 39], neurons: [0, 5, 60]}
output: odd.h5
CONFIG
relif_on 1 run odd.yaml --quiet >/dev/null || fail "odd on one rank"
for ranks in 2 3 4 7; do
    check "$ranks" --set "execution={scheme: split, replicas: 1, exchange_interval: $ranks}"
    check "$ranks" --set "execution={scheme: pipeline, replicas: 1}"
done
check 6 --set "execution={scheme: auto, replicas: 2, images_in_flight: 5}"

# The same with coding times, whose rows pass from rank to rank for the balance of charge.
sed -e 's/^record:/neuron: {bias: current}\npooling: online\nrecord:\n  coding_times: [0.01, 0.1, 0.37, 0.5]/' \
    -e 's/layers: \[conv1, pool1, fc1, fc2\]/layers: [conv1, pool1, conv2, pool2, fc1, fc2]/' \
    -e 's/small.h5/times.h5/' small.yaml >times.yaml
relif_on 1 run times.yaml --quiet >/dev/null || fail "coding times on one rank"
check_times() {
    local ranks=$1
    shift
    relif_on "$ranks" run times.yaml --quiet --set output=other.h5 --force "$@" >/dev/null ||
        fail "coding times, $ranks ranks, $*"
    cmp times.h5 other.h5 || fail "coding times, $ranks ranks, $*: other bytes"
    relif_on_analysis "$ranks" other.h5
    rm -f other.h5
}
# The balance holds for the archive, and its analysis is the same, too.
relif_on_analysis() {
    timeout -k 5 120 mpirun -n "$1" "$bin/relif-coding-error" "$2" --output error.h5 \
        >error.txt || { fail "analysis on $1 ranks"; cat error.txt; }
    grep -v written error.txt >error_text.txt
    [ -e first.h5 ] || { cp error.h5 first.h5; cp error_text.txt first.txt; }
    cmp error_text.txt first.txt || fail "analysis on $1 ranks: other text"
}
relif_on_analysis 1 times.h5
[ "$(grep -c "holds to rounding (" first.txt)" -eq 4 ] || { fail "balances"; cat first.txt; }
check_times 2 --set "execution={scheme: split, replicas: 1}"
check_times 3 --set "execution={scheme: pipeline, replicas: 1, exchange_interval: 7}"
check_times 4 --set "execution={scheme: split, replicas: 2, images_in_flight: 3}"
check_times 7 --set "execution={replicas: 7, images_in_flight: 1}"

# Winners of max pooling that depend on the coding time, and neurons that leak: each coding
# time is what a run of that length finds, and the balance holds with the leaked charge.
leaky=(--set pooling=window --set neuron.g_l=1.5)
relif_on 1 run times.yaml --quiet "${leaky[@]}" --set output=apart.h5 >/dev/null || fail "apart"
for options in "3 pipeline 1" "4 split 2"; do
    read -r ranks scheme replicas <<<"$options"
    relif_on "$ranks" run times.yaml --quiet "${leaky[@]}" --set output=other.h5 --force \
        --set "execution={scheme: $scheme, replicas: $replicas, exchange_interval: 7}" >/dev/null ||
        fail "apart, $options"
    cmp apart.h5 other.h5 || fail "apart, $options: other bytes"
done
"$bin/relif-coding-error" apart.h5 >apart.txt || { fail "apart: analysis"; cat apart.txt; }
grep -q "simulations: one for each coding time" apart.txt || fail "apart: not said"
[ "$(grep -c "holds to rounding (" apart.txt)" -eq 4 ] || { fail "balances"; cat apart.txt; }
field=4 # of 0.01 s
for time in 0.1 0.37; do
    field=$((field + 2))
    relif_on 1 run times.yaml --quiet "${leaky[@]}" --set output=short.h5 --force \
        --set coding.coding_time=$time --set 'record.coding_times=[]' >short.txt || fail "T = $time s"
    awk -v f=$field '/^labels that differ/ { differ = $f }
        /agreement of SNN and ANN/ { agree = $6 }
        END { exit !(differ + agree == 100) }' apart.txt short.txt ||
        { fail "T = $time s is not the run of that length"; cat apart.txt short.txt; }
done

# Training gives the same network on any number of ranks.
for ranks in 2 3; do
    relif_on "$ranks" train small.yaml --quiet --force || fail "training on $ranks ranks"
    cmp network.h5 network_1.h5 || fail "training on $ranks ranks: other bytes"
done
finish
