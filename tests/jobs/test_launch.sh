# relif as a Slurm job: one world of ranks on one node and on two, by srun or by mpirun; options of
# the scripts and of sbatch; whatever fails says so in the log and in the job's state.
. "$(dirname "$0")/cluster.sh"
cluster_start 2
write_small_config run.yaml 60
relif_on 2 run run.yaml --quiet --set output=plain.h5 >/dev/null || fail "plain run"
run() { # OUTPUT SBATCH_OPTIONS...: the job
    sbatch --parsable "${@:2}" "$source_dir/jobs/run.sbatch" run.yaml --set output="$1.h5"
}
same_as_plain() { # OUTPUT JOB RANKS "words"
    expect_state "$2" COMPLETED
    expect_log "$2" "$4"
    cmp "$1.h5" plain.h5 || fail "$1: other bytes than relif run"
    grep -q "\"ranks\": $3," "$1.h5.run.json" || fail "$1: not on $3 ranks"
}
ended_with() { # JOB STATUS "words"
    expect_state "$1" FAILED
    [ "$(field_of "$1" ExitCode)" = "$2:0" ] || fail "job $1: $(field_of "$1" ExitCode), not $2"
    expect_log "$1" "$3"
}

# The options of the scripts, and in place of them those of sbatch.
for script in run train sweep collect; do
    job=$(sbatch --parsable --hold "$source_dir/jobs/$script.sbatch" run.yaml)
    [ "$(field_of "$job" Requeue)$(field_of "$job" TimeLimit)" = 101:00:00 ] || fail "$script: defaults"
    [ "$(field_of "$job" JobName)" = "relif-$script" ] || fail "$script: name"
    scancel "$job"
    job=$(sbatch --parsable --hold --ntasks=3 --time=7 --no-requeue "$source_dir/jobs/$script.sbatch" run.yaml)
    [ "$(field_of "$job" Requeue)$(field_of "$job" TimeLimit)" = 000:07:00 ] || fail "$script: options"
    [ "$(field_of "$job" NumTasks)" = 3 ] || fail "$script: --ntasks=3"
    scancel "$job"
done

# Launchers that do not work here: the next one is taken.
mkdir no_pmix no_launcher hangs
cat >no_pmix/srun <<SRUN
#!/bin/sh
[ "\$1" = --mpi=pmix ] || exec $(command -v srun) "\$@"
exit 1
SRUN
printf '#!/bin/sh\nexit 1\n' | tee no_launcher/srun >no_launcher/mpirun
cat >hangs/mpirun <<MPIRUN
#!/bin/sh
[ -e $scratch/hung ] && exec $(command -v mpirun) "\$@"
touch $scratch/hung
sleep 1000
MPIRUN
chmod +x no_pmix/* no_launcher/* hangs/*
for folder in no_pmix no_launcher hangs; do
    sed "\$a PATH=$scratch/$folder:\$PATH" site.sh >$folder.sh
done

mkdir elsewhere
one=$(run one --ntasks=2)
two=$(run two --nodes=2 --ntasks=4)
both=$(RELIF_LAUNCHER=mpirun run both --nodes=2 --ntasks=3 --ntasks-per-node=2)
other=$(RELIF_SITE=$scratch/no_pmix.sh run other --ntasks=2)
again=$(RELIF_SITE=$scratch/hangs.sh RELIF_LAUNCHER=mpirun RELIF_LAUNCH_SECONDS=20 run again --ntasks=2)
away=$(cd elsewhere && sbatch --parsable --ntasks=1 "$source_dir/jobs/run.sbatch" ../run.yaml \
    --set training.output=../network.h5 --set output=../away.h5)
none=$(RELIF_SITE=$scratch/no_launcher.sh run none)
missing=$(sbatch --parsable --ntasks=2 "$source_dir/jobs/run.sbatch" missing.yaml)
wrong=$(sbatch --parsable --ntasks=2 "$source_dir/jobs/train.sbatch" run.yaml --epochs)
unbuilt=$(RELIF_SITE=/dev/null RELIF_BIN_DIR=$scratch run unbuilt)
same_as_plain one "$one" 2 "relif run run.yaml .* on 2 ranks on n[12] by srun --mpi=pmix"
same_as_plain two "$two" 4 "on 4 ranks on n\[1-2\] by srun --mpi=pmix"
same_as_plain both "$both" 3 "on 3 ranks on n\[1-2\] by mpirun"
same_as_plain other "$other" 2 "on 2 ranks on n[12] by mpirun"
same_as_plain again "$again" 2 "on 2 ranks on n[12] by mpirun"
[ -e hung ] || fail "no launcher has hung"
same_as_plain away "$away" 1 "on 1 ranks"
ended_with "$none" 1 "none of these starts $bin/relif as one world of 4 ranks"
ended_with "$missing" 1 "relif run: missing.yaml: "
ended_with "$wrong" 2 "unknown option '--epochs'"
ended_with "$unbuilt" 1 "no program '$scratch/relif'; build it"

# A rank that is killed ends the job soon.
RELIF_LAUNCHER="srun --mpi=pmix --wait=2"
export RELIF_LAUNCHER
sed -i "s/count: 60/count: $(images 10000)/" run.yaml
job=$(run killed --ntasks=3)
wait_until $patience has_ranks "$job" 3 || fail "no ranks"
mapfile -t ranks < <(ranks_of "$job")
kill -KILL "${ranks[1]}"
expect_state "$job" FAILED
[ -e killed.h5 ] && fail "an archive of a killed run"
finish
