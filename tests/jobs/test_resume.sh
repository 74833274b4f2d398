# Jobs that are asked to stop write a checkpoint, go back into the queue and go on: runs and
# trainings, started by srun and by mpirun, on one node and on two. What comes out is what a run
# gives that nothing disturbs, byte for byte.
. "$(dirname "$0")/cluster.sh"
cluster_start 2
write_small_config run.yaml "$(images 6000)"
sed -i "s/epochs: 1/epochs: $(images 300)/" run.yaml
relif_on 2 train run.yaml --quiet --set training.output=plain_network.h5 || fail "plain training"
cp plain_network.h5 network.h5
relif_on 2 run run.yaml --quiet --set output=plain.h5 >/dev/null || fail "plain run"
declare -A job

# begin NAME SCRIPT SBATCH_OPTIONS...: a job that writes NAME.h5
begin() {
    local output=output
    [ "$2" = run ] || output=training.output
    job[$1]=$(sbatch --parsable --time=20 "${@:3}" "$source_dir/jobs/$2.sbatch" run.yaml \
        --checkpoint-every 0 --set $output="$1.h5")
}
ranks_in() { field_of "${job[$1]}" NumTasks; }

begin usr1 run --ntasks=2
RELIF_LAUNCHER=mpirun begin nodes run --nodes=2 --ntasks=3
begin training train --ntasks=2
RELIF_LAUNCHER=mpirun begin limit run --ntasks=1
begin preempted run --ntasks=2
RELIF_MAX_RESTARTS=0 begin no_more run --ntasks=2
begin cancelled train --ntasks=2
for name in "${!job[@]}"; do
    hold "${job[$name]}" "$(ranks_in "$name")" "$name.h5.checkpoint" >"held.$name" &
done
wait
for name in "${!job[@]}"; do
    state_is "${job[$name]}" RUNNING || fail "$name was not held in the middle"
done
note "${#job[@]} jobs are held at their first checkpoint"

# By hand, and by Slurm itself because the time limit is near.
for name in usr1 nodes training no_more; do
    scancel --signal=USR1 --batch "${job[$name]}"
done
scontrol update JobId="${job[limit]}" EndTime=now+120 || fail "time limit"
for name in usr1 nodes training no_more limit; do
    expect_to_be_asked "${job[$name]}"
    release "$(cat "held.$name")"
done
scontrol update JobId="${job[limit]}" TimeLimit=20
# As preemption does: Slurm ends the job and puts it back.
scontrol requeue "${job[preempted]}"
scancel "${job[cancelled]}"

expect_state "${job[no_more]}" FAILED
[ "$(field_of "${job[no_more]}" ExitCode)" = 85:0 ] || fail "no_more: $(field_of "${job[no_more]}" ExitCode)"
expect_state "${job[cancelled]}" CANCELLED
for name in no_more cancelled; do
    [ -e "$name.h5.checkpoint" ] || fail "$name: no checkpoint"
    [ -e "$name.h5" ] && fail "$name: a file that is not finished"
done
note "cancelled, and stopped without a restart: checkpoints are there"
begin no_more run --ntasks=3
begin cancelled train --ntasks=1

for name in "${!job[@]}"; do
    plain=plain.h5
    [[ $name != training && $name != cancelled ]] || plain=plain_network.h5
    expect_state "${job[$name]}" COMPLETED
    cmp "$name.h5" $plain || fail "$name: other bytes than undisturbed"
    [ -e "$name.h5.checkpoint" ] && fail "$name: a checkpoint is left"
    note "$name: $(sha256sum <"$name.h5"), undisturbed $(sha256sum <$plain)"
done
for name in usr1 nodes training limit preempted; do
    expect_log "${job[$name]}" "restart 1"
done
finish
