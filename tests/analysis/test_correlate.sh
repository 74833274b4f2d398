# relif-correlate on an archive of which image 5 and neuron 2 have no variance.
. "$RELIF_SOURCE_DIR/tests/analysis/script.sh"
program=$bin/relif-correlate
"$writer" run.h5 run 130 30 || fail "the archive could not be written"

expect 0 "$program" run.h5
says out "layer 'fc1': 30 neurons, 130 images"
says out "undefined in 1 of 130 images"
says out "over images: 40 series, 2 without variance left out, matrix of 38 x 38"
says out "over neurons: 60 series, 2 without variance left out, matrix of 58 x 58"
says out "written: run_correlation_fc1.h5"
cp out out_1

# The printed values do not depend on the ranks, more of them than images among these.
for n in 2 3 4; do
    expect 0 $(ranks $n) "$program" run.h5
    cmp out out_1 || fail "$n ranks print another text"
done
"$writer" few.h5 run 2 3
expect 0 $(ranks 4) "$program" few.h5
says out "over images: 4 series"

# The first image without variance is not among the chosen ones.
expect 0 $(ranks 3) "$program" run.h5 --first 6 --images 100 --over images
says out "over images: 200 series, 0 without variance left out, matrix of 200 x 200"
grep -q "over neurons" out && fail "the other matrix was computed, too"

# One image, one neuron: series of one number have no variance.
expect 0 $(ranks 2) "$program" run.h5 --images 1
says out "over neurons: 60 series, 60 without variance left out, matrix of 0 x 0 (empty)"
"$writer" narrow.h5 run 40 1
expect 0 $(ranks 3) "$program" narrow.h5
says out "undefined in 40 of 40 images"
says out "over images: 40 series, 40 without variance left out, matrix of 0 x 0 (empty)"
says out "over neurons: 2 series, 0 without variance left out, matrix of 2 x 2"

expect 1 $(ranks 3) "$program" run.h5 --layer conv1
sentence "relif-correlate: layer 'conv1' is not recorded in the archive; recorded are 'fc1'"
expect 1 $(ranks 2) "$program" run.h5 --images 131
sentence "--images is 131, but the archive holds only 130 images from image 0 on"
expect 1 "$program" run.h5 --images 100 --first 31
sentence "holds only 99 images from image 31 on"
expect 1 "$program" run.h5 --images 0
sentence "--images is 0, expected at least 1"
expect 1 "$program" run.h5 --first 130
sentence "--first is 130, expected 0 to 129"
expect 1 $(ranks 2) "$program" run_correlation_fc1.h5
sentence "its kind is 'correlation', expected 'run'"
expect 1 $(ranks 2) "$program" run.h5 --output run.h5
sentence "exists and is no archive of kind 'correlation'"
expect 2 "$program" run.h5 --images many
sentence "--images is 'many', expected a whole number"
expect 2 $(ranks 2) "$program" run.h5 --over time
sentence "--over is 'time', expected images, neurons or both"
expect 0 "$program" --help
says out "Example:"

if command -v gnuplot > /dev/null; then
    expect 0 $(ranks 2) "$program" run.h5 --images 130 --figures figures
    for figure in per_image over_images over_neurons; do
        [ -s "figures/run_correlation_fc1_$figure.png" ] || fail "no PNG of $figure"
        [ -s "figures/run_correlation_fc1_$figure.svg" ] || fail "no SVG of $figure"
    done
    expect 0 "$program" narrow.h5 --figures empty
    [ -e empty/narrow_correlation_fc1_over_images.png ] && fail "an empty matrix was drawn"
fi

# An unfinished run, by the name of its part or by the name it would get; another file.
head -c 3000 run.h5 > cut.h5.part
expect 1 $(ranks 2) "$program" cut.h5
sentence "read archive 'cut.h5': its run is unfinished, there is only its .part file"
cp run.h5 whole.h5.part
expect 1 $(ranks 2) "$program" whole.h5.part
sentence "read archive 'whole.h5.part': it belongs to a run that is unfinished"
finish
