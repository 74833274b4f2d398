# Sweeps: the same bytes on any number of ranks and from tasks; a point is what relif run finds.
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

relif_on 1 sweep small.yaml --list >output.txt || fail "--list"
[ "$(wc -l <output.txt)" -eq 12 ] || fail "--list: not 12 points"
says "7  coding.coding_range=30, neuron.reset=zero, normalization.method=max"
relif_on 1 sweep small.yaml --list --task 2/5 >output.txt || fail "--list of a task"
[ "$(awk '{ print $1 }' output.txt | xargs)" = "1 6 11" ] || fail "points of task 2/5"

relif_on 1 sweep small.yaml >output.txt 2>&1 || fail "one rank"
says "12 of 12 points"
says "agree %"
[ -s small.h5.run.json ] || fail "no sidecar"
[ -e small.h5.task-1-of-1.h5 ] && fail "a part is left"
cp small.h5 whole.h5
on() { # RANKS OPTIONS...: the same bytes
    relif_on "$1" sweep small.yaml --quiet --force "${@:2}" >/dev/null || fail "ranks $*"
    cmp small.h5 whole.h5 || fail "ranks $*: other bytes"
}
on 3
on 2 --set "execution={replicas: 1, scheme: split}"
on 6 --set "execution={replicas: 2, scheme: split, images_in_flight: 3}"
on 4 --set "execution={replicas: 1, scheme: pipeline, exchange_interval: 7}"
for suffix in lock checkpoint part; do echo left >small.h5.$suffix; done # by a killed job
relif_on 2 sweep small.yaml >output.txt 2>&1 || fail "second sweep"
says "nothing to do"
ls small.h5.lock small.h5.checkpoint small.h5.part 2>/dev/null && fail "leftovers of a killed job stay"
relif_on 2 info small.h5 >output.txt 2>&1 || fail "info"
says "/sweep/neuron_reset_names"

# Points 0 and 7 are what relif run finds with their values.
rm small.h5
relif_on 2 run run.yaml --quiet --set coding.coding_range=3 --set output=point_0.h5 >/dev/null || fail "point 0"
relif_on 3 run run.yaml --quiet --set coding.coding_range=30 --set neuron.reset=zero \
    --set normalization.method=max --set output=point_7.h5 >/dev/null || fail "point 7"
"$RELIF_TEST_BIN_DIR/sweep_compare" whole.h5 0 point_0.h5 || fail "point 0 is not the run"
"$RELIF_TEST_BIN_DIR/sweep_compare" whole.h5 7 point_7.h5 || fail "point 7 is not the run"
"$RELIF_TEST_BIN_DIR/sweep_compare" whole.h5 7 point_0.h5 >/dev/null && fail "point 7 is the run of point 0"

# Tasks, joined.
"$bin/relif" collect small.yaml >output.txt 2>&1 && fail "collect without parts"
says "12 of 12 points are missing in the 0 parts"
for task in 1 3; do
    relif_on $task sweep small.yaml --task $task/3 --quiet >output.txt 2>&1 || fail "task $task/3"
done
relif_on 2 collect small.yaml >output.txt 2>&1 && fail "collect without a part"
says "4 of 12 points are missing in the 2 parts 'small.h5.task-\*-of-\*.h5': 1, 4, 7, 10"
[ -e small.h5 ] && fail "collect left an archive without all points"
SLURM_ARRAY_TASK_ID=14 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_MAX=18 SLURM_ARRAY_TASK_COUNT=3 \
    relif_on 2 sweep small.yaml --task slurm --quiet >output.txt 2>&1 || fail "task of Slurm"
relif_on 1 sweep small.yaml --task 2/3 >output.txt 2>&1 || fail "task 2/3 again"
says "nothing to do: small.h5.task-2-of-3.h5"
relif_on 2 collect small.yaml >output.txt 2>&1 || fail "collect"
says "agree %"
cmp small.h5 whole.h5 || fail "joined parts: other bytes"
relif_on 2 sweep small.yaml --task 20/20 --quiet >/dev/null || fail "a task without points"
relif_on 2 collect small.yaml --remove-parts >output.txt 2>&1 || fail "collect again"
says "nothing to do"
ls small.h5.task-* >/dev/null 2>&1 && fail "--remove-parts left parts"
relif_on 2 sweep small.yaml --task 2/3 >output.txt 2>&1 || fail "a task of a complete sweep"
says "nothing to do: small.h5 holds"
ls small.h5.task-* >/dev/null 2>&1 && fail "a task of a complete sweep left a part"
finish
