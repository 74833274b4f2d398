# relif neuron: the figures' configs, the same archive from any number of ranks, bad input.
. "$(dirname "$0")/common.sh"
fig07=$source_dir/configs/fig07.yaml
small=(--quiet --set experiments.A_rate.frequency.step=7
       --set experiments.B_least_rate.frequency.step=1
       --set experiments.B_least_rate.sweep.step=3 --set experiments.B_least_rate_fine=null
       --set experiments.C_slope.frequency.step=5 --set experiments.C_slope.sweep.step=0.7
       --set experiments.C_slope_no_leak=null)

# same NAME CONFIG OPTIONS...: 1 and 3 ranks write the same bytes
same() {
    local name=$1
    shift
    for ranks in 1 3; do
        relif_on $ranks neuron "$@" --set "output=$name-$ranks.h5" >"$name-$ranks.txt" ||
            fail "$name on $ranks ranks"
    done
    cmp "$name-1.h5" "$name-3.h5" || fail "$name: other bytes on 3 ranks"
    relif_on 1 info "$name-1.h5" >info.txt || fail "$name: info"
}

same fig07 "$fig07" "${small[@]}"
diff <(grep -v archive fig07-1.txt) <(grep -v archive fig07-3.txt) || fail "other tables"
grep -q "/experiments/A_rate/linear_lif_minus_exact .*\[Hz\]" info.txt || fail "no array"
grep -q "^ *14.5 *29 *12.34 *13" fig07-1.txt || { fail "rate at 29 Hz"; cat fig07-1.txt; }
same fig02 "$source_dir/configs/fig02.yaml" --quiet
grep -q "/experiments/equal_rates/input/timestamps" info.txt || fail "no input spikes"
same fig18 "$source_dir/configs/fig18_neuron.yaml" --quiet --set sweep.stop=1 \
    --set experiments.leak.coding.dt=0.01
for figure in fig08 fig09; do
    relif_on 1 neuron "$source_dir/configs/$figure.yaml" --print-config >$figure.yaml ||
        fail "$figure.yaml"
done
# A trace in which nothing ever fires has empty arrays.
relif_on 2 neuron "$source_dir/configs/fig02.yaml" --quiet --set output=silent.h5 \
    --set experiments.equal_rates.inputs='[{weight: 1, frequency: 0}]' >/dev/null ||
    fail "a silent trace"

# A finished archive is kept, another one is not overwritten.
before=$(stat -c %Y.%i fig07-1.h5)
relif_on 2 neuron "$fig07" "${small[@]}" --set output=fig07-1.h5 >again.txt || fail "again"
grep -q "nothing to do" again.txt || fail "computed again"
[ "$(stat -c %Y.%i fig07-1.h5)" = "$before" ] || fail "written again"
relif_on 2 neuron "$fig07" "${small[@]}" --set output=fig07-1.h5 --force >/dev/null ||
    fail "--force"
cmp fig07-1.h5 fig07-3.h5 || fail "--force: other bytes"

# refused "words of the sentence" OPTIONS...
refused() {
    local words=$1 status
    shift
    timeout -k 2 30 mpirun -n 2 "$bin/relif" neuron "$fig07" "${small[@]}" \
        --set output=refused.h5 "$@" >output.txt 2>&1
    status=$?
    [ "$status" -ne 0 ] && [ "$status" -ne 124 ] || fail "$*: status $status"
    [ "$(grep -c "^relif neuron: " output.txt)" -eq 1 ] || fail "$*: not one sentence"
    grep -qF -- "$words" output.txt || { fail "$*: '$words' expected in:"; cat output.txt; }
    [ ! -e refused.h5 ] && [ ! -e refused.h5.part ] || fail "$*: left a file"
}

refused "there are no points from 40 to 30" --set experiments.A_rate.frequency.start=40
refused "coding.dt: 0 is out of range; expected seconds > 0" --set coding.dt=0
refused "coding.dt: -0.01 is out of range" --set coding.dt=-0.01
refused "inputs: found 0 inputs" --set 'inputs=[]'
refused "inputs: there are none" --set inputs=null
refused "coding_time" --set coding.coding_time=0.001
refused "(did you mean 'rate_curve'?)" --set experiments.A_rate.experiment=rate_kurve
refused "coding.tau: unknown key" --set coding.tau=1
refused "exists and holds the results of another configuration" --set output=fig07-1.h5 \
    --set neuron.g_l=2
refused "exists and is not a finished archive of this kind" --set output=fig07-1.txt
relif_on 1 neuron "$fig07" --help-config | grep -q "^coding.dt: seconds > 0; default 0.01" ||
    fail "--help-config"
finish
