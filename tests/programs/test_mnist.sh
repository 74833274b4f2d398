# The trained networks on real MNIST images: the numbers an independent simulation gave.
. "$(dirname "$0")/common.sh"
data=${RELIF_DATA_DIR:-$source_dir/../shared/data}
models=${RELIF_MODEL_DIR:-$source_dir/../shared/models}
for needed in "$data/mnist/t10k-images-idx3-ubyte.gz" "$models/mnist_mlp.h5" "$models/mnist_convnet.h5"; do
    [ -e "$needed" ] || { echo "skipped: $needed is not there"; exit 77; }
done
export RELIF_DATA_DIR=$data RELIF_MODEL_DIR=$models
percent() { sed -n "s/.*$1 *\([0-9.]*\) %.*/\1/p" output.txt; }
at_least() { awk -v a="$(percent "$1")" -v b="$2" 'BEGIN { exit !(a >= b) }' || { fail "$1 is $(percent "$1"), expected at least $2"; }; }

relif_on 2 run "$source_dir/configs/mnist_mlp.yaml" --quiet --set output=mlp.h5 --set dataset.count=1000 >output.txt ||
    fail "MLP"
at_least "agreement of SNN and ANN" 99.5
relif_on 2 run "$source_dir/configs/mnist_convnet.yaml" --quiet --set output=convnet.h5 --set dataset.count=200 >output.txt ||
    fail "ConvNet"
at_least "agreement of SNN and ANN" 99
at_least "ANN accuracy" 98
finish
