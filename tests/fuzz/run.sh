#!/usr/bin/env bash
# Runs a fuzz target for some seconds and says whether what it found is relif's.
#
#   tests/fuzz/run.sh TARGET SECONDS FOLDER SEEDS...
#
# FOLDER keeps the grown corpus and what crashed. Inputs that crash inside the HDF5 library
# (1.10.8 has known faults on damaged files) are listed; status 1 if any other is found.
set -uo pipefail
target=$1 seconds=$2 folder=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../jobs/environment.sh"
export OMPI_MCA_ess_singleton_isolated=1
# HDF5 asks for as much memory as a damaged file says, and copes with none: that is no finding.
# What relif itself takes is watched by fuzz.c.
export ASAN_OPTIONS=detect_leaks=0:handle_abort=1:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1
export TMPDIR=$folder/tmp
mkdir -p "$folder/corpus" "$folder/crashes" "$folder/tmp"
options=(-max_len=200000 -timeout=20 -rss_limit_mb=3000 -malloc_limit_mb=1000000
    -print_final_stats=1 -artifact_prefix="$folder/crashes/")

# A run ends with the first crash: go on until the time is over.
executions=0
: >"$folder/log"
end=$((SECONDS + seconds))
while [ "$SECONDS" -lt "$end" ]; do
    "$target" -max_total_time=$((end - SECONDS)) "${options[@]}" "$folder/corpus" "$@" \
        >"$folder/part" 2>&1
    done=$(sed -n 's/^stat::number_of_executed_units: //p' "$folder/part")
    executions=$((executions + ${done:-0}))
    cat "$folder/part" >>"$folder/log"
    [ -n "$done" ] || { tail -n 5 "$folder/part"; exit 1; }
done
cover=$(grep -o 'cov: [0-9]*' "$folder/log" | sort -t ' ' -k 2 -n | tail -n 1)

# The first frame of the stack that belongs neither to the sanitizer nor to the C library.
blame() {
    grep -E '^ +#[0-9]+ 0x' "$1" |
        grep -vE ' in (__asan|__interceptor|__sanitizer|__ubsan|fuzzer::)| in ([mc]alloc|realloc|free|_*mem[a-z_0-9]+|_*str[a-z_0-9]+|raise|abort) |libc\.so' |
        head -n 1
}

ours=0 library=0
shopt -s nullglob
for input in "$folder"/crashes/*; do
    timeout -k 2 60 "$target" "${options[@]}" "$input" >"$folder/replay" 2>&1 && continue
    frame=$(grep -m 1 "fuzz: libhdf5" "$folder/replay" || blame "$folder/replay")
    case ${input##*/}$frame in
    timeout-*) ours=$((ours + 1)) && echo "slow:  ${input##*/}" ;;
    *libhdf5*) library=$((library + 1)) && echo "HDF5:  ${input##*/} $frame" ;;
    *)
        ours=$((ours + 1))
        echo "relif: ${input##*/} $frame"
        grep -m 1 -E 'ERROR|runtime error|fuzz: ' "$folder/replay"
        ;;
    esac
done
echo "${target##*/}: $executions executions, $cover edges; $ours findings in relif, $library inside HDF5"
[ "$ours" -eq 0 ]
