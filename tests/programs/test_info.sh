# relif info prints every kind of file, and refuses it when a byte is changed or missing.
. "$(dirname "$0")/common.sh"
write_config small.yaml
relif_on 2 run small.yaml --quiet >/dev/null || fail "run"
sed -e 's/^record:/neuron: {bias: current}\npooling: online\nrecord:\n  coding_times: [0.1, 0.5]/' \
    -e 's/small.h5/times.h5/' small.yaml >times.yaml
relif_on 2 run times.yaml --quiet >/dev/null || fail "run with coding times"
sed 's/small.h5/sweep.h5/' small.yaml >sweep.yaml
echo 'sweep: {coding.coding_range: [3, 30, 60], neuron.reset: [linear, zero]}' >>sweep.yaml
relif_on 2 sweep sweep.yaml --quiet >/dev/null || fail "sweep"
relif_on 1 sweep sweep.yaml --quiet --task 1/2 --set output=tasks.h5 >/dev/null || fail "a task of the sweep"
relif_on 1 map small.yaml --output mapping.h5 >/dev/null || fail "map"
relif_on 1 neuron "$source_dir/configs/fig02.yaml" --quiet --set output=neuron.h5 >/dev/null || fail "neuron"
"$bin/relif-accuracy" small.h5 >/dev/null || fail "relif-accuracy"
"$bin/relif-correlate" small.h5 --images 5 >/dev/null 2>&1 || fail "relif-correlate"
"$bin/relif-coding-error" times.h5 >/dev/null || fail "relif-coding-error"

flip() { # FILE AT: another bit of that byte
    local byte
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    printf "$(printf '\\x%02x' $((byte ^ 4)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
damaged() { # WHAT: info says so in one sentence that names the file
    timeout 60 "$bin/relif" info damaged.h5 >/dev/null 2>err.txt && fail "$1: accepted"
    [ "$(grep -c '^relif info: .*damaged.h5' err.txt)" -eq 1 ] || { fail "$1:"; cat err.txt; }
}

check() { # FILE "what it prints": and that damage is seen
    local file=$1 size at
    relif_on 2 info "$file" >info.txt 2>&1 || { fail "info $file"; cat info.txt; }
    grep -q -- "$2" info.txt || { fail "info $file does not say '$2'"; cat info.txt; }
    grep -q "^$file is sound: its SHA-256" info.txt || fail "info $file: not sound"
    size=$(stat -c %s "$file")
    for at in 100 600 $((size / 2)); do
        cp "$file" damaged.h5
        flip damaged.h5 "$at"
        damaged "$file with another byte $at"
    done
    for at in 300 $((size - 1)); do
        head -c "$at" "$file" >damaged.h5
        damaged "$file cut off at $at"
    done
}
check network.h5 "^conv1 *conv2d"
check small.h5 "agreement of SNN and ANN"
check times.h5 "/coding_error/fc1/counts"
check mapping.h5 "/mapping/fc1/bias_route"
check sweep.h5 "/sweep/neuron_reset_names"
check tasks.h5.task-1-of-2.h5 "kind 'sweep-part'"
check neuron.h5 "/experiments/equal_rates"
check small_accuracy.h5 "/confusion/snn_ann"
check small_correlation_fc1.h5 "/over_neurons/excluded"
check times_coding_error.h5 "kind 'coding_error'"

# Damaged results are neither taken for finished ones nor joined.
flip small.h5 5000
relif_on 2 run small.yaml --quiet >err.txt 2>&1 && fail "a damaged archive counts as finished"
grep -q "small.h5.*damaged" err.txt || { fail "a damaged archive:"; cat err.txt; }
flip tasks.h5.task-1-of-2.h5 5000
relif_on 2 collect sweep.yaml --set output=tasks.h5 >err.txt 2>&1 && fail "a damaged part is joined"
grep -q "task-1-of-2.h5.*damaged" err.txt || { fail "a damaged part:"; cat err.txt; }

# What others wrote has no seal.
tail -c +513 network.h5 >bare.h5
relif_on 1 info bare.h5 >info.txt 2>&1 || { fail "a file without a seal"; cat info.txt; }
grep -q "bare.h5 is sound as far as" info.txt || fail "a file without a seal"
finish
