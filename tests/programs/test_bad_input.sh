# Bad input: one clear sentence, a non-zero exit on every rank within seconds, nothing left that
# looks complete.
. "$(dirname "$0")/common.sh"
write_config small.yaml
relif_on 1 train small.yaml --quiet || fail "training"

# refused RANKS "words of the sentence" OPTIONS...: relif run $config fails with that sentence
config=small.yaml
refused() {
    local ranks=$1 words=$2 status
    shift 2
    timeout -k 2 30 mpirun -n "$ranks" "$bin/relif" run "$config" --quiet \
        --set output=refused.h5 "$@" >output.txt 2>&1
    status=$?
    [ "$status" -ne 0 ] || fail "$*: accepted"
    [ "$status" -ne 124 ] && [ "$status" -ne 137 ] || fail "$*: hangs"
    [ "$(grep -c "^relif run: " output.txt)" -eq 1 ] || { fail "$*: not one sentence"; cat output.txt; }
    grep -q -- "$words" output.txt || { fail "$*: '$words' expected in:"; cat output.txt; }
    [ -z "$(find . -name 'refused.h5*')" ] || fail "$*: left $(find . -name 'refused.h5*')"
}

idx() { printf "$1"; } # bytes by printf escapes
header='\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x1c\x00\x00\x00\x1c'
{ idx "$header"; head -c 1568 /dev/zero; } >images.idx
{ idx '\x00\x00\x08\x01\x00\x00\x00\x02'; idx '\x03\x04'; } >labels.idx
{ idx '\x00\x00\x08\x01\x00\x00\x00\x02'; idx '\x03\x0c'; } >labels12.idx
{ idx '\x00\x00\x08\x09\x00\x00\x00\x02\x00\x00\x00\x1c\x00\x00\x00\x1c'; head -c 1568 /dev/zero; } >magic.idx
head -c 900 images.idx >short.idx
{ idx '\x00\x00\x08\x03\x7f\xff\xff\xff\x00\x00\x7f\xff\x00\x00\x7f\xff'; head -c 100 /dev/zero; } >huge.idx
gzip -kc images.idx | head -c 30 >cut.gz
head -c 3074 /dev/zero >odd.bin

# with_data "dataset: {...}": small.yaml with another data set
with_data() { sed "s|^dataset: .*|dataset: $1|" small.yaml >other.yaml; }
use() { with_data "{format: idx, images: $1, labels: ${2:-labels.idx}, count: ${3:-0}}"; }

config=other.yaml
for ranks in 1 3; do
    use magic.idx && refused $ranks "magic"
    use short.idx && refused $ranks "short.idx"
    use huge.idx && refused $ranks "huge.idx"
    use cut.gz && refused $ranks "cut.gz"
    use nothing.idx && refused $ranks "No such file"
    use images.idx labels12.idx && refused $ranks "label 12"
    use images.idx labels.idx 60 && refused $ranks "60"
    with_data "{format: cifar10, images: odd.bin}" && refused $ranks "odd.bin"
done
head -c 3073 /dev/zero >cifar.bin
with_data "{format: cifar10, images: cifar.bin}" && refused 2 "expects images of"
config=small.yaml

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
timeout -k 2 60 mpirun -n 11 "$bin/relif" run tiny.yaml --quiet --set execution.replicas=1 >output.txt 2>&1 &&
    fail "more ranks than neurons: accepted"
grep -q "11 ranks" output.txt || { fail "more ranks than neurons:"; cat output.txt; }

echo text >taken.h5
relif_on 2 run small.yaml --quiet --set output=taken.h5 >output.txt 2>&1 && fail "existing output: replaced"
grep -q "taken.h5' exists" output.txt || { fail "existing output:"; cat output.txt; }
[ "$(cat taken.h5)" = text ] || fail "existing output: changed"
relif_on 2 run small.yaml --quiet --set output=taken.h5/below.h5 >output.txt 2>&1 && fail "folder is a file: accepted"
grep -q "taken.h5" output.txt || { fail "folder is a file:"; cat output.txt; }
relif_on 2 run small.yaml --quiet --set output=/proc/relif.h5 >output.txt 2>&1 && fail "unwritable folder: accepted"
grep -q "/proc" output.txt || { fail "unwritable folder:"; cat output.txt; }
relif_on 2 run nothing.yaml >output.txt 2>&1 && fail "missing config: accepted"
grep -q "nothing.yaml" output.txt || { fail "missing config:"; cat output.txt; }
relif_on 1 fly small.yaml >output.txt 2>&1 && fail "unknown command: accepted"
relif_on 1 run small.yaml --sets a=b >output.txt 2>&1 && fail "unknown option: accepted"
grep -q "unknown option '--sets'" output.txt || { fail "unknown option:"; cat output.txt; }

# A file system that is full: refused or ended with a sentence, and no archive.
mkdir full
if mount -t tmpfs -o size=300k tmpfs full 2>/dev/null; then
    refused 2 "needed" --set output=full/refused.h5
    umount full
else
    echo "skipped: a full file system (tmpfs cannot be mounted here)"
fi
finish
