# Sweeps that are killed go on; wrong use ends in a sentence and changes nothing.
. "$(dirname "$0")/common.sh"
says() { grep -q -- "$1" output.txt || { fail "'$1' expected in:"; cat output.txt; }; }
write_config run.yaml
write_config small.yaml
cat >>small.yaml <<CONFIG
sweep:
  coding.coding_range: [3, 30, 60]
  neuron.reset: [linear, zero]
  normalization.method: [none, max]
CONFIG
relif_on 2 train run.yaml --quiet || fail "training"
refused() { # "words of the sentence" ARGUMENTS...
    local words=$1
    shift
    timeout -k 2 60 "$bin/relif" "$@" --quiet >output.txt 2>&1 && fail "$*: accepted"
    says "$words"
}
relif_on 2 sweep small.yaml --quiet >/dev/null || fail "sweep"
mv small.h5 whole.h5

# Killed in the middle: the same command goes on.
"$bin/relif" sweep small.yaml --quiet --checkpoint-every 0 >/dev/null 2>&1 &
pid=$!
for _ in $(seq 3000); do
    grep -qsa '"points","type":"i64","count":[1-9]' small.h5.checkpoint && break
    sleep 0.01
done
kill -9 $pid
wait $pid 2>/dev/null
[ -e small.h5 ] && fail "killed too late to test anything"
[ -e small.h5.checkpoint ] || [ -e small.h5.checkpoint.old ] || fail "nothing was kept"
refused "points are missing in the 0 parts" collect small.yaml
relif_on 2 sweep small.yaml >output.txt 2>&1 || fail "resume"
says " of 12 points"
grep -q "12 of 12 points" output.txt && fail "the resumed sweep computed all points again"
cmp small.h5 whole.h5 || fail "resumed: other bytes"

# Parts and outputs of others, wrong configs, wrong options.
sum=$(sha256sum small.h5)
refused "another configuration" sweep small.yaml --set neuron.v_th=2
mv small.h5 kept.h5
relif_on 1 sweep small.yaml --task 1/9 --quiet --set neuron.v_th=2 >/dev/null 2>&1 || fail "task of others"
refused "small.h5.task-1-of-9.h5' exists and holds points of another configuration" collect small.yaml
rm small.h5.task-1-of-9.h5
mv kept.h5 small.h5
[ "$sum" = "$(sha256sum small.h5)" ] || fail "a refused sweep changed the archive"
echo text >taken.h5
refused "taken.h5' exists and is not an archive" sweep small.yaml --set output=taken.h5
[ "$(cat taken.h5)" = text ] || fail "existing output: changed"
refused "use relif sweep" run small.yaml
refused "use relif sweep" bench small.yaml
refused "sweep: is missing" sweep run.yaml
refused "sweep: is missing" collect run.yaml
refused "zero points" sweep run.yaml --set "sweep={}"
refused "unknown key" sweep run.yaml --set "sweep={coding.tau: [1]}"
refused "the same for all points" sweep run.yaml --set "sweep={dataset.seed: [1]}"
refused "out of range" sweep run.yaml --set "sweep={coding.dt: [0]}"
refused "point 1 (neuron.bias=conductance): " sweep run.yaml --set output=bias.h5 \
    --set "sweep={neuron.bias: [current, conductance]}"
refused "expected 1/n to n/n" sweep small.yaml --task 4/3
refused "such as 1/3" sweep small.yaml --task x
refused "SLURM_ARRAY_TASK_ID is ''" sweep small.yaml --task slurm
refused "number of seconds" sweep small.yaml --checkpoint-every x
relif_on 1 run small.yaml --quiet --set sweep=null --set output=no_sweep.h5 >/dev/null || fail "sweep=null"
for command in sweep collect; do
    relif_on 1 "$command" --help >output.txt 2>&1 || fail "$command --help"
    says "Example"
done
finish
