# relif plan: the table's invariants, and what it says of messages against runs.
. "$(dirname "$0")/common.sh"
write_config small.yaml
timeout -k 5 120 "$bin/relif" train small.yaml --quiet >/dev/null || fail "training"
plan() { timeout -k 5 120 "$bin/relif" plan small.yaml --quiet "$@"; }
# column NAME FILE: a column of a CSV table
column() {
    awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } { print $c }' "$2"
}

# The table: placements multiply to the ranks, times fall with the replicas, one rank exchanges nothing.
plan --csv --ranks 1..8,10,25,50 >table.csv || fail "plan"
[ "$(column ranks table.csv | tr '\n' ' ')" = "1 2 4 8 10 25 50 " ] || fail "ranks: $(column ranks table.csv)"
awk -F, 'NR > 1 {
    if ($1 != $2 * $3) print "placement of " $1
    if ($2 > 50) print "more replicas than images on " $1
    if ($5 <= 0 || $7 <= 0) print "no time or no memory on " $1
    if ($8 < 0 || $8 > 1) print "exchange share of " $1
    if (NR == 2) alone = $5
    if ($6 * $5 / alone > 1.001 || $6 * $5 / alone < 0.999) print "speed-up of " $1
    if (NR > 2 && $5 > last * 1.0001) print "slower on " $1
    if ($3 == 1 && ($8 > 1e-9 || $12 > 0 || $13 > 0)) print "messages of a group of one on " $1
    last = $5 }' table.csv >wrong.txt
[ -s wrong.txt ] && fail "$(cat wrong.txt)"
[ "$(head -n 2 table.csv | column speed_up /dev/stdin)" = 1 ] || fail "speed-up of one rank"

# With a given speed, one rank takes work / speed: 50 images' operations over it.
plan --ranks 1 --speed 1e6 >table.txt || fail "plan --speed"
grep -q "a core: 1 M synaptic operations/s (given)" table.txt || fail "speed: $(cat table.txt)"
timeout -k 5 120 "$bin/relif" bench small.yaml --quiet --images 16 >bench.txt || fail "bench"
operations=$(awk '/^(conv|fc|pool)/ { sum += $5 } END { print sum }' bench.txt)
plan --csv --ranks 1 --speed 1e6 --images 16 >speed.csv
column seconds speed.csv | awk -v operations="$operations" '
    { expected = 16 * operations / 1e6; exit !($1 > 0.98 * expected && $1 < 1.02 * expected) }' ||
    fail "one rank: $(column seconds speed.csv) s, not 16 * $operations / 1e6"

# A given machine is used: a slow network makes groups slow and not one rank.
for latency in 1e-6 1e-2; do
    plan --csv --ranks 3 --set execution.replicas=1 --speed 1e8 --latency $latency --bandwidth 1e9 --node-ranks 1 |
        column seconds /dev/stdin
done >seconds.txt
awk 'NR == 1 { fast = $1 } NR == 2 { exit !($1 > 2 * fast) }' seconds.txt || fail "latency: $(cat seconds.txt)"

sent_by_all() { # messages or bytes of a run, all ranks
    tr ',' '\n' <small.h5.run.json | sed -n "s/.*\"spike_$1_sent\": *\([0-9]*\).*/\1/p" |
        awk '{ sum += $1 } END { print sum }'
}
# Messages as many as runs send in whole batches. Bytes about as many, between ranks that share no
# memory, like those of several nodes; in shared memory masks hold any spikes, only lists depend on
# how many there are.
for execution in "replicas: 1, scheme: split" "replicas: 1, scheme: pipeline" \
    "replicas: 1, scheme: split, exchange_interval: 7, images_in_flight: 8" "replicas: 3"; do
    options=(--set "execution={$execution}" --set dataset.count=48 --set "record.trains.images=[0]")
    for memory in "1 ^sm 0.15" "3 sm 0.01"; do
        read -r node_ranks windows tolerance <<<"$memory"
        plan --csv --ranks 3 --node-ranks "$node_ranks" "${options[@]}" >table.csv || fail "plan, $execution"
        OMPI_MCA_osc=$windows relif_on 3 run small.yaml --quiet --force "${options[@]}" >/dev/null 2>&1 ||
            fail "run, $execution"
        messages=$(sent_by_all messages) bytes=$(sent_by_all bytes)
        [ "$(column messages table.csv)" = "$messages" ] ||
            fail "$execution, $memory: $(column messages table.csv) messages predicted, $messages sent"
        awk -v sent="$bytes" -v predicted="$(column bytes table.csv)" -v tolerance="$tolerance" '
            BEGIN { exit !(predicted <= sent * (1 + tolerance) && predicted >= sent * (1 - tolerance)) }' ||
            fail "$execution, $memory: $(column bytes table.csv) bytes predicted, $bytes sent"
        echo "$execution, $memory: $messages messages, $bytes bytes, predicted $(column bytes table.csv)"
    done
done

# The list of messages adds up to the table.
plan --csv --ranks 5 --set execution.replicas=1 --set execution.scheme=split --messages list.txt >table.csv ||
    fail "plan --messages"
awk -v most="$(column tick_messages table.csv)" -v bytes="$(column tick_bytes table.csv)" '
    NR == 1 { if ($1 != "relif-messages" || $3 != 5) bad = 1; next }
    { sum = 0; for (i = 5; i <= NF; i += 2) sum += $i
      if ($3 > m) m = $3; if (sum > b) b = sum; if (NF != 3 + 2 * $3) bad = 1 }
    END { exit !(NR == 6 && !bad && m == most && b > bytes - 5 && b < bytes + 5) }' list.txt ||
    fail "the list of messages: $(cat list.txt)"

# More ranks, same table; on two ranks latency and bandwidth are measured.
relif_on 2 plan small.yaml --quiet --ranks 1,2 >table.txt || fail "plan on 2 ranks"
grep -q "(measured).*(measured).*(measured)" table.txt || fail "machine: $(grep core: table.txt)"
[ "$(plan | grep -c " x ")" -ge 8 ] || fail "the default list"

# Errors are one sentence and a status.
refused() {
    local status=$1 text=$2
    shift 2
    plan "$@" >output.txt 2>&1
    [ $? -eq "$status" ] || fail "$*: another status"
    grep -q -- "$text" output.txt || fail "$*: '$text' expected: $(cat output.txt)"
    [ "$(grep -c "^relif plan: " output.txt)" -eq 1 ] || fail "$*: $(cat output.txt)"
}
refused 2 "--ranks 0: expected" --ranks 0
for list in "1,,2" "" "4..2" "1..x" "-3" "2000000" "1..2..3" "1,"; do
    refused 2 "expected at most 64 numbers" --ranks="$list"
done
refused 2 "--speed fast: expected a number > 0" --speed fast
refused 2 "--latency 0: expected a number > 0" --latency 0
refused 2 "--node-ranks 0: expected a number of ranks >= 1" --node-ranks 0
refused 1 "there are only 50 images" --ranks 51 --set execution.replicas=51
refused 1 "expected a divisor of the 4 ranks" --ranks 4 --set execution.replicas=3
refused 1 "ranks in a group, but its largest layer" --ranks 100003
refused 1 "write /nowhere/list.txt" --ranks 2 --messages /nowhere/list.txt
plan --help | grep -q "relif plan configs/" || fail "no example in the help"
finish
