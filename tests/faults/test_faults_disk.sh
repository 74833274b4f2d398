# Disks that are full, folders that take no file, files that are damaged, and two jobs on one
# output. RELIF_FAULT_TRIALS of each (default 2).
. "$(dirname "$0")/trials.sh"
write_fault_configs
says() { grep -q -- "$1" job.txt || { fail "$fault: '$1' expected in:"; cat job.txt; return 1; }; }

# refused "WORDS" COMMAND...: it ends with an error and says so.
refused() {
    local words=$1
    shift
    timeout -k 2 60 "$@" >job.txt 2>&1 && { fail "$fault: accepted by $*"; return 1; }
    says "$words"
}

# Full disk: a small file system for the output alone.
disk=$scratch/disk
mkdir "$disk"
mounted=
unmount() { [ -z "$mounted" ] || umount "$disk"; mounted=; }
trap 'cd /; unmount; rm -rf "$scratch"' EXIT

# The disk fills before a random write of a random rank, or, as few write much, an earlier
# one of the first.
filled_at_a_write() {
    local at=$((1 + $(below "$1"))) ranks=$((1 + $(below 3))) rank result
    rank=$(below $ranks)
    mount -t tmpfs -o size=24m relif "$disk" && mounted=yes || return 1
    while [ "$at" -ge 1 ]; do
        rm -f "$output" "$output".* "$disk/filler"
        choose_options
        LD_PRELOAD=${RELIF_TEST_BIN_DIR:?is set by CTest}/relif_full_disk.so RELIF_FILL_AT=$at \
            RELIF_FILL_RANK=$rank RELIF_FILLER=$disk/filler \
            ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0 \
            start $ranks "${work[@]}" --checkpoint-every 0 "${options[@]}"
        await_end
        [ $seconds -le $longest ] || longest=$seconds
        [ "$status" -eq 0 ] || break
        [ "$rank" -ne 0 ] || at=$((at / 2))
        rank=0
    done
    [ "$status" -ne 0 ] || fail "$fault: accepted"
    rm -f "$disk/filler"
    says "free on its file system\|HDF5 failed\|No space left" && check_output && check_resumed
    result=$?
    unmount
    return $result
}

# A disk that is too small, by a random amount, and then larger.
too_small() {
    local size=$((1100 + $(below "$1"))) result
    for (( ; size >= 1100; size = size * 3 / 4)); do
        mount -t tmpfs -o size=${size}k relif "$disk" && mounted=yes || return 1
        start 3 "${work[@]}" --checkpoint-every 0
        await_end
        [ $seconds -le $longest ] || longest=$seconds
        [ "$status" -eq 0 ] || break
        unmount
    done
    [ "$status" -ne 0 ] || { fail "$fault: accepted"; return 1; }
    says "free on its file system\|HDF5 failed\|No space left" && check_output &&
        mount -o remount,size=64m "$disk" && check_resumed
    result=$?
    unmount
    return $result
}

# A folder that takes no new file and gives none up from a moment on. Root may write
# everywhere, so the job is nobody's.
close_folder() { chmod 555 "$folder"; }
strike_in_folder() {
    local result
    undo() { chmod 755 "$folder"; }
    as=("${nobody[@]}")
    strike close_folder
    result=$?
    as=()
    undo() { :; }
    return $result
}

# A job that was stopped with some of its work done.
stop_job() { # FILES that it leaves then
    local moment=$duration file missing
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
        rm -rf "$output" "$output".*
        moment=$(awk -v t="$moment" 'BEGIN { print 0.7 * t }')
        timeout -k 2 60 mpirun -n 2 "$bin/relif" "${work[@]}" --checkpoint-every 0 \
            --max-time "$moment" >job.txt 2>&1
        [ ! -e "$output" ] || continue
        missing=
        for file; do [ -e "$file" ] || missing=$file; done
        [ -n "$missing" ] || return 0
        moment=$(awk -v t="$moment" 'BEGIN { print 2 * t }')
    done
    fail "$fault: it ends before it is stopped, or stops before ${missing:-all} is there"
    return 1
}

damaged_checkpoint() { # how many generations
    local file files=("$output.checkpoint" "$output.checkpoint.old")
    files=("${files[@]:0:$1}")
    stop_job "${files[@]}" || return 1
    for file in "${files[@]}"; do damage "$file" || return 1; done
    check_resumed || return 1
    grep -q "$output.checkpoint' is damaged and not used" resume.txt ||
        { fail "$fault: not named"; cat resume.txt; return 1; }
}

damaged_part_file() {
    stop_job "$output.part" && damage "$output.part" && check_resumed || return 1
}

damaged_archive() {
    cp "$reference" "$output"
    damage "$output"
    refused "$output" "$bin/relif" info "$output" &&
        refused "$output" "$bin/relif" "${work[@]}" &&
        { [ "${work[0]}" != run ] || refused "$output" "$bin/relif-accuracy" "$output"; }
    local result=$?
    rm -f "$output"
    return $result
}

damaged_sweep_part() {
    local task part
    for task in 1 2; do
        [ -e "kept_$task.h5" ] && cp "kept_$task.h5" "$output.task-$task-of-2.h5" && continue
        relif_on 2 "${work[@]}" --quiet --task "$task/2" >/dev/null || return 1
        cp "$output.task-$task-of-2.h5" "kept_$task.h5"
    done
    part=$output.task-$((1 + $(below 2)))-of-2.h5
    damage "$part"
    refused "$part" "$bin/relif" collect "${work[1]}" || return 1
    [ ! -e "$output" ] || { fail "$fault: collected"; return 1; }
    rm "$part"
    relif_on 2 "${work[@]}" --quiet --task "${part:$((${#output} + 6)):1}/2" >/dev/null &&
        "$bin/relif" collect "${work[1]}" --remove-parts >/dev/null &&
        cmp "$output" "$reference"
    local result=$?
    rm -f "$output" "$output".*
    return $result
}

# A second job, while the first is at work, is refused, and the first is not disturbed.
second_job() {
    start 2 "${work[@]}" --checkpoint-every 0
    await_ranks 2
    while [ ! -e "$output.lock" ] && kill -0 "$timeout_pid" 2>/dev/null; do sleep 0.02; done
    timeout -k 2 60 "$bin/relif" "${work[@]}" >second.txt 2>&1
    local second=$?
    await_end
    if [ "$second" -eq 0 ]; then
        grep -q "nothing to do" second.txt || { fail "$fault: both ran"; return 1; }
    else
        grep -q "'$output' is being written by process [0-9]* on " second.txt ||
            { fail "$fault: no name"; cat second.txt; return 1; }
    fi
    [ "$status" -eq 0 ] && cmp "$output" "$reference"
    local result=$?
    rm -f "$output" "$output".*
    return $result
}

make_reference run run.yaml small.h5
fault "run: damaged newest checkpoint" damaged_checkpoint 1
fault "run: both checkpoints damaged" damaged_checkpoint 2
fault "run: damaged part file" damaged_part_file
fault "run: damaged archive" damaged_archive
fault "run: two jobs on one output" second_job
make_reference sweep sweep.yaml sweep.h5
fault "sweep: damaged newest checkpoint" damaged_checkpoint 1
fault "sweep: damaged archive" damaged_archive
fault "sweep: damaged part of a task" damaged_sweep_part
fault "sweep: two jobs on one output" second_job

folder=$scratch/folder
mkdir "$folder"
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
chmod 755 "$scratch" && chown 65534:65534 "$folder"
if "${nobody[@]}" "$bin/relif" --version >/dev/null 2>&1; then
    sed -i "s|^output: .*|output: $folder/small.h5|" run.yaml
    work=(run run.yaml)
    output=$folder/small.h5
    reference=$scratch/reference_small.h5
    fault "run: folder closed" strike_in_folder
else
    echo "skipped: a closed folder (no right to run programs as nobody)"
fi

if mount -t tmpfs -o size=1m relif "$disk" 2>/dev/null; then
    umount "$disk"
    sed -i "s|^output: .*|output: $disk/small.h5|" run.yaml
    work=(run run.yaml)
    output=$disk/small.h5
    reference=$scratch/reference_small.h5
    fault "run: disk full from a random write on" filled_at_a_write 120
    fault "run: disk too small" too_small 6500
    sed -i "s|^output: .*|output: $disk/sweep.h5|" sweep.yaml
    work=(sweep sweep.yaml)
    output=$disk/sweep.h5
    reference=$scratch/reference_sweep.h5
    fault "sweep: disk full from a random write on" filled_at_a_write 60
else
    echo "skipped: full disk (no permission to mount a tmpfs)"
fi
print_table
finish
