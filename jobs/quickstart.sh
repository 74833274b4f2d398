#!/usr/bin/env bash
# From nothing to results: installs what is missing, builds a release, trains the paper's
# ConvNet on drawn digits, turns it into a spiking network, simulates a test set on 2 ranks and
# analyses the archive; last, all of it on one HTML page. A second call finds everything done.
#
#   jobs/quickstart.sh [RANKS]
set -euo pipefail
cd "$(dirname "$0")/.."
ranks=${1:-2}

jobs/setup.sh release
. jobs/environment.sh
bin=build/release/bin
archive=results/quickstart.h5
figures=results/figures

echo
echo "== relif run, $ranks ranks"
mpirun -n "$ranks" "$bin/relif" run configs/quickstart.yaml
echo
echo "== relif-accuracy"
"$bin/relif-accuracy" "$archive" --figures "$figures"
echo
echo "== relif-correlate, $ranks ranks"
mpirun -n "$ranks" "$bin/relif-correlate" "$archive" --figures "$figures"
echo
echo "== relif-report"
page=results/quickstart.html
"$bin/relif-report" "$archive" results/quickstart_accuracy.h5 \
    results/quickstart_correlation_fc1.h5 --output "$page" --figures "$figures/report" |
    tail -n 1
echo
echo "results: results/ (archives .h5, sidecar .run.json)"
echo "figures: $figures/"
echo "all of it on one page: $page"
