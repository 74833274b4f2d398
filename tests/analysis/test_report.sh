# relif-report on real archives: one page that needs nothing else.
. "$RELIF_SOURCE_DIR/tests/programs/common.sh"
command -v gnuplot > /dev/null || { echo "skipped: gnuplot is not installed"; exit 77; }
program=$bin/relif-report
says() { grep -qF -- "$2" "$1" || { fail "$1 does not say: $2"; head -c 2000 "$1"; }; }
never() { grep -qE -- "$2" "$1" && fail "$1 holds: $(grep -oE -- "$2" "$1" | head -n 1)"; }
count() { grep -oE -- "$2" "$1" | wc -l; }

# refused STATUS "words of the sentence" ARGUMENTS...
refused() {
    local wanted=$1 words=$2 status
    shift 2
    timeout -k 5 120 mpirun -n 2 "$program" "$@" > out.txt 2> err.txt
    status=$?
    [ "$status" = "$wanted" ] || fail "$*: ended with $status, not $wanted"
    says err.txt "$words"
    [ "$(grep -c '^relif-report: ' err.txt)" = 1 ] || { fail "no one sentence"; cat err.txt; }
}

write_config small.yaml
relif_on 2 run small.yaml --quiet > summary.txt 2>&1 || { fail "relif run"; cat summary.txt; }
"$bin/relif-accuracy" small.h5 > /dev/null || fail "relif-accuracy"
"$bin/relif-correlate" small.h5 --layer fc1 --images 10 > /dev/null || fail "relif-correlate"
archives="small.h5 small_accuracy.h5 small_correlation_fc1.h5"
timeout 300 "$program" $archives > out.txt 2>&1 || { fail "relif-report"; cat out.txt; }
page=report.html
says out.txt "written: $page"
never out.txt "warning"

# Nothing from elsewhere, no scripts, no id twice.
never $page "<script|<link|<img|<iframe|@import|src="
never $page "url\((['\"]?)(http|file|//)"
[ "$(count $page "https?://")" = "$(count $page "xmlns(:xlink)?=[\"']http://www.w3.org/")" ] ||
    fail "the page names an address"
never $page "href=[\"']([^#d]|d[^a])"
grep -oE " id=[\"'][^\"']*" $page | tr -d "\"'" | sort > ids.txt
[ -s ids.txt ] || fail "no ids"
[ -z "$(uniq -d ids.txt)" ] || fail "an id is there twice: $(uniq -d ids.txt | head -n 1)"
grep -oE "href=[\"']#[^\"']*" $page | sed "s/.*#/ id=/" | sort -u > references.txt
[ -z "$(comm -23 references.txt <(sort -u ids.txt))" ] || fail "a reference leads nowhere"
for tag in html head body main section table thead tbody tr figure svg figcaption details; do
    [ "$(count $page "<${tag}[ >]")" = "$(count $page "</$tag>")" ] || fail "<$tag> is not closed"
done
says $page '<html lang="en">'

# Every figure has its picture, a title and a caption, and is also a file.
figures=$(count $page "<figure>")
[ "$figures" -ge 12 ] || fail "only $figures figures"
for part in "<svg role=\"img\"" "<figcaption>[A-Z][^<]+\.</figcaption>"; do
    [ "$(count $page "$part")" = "$figures" ] || fail "a figure is without $part"
done
[ "$(grep -c '^<title>..*</title>' $page)" = $((figures + 1)) ] || fail "a figure has no title"
for ending in png svg; do
    files=(report_figures/*."$ending")
    [ "${#files[@]}" = "$figures" ] || fail "files of figures: $ending"
done

# The numbers of the summary and of the analyses.
for line in "ANN accuracy" "SNN accuracy" "agreement of SNN and ANN"; do
    value=$(sed -n "s/^ *$line  *\([0-9.]*\) %.*/\1/p" summary.txt | head -n 1)
    [ -n "$value" ] || fail "the summary has no $line"
    says $page "<td>$value %</td>"
done
for name in mean min max; do
    number=$(awk -v c="$name" '$1 == "fc1" { print $(c == "mean" ? NF - 2 : c == "min" ? NF - 1 : NF) }' summary.txt)
    says $page "<td>$number</td>"
done
says $page "<td>mpirun -n 2 relif run small.yaml</td>"
says $page "relif-correlate small.h5 --layer fc1 --images 10"
says $page "coding_range: 30"
says $page "<h2>small, none of the paper&#39;s experiments. Spiking network (small)</h2>"
says $page "Layer conv1 for image 0: feature maps"
says $page "Layer fc1 for image 0"
says $page "Membrane potentials after each step and spikes of 3 neurons of layer fc2 for image 0"
says $page "The paper reports no number"

# The same bytes on any number of ranks; an older page is replaced; where one is asked for.
cp $page one.html
timeout 300 mpirun -n 3 "$program" $archives > out.txt 2>&1 || fail "3 ranks"
cmp -s $page one.html || fail "3 ranks make another page"

# What the paper reports stands beside what is here.
relif_on 2 run small.yaml --quiet --set name=table4 --set output=table4.h5 --force > summary.txt 2>&1
mkdir pages
timeout 300 "$program" table4.h5 --output "pages/it's.html" --figures drawn > out.txt 2>&1 ||
    { fail "--output"; cat out.txt; }
value=$(sed -n "s/^ *agreement of SNN and ANN  *\([0-9.]*\) %.*/\1/p" summary.txt)
says "pages/it's.html" "99.75&nbsp;%"
says "pages/it's.html" "<b>Table IV, 400 images</b>"
says "pages/it's.html" "<small>here: table4, 50 images</small>"
says "pages/it's.html" \
    "<code>mpirun -n 2 relif run --set name=table4 --set output=table4.h5 small.yaml</code>"
says "pages/it's.html" "$value&nbsp;%"
says "pages/it's.html" "$(awk -v a="$value" 'BEGIN { printf "%+.2f&nbsp;points", a - 99.75 }')"
[ -s drawn/table4_snn_ann.png ] || fail "--figures was not heeded"

# Twice the same archive: no row twice, no figure over another. Without its sidecar, or with
# that of another run, the command is a guess from the name.
timeout 300 "$program" table4.h5 table4.h5 --output twice.html > out.txt 2>&1 || fail "twice"
[ "$(count twice.html "<b>Table IV")" = 1 ] || fail "a row of the table is there twice"
[ -s twice_figures/table4_snn_ann_2.svg ] || fail "no second figure"
cp small.h5.run.json table4.h5.run.json
for _ in "sidecar of another run" "no sidecar"; do
    timeout 300 "$program" table4.h5 --output guess.html > out.txt 2>&1 || fail "guess"
    says guess.html "<code>relif run configs/table4.yaml</code>"
    rm -f table4.h5.run.json
done

# Wrong input ends in a sentence and leaves no page.
relif_on 1 map small.yaml --output mapping.h5 --quiet > /dev/null 2>&1 || fail "relif map"
refused 1 "is of kind 'mapping', expected run, accuracy" mapping.h5 --output none.html
head -c 5000 small.h5 > cut.h5
refused 1 "cut.h5" small.h5 cut.h5 --output none.html
cp small.h5 whole.h5.part
refused 1 "'whole.h5': its run is unfinished, there is only its .part file" whole.h5 --output none.html
refused 1 "'whole.h5.part': it belongs to a run that is unfinished" small.h5 whole.h5.part --output none.html
rm whole.h5.part
refused 1 "missing.h5" missing.h5 --output none.html
refused 1 "network.h5" network.h5 --output none.html
refused 1 "exists and is no page of relif-report" small.h5 --output small.yaml
refused 1 "nowhere" small.h5 --output nowhere/none.html
refused 2 "no archive is named"
refused 2 "there is no option '--colour'" small.h5 --colour red
[ -e none.html ] && fail "a page was written after an error"
[ -e none_figures ] && fail "figures were drawn before an error"
ls ./*.part > /dev/null 2>&1 && fail "a part file is left"
"$program" --help | grep -q "Example:" || fail "--help"

finish
