# The ConvNet of Table V reaches 99 % of MNIST's test images in three epochs.
. "$(dirname "$0")/common.sh"
data=${RELIF_DATA_DIR:-$source_dir/../shared/data}
[ -e "$data/mnist/train-images-idx3-ubyte.gz" ] || { echo "skipped: $data/mnist is not there"; exit 77; }
export RELIF_DATA_DIR=$data
timeout -k 5 3000 mpirun -n 2 "$bin/relif" train "$source_dir/configs/mnist_convnet_train.yaml" \
    --set training.output=network.h5 >output.txt 2>&1 || fail "training"
grep epoch output.txt
accuracy=$(sed -n 's/^weights of epoch 3: accuracy \([0-9.]*\) %.*/\1/p' output.txt)
awk -v a="$accuracy" 'BEGIN { exit !(a >= 99) }' || { fail "accuracy '$accuracy', expected at least 99"; cat output.txt; }
finish
