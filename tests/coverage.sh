#!/usr/bin/env bash
# Line coverage of src and analysis by the test suite.
#
#   tests/coverage.sh [CTEST ARGUMENTS...]      for example -L unit; default: all but slurm, valgrind
#   tests/coverage.sh --report                  of what ran already
#
# Builds the coverage preset, runs its tests and prints the covered lines of each folder;
# build/coverage/report/index.html shows every line. A process that is killed leaves no counts.
# Fails if tests fail or less than RELIF_COVERAGE_GOAL (default 90) percent are covered.
set -euo pipefail
cd "$(dirname "$0")/.."
build=build/coverage
goal=${RELIF_COVERAGE_GOAL:-90}

tests=0
if [ "${1:-}" != --report ]; then
    jobs/setup.sh coverage
    jobs/install.sh gcovr
    . jobs/environment.sh
    export RELIF_DATA_DIR=${RELIF_DATA_DIR:-$PWD/../shared/data}
    export RELIF_MODEL_DIR=${RELIF_MODEL_DIR:-$PWD/../shared/models}
    find $build -name '*.gcda' -delete
    ctest --preset coverage "$@" || tests=$?
fi

mkdir -p $build/report
gcovr --root . --filter src/ --filter analysis/ -j 2 --exclude-unreachable-branches \
    --csv $build/report/lines.csv --html-details $build/report/index.html \
    $build/src $build/analysis
awk -F, -v goal="$goal" '
    function line(name, covered, total) {
        return sprintf("%-16s %6d of %6d lines  %6.2f %%", name, covered, total,
            100 * covered / total)
    }
    NR > 1 {
        folder = $1
        sub("/[^/]*$", "", folder)
        total[folder] += $2; covered[folder] += $3
        all += $2; all_covered += $3
    }
    END {
        for (folder in total) print line(folder, covered[folder], total[folder]) | "sort"
        close("sort")
        if (!all) { print "no counts"; exit 1 }
        print line("all", all_covered, all)
        if (100 * all_covered < goal * all) { print "less than " goal " %"; exit 1 }
    }' $build/report/lines.csv
exit $tests
