# Trainings that are killed or stopped go on to the same bytes; wrong use ends in a sentence.
. "$(dirname "$0")/common.sh"
says() { grep -q -- "$1" output.txt || { fail "'$1' expected in:"; cat output.txt; }; }
write_config train.yaml
cat >part.yaml <<CONFIG
  validation: {format: synthetic, synthetic: digits, seed: 3, count: 40}
  keep: best
CONFIG
sed -i -e '/^  epochs:/s/1/12/' -e '/^  epochs:/r part.yaml' train.yaml
relif_on 3 train train.yaml --quiet || fail "training"
mv network.h5 whole.h5

# relif_background RANKS ARGUMENTS...: sets pid, of mpirun or, alone, of relif itself
relif_background() {
    local ranks=$1
    shift
    if [ "$ranks" -eq 1 ]; then
        "$bin/relif" "$@" >output.txt 2>&1 &
    else
        mpirun -n "$ranks" "$bin/relif" "$@" >output.txt 2>&1 &
    fi
    pid=$!
}
wait_for() { # FILE
    for _ in $(seq 3000); do
        [ -e "$1" ] && return
        sleep 0.01
    done
    fail "$1 did not come"
}
go_on() { # RANKS: to the end, from a checkpoint, to the same bytes
    relif_on "$1" train train.yaml >output.txt 2>&1 || { fail "going on"; cat output.txt; }
    says "going on from checkpoint"
    cmp network.h5 whole.h5 || fail "resumed: other bytes"
    ls network.h5.* 2>/dev/null && fail "checkpoints are left"
    rm -f network.h5
}

# SIGKILL at random moments, of one process or of one of several ranks.
RANDOM=20220711
kills=0
for ranks in 1 2 1 3 1 1 2 1; do
    relif_background $ranks train train.yaml --checkpoint-every 0
    [ $kills -eq 0 ] && wait_for network.h5.checkpoint
    sleep "$((RANDOM % 2)).$((RANDOM % 900 + 100))"
    victim=$pid
    [ $ranks -gt 1 ] && victim=$(pgrep -P $pid | head -n $((RANDOM % ranks + 1)) | tail -n 1)
    kill -9 ${victim:-$pid} 2>/dev/null && kills=$((kills + 1))
    wait $pid 2>/dev/null
    [ -e network.h5 ] && break
done
if [ -e network.h5 ]; then
    cmp network.h5 whole.h5 || fail "killed $kills times: other bytes"
    rm -f network.h5*
else
    go_on 2
fi
[ $kills -gt 0 ] || fail "nothing was killed"

# Killed while the newest generation is damaged: the older one is taken.
relif_background 1 train train.yaml --checkpoint-every 0
wait_for network.h5.checkpoint.old
kill -9 $pid
wait $pid 2>/dev/null
printf 'x' | dd of=network.h5.checkpoint bs=1 seek=5000 conv=notrunc 2>/dev/null
relif_on 1 train train.yaml >output.txt 2>&1 || fail "older generation"
says "network.h5.checkpoint' is damaged and not used"
says "going on from checkpoint 'network.h5.checkpoint.old'"
cmp network.h5 whole.h5 || fail "older generation: other bytes"
rm -f network.h5

# Signals and a time limit: status 85 (but for an mpirun that got SIGTERM itself, which gives 1)
# and a checkpoint.
for case in "TERM 1 85" "TERM 2 1" "USR1 1 85" "USR1 2 85"; do
    read -r signal ranks expected <<<"$case"
    relif_background $ranks train train.yaml --checkpoint-every 0
    wait_for network.h5.checkpoint
    kill -$signal $pid
    wait $pid
    status=$?
    [ -e network.h5 ] && fail "$case: it ended before the signal"
    [ $status -eq $expected ] || fail "$case: status $status"
    says "stopped early because of SIG$signal"
    go_on $((3 - ranks))
done
relif_on 2 train train.yaml --max-time 0.01 >output.txt 2>&1
status=$?
[ $status -eq 85 ] || fail "--max-time: status $status"
says "stopped early because of --max-time"

# The checkpoint of another training is refused, or replaced by --force.
relif_on 2 train train.yaml --set training.seed=5 >output.txt 2>&1 && fail "foreign checkpoint: accepted"
says "is of another configuration ('  seed: 1' there, '  seed: 5' here)"
go_on 3
relif_on 2 train train.yaml --max-time 0.01 --quiet >output.txt 2>&1
relif_on 2 train train.yaml --force --quiet >output.txt 2>&1 || fail "--force"
grep -q "going on" output.txt && fail "--force went on from a checkpoint"
cmp network.h5 whole.h5 || fail "--force: other bytes"
ls network.h5.* 2>/dev/null && fail "--force: checkpoints are left"

# A network of its own is used again.
relif_on 1 train train.yaml >output.txt 2>&1 || fail "again"
says "using the network trained before"
finish
