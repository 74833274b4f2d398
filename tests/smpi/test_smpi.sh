# The scaling model against a simulated network, where SimGrid and the trained networks are.
# Not in the default run: ctest -L smpi.
set -eu
skip() { echo "skipped: $*" && exit 77; }
command -v smpirun >/dev/null && command -v smpicc >/dev/null || skip "no smpirun (Debian: libsimgrid-dev)"
model=${RELIF_MODEL_DIR:-$RELIF_SOURCE_DIR/../shared/models}/mnist_convnet.h5
data=${RELIF_DATA_DIR:-$RELIF_SOURCE_DIR/../shared/data}/mnist
[ -e "$model" ] && [ -e "$data" ] || skip "no $model or no $data"
export RELIF_MODEL_DIR=${model%/*} RELIF_DATA_DIR=${data%/*} RELIF_SMPI_TICKS=6
compare() { bash "$RELIF_SOURCE_DIR/tests/smpi/compare.sh" "$RELIF_BIN_DIR" "$@"; }

convnet=$RELIF_SOURCE_DIR/configs/mnist_convnet.yaml
compare "$convnet" split 4x16 16x16 -- --speed 2e9                # busy ranks
compare "$convnet" split 4x16 -- --speed 2e9 --latency 1e-3       # messages that take long
compare "$convnet" pipeline 16x4 256x4 -- --speed 2e9
compare "$RELIF_SOURCE_DIR/configs/mnist_mlp.yaml" split 8x8 -- --speed 4e9 --latency 1e-4
