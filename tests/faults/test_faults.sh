# Faults at random moments: all processes end, nothing half-written has a final name, and the
# same command ends with the same bytes. RELIF_FAULT_TRIALS of each (default 2).
. "$(dirname "$0")/trials.sh"
write_fault_configs

strikes() {
    fault "$1: SIGKILL of one rank" strike kill_one_rank
    fault "$1: SIGKILL of all ranks" strike kill_all_ranks
    fault "$1: SIGKILL of the launcher" strike kill_launcher
    fault "$1: SIGTERM to one rank" strike term_one_rank
    fault "$1: SIGTERM to the job" strike term_job
    fault "$1: SIGUSR1 to the job" strike usr1_job
}

make_reference run run.yaml small.h5
strikes run
make_reference sweep sweep.yaml sweep.h5
strikes sweep
print_table
finish
