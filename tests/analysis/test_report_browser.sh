# The report in a browser, as wide as a phone and as a desktop's window: nothing wider than
# the window, no text over another, every figure drawn.
. "$RELIF_SOURCE_DIR/tests/programs/common.sh"
browser=$(command -v chromium-headless-shell || command -v chromium) ||
    { echo "skipped: chromium is not installed"; exit 77; }
command -v gnuplot > /dev/null || { echo "skipped: gnuplot is not installed"; exit 77; }

write_config small.yaml
sed -i 's/^coding:.*/coding: {coding_time: 0.5, coding_range: 30}\npooling: window/
    s/^record:/record:\n  coding_times: [0.1, 0.5]/' small.yaml
relif_on 2 run small.yaml --quiet --set name=table4 > run.txt 2>&1 || { fail "relif run"; cat run.txt; }
relif_on 1 neuron "$source_dir/configs/fig02.yaml" --quiet --set output=fig02.h5 > run.txt 2>&1 || fail "fig02"
relif_on 1 neuron "$source_dir/configs/fig07.yaml" --quiet --set output=fig07.h5 > run.txt 2>&1 || fail "fig07"
"$bin/relif-accuracy" small.h5 > /dev/null || fail "relif-accuracy"
"$bin/relif-correlate" small.h5 --layer fc1 --images 10 > /dev/null || fail "relif-correlate"
"$bin/relif-coding-error" small.h5 > /dev/null || fail "relif-coding-error"
relif_on 1 sweep small.yaml --quiet --set output=sweep.h5 --set record.coding_times=[] \
    --set 'sweep={coding.coding_range: [1, 5, 50], neuron.reset: [linear, zero]}' \
    > run.txt 2>&1 || { fail "relif sweep"; cat run.txt; }
timeout 300 "$bin/relif-report" fig02.h5 fig07.h5 small.h5 small_accuracy.h5 small_correlation_fc1.h5 \
    small_coding_error.h5 sweep.h5 --output report.html > run.txt 2>&1 || { fail "relif-report"; cat run.txt; }
figures=$(grep -c "<figure>" report.html)
[ "$figures" -ge 20 ] || fail "only $figures figures"

# Inside the page: what a reader would see go wrong. A window of chromium is at least 500
# pixels wide, so the page stands in a frame and tells its surroundings what it found.
cat > measure.html <<'SCRIPT'
<script>
function overlaps(a, b) {
    return Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
           Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
}
let wide = 0, empty = 0, covered = 0, cut = 0;
for (const part of document.querySelectorAll('main *:not(svg *)'))
    if (!part.closest('.scroll, pre') && part.getBoundingClientRect().right > innerWidth + 1) wide++;
for (const svg of document.querySelectorAll('figure svg')) {
    const box = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll('text')]
        .filter(text => text.textContent.trim()).map(text => text.getBoundingClientRect());
    if (box.width < 200 || box.height < 100 || texts.length < 3 ||
        !svg.querySelector('path, image, rect')) empty++;
    for (let i = 0; i < texts.length; i++) {
        if (texts[i].left < box.left - 1 || texts[i].right > box.right + 1 ||
            texts[i].top < box.top - 1 || texts[i].bottom > box.bottom + 1) cut++;
        for (let j = 0; j < i; j++) if (overlaps(texts[i], texts[j])) covered++;
    }
}
parent.postMessage(innerWidth + ' wide, ' + document.querySelectorAll('figure svg').length +
    ' figures, ' + (document.documentElement.scrollWidth > innerWidth ? 'scrolls, ' : '') + wide +
    ' too wide, ' + empty + ' empty, ' + cut + ' cut, ' + covered + ' covered', '*');
</script>
SCRIPT
# measure PAGE: what the script finds in it at $width pixels
measure() {
    sed -e "/<\/body>/{
        r measure.html
        d
    }" "$1" > measured.html
    cat > frame.html <<FRAME
<!DOCTYPE html><script>onmessage = found => { document.title = found.data }</script>
<iframe src="measured.html" style="width: ${width}px; height: 3000px; border: 0"></iframe>
FRAME
    timeout -k 5 120 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars \
        --virtual-time-budget=20000 --window-size=1400,1000 --dump-dom "file://$PWD/frame.html" 2> /dev/null |
        sed -n 's/.*<title>\(.*\)<\/title>.*/\1/p'
}
for width in 390 1280; do
    found=$(measure report.html)
    [ "$found" = "$width wide, $figures figures, 0 too wide, 0 empty, 0 cut, 0 covered" ] ||
        fail "at $width pixels: $found"
done

# The measuring itself sees what it should.
width=390
sed 's/<h1>/<p style="width: 500px">wide<\/p><h1>/' report.html > broken.html
[[ "$(measure broken.html)" == *"scrolls, 1 too wide"* ]] || fail "an overflow is not seen"
sed 's/<figure>/<figure><svg role="img" viewBox="0 0 9 9"><\/svg>/' report.html > broken.html
[[ "$(measure broken.html)" == *" $((2 * figures)) figures"*" $figures empty"* ]] || fail "an empty figure is not seen"
planted='<text x="99" y="99" font-size="20">one<\/text><text x="105" y="99" font-size="20">two<\/text>'
sed "s/<\/svg>/$planted&/" report.html > broken.html
[[ "$(measure broken.html)" == *" 0 covered" ]] && fail "text over text is not seen"
sed "s/<\/svg>/<text x=\"599\" y=\"99\">beyond the edge<\/text>&/" report.html > broken.html
[[ "$(measure broken.html)" == *" 0 cut, "* ]] && fail "text that is cut is not seen"

# Printed, it is more than a page and holds its end.
timeout -k 5 120 "$browser" --headless --no-sandbox --disable-gpu --print-to-pdf="$PWD/report.pdf" \
    "file://$PWD/report.html" > /dev/null 2>&1
[ "$(head -c 5 report.pdf 2> /dev/null)" = "%PDF-" ] || fail "it cannot be printed"
finish
