# Deep conversion: relif map's diagnosis, and normalisations whose archives do not depend on ranks.
. "$(dirname "$0")/common.sh"
says() { grep -q -- "$1" output.txt || { fail "'$1' expected in:"; cat output.txt; }; }
write_config small.yaml
relif_on 2 train small.yaml --quiet || fail "training"
accuracy() { grep "$1" output.txt | head -n 1 | awk '{ print $(NF - 1) }'; }

for method in none max percentile spike_norm; do
    for ranks in 1 $([ $method = spike_norm ] && echo 2) 3; do
        relif_on $ranks map small.yaml --quiet --images 37 --set normalization.method=$method \
            --set normalization.images=9 --output map_$ranks.h5 --force >map_$ranks.txt 2>/dev/null ||
            fail "map on $ranks ranks, $method"
        cmp map_1.h5 map_$ranks.h5 || fail "map on $ranks ranks, $method: other bytes"
        diff <(grep -v archive: map_1.txt) <(grep -v archive: map_$ranks.txt) ||
            fail "map on $ranks ranks, $method: other tables"
    done
done
relif_on 2 info map_1.h5 >output.txt 2>&1 || fail "info"
for path in diagnosis/saturated normalization/scale normalization/factor mapping/fc1/V_th; do
    says "/$path"
done

# The ReLU network's labels stay, whatever carries a normalisation; so do the spikes, but for rounding.
relif_on 2 run small.yaml --quiet --force >output.txt || fail "run"
plain=$(accuracy "ANN accuracy")
for method in percentile spike_norm; do
    for carrier in weights v_th c_m; do
        options=(--set normalization.method="$method" --set normalization.carrier="$carrier"
                 --set normalization.images=8 --set coding.coding_range=100 --set neuron.bias=current)
        relif_on 1 run small.yaml --quiet --force "${options[@]}" >output.txt 2>/dev/null ||
            fail "run, $method, $carrier"
        [ "$(accuracy "ANN accuracy")" = "$plain" ] || fail "$method, $carrier: other labels of the ReLU network"
        accuracy "agreement of SNN" >"agreement_$carrier"
    done
    cp small.h5 one.h5
    relif_on 3 run small.yaml --quiet --force "${options[@]}" \
        --set "execution={replicas: 1, scheme: split}" >/dev/null 2>&1 || fail "3 ranks, $method"
    cmp one.h5 small.h5 || fail "3 ranks, $method: other bytes"
    awk '{ sum += $1; if (NR > 1 && ($1 - last > 4 || last - $1 > 4)) exit 1; last = $1 }
         END { exit !(sum > 75) }' agreement_weights agreement_v_th agreement_c_m ||
        fail "$method: carriers agree in $(cat agreement_*) %"
done

# A saturating range is found out, and what is advised mends it.
relif_on 2 map small.yaml --set coding.coding_range=800 >output.txt 2>&1 || fail "map"
says "conv1 saturates: "
says "Against saturation: coding.coding_range at most"
range=$(sed -n 's/.*coding.coding_range at most \([0-9.]*\) Hz.*/\1/p' output.txt)
relif_on 2 map small.yaml --set coding.coding_range="$range" >output.txt 2>&1 || fail "map as advised"
grep -q "saturates: " output.txt && { fail "it still saturates at $range Hz"; cat output.txt; }
relif_on 2 map small.yaml --set coding.coding_range=1 >output.txt 2>&1 || fail "map"
says "is too quiet: "
says "Against quiet layers: coding.coding_time of at least"

# A point of a sweep is the run with its values.
cat >>small.yaml <<CONFIG
normalization: {images: 7}
sweep:
  normalization.method: [percentile, spike_norm]
  normalization.carrier: [weights, v_th]
CONFIG
relif_on 2 sweep small.yaml --quiet --set output=sweep.h5 >/dev/null 2>&1 || fail "sweep"
relif_on 3 run small.yaml --quiet --set sweep=null --set normalization.method=spike_norm \
    --set normalization.carrier=v_th --set output=point.h5 >/dev/null 2>&1 || fail "point 3"
"$RELIF_TEST_BIN_DIR/sweep_compare" sweep.h5 3 point.h5 || fail "point 3 is not the run"

relif_on 2 map small.yaml --set sweep=null --set normalization.carrier=tau >output.txt 2>&1 && fail "carrier tau"
says "expected weights, v_th or c_m"
finish
