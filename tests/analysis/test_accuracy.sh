# relif-accuracy on an archive whose counts are known by hand (see write_run_archive.c).
. "$RELIF_SOURCE_DIR/tests/analysis/script.sh"
program=$bin/relif-accuracy
"$writer" run.h5 run 200 6 || fail "the archive could not be written"

# 200 images: the ANN is wrong on 3, 13, 23, 33, 43; the SNN on 7 and 17, too.
expect 0 "$program" run.h5
says out "ANN accuracy               97.50 %   195 of 200"
says out "SNN accuracy               96.50 %   193 of 200"
says out "agreement of SNN and ANN   99.00 %   198 of 200"
says out "silent images               0.50 %   1 of 200"
says out "95 % interval 94.28 to 98.93 %"
says out "           3   0  0  0 15  5  0  0  0  0  0 |    20"
says out "           7   2  0  0  0  0  0  0 18  0  0 |    20"
says out "           4   0  0  0  0 25  0  0  0  0  0 |    25"
says out "written: run_accuracy.h5"
cp out out_1
if command -v h5dump > /dev/null; then
    expect 0 h5dump -d "/confusion/snn_ann[7,0;;1,10]" run_accuracy.h5
    says out "(7,0): 2, 0, 0, 0, 0, 0, 0, 18, 0, 0"
    expect 0 h5dump -a /agreement -a /silent_images -a /source run_accuracy.h5
    says out "(0): 0.99"
    says out '"run.h5"'
fi
mv run_accuracy.h5 one.h5

# Any number of ranks writes the same bytes and prints the same text.
for n in 3 4; do
    expect 0 $(ranks $n) "$program" run.h5
    cmp run_accuracy.h5 one.h5 || fail "$n ranks write another file"
    cmp out out_1 || fail "$n ranks print another text"
done

# Fewer images than ranks; then an older accuracy file is replaced.
"$writer" few.h5 run 2 6
expect 0 $(ranks 3) "$program" few.h5 --output=run_accuracy.h5
says out "2 of 2"
cmp -s run_accuracy.h5 one.h5 && fail "the older file was not replaced"

# Nothing but an accuracy file is ever replaced.
cp run.h5 copy.h5
expect 1 "$program" run.h5 --output run.h5
sentence "relif-accuracy: output 'run.h5' exists and is no archive of kind 'accuracy'"
cmp run.h5 copy.h5 || fail "the run was changed"

expect 1 $(ranks 3) "$program" one.h5
sentence "its kind is 'accuracy', expected 'run'"
expect 1 $(ranks 2) "$program" missing.h5
sentence "relif-accuracy: read archive 'missing.h5': No such file or directory"
echo text > text.h5
expect 1 "$program" text.h5
sentence "relif-accuracy: read archive 'text.h5'"
expect 1 "$program" run.h5 --output nowhere/x.h5
sentence "nowhere"
expect 2 $(ranks 2) "$program"
sentence "no archive is named"
expect 2 "$program" run.h5 --colour red
sentence "there is no option '--colour'"
expect 2 "$program" run.h5 --output
sentence "--output needs a value"
expect 2 "$program" run.h5 few.h5
sentence "expected one archive"
expect 0 $(ranks 2) "$program" --help
says out "Example:"
expect 0 "$program" --version
says out "relif-accuracy 0"
[ -e nowhere ] && fail "a folder was made"
ls ./*.part* > /dev/null 2>&1 && fail "a part file is left"

# Figures, or the sentence that they cannot be drawn.
if command -v gnuplot > /dev/null; then
    expect 0 $(ranks 2) "$program" run.h5 --figures "it's here"
    says out "figure: it's here/run_confusion.png"
    [ -s "it's here/run_confusion.svg" ] || fail "no figure was drawn"
fi
mkdir path && ln -s "$(command -v sh)" path/sh
export OMPI_MCA_plm_rsh_agent=sh # MPI looks for one that is not on this PATH
expect 1 env PATH="$folder/path" "$program" run.h5 --figures figures
sentence "gnuplot, which is not installed"
printf '#!/bin/sh\nexit 3\n' > path/gnuplot && chmod +x path/gnuplot
expect 1 env PATH="$folder/path" "$program" run.h5 --figures figures
sentence "gnuplot could not draw 'figures/run_confusion.png'"
expect 1 "$program" run.h5 --figures run.h5
sentence "'run.h5' is not a folder for figures"

# An unfinished run, by the name of its part or by the name it would get; another file.
head -c 3000 run.h5 > cut.h5.part
expect 1 $(ranks 2) "$program" cut.h5
sentence "read archive 'cut.h5': its run is unfinished, there is only its .part file"
cp run.h5 whole.h5.part
expect 1 $(ranks 2) "$program" whole.h5.part
sentence "read archive 'whole.h5.part': it belongs to a run that is unfinished"
finish
