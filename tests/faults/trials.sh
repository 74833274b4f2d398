# Sourced by the fault tests: trials at random moments and what must hold after each.
#
# RELIF_FAULT_TRIALS is the number of trials of each fault, RELIF_FAULT_SEED (printed) repeats
# a sequence of moments, ranks and partitions as far as the machine's timing allows.
. "$(dirname "${BASH_SOURCE[0]}")/../programs/common.sh"
trials=${RELIF_FAULT_TRIALS:-2}
RANDOM=${RELIF_FAULT_SEED:=$(($(date +%s) % 32768))}
echo "seed $RELIF_FAULT_SEED, $trials trials of each fault"
table=$scratch/table.txt
notes=$scratch/notes.txt
patience=30 # s until all processes of a job must be gone

# below N: a random number 0 ... N-1
below() { echo $(((RANDOM * 32768 + RANDOM) % $1)); }

# Sets options to some that change who computes what, and never the result.
choose_options() {
    local schemes=(split pipeline auto) replicas=(0 1)
    options=(--set "execution={scheme: ${schemes[$(below 3)]}, replicas: ${replicas[$(below 2)]}, \
images_in_flight: $((3 + $(below 14))), exchange_interval: $((1 + $(below 9)))}")
}

# start RANKS ARGUMENTS...: a job in the background, whose processes carry a mark.
as=() # a command that runs another as somebody else
start() {
    local ranks=$1
    shift
    mark="RELIF_TRIAL=$$.$RANDOM.$RANDOM"
    "${as[@]}" env "$mark" timeout -k 2 150 mpirun -n "$ranks" "$bin/relif" "$@" >job.txt 2>&1 &
    timeout_pid=$!
    launcher=
}

# Processes of the job that are alive: those named $1, or all.
processes() {
    local pid name
    # shellcheck disable=SC2013 # words are lines here; all are listed before the first is read
    for pid in $(grep -lsz -- "^$mark\$" /proc/[0-9]*/environ | cut -d / -f 3); do
        [ "$pid" != "$timeout_pid" ] && read -r name 2>/dev/null <"/proc/$pid/comm" || continue
        [ "${1:-$name}" != "$name" ] || echo "$pid"
    done
}

# Until all ranks are there, or the job has ended.
await_ranks() {
    while kill -0 "$timeout_pid" 2>/dev/null; do
        [ "$(processes relif | wc -l)" -lt "$1" ] || { launcher=$(processes mpirun); return 0; }
        sleep 0.02
    done
    return 1
}

# Until no process is left; seconds says how long that took. Open MPI's launcher can wait for
# itself for ever when a rank is killed while it connects: without ranks it is ended.
await_end() {
    local begin=$SECONDS
    while [ -n "$(processes)" ]; do
        seconds=$((SECONDS - begin))
        if [ $seconds -gt 10 ] && [ -z "$(processes relif)" ]; then
            echo "$fault: all ranks have ended, mpirun has not: it was killed" | tee -a "$notes"
            kill -9 $(processes)
            break
        fi
        if [ $seconds -gt $patience ]; then
            fail "$fault: processes are left after $seconds s"
            kill -9 $(processes)
            break
        fi
        sleep 0.1
    done
    seconds=$((SECONDS - begin))
    wait "$timeout_pid" 2>/dev/null
    status=$?
}

# What there is of the output is complete.
check_output() {
    [ ! -e "$output" ] || cmp -s "$output" "$reference" ||
        { fail "$fault: $output is there and not complete"; return 1; }
}

# The same command, on other ranks: the same bytes.
check_resumed() {
    choose_options
    if ! relif_on $((1 + $(below 4))) "${work[@]}" "${options[@]}" >resume.txt 2>&1; then
        fail "$fault: the resumed command failed:"
        cat resume.txt
        return 1
    fi
    cmp -s "$output" "$reference" || { fail "$fault: resumed, other bytes"; return 1; }
    [ -e "$output.checkpoint" ] || [ -e "$output.part" ] || [ -e "$output.lock" ] &&
        { fail "$fault: something is left of the resumed command"; return 1; }
    ! grep -q "going on from checkpoint" resume.txt || resumed=$((resumed + 1))
}

# strike FAULT: one trial; the fault may come too late, then the next one comes earlier.
strike() {
    local ranks=$((2 + $(below 3)))
    for _ in 1 2 3 4 5 6; do
        rm -rf "$output" "$output".* job.txt
        choose_options
        start $ranks "${work[@]}" --checkpoint-every 0 "${options[@]}"
        if await_ranks $ranks; then
            sleep "$(printf '0.%06d' "$(below 1000000)" | awk -v t="$moment" '{ print $1 * t }')"
            "$1"
        fi
        await_end
        undo
        [ $seconds -le $longest ] || longest=$seconds
        [ "$status" -ne 0 ] && break
        moment=$(awk -v t="$moment" 'BEGIN { print 0.7 * t }')
    done
    check_output && check_resumed || return 1
    [ "$status" -ne 0 ] || { fail "$fault: it never came in time"; return 1; }
}
undo() { :; }

# fault "WORDS" FUNCTION [ARGUMENTS...]: all trials of a fault, and its line of the table.
fault() {
    local survived=0
    fault=$1
    shift
    longest=0
    resumed=0
    moment=$duration
    for _ in $(seq "$trials"); do
        ! "$@" || survived=$((survived + 1))
    done
    [ $survived -eq "$trials" ] || fail "$fault: survived $survived of $trials"
    printf '%-46s %6d %8d %7d %5d s\n' "$fault" "$trials" "$survived" "$resumed" "$longest" |
        tee -a "$table"
}

print_table() {
    echo
    printf '%-46s %6s %8s %7s %7s\n' "fault" "trials" "survived" "resumed" "to end"
    cat "$table"
    [ ! -e "$notes" ] || sort "$notes" | uniq -c
}

# Faults. $launcher and the processes are those of the job; it may have ended by itself.
kill_one_rank() { processes relif | shuf -n 1 --random-source=<(yes $RANDOM) | xargs -r kill -9; }
kill_all_ranks() { processes relif | xargs -r kill -9; }
kill_launcher() { kill -9 "$launcher"; }
term_one_rank() { processes relif | shuf -n 1 --random-source=<(yes $RANDOM) | xargs -r kill -TERM; }
term_job() { kill -TERM "$launcher"; }
usr1_job() { kill -USR1 "$launcher"; }

# flip FILE, cut FILE: one random bit, a random end.
flip() {
    local at byte
    at=$(below "$(stat -c %s "$1")")
    byte=$(od -An -tu1 -j "$at" -N 1 "$1")
    printf "\\x$(printf %x $((byte ^ 1 << $(below 8))))" |
        dd of="$1" bs=1 seek="$at" conv=notrunc status=none
}
cut_off() { truncate -s "$(below "$(stat -c %s "$1")")" "$1"; }
damage() { if [ "$(below 2)" = 0 ]; then flip "$1"; else cut_off "$1"; fi; }

# Seconds that a command takes beside the start of its ranks.
seconds_of() {
    local begin
    begin=$(date +%s.%N)
    "$@" >reference.txt 2>&1 || { cat reference.txt >&2; return 1; }
    awk -v a="$begin" -v b="$(date +%s.%N)" 'BEGIN { t = b - a - 0.5; print t < 0.1 ? 0.1 : t }'
}

# Sets what is run, its output, what is to come out of it and how long it takes.
make_reference() { # COMMAND CONFIG OUTPUT
    work=("$1" "$2")
    output=$3
    reference=$scratch/reference_$3
    duration=$(seconds_of relif_on 2 "${work[@]}" --checkpoint-every 0) || exit 1
    mv "$output" "$reference"
}

# Sets the coding time of a config so that it takes about a second here.
stretch() { # COMMAND CONFIG
    local taken
    taken=$(seconds_of relif_on 2 "$1" "$2" --set output=trial.h5) || exit 1
    sed -i "s/coding_time: [0-9.]*/coding_time: $(awk -v t="$taken" \
        'BEGIN { f = 1.2 / t; print 0.5 * int(4 * (f < 1 ? 1 : f > 20 ? 20 : f)) }')/" "$2"
    rm trial.h5*
}

# A run and a sweep of ten points, and the network of both.
write_fault_configs() {
    write_config run.yaml
    sed -i 's/count: 50/count: 240/; s/coding_time: 0.5/coding_time: 2/' run.yaml
    write_config sweep.yaml
    sed -i 's/count: 50/count: 60/; s/coding_time: 0.5/coding_time: 2/; s/^output: .*/output: sweep.h5/' sweep.yaml
    cat >>sweep.yaml <<CONFIG
sweep:
  coding.coding_range: {log: {start: 3, stop: 60, count: 5}}
  neuron.reset: [linear, zero]
CONFIG
    relif_on 2 train run.yaml --quiet || exit 1
    stretch run run.yaml
    stretch sweep sweep.yaml
}
