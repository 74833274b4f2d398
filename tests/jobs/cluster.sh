# Sourced by the tests of jobs/: a Slurm cluster of one's own (munged, slurmctld and one slurmd a
# node), all of it in the scratch folder, on ports that nobody uses. It ends with the test,
# however that ends.
#
#   . "$(dirname "$0")/cluster.sh"
#   cluster_start 2
#   job=$(sbatch --parsable ...)
. "$(dirname "$0")/../programs/common.sh"
PATH=$PATH:/usr/sbin:/sbin
# What a cluster around the tests, or its user, may have set.
unset "${!SLURM_@}" "${!SBATCH_@}" RELIF_HOME RELIF_SITE RELIF_LAUNCHER RELIF_LAUNCH_SECONDS RELIF_TASKS RELIF_MAX_RESTARTS
cluster=$scratch/cluster
trap end_test EXIT
trap 'exit 130' INT TERM

for program in munged slurmctld slurmd sbatch srun; do
    if ! command -v $program >/dev/null; then
        echo "skipped: no program '$program'; the tests of jobs/ need Slurm's packages:" \
            "munge slurmctld slurmd slurm-client slurm-wlm-basic-plugins"
        exit 77
    fi
done

end_test() {
    local status=$?
    cluster_stop || status=1
    rm -rf "$scratch"
    exit $status
}

is_in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The first of NODES + 1 ports in a row, below those that connections get.
choose_ports() {
    local first port
    while :; do
        first=$((15000 + (RANDOM * 32768 + RANDOM) % 17000))
        for ((port = first; port <= first + $1; port++)); do
            is_in_use $port && continue 2
        done
        echo $first
        return
    done
}

# cred_expire (at least 5 s) is also how long a job that goes back to the queue waits. Each cluster
# counts its jobs from elsewhere: Open MPI names shared memory after them.
write_configuration() { # NODES FIRST_PORT
    local node user host
    user=$(id -un)
    host=$(hostname -s)
    cat >"$cluster/slurm.conf" <<CONF
ClusterName=relif
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$2
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$cluster/munge.socket,cred_expire=5
CredType=cred/munge
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmctldLogFile=$cluster/slurmctld.log
StateSaveLocation=$cluster/state
SlurmdPidFile=$cluster/slurmd.%n.pid
SlurmdLogFile=$cluster/slurmd.%n.log
SlurmdSpoolDir=$cluster/spool.%n
TmpFS=$cluster/tmp.%n
SlurmdParameters=config_overrides
FirstJobId=$((1 + (RANDOM * 32768 + RANDOM) % 50000000))
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2,requeue_delay=1
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MinJobAge=600
KillWait=5
InactiveLimit=0
ReturnToService=2
CONF
    for ((node = 1; node <= $1; node++)); do
        mkdir -p "$cluster/spool.n$node" "$cluster/tmp.n$node"
        echo "NodeName=n$node NodeHostname=$host NodeAddr=127.0.0.1 Port=$(($2 + node))" \
            "CPUs=8 RealMemory=64000 State=UNKNOWN" >>"$cluster/slurm.conf"
    done
    echo "PartitionName=main Nodes=n[1-$1] Default=YES DefaultTime=60 State=UP" >>"$cluster/slurm.conf"
}

# What this machine needs: more ranks than cores, and nodes that are one host.
write_site() {
    cat >"$scratch/site.sh" <<SITE
export RELIF_BIN_DIR=$bin
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_rmaps_base_oversubscribe=1
[ "\${SLURM_JOB_NUM_NODES:-1}" -eq 1 ] || export OMPI_MCA_btl=self,tcp OMPI_MCA_btl_tcp_if_include=lo
SITE
    export RELIF_SITE=$scratch/site.sh
}

nodes_are_idle() {
    [ "$(timeout 5 sinfo --noheader --Node --states=idle --format=%N 2>/dev/null | wc -l)" -eq "$1" ]
}

# A test that is killed has no last words: another process clears up after it.
guard_cluster() {
    (
        (
            trap - EXIT
            while kill -0 $$ 2>/dev/null; do sleep 1; done
            cluster_stop
            rm -rf "$scratch"
        ) </dev/null >/dev/null 2>&1 &
    )
}

start_daemons() { # NODES
    local node
    mkdir -p "$cluster/state"
    write_configuration "$1" "$(choose_ports "$1")"
    export SLURM_CONF=$cluster/slurm.conf
    head -c 1024 /dev/urandom >"$cluster/munge.key"
    chmod 400 "$cluster/munge.key"
    munged --force --key-file="$cluster/munge.key" --socket="$cluster/munge.socket" \
        --pid-file="$cluster/munged.pid" --log-file="$cluster/munged.log" \
        --seed-file="$cluster/munge.seed" --num-threads=2 &&
        slurmctld -c &&
        for ((node = 1; node <= $1; node++)); do slurmd -N "n$node" || return; done &&
        wait_until 20 nodes_are_idle "$1"
}

# cluster_start NODES: again on other ports if somebody was faster.
cluster_start() {
    local attempt
    write_site
    guard_cluster
    for attempt in 1 2 3; do
        start_daemons "$1" >"$scratch/start.log" 2>&1 && return
        echo "cluster does not start (attempt $attempt)"
        cat "$scratch/start.log" "$cluster"/*.log
        cluster_stop
        rm -rf "$cluster"
    done
    fail "no cluster"
    finish
}

# Processes of this cluster whose environment also has all of NAME=VALUE...
cluster_processes() {
    (
        unset SLURM_CONF
        found=(/proc/[0-9]*/environ)
        for line in "SLURM_CONF=$cluster/slurm.conf" "$@"; do
            mapfile -t found < <(grep -slzFx -- "$line" "${found[@]}")
            [ ${#found[@]} -gt 0 ] || return
        done
        printf '%s\n' "${found[@]}" | cut -d / -f 3
    )
}

no_process_is_left() { [ -z "$(cluster_processes)" ]; }
queue_is_empty() { [ -z "$(timeout 5 squeue --noheader)" ]; }

# By process id only. Fails if a process had to be killed.
cluster_stop() {
    local pids file
    [ -e "$cluster/slurm.conf" ] || return 0
    timeout 10 scancel --quiet --user="$(id -un)" 2>/dev/null
    wait_until 15 queue_is_empty
    for file in "$cluster"/slurmctld.pid "$cluster"/slurmd.*.pid "$cluster"/munged.pid; do
        [ ! -s "$file" ] || kill "$(cat "$file")" 2>/dev/null
    done
    wait_until 15 no_process_is_left && return
    mapfile -t pids < <(cluster_processes)
    fail "processes left of the cluster: $(ps -o pid=,args= -p "$(IFS=,; echo "${pids[*]}")")"
    kill -9 "${pids[@]}" 2>/dev/null
    return 1
}

# A line of the test's own log.
note() { echo "$SECONDS s: $*"; }

# wait_until SECONDS COMMAND...: does it come true?
wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.05
    done
}

# What scontrol says of a job, or of a task as JOB_TASK: field_of JOB JobState
field_of() { scontrol show job -o "$1" | tr ' ' '\n' | sed -n "s/^$2=//p" | head -n 1; }

state_is() { [ "$(field_of "$1" JobState)" = "$2" ]; }

# However slow the machine: so long a test waits for what must come.
patience=240 # s

expect_state() { # JOB STATE
    wait_until $patience state_is "$1" "$2" && return
    fail "job $1 is $(field_of "$1" JobState), not $2"
    show_log "$1"
}

show_log() { cat "$(field_of "$1" StdOut)"; }

# log_says JOB "words"
log_says() { show_log "$1" | grep -q -- "$2"; }

expect_log() { log_says "$@" || { fail "job $1: '$2' expected in its log:" && show_log "$1"; }; }

expect_to_be_asked() { # JOB
    wait_until $patience log_says "$1" "USR1: asked to stop" || fail "job $1: USR1 does not arrive"
}

# Processes of a job that run a command of relif (not those that only tell its version).
ranks_of() {
    local pid
    for pid in $(cluster_processes "SLURM_JOB_ID=$(field_of "$1" JobId)"); do
        [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") != "$bin/relif "[!-]* ]] || echo "$pid"
    done
}

has_ranks() { [ "$(ranks_of "$1" | wc -l)" -ge "$2" ]; }

# hold JOB RANKS FILE: stops the job's ranks as soon as FILE is there, so that what follows meets
# them in the middle of their work; prints them for release.
hold() {
    local pids end=$((SECONDS + patience))
    wait_until $patience has_ranks "$1" "$2" || { echo "FAIL: job $1: no $2 ranks" && return; }
    mapfile -t pids < <(ranks_of "$1")
    until [ -e "$3" ] || [ $SECONDS -gt $end ]; do sleep 0.005; done
    kill -STOP "${pids[@]}"
    echo "${pids[@]}"
}

release() {
    local pids
    read -ra pids <<<"$1"
    kill -CONT "${pids[@]}"
}

# How many images take as long here as N take an optimised build: sanitizers are slow.
images() {
    if grep -q libasan <(ldd "$bin/relif"); then echo $(($1 / 10)); else echo "$1"; fi
}

# Trains in a moment; N images.
write_small_config() {
    cat >"$1" <<CONFIG
name: small
dataset: {format: synthetic, synthetic: digits, seed: 2, count: $2}
network:
  layers:
    - linear: {name: fc1, channels: 100, activation: relu, bias: true}
    - linear: {name: fc2, channels: 10, activation: none}
training:
  dataset: {format: synthetic, synthetic: digits, seed: 1, count: 128}
  epochs: 1
  output: network.h5
coding: {coding_time: 2, coding_range: 30}
record: {layers: [fc1, fc2]}
output: small.h5
CONFIG
}
