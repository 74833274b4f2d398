# relif-coding-error on an archive whose numbers are known by hand (see
# write_coding_archive.c).
. "$RELIF_SOURCE_DIR/tests/analysis/script.sh"
program=$bin/relif-coding-error
coding_writer=$bin/../tests/bin/analysis_write_coding
for what in sound spike charge leaky leak reset none; do
    "$coding_writer" $what.h5 $what || fail "$what.h5 could not be written"
done

# fc1 at 0.5 s: 4 beside 5.5 Hz, 0 beside 0: relative 1.5/5.5, mean 0.75, largest 1.5 Hz;
# at 2 s 6 beside 5.5 Hz: the error is 1/T exactly (to rounding), not above it.
# Input: 2 beside 3.5 Hz, then both right.
expect 0 "$program" sound.h5
says out "4 images; simulations: one for all coding times"
says out "labels that differ  75.00 %  25.00 %"
says out "input: 3 inputs"
says out "       0.5         2    14.1579 %        0.5        1.5     0.000 %"
says out "layer 'fc1': 2 neurons"
says out "       0.5         2    27.2727 %       0.75        1.5     0.000 %"
says out "         2       0.5     9.0909 %       0.25        0.5     0.000 %"
says out "       0.5           0.75          1              0          0    0.00e+00  holds to rounding"
says out "         2          2.125          4              0          0    0.00e+00  holds to rounding"
says out "  the balance holds to rounding"
says out "written: sound_coding_error.h5"
cp out out_1
if command -v h5dump > /dev/null; then
    expect 0 h5dump -d /disagreement -d /layers/fc1/mean_error sound_coding_error.h5
    says out "(0): 0.75, 0.25"
    expect 0 h5dump -a /layers/fc1/balance sound_coding_error.h5
    says out '"holds to rounding"'
fi
mv sound_coding_error.h5 one.h5

# Any number of ranks, also more than images, writes the same bytes and prints the same text.
for n in 2 3 5; do
    expect 0 $(ranks $n) "$program" sound.h5
    cmp sound_coding_error.h5 one.h5 || fail "$n ranks write another file"
    cmp out out_1 || fail "$n ranks print another text"
done

# A missing spike is a deviation of V_th C_m, and is above 1/T: 2 beside 5.5 Hz.
expect 1 $(ranks 2) "$program" spike.h5
says out "1.00e+00  violated"
says out "12.500 %"
says out "         2          2.125          4              0          0    0.00e+00  holds to rounding"
says out "  the balance is violated"
says out "written: spike_coding_error.h5"
sentence "layer 'fc1' violates the balance of charge at T = 0.5 s: image 3, neuron 0"
# So is charge of a thousandth of V_th C_m.
expect 1 "$program" charge.h5
says out "1.00e-03  violated"
sentence "at T = 2 s: image 2, neuron 1"

# Charge that has leaked counts, too; a thousandth less of it does not go unnoticed.
expect 0 $(ranks 2) "$program" leaky.h5
says out "       0.5           0.75          1          0.375        0.5    0.00e+00  holds to rounding"
says out "         2          2.125          4          1.125        1.5    0.00e+00  holds to rounding"
expect 1 "$program" leak.h5
says out "1.00e-03  violated"
sentence "at T = 2 s: image 1, neuron 0"

expect 0 "$program" reset.h5
says out "27.2727 %"
says out "no balance of charge: it needs neuron.reset: linear"
expect 1 $(ranks 3) "$program" none.h5
sentence "the archive holds no coding times; give the run record.coding_times"
expect 1 "$program" one.h5
sentence "its kind is 'coding_error', expected 'run'"
expect 1 "$program" sound.h5 --output sound.h5
sentence "exists and is no archive of kind 'coding_error'"
expect 2 "$program" sound.h5 --colour red
sentence "there is no option '--colour'"
expect 0 $(ranks 2) "$program" --help
says out "Example:"

if command -v gnuplot > /dev/null; then
    expect 0 $(ranks 2) "$program" sound.h5 --figures figures
    for layer in input fc1; do
        [ -s figures/sound_coding_error_$layer.png ] || fail "no PNG of $layer"
        [ -s figures/sound_coding_error_$layer.svg ] || fail "no SVG of $layer"
    done
fi

# An unfinished run, by the name of its part or by the name it would get; another file.
head -c 3000 sound.h5 > cut.h5.part
expect 1 $(ranks 2) "$program" cut.h5
sentence "read archive 'cut.h5': its run is unfinished, there is only its .part file"
cp sound.h5 whole.h5.part
expect 1 $(ranks 2) "$program" whole.h5.part
sentence "read archive 'whole.h5.part': it belongs to a run that is unfinished"
finish
