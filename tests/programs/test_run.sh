# relif as a user meets it: run, run again, change, replace, look, map, measure.
. "$(dirname "$0")/common.sh"
write_config small.yaml
says() { grep -q -- "$1" output.txt || { fail "'$1' expected in:"; cat output.txt; }; }

relif_on 2 run small.yaml >output.txt 2>&1 || fail "run"
says "ANN accuracy"
says "agreement of SNN and ANN"
says "images/s"
says "epoch 1 of 1"
[ -s small.h5 ] && [ -s small.h5.run.json ] && [ -s network.h5 ] || fail "files of a run"
[ -e small.h5.part ] && fail "a .part is left"
before=$(sha256sum small.h5)

relif_on 2 run small.yaml >output.txt 2>&1 || fail "second run"
says "nothing to do"
[ "$before" = "$(sha256sum small.h5)" ] || fail "the second run changed the archive"

# What a job left that was killed just after its archive was complete goes; what belongs to a
# job that is at work on the output stays.
for suffix in lock checkpoint checkpoint.old part; do echo left >small.h5.$suffix; done
relif_on 2 run small.yaml >output.txt 2>&1 || fail "run beside leftovers"
says "nothing to do"
ls small.h5.lock small.h5.checkpoint* small.h5.part 2>/dev/null && fail "leftovers of a killed job stay"
for _ in 1 2 3 4 5 6; do # it is at work for a tenth of a second
    "$bin/relif" run small.yaml --force --quiet --checkpoint-every 0 >forced.txt 2>&1 &
    forced=$!
    until [ -e small.h5.part ]; do kill -0 $forced || break; done 2>/dev/null
    kill -STOP $forced 2>/dev/null
    [ ! -e small.h5.part ] || break
    kill -CONT $forced 2>/dev/null
    wait $forced
done
[ -e small.h5.part ] || fail "the forced run ended too soon to test anything"
relif_on 2 run small.yaml >output.txt 2>&1 || fail "run beside a job at work"
says "nothing to do"
[ -e small.h5.lock ] && [ -e small.h5.part ] || fail "files of a job at work were removed"
kill -CONT $forced
wait $forced || fail "forced run: $(cat forced.txt)"
[ "$before" = "$(sha256sum small.h5)" ] || fail "forced run: other bytes"

relif_on 2 run small.yaml --set coding.coding_range=20 >output.txt 2>&1 &&
    fail "another configuration replaced the archive"
says "another configuration"
[ "$before" = "$(sha256sum small.h5)" ] || fail "a refused run changed the archive"
relif_on 1 run small.yaml --set coding.coding_range=20 --force >output.txt 2>&1 || fail "--force"
says "using the network trained before"
[ "$before" = "$(sha256sum small.h5)" ] && fail "--force did not replace the archive"

relif_on 1 run small.yaml --print-config >printed.yaml || fail "--print-config"
relif_on 1 run printed.yaml --print-config >again.yaml || fail "the printed config is not read"
cmp printed.yaml again.yaml || fail "printing a printed config changes it"
grep -q "coding_time: 0.5" printed.yaml || fail "a value given"
grep -q "v_th: 1" printed.yaml || fail "a default"

for config in "$source_dir"/configs/*.yaml; do
    command=run
    grep -q '^sweep:' "$config" && command=sweep
    grep -q '^experiments:' "$config" && command=neuron
    relif_on 1 "$command" "$config" --print-config >/dev/null || fail "$command $config"
done

relif_on 2 info small.h5 >output.txt 2>&1 || fail "info of an archive"
says "/labels/snn"
says "small.h5 is sound"
relif_on 1 info network.h5 >output.txt 2>&1 || fail "info of a network"
says "conv1"
says "network.h5 is sound"

relif_on 1 map small.yaml --output mapping.h5 >output.txt 2>&1 || fail "map"
says "forwards spike trains"
relif_on 1 info mapping.h5 >output.txt 2>&1 || fail "info of a mapping"
says "/mapping/fc1/bias_route"

relif_on 2 bench small.yaml --images 20 >output.txt 2>&1 || fail "bench"
says "deliver+integrate"
says "synaptic operations/s"
says "gather limit"
says "images per second of processor time"

for command in run train map info bench; do
    relif_on 1 "$command" --help >output.txt 2>&1 || fail "$command --help"
    says "Example"
done
relif_on 1 sweep --help >output.txt 2>&1
says "--task I/N"
relif_on 1 info --help >output.txt 2>&1
grep -q -- "--task" output.txt && fail "info --help tells options of sweep"
relif_on 2 info small.h5 --images 3 >output.txt 2>&1
status=$?
[ $status -eq 2 ] || fail "an option of other commands: status $status"
says "relif info: --images is an option of other commands; see relif info --help"

# --force begins anew, but not each time that Slurm puts the job back into its queue.
relif_on 2 run small.yaml --force --max-time 0.001 --checkpoint-every 0 >output.txt 2>&1
[ $? -eq 85 ] || fail "--force with --max-time"
SLURM_RESTART_COUNT=1 relif_on 2 run small.yaml --force >output.txt 2>&1 || fail "--force, restarted"
says "going on from checkpoint"
relif_on 2 run small.yaml --force --max-time 0.001 --checkpoint-every 0 >output.txt 2>&1
relif_on 2 run small.yaml --force >output.txt 2>&1 || fail "--force"
grep -q "going on" output.txt && fail "--force went on from a checkpoint"
[ "$before" = "$(sha256sum small.h5)" ] || fail "--force: other bytes"

relif_on 1 run --help-config >output.txt 2>&1 || fail "--help-config"
says "coding.coding_time"
relif_on 1 --version >output.txt 2>&1 || fail "--version"
finish
