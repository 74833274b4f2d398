# Sourced by the .sbatch scripts: a relif command as a Slurm job.
#
#   . "$RELIF_HOME/jobs/job.sh"
#   job_relif run "$@"       the command on all tasks of the job; ends the script
#
# Slurm sends USR1 before the time limit. It is passed on to the ranks; they write a checkpoint
# and end with status 85 (stopped early), the job goes back into the queue, and the same script
# goes on from there. Any other status ends the job with it.
set -u
# shellcheck source=jobs/environment.sh
. "$RELIF_HOME/jobs/environment.sh"
relif=${RELIF_BIN_DIR:-$RELIF_HOME/build/release/bin}/relif

readonly stopped_early=85 ended_by_usr1=138 default_restarts=100
ranks=()       # the command that starts relif on all tasks
launcher=''    # its first words
launched=''    # its process
stop_asked=''  # USR1 or TERM came
interrupted='' # ... since the last wait began

say() {
    echo "$(date '+%F %T') job ${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID, }$SLURM_JOB_ID: $*" >&2
}

give_up() {
    say "$*"
    exit 1
}

# Without a common world every rank would tell its version. What does not answer is asked again:
# Open MPI's mpirun hangs now and then while its ranks connect.
starts_one_world() {
    local told
    for _ in 1 2; do
        told=$(timeout -k 5 "${RELIF_LAUNCH_SECONDS:-120}" "${ranks[@]}" --version 2>/dev/null)
        [ $? -ge 124 ] || break
    done
    [ -n "$told" ] && [ "$(wc -l <<<"$told")" -eq 1 ]
}

# --wait: when one rank is killed, srun ends the others after this many seconds.
choose_launcher() {
    local launchers=("srun --mpi=pmix --wait=30" mpirun)
    [ -z "${RELIF_LAUNCHER:-}" ] || launchers=("$RELIF_LAUNCHER")
    [ -x "$relif" ] || give_up "no program '$relif'; build it (jobs/setup.sh) or set RELIF_BIN_DIR"
    for launcher in "${launchers[@]}"; do
        read -ra ranks <<<"$launcher -n ${SLURM_NTASKS:-1}"
        ranks+=("$relif")
        if starts_one_world; then return; fi
    done
    give_up "none of these starts $relif as one world of ${SLURM_NTASKS:-1} ranks:" \
        "$(printf "'%s' " "${launchers[@]}"); see RELIF_LAUNCHER in jobs/site.sh.example"
}

# Runs when USR1 or TERM arrives.
ask_to_stop() { # SIGNAL
    say "$1: asked to stop"
    stop_asked=yes
    interrupted=yes
    [ -z "$launched" ] || kill -USR1 "$launched" 2>/dev/null
}

# Ends with the status of the ranks. wait also ends when a signal arrives: then it is called again.
wait_for_ranks() {
    local status=0
    interrupted=yes
    while [ -n "$interrupted" ]; do
        interrupted=''
        wait "$launched"
        status=$?
    done
    return "$status"
}

# Ranks that the signal meets before they listen end by it; they have nothing to lose yet.
is_stopped_early() {
    [ "$1" -eq "$stopped_early" ] || { [ "$1" -eq "$ended_by_usr1" ] && [ -n "$stop_asked" ]; }
}

# A job that was cancelled or preempted is not RUNNING: Slurm decides what becomes of it. Slurm ends
# what it puts back with TERM, also this script and scontrol.
go_back_to_queue() {
    local state
    state=$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%T)
    if [ "$state" != RUNNING ]; then
        say "stopped early; the job is $state"
    elif [ "${SLURM_RESTART_COUNT:-0}" -ge "${RELIF_MAX_RESTARTS:-$default_restarts}" ]; then
        say "stopped early after ${SLURM_RESTART_COUNT:-0} restarts (RELIF_MAX_RESTARTS);" \
            "the same sbatch command goes on"
    elif (trap '' TERM && scontrol requeue "$SLURM_JOB_ID"); then
        say "stopped early; goes on when the queue lets it"
    else
        say "stopped early, and Slurm does not requeue; the same sbatch command goes on"
    fi
    exit "$stopped_early"
}

job_relif() {
    local status=0
    trap 'ask_to_stop USR1' USR1
    trap 'ask_to_stop TERM' TERM
    # mpirun that is told to end gives its ranks so many seconds to write a checkpoint.
    export OMPI_MCA_odls_base_sigkill_timeout=${OMPI_MCA_odls_base_sigkill_timeout:-5}
    # From the job to its steps: srun does not take it over by itself.
    [ -z "${SLURM_CPUS_PER_TASK:-}" ] || export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK
    choose_launcher
    [ -z "$stop_asked" ] || go_back_to_queue
    say "relif $* on ${SLURM_NTASKS:-1} ranks on $SLURM_JOB_NODELIST by $launcher," \
        "restart ${SLURM_RESTART_COUNT:-0}"
    "${ranks[@]}" "$@" &
    launched=$!
    wait_for_ranks || status=$?
    say "status $status after $SECONDS s"
    if is_stopped_early "$status"; then go_back_to_queue; fi
    exit "$status"
}
