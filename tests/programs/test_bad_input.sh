# Bad input: one clear sentence, a non-zero exit on every rank within seconds, nothing left that
# looks complete.
. "$(dirname "$0")/common.sh"
write_config small.yaml
relif_on 1 train small.yaml --quiet || fail "training"
bad_hdf5=$RELIF_TEST_BIN_DIR/write_bad_hdf5

# Keeps the status of each rank: the launcher ends the others as soon as one has failed.
cat >each_rank.sh <<'SCRIPT'
"$@"
echo $? >"status.$OMPI_COMM_WORLD_RANK"
SCRIPT

# refused RANKS "words of the sentence" OPTIONS...: relif run $config fails with that sentence
config=small.yaml
refused() {
    local ranks=$1 words=$2 status
    shift 2
    rm -f status.*
    timeout -k 2 60 mpirun -n "$ranks" bash each_rank.sh "$bin/relif" run "$config" --quiet \
        --set output=refused.h5 "$@" >output.txt 2>&1
    status=$?
    [ "$status" -eq 0 ] || fail "$*: hangs or is aborted (status $status)"
    [ "$(grep -lx '[1-9][0-9]*' status.* | wc -l)" -eq "$ranks" ] || fail "$*: accepted by a rank"
    [ "$(grep -c "^relif run: " output.txt)" -eq 1 ] || { fail "$*: not one sentence"; cat output.txt; }
    grep -q -- "$words" output.txt || { fail "$*: '$words' expected in:"; cat output.txt; }
    [ -z "$(find . -name 'refused.h5*')" ] || fail "$*: left $(find . -name 'refused.h5*')"
}

idx() { printf "$1"; } # bytes by printf escapes
header='\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x1c\x00\x00\x00\x1c'
{ idx "$header"; head -c 1568 "$bin/relif"; } >images.idx
{ idx '\x00\x00\x08\x01\x00\x00\x00\x02'; idx '\x03\x04'; } >labels.idx
{ idx '\x00\x00\x08\x01\x00\x00\x00\x02'; idx '\x03\x0c'; } >labels12.idx
{ idx '\x00\x00\x08\x09\x00\x00\x00\x02\x00\x00\x00\x1c\x00\x00\x00\x1c'; head -c 1568 /dev/zero; } >magic.idx
head -c 900 images.idx >short.idx
{ idx '\x00\x00\x08\x03\x7f\xff\xff\xff\x00\x00\x7f\xff\x00\x00\x7f\xff'; head -c 100 /dev/zero; } >huge.idx
gzip -kc images.idx >whole.gz
head -c 30 whole.gz >cut.gz
flip() { # FILE AT: another bit of that byte
    local byte
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    printf "$(printf '\\x%02x' $((byte ^ 16)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
cp whole.gz stream.gz && flip stream.gz 100
cp whole.gz checksum.gz && flip checksum.gz $(($(stat -c %s whole.gz) - 6))
head -c 3074 /dev/zero >odd.bin
{ idx '\x0a'; head -c 3072 /dev/zero; } >label10.bin

# with_data "dataset: {...}": small.yaml with another data set
with_data() { sed "s|^dataset: .*|dataset: $1|" small.yaml >other.yaml; }
use() { with_data "{format: idx, images: $1, labels: ${2:-labels.idx}, count: ${3:-0}}"; }

config=other.yaml
use whole.gz && relif_on 2 run other.yaml --quiet --set record.trains=null --set output=whole.h5 \
    >output.txt 2>&1 || { fail "the file that is damaged below"; cat output.txt; }
for ranks in 1 3; do
    use magic.idx && refused $ranks "magic"
    use short.idx && refused $ranks "short.idx"
    use huge.idx && refused $ranks "huge.idx"
    use cut.gz && refused $ranks "cut.gz"
    use stream.gz && refused $ranks "stream.gz"
    use checksum.gz && refused $ranks "checksum.gz"
    use nothing.idx && refused $ranks "No such file"
    use images.idx labels12.idx && refused $ranks "label 12"
    use images.idx labels.idx 60 && refused $ranks "60"
    with_data "{format: cifar10, images: odd.bin}" && refused $ranks "odd.bin"
    with_data "{format: cifar10, images: label10.bin}" && refused $ranks "label10.bin"
done
head -c 3073 /dev/zero >cifar.bin
with_data "{format: cifar10, images: cifar.bin}" && refused 2 "expects images of"

# An HDF5 data set: pixels below 0 or no numbers, labels out of range or not there.
bad_images() { "$bad_hdf5" "$1" images.h5 && with_data "{format: hdf5, images: images.h5}"; }
bad_images images && relif_on 2 run other.yaml --quiet --set record.trains=null --set output=images_run.h5 \
    >output.txt 2>&1 || { fail "the data set that has defects below"; cat output.txt; }
for ranks in 1 3; do
    bad_images images-below-0 && refused $ranks "a pixel of image number 2 is -0.25, expected"
    bad_images images-nan && refused $ranks "a pixel of image number 2 is nan, expected"
    bad_images images-inf && refused $ranks "a pixel of image number 2 is inf, expected"
    bad_images images-label && refused $ranks "label number 2 is 300"
    bad_images images-unlabelled && refused $ranks "'/labels' is missing"
done
config=small.yaml

# A network file: without its attributes, weights that do not chain or are no numbers.
bad_network() { "$bad_hdf5" "$1" bad.h5; }
of_file=(--set network=null --set training=null --set network.file=bad.h5 --set record=null)
bad_network none && relif_on 2 run small.yaml --quiet "${of_file[@]}" --set output=file.h5 \
    >output.txt 2>&1 || { fail "the network that has defects below"; cat output.txt; }
for ranks in 1 3; do
    bad_network no-format && refused $ranks "attribute 'format' of '/' is missing" "${of_file[@]}"
    bad_network no-shape && refused $ranks "attribute 'input_shape' of '/' is missing" "${of_file[@]}"
    bad_network no-type && refused $ranks "layer 'conv': attribute 'type'" "${of_file[@]}"
    bad_network no-chain && refused $ranks "layer 'fc' (linear): its weights expect 99 inputs" "${of_file[@]}"
    bad_network nan-weight && refused $ranks "layer 'fc': weight number .* is -\?nan" "${of_file[@]}"
    bad_network inf-weight && refused $ranks "layer 'fc': weight number .* is inf" "${of_file[@]}"
done

refused 2 "coding.dt" --set coding.dt=0
refused 2 "coding.dt" --set coding.dt=-0.01
refused 2 "coding_time" --set coding.coding_time=0.001
refused 2 "v_th" --set neuron.v_th=0
refused 2 "c_m" --set neuron.c_m=-1
refused 2 "g_l" --set neuron.g_l=-0.1
refused 2 "conductance" --set neuron.bias=conductance
refused 2 "coding.tau" --set coding.tau=1
refused 2 "5k" --set coding.coding_range=5k
refused 2 "no layer 'fc9'" --set "record.layers=[fc9]"
refused 2 "image" --set "record.trains={layers: [fc1], images: [50]}"
refused 2 "neuron 40" --set "record.trains={layers: [fc1], images: [0], neurons: [40]}"
refused 2 "no whole number of steps" --set "record.coding_times=[0.105]"
refused 2 "divisor" --set execution.replicas=3
refused 2 "not an HDF5 file" --set network=null --set training=null --set network.file=images.idx
refused 1 "missing.h5" --set network=null --set training=null --set network.file=missing.h5

cat >tiny.yaml <<CONFIG
name: tiny
dataset: {format: synthetic, synthetic: digits, count: 4}
network: {layers: [{linear: {name: fc, channels: 10, activation: none}}]}
training: {dataset: {format: synthetic, synthetic: digits, count: 64}, epochs: 1, output: tiny_network.h5}
output: tiny.h5
CONFIG
relif_on 1 train tiny.yaml --quiet || fail "training of the tiny network"
config=tiny.yaml
refused 11 "11 ranks in a group, but its largest layer has only 10 neurons" --set execution.replicas=1
config=small.yaml

# An output that exists, or that cannot be written.
echo text >taken.h5
refused 2 "taken.h5' exists" --set output=taken.h5
[ "$(cat taken.h5)" = text ] || fail "existing output: changed"
refused 2 "taken.h5" --set output=taken.h5/below.h5
refused 2 "/proc" --set output=/proc/relif.h5
refused 2 "taken.h5/below" --set training.epochs=2 --set training.output=taken.h5/below
relif_on 2 run nothing.yaml >output.txt 2>&1 && fail "missing config: accepted"
grep -q "nothing.yaml" output.txt || { fail "missing config:"; cat output.txt; }
relif_on 1 fly small.yaml >output.txt 2>&1 && fail "unknown command: accepted"
relif_on 1 run small.yaml --sets a=b >output.txt 2>&1 && fail "unknown option: accepted"
grep -q "unknown option '--sets'" output.txt || { fail "unknown option:"; cat output.txt; }

# A file system that is full before: a sentence, and no archive.
mkdir full
trap 'umount full 2>/dev/null; rm -rf "$scratch"' EXIT
if mount -t tmpfs -o size=300k tmpfs full 2>/dev/null; then
    refused 2 "needed" --set output=full/refused.h5
    cat /dev/zero >full/filler 2>/dev/null
    refused 2 "full/network.h5" --set training.epochs=2 --set training.output=full/network.h5
    [ "$(ls full)" = filler ] || fail "a full file system: left $(ls full)"
    umount full
else
    echo "skipped: a full file system (tmpfs cannot be mounted here)"
fi
finish
