#!/usr/bin/env bash
# The same set-up as the quickstart, then the whole test suite through CTest.
#
#   tests/run.sh [PRESET]         PRESET: release (default) or dev (AddressSanitizer, UBSan)
#
# Tests that need a real data set look for it in RELIF_DATA_DIR (default ../shared/data) and
# trained networks in RELIF_MODEL_DIR (default ../shared/models); those of jobs/ start a Slurm
# cluster of their own. They are reported as skipped where what they need is not there.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}

jobs/setup.sh "$preset"
packages=(munge slurmctld slurmd slurm-client slurm-wlm-basic-plugins shellcheck valgrind)
jobs/install.sh "${packages[@]}" ||
    echo "tests/run.sh: without ${packages[*]}: the tests that need them are skipped" >&2
. jobs/environment.sh
export RELIF_DATA_DIR=${RELIF_DATA_DIR:-$PWD/../shared/data}
export RELIF_MODEL_DIR=${RELIF_MODEL_DIR:-$PWD/../shared/models}
# Tests wait more than they compute: one more at a time than there are processors.
ctest --preset "$preset" --parallel $(($(nproc) + 1))
