#!/usr/bin/env bash
# A whole sweep with one command: a job array over its points, and a job that joins the parts when
# all tasks are done. Called again after a failure, it computes only what is missing.
#
#   jobs/submit_sweep.sh [--tasks N] [--at-once K] CONFIG [relif options] [-- sbatch options]
#
#   --tasks N     tasks of the array; without it one a point, at most 32
#   --at-once K   of which at most K run at the same time
#
# Examples:
#   jobs/submit_sweep.sh configs/fig13_k.yaml
#   jobs/submit_sweep.sh --tasks 8 configs/fig13_k.yaml --set dataset.count=1000 -- --ntasks=16 --time=4:00:00
set -euo pipefail
RELIF_HOME=${RELIF_HOME:-$(cd "$(dirname "$0")/.." && pwd)}
. "$RELIF_HOME/jobs/environment.sh"
relif=${RELIF_BIN_DIR:-$RELIF_HOME/build/release/bin}/relif
most_tasks=32

refuse() {
    echo "jobs/submit_sweep.sh: $*" >&2
    exit 2
}

whole_number() { # OPTION VALUE
    [[ ${2:-} =~ ^[1-9][0-9]{0,8}$ ]] || refuse "$1 ${2:-}: expected a whole number >= 1"
}

tasks='' at_once=''
while [ $# -gt 0 ]; do
    case $1 in
    --tasks) whole_number "$@" && tasks=$2 && shift 2 ;;
    --at-once) whole_number "$@" && at_once=$2 && shift 2 ;;
    --help) sed -n '2,/^set /{/^#/s/^# \?//p}' "$0" && exit ;;
    *) break ;;
    esac
done
sweep=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    sweep+=("$1")
    shift
done
options=("${@:2}") # sbatch's, after --
joined=()          # of the sweep's options those that collect has, too
for ((i = 0; i < ${#sweep[@]}; i++)); do
    case ${sweep[i]} in
    --max-time | --checkpoint-every) i=$((i + 1)) ;;
    --max-time=* | --checkpoint-every=*) ;;
    *) joined+=("${sweep[i]}") ;;
    esac
done
[ ${#sweep[@]} -gt 0 ] || refuse "no CONFIG given; see jobs/submit_sweep.sh --help"
command -v sbatch >/dev/null || refuse "no sbatch: to be called where Slurm's commands are"
[ -x "$relif" ] || refuse "no program '$relif'; build it (jobs/setup.sh) or set RELIF_BIN_DIR"

listed=$("$relif" sweep "${sweep[@]}" --list) || exit
points=$(wc -l <<<"$listed")
longest_array=$(scontrol show config | awk '$1 == "MaxArraySize" { print $3 - 1 }')
[ -n "$tasks" ] || tasks=$((points < most_tasks ? points : most_tasks))
[ "$tasks" -le "$points" ] || refuse "--tasks $tasks: the sweep has $points points"
[ "$tasks" -le "$longest_array" ] ||
    refuse "--tasks $tasks: this cluster's job arrays have at most $longest_array tasks"

export RELIF_HOME RELIF_TASKS=$tasks
array=$(sbatch --parsable "${options[@]}" --array="1-$tasks${at_once:+%$at_once}" \
    "$RELIF_HOME/jobs/sweep.sbatch" "${sweep[@]}")
array=${array%%;*}
collect=$(sbatch --parsable "${options[@]}" --nodes=1 --ntasks=1 --ntasks-per-node=1 \
    --dependency="afterok:$array" --kill-on-invalid-dep=yes \
    "$RELIF_HOME/jobs/collect.sbatch" "${joined[@]}" --remove-parts)
echo "sweep of $points points: job array $array with $tasks tasks, joined by job ${collect%%;*}"
echo "watch: squeue --jobs=$array,${collect%%;*}; tail relif-sweep-${array}_*.log"
