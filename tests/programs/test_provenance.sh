# Where archives come from: every command that writes one leaves a sidecar, info --verify finds
# what changed since, and rerun makes the same archive again.
. "$(dirname "$0")/common.sh"
says() { grep -q -- "$1" output.txt || { fail "'$1' expected in:"; cat output.txt; }; }
accepted() { "$@" >output.txt 2>&1 || { fail "$*"; cat output.txt; }; }
refused() { "$@" >output.txt 2>&1 && { fail "accepted: $*"; cat output.txt; }; }
on_ranks() { timeout -k 5 120 mpirun -n "$1" "$bin/$2" "${@:3}"; }

mkdir data results
write_config small.yaml
sed -i -e 's/^dataset: .*/dataset: {format: cifar10, images: [data\/batch], count: 2}/' \
    -e 's/^  dataset: .*/  dataset: {format: cifar10, images: data\/batch, count: 8}/' \
    -e 's/epochs: 1/epochs: 1\n  batch: 8\n  shards: 2/' -e '/trains:/d' \
    -e 's/^output: .*/output: results\/small.h5/' small.yaml
for i in 1 2 3 4 5 6 7 8; do
    printf "\\x0$i"
    head -c 3072 /dev/zero | tr '\0' "$i"
done >data/batch
sed 's/small.h5/sweep.h5/' small.yaml >sweep.yaml
echo 'sweep: {coding.coding_range: [20, 30]}' >>sweep.yaml
cat >neuron.yaml <<CONFIG
name: neuron
experiments:
  trace: {experiment: trace, coding: {coding_time: 0.1}, inputs: [{weight: 0.3, frequency: 30}]}
output: results/neuron.h5
CONFIG

accepted relif_on 1 train small.yaml
accepted relif_on 2 run small.yaml
accepted relif_on 1 sweep sweep.yaml --task 1/2
accepted relif_on 1 sweep sweep.yaml --task 2/2
accepted relif_on 2 collect sweep.yaml
accepted relif_on 1 neuron neuron.yaml
accepted relif_on 1 map small.yaml --output results/mapping.h5
accepted on_ranks 2 relif-accuracy results/small.h5
accepted on_ranks 1 relif-correlate results/small.h5 --output results/correlation.h5 --layer fc1 --images 2
for archive in network.h5 results/*.h5; do
    [ -s "$archive.run.json" ] || fail "no sidecar: $archive"
    grep -q "$(sha256sum "$archive" | cut -d ' ' -f 1)" "$archive.run.json" || fail "digest of $archive"
    accepted relif_on 1 info "$archive" --verify
    says "verify archive  $archive: as recorded"
done
grep -q '"task": "2/2"' results/sweep.h5.task-2-of-2.h5.run.json || fail "task of a part"
grep -q '"what": "parts"' results/sweep.h5.run.json || fail "parts of a sweep"
grep -q "$(sha256sum data/batch | cut -d ' ' -f 1)" results/small.h5.run.json || fail "digest of the data"

# Repeated, on other numbers of ranks and from another folder.
for archive in network.h5 results/small.h5 results/sweep.h5.task-2-of-2.h5 results/neuron.h5 results/mapping.h5; do
    accepted relif_on 3 rerun "$archive.run.json"
    says "the same archive as '$archive', byte for byte"
done
(cd / && accepted relif_on 1 rerun "$scratch/results/small.h5.run.json" && says "byte for byte")
[ -z "$(find . -name '*rerun*')" ] || fail "left: $(find . -name '*rerun*')"
accepted relif_on 1 rerun results/small.h5.run.json --output results/again.h5
cmp results/small.h5 results/again.h5 || fail "--output: other bytes"
accepted relif_on 1 rerun results/again.h5.run.json
refused relif_on 2 rerun results/small.h5.run.json --set coding.coding_range=20
says "another archive than 'results/small.h5'"
[ -s results/small_rerun.h5 ] || fail "the other archive is not kept"
rm results/small_rerun.h5*
refused relif_on 2 rerun results/sweep.h5.run.json
says "repeat it in .* with: .*collect sweep.yaml"
refused relif_on 2 rerun results/small_accuracy.h5.run.json
says "relif-accuracy results/small.h5"
refused relif_on 2 rerun results/small.h5
says "read sidecar 'results/small.h5': "

# A network that is gone is trained again; then nothing but the sidecar is needed.
mv network.h5 network_before.h5
accepted relif_on 2 rerun results/small.h5.run.json
says "byte for byte"
mv network_before.h5 network.h5

# Without a sidecar the archive itself says what it was made of.
mv results/small.h5.run.json sidecar.json
accepted relif_on 2 info results/small.h5 --verify
says "verify dataset  data/batch: as recorded"
says "verify archive  results/small.h5: sound by its own checksum"

# What changed is found and named.
printf '\x09' | dd of=data/batch bs=1 seek=100 conv=notrunc 2>/dev/null
refused relif_on 2 info results/small.h5 --verify
says "verify 'results/small.h5': not as recorded: dataset"
mv sidecar.json results/small.h5.run.json
refused relif_on 2 info results/small.h5 --verify
says "verify dataset  data/batch: changed, SHA-256"
says "not as recorded: dataset"
refused relif_on 2 rerun results/small.h5.run.json
says "not as recorded: dataset"
rm data/batch
refused relif_on 1 info results/small.h5 --verify
says "cannot be checked (read 'data/batch': No such file"
printf '\x09' | dd of=results/small.h5 bs=1 seek=3000 conv=notrunc 2>/dev/null
refused relif_on 2 info results/small.h5 --verify
says "small.h5"
refused relif_on 1 info results/small_accuracy.h5 --verify
says "not as recorded: archive"
finish
