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
export ASAN_OPTIONS=detect_leaks=0:handle_abort=1:allocator_may_return_null=0
export UBSAN_OPTIONS=print_stacktrace=1
export TMPDIR="$folder/tmp"
mkdir -p "$folder/corpus" "$folder/crashes" "$folder/tmp"

# options: no input is large, none takes long or much memory
options=(-max_len=200000 -timeout=20 -rss_limit_mb=3000 -malloc_limit_mb=1500 -print_final_stats=1)

# What goes on after a crash starts processes again and again: only where HDF5 crashes, too.
case ${target##*/} in
fuzz_network | fuzz_dataset | fuzz_archive | fuzz_analysis | fuzz_hdf5_edited)
    options+=(-fork=1 -ignore_crashes=1 -ignore_ooms=1 -ignore_timeouts=1)
    ;;
esac

"$target" -max_total_time="$seconds" "${options[@]}" -artifact_prefix="$folder/crashes/" \
    "$folder/corpus" "$@" >"$folder/log" 2>&1
grep -E '^#[0-9]+.*cov' "$folder/log" | tail -n 1

# The first frame of the stack that is no part of the sanitizer or the C library.
blame() {
    grep -E '^ +#[0-9]+ 0x' "$1" | grep -vE ' in (__asan|__interceptor|__sanitizer|__ubsan|__lsan|fuzzer::|raise|abort|gsignal|__GI_|operator|calloc|malloc|realloc|free|memcpy|memset|memmove|strlen|strdup)|libc\.so|libasan' |
        head -n 1
}

ours=0 library=0
shopt -s nullglob
for input in "$folder"/crashes/*; do
    timeout -k 2 60 "$target" "${options[@]}" "$input" >"$folder/replay" 2>&1 && continue
    frame=$(blame "$folder/replay")
    case ${input##*/}$frame in
    timeout-*) ours=$((ours + 1)); echo "slow:  ${input##*/}" ;;
    *libhdf5*) library=$((library + 1)); echo "HDF5:  ${input##*/} $frame" ;;
    *) ours=$((ours + 1)); echo "relif: ${input##*/} $frame"; grep -m 1 -E 'ERROR|runtime error|fuzz: ' "$folder/replay" ;;
    esac
done
echo "${target##*/}: $ours of relif's, $library inside HDF5"
[ "$ours" -eq 0 ]
