#!/usr/bin/env bash
# The tools' opinion: clang-format, clang-tidy, cppcheck, shellcheck; a line each.
#
#   tests/lint.sh [TOOL...]       TOOL: clang-format, clang-tidy, cppcheck, shellcheck; default all
#
# Fails if one complains; what it says comes before its line. Their settings: .clang-format,
# .clang-tidy and tests/.clang-tidy, tests/cppcheck.supp, .shellcheckrc and tests/.shellcheckrc.
# Installs what is missing and configures the release preset, whose flags the tools use.
set -euo pipefail
cd "$(dirname "$0")/.."
build=build/release
tools=(clang-format clang-tidy cppcheck shellcheck)
[ $# -eq 0 ] || tools=("$@")
for tool in "${tools[@]}"; do
    case $tool in
    clang-format | clang-tidy | cppcheck | shellcheck) ;;
    *) echo "tests/lint.sh: '$tool' is none of its tools" >&2 && exit 2 ;;
    esac
done

command -v "${tools[@]}" >/dev/null && [ "$(command -v "${tools[@]}" | wc -l)" = ${#tools[@]} ] ||
    jobs/install.sh "${tools[@]}" || true # who is missing is named below
[ -e $build/compile_commands.json ] || cmake --preset release >/dev/null

mapfile -t sources < <(git ls-files '*.[ch]')
mapfile -t scripts < <(git ls-files '*.sh' '*.sbatch' .ci/run jobs/site.sh.example)

run_clang-format() { clang-format --dry-run -Werror "${sources[@]}"; }

# The sources of the release build; one that several targets compile is looked at for each.
# One a process: of several, the analyzer (14) takes the va_list of all but the first for
# uninitialised. How many warnings it suppressed in system headers is no complaint.
run_clang-tidy() {
    # The checker of MPI requests (14) crashes on this file, which goes without.
    local crashes=src/parallel/exchange.c tidy=(clang-tidy -p "$build" --quiet) failed=0
    printf '%s\n' "${sources[@]}" | grep -xF -f <(sed -n "s|.*\"file\": \"$PWD/\(.*\)\".*|\1|p" \
        $build/compile_commands.json) | grep -vxF $crashes |
        xargs -P 2 -n 1 "${tidy[@]}" 2>&1 | drop_counts || failed=1
    "${tidy[@]}" --checks=-clang-analyzer-optin.mpi.MPI-Checker $crashes 2>&1 |
        drop_counts || failed=1
    return $failed
}

drop_counts() { sed '/^[0-9]* warnings* generated\.$/d'; }

run_cppcheck() {
    cppcheck --quiet -j 2 --enable=warning,performance,portability --std=c11 \
        -UNDEBUG --project=$build/compile_commands.json \
        --suppressions-list=tests/cppcheck.supp --error-exitcode=1
}

run_shellcheck() { shellcheck --format=gcc "${scripts[@]}"; }

complaints=0
for tool in "${tools[@]}"; do
    if ! command -v "$tool" >/dev/null; then
        echo "tests/lint.sh: no $tool; Debian's package is '$tool'" >&2
        verdict=missing
    elif [ "$tool" = clang-tidy ] || [ "$tool" = cppcheck ]; then
        start=$SECONDS
        verdict=clean
        "run_$tool" || verdict=complaints
        verdict+=" ($((SECONDS - start)) s)"
    else
        verdict=clean
        "run_$tool" || verdict=complaints
    fi
    [[ $verdict == clean* ]] || complaints=$((complaints + 1))
    printf 'lint: %-13s %s\n' "$tool" "$verdict"
done
exit $((complaints > 0))
