# A sweep as a job array. Of its four tasks one is asked to stop and goes back into the queue by
# itself, one hits its time limit and is put back, and one is cancelled in the middle. Submitted
# again the sweep goes on, and ends as the archive of an undivided one, byte for byte.
. "$(dirname "$0")/cluster.sh"
cluster_start 2
n_images=$(images 1200)
write_small_config sweep.yaml "$n_images"
cat >>sweep.yaml <<CONFIG
sweep:
  coding.coding_range: [3, 5, 10, 15, 20, 30, 40, 60]
  neuron.reset: [linear, zero]
  normalization.method: [none, max]
CONFIG
relif_on 2 train sweep.yaml --quiet --set sweep=null || fail "training"
relif_on 2 sweep sweep.yaml --quiet >/dev/null || fail "plain sweep"
mv small.h5 plain.h5
rm small.h5.run.json

submit() { # sets array and collect
    "$source_dir/jobs/submit_sweep.sh" --tasks 4 sweep.yaml --checkpoint-every 0 \
        -- --ntasks=2 --time=20 >output.txt 2>&1 || { fail "submit_sweep" && cat output.txt; }
    local line="sweep of 32 points: job array \([0-9]*\) with 4 tasks, joined by job \([0-9]*\)"
    read -r array collect < <(sed -n "s/^$line$/\1 \2/p" output.txt)
    note "$(head -n 1 output.txt)"
}
part() { echo "small.h5.task-$1-of-4.h5"; }
# The last attempt of a task went on from a checkpoint and computed less than all of its points.
expect_continued() {
    expect_log "${array}_$1" "going on from checkpoint '$(part "$1").checkpoint"
    local images
    images=$(sed -n 's/.*"images": \([0-9]*\),.*/\1/p' "$(part "$1").run.json")
    if [ "$images" -le 0 ] || [ "$images" -ge $((8 * n_images)) ]; then
        fail "task $1: $images images computed"
    fi
}
nothing_to_do() { expect_log "${array}_$1" "nothing to do: small.h5"; }

submit
for task in 2 3 4; do hold "${array}_$task" 2 "$(part $task).checkpoint.old" >held.$task & done
wait
for task in 2 3 4; do
    state_is "${array}_$task" RUNNING || fail "task $task was not held in the middle"
done
note "tasks 2, 3 and 4 are held in the middle of their points"
scontrol update JobId="${array}_3" EndTime=now || fail "time limit of task 3"
scancel --signal=USR1 --batch "${array}_2"
scancel "${array}_4"
expect_to_be_asked "${array}_2"
release "$(cat held.2)"
expect_state "${array}_4" CANCELLED
note "task 4: cancelled"
expect_state "${array}_1" COMPLETED
note "task 1: completed"
wait_until $patience log_says "${array}_2" "restart 1" || fail "task 2 does not go back into the queue"
expect_log "${array}_2" "relif sweep: stopped early because of SIGUSR1"
expect_log "${array}_2" "stopped early; goes on when the queue lets it"
note "task 2: stopped by USR1, back in the queue, running again"
expect_state "${array}_3" TIMEOUT
note "task 3: time limit"
scontrol requeue "${array}_3" || fail "requeue of task 3"
scontrol update JobId="${array}_3" TimeLimit=20
expect_state "${array}_2" COMPLETED
expect_state "${array}_3" COMPLETED
note "tasks 2 and 3: completed"
expect_continued 2
expect_continued 3
expect_state "$collect" CANCELLED
note "collect: cancelled, because a task was"
[ -e small.h5 ] && fail "an archive without all points"

submit
expect_state "$collect" COMPLETED
for task in 1 2 3; do nothing_to_do $task; done
expect_log "${array}_4" "going on from checkpoint '$(part 4).checkpoint"
cmp small.h5 plain.h5 || fail "collected: other bytes than a plain sweep"
note "collected: $(sha256sum <small.h5), plain sweep: $(sha256sum <plain.h5)"
[ -e "$(part 1)" ] && fail "parts are left"

submit
expect_state "$collect" COMPLETED
for task in 1 2 3 4; do nothing_to_do $task; done
note "submitted again: nothing to do"
cmp small.h5 plain.h5 || fail "submitted again: other bytes"
finish
