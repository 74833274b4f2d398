# Sourced by the script tests: a scratch folder, small configs, and checks that count.
set -u
bin=${RELIF_BIN_DIR:?is set by CTest}
# shellcheck disable=SC2034 # for the scripts that source this
source_dir=${RELIF_SOURCE_DIR:?is set by CTest}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/relif_test.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failures=0

fail() {
    failures=$((failures + 1))
    echo "FAIL: $*"
}

finish() {
    [ "$failures" -eq 0 ] || echo "$failures checks failed"
    exit $((failures > 0))
}

# relif_on RANKS ARGUMENTS...: relif under mpirun, ended after two minutes
relif_on() {
    local ranks=$1
    shift
    timeout -k 5 120 mpirun -n "$ranks" "$bin/relif" "$@"
}

# A ConvNet small enough to train in a second, with every kind of layer and biases.
write_config() {
    cat >"$1" <<CONFIG
name: small
dataset: {format: synthetic, synthetic: digits, seed: 2, count: 50}
network:
  layers:
    - conv2d: {name: conv1, channels: 6, kernel: 5, padding: 2, stride: 2, activation: relu, bias: true}
    - max_pool2d: {name: pool1, size: 2}
    - conv2d: {name: conv2, channels: 20, kernel: 3, padding: 1, activation: relu}
    - avg_pool2d: {name: pool2, size: 2}
    - linear: {name: fc1, channels: 40, activation: relu, bias: true}
    - linear: {name: fc2, channels: 10, activation: none}
training:
  dataset: {format: synthetic, synthetic: digits, seed: 1, count: 512}
  epochs: 1
  output: network.h5
coding: {coding_time: 0.5, coding_range: 30}
record:
  layers: [conv1, pool1, fc1, fc2]
  trains: {layers: [conv1, pool1, fc2], images: [0, 3, 49], neurons: [0, 2, 9]}
output: small.h5
CONFIG
}
