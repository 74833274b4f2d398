# Trainings that are killed or stopped go on to the same bytes; wrong use ends in a sentence.
. "$(dirname "$0")/common.sh"
says() { grep -q -- "$1" output.txt || { fail "'$1' expected in:"; cat output.txt; }; }
write_config train.yaml
cat >part.yaml <<CONFIG
  validation: {format: synthetic, synthetic: digits, seed: 3, count: 40}
  keep: best
CONFIG
sed -i -e '/^  epochs:/s/1/12/' -e '/^  epochs:/r part.yaml' train.yaml
begin=$(date +%s%3N)
relif_on 3 train train.yaml --quiet --checkpoint-every 0 || fail "training"
duration=$(($(date +%s%3N) - begin)) # ms
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
# Sets status. Open MPI's launcher can wait for itself for ever when a rank is killed while it
# connects; its ranks are gone then, and so is it after half a minute.
await_end() {
    for _ in $(seq 300); do
        kill -0 $pid 2>/dev/null || break
        sleep 0.1
    done
    kill -9 $pid 2>/dev/null && echo "mpirun did not end and was killed"
    wait $pid 2>/dev/null
    status=$?
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
    ls network.h5.checkpoint* 2>/dev/null && fail "checkpoints are left"
    rm -f network.h5
}

# SIGKILL at random moments of the first third, of one process or of one of several ranks.
RANDOM=20220711
kills=0
for ranks in 1 2 1 3 1 1 2 1; do
    relif_background $ranks train train.yaml --checkpoint-every 0
    [ $kills -eq 0 ] && wait_for network.h5.checkpoint
    sleep "$(awk -v ms=$((RANDOM % (duration / 3 + 1))) 'BEGIN { print ms / 1000 }')"
    victim=$pid
    if [ $ranks -gt 1 ]; then # mpirun itself is left: it ends the other ranks
        for _ in $(seq 1000); do
            kill -0 $pid 2>/dev/null && [ "$(pgrep -P $pid | wc -l)" -lt $ranks ] || break
            sleep 0.01
        done
        victim=$(pgrep -P $pid | head -n $((RANDOM % ranks + 1)) | tail -n 1)
    fi
    [ -n "$victim" ] && kill -9 "$victim" 2>/dev/null && kills=$((kills + 1))
    await_end
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

# Signals, in a training too long to end before: status 85 (but for an mpirun that got SIGTERM
# itself, which gives 1), and the next call goes on.
for case in "TERM 1 85" "TERM 2 1" "USR1 1 85" "USR1 2 85"; do
    read -r signal ranks expected <<<"$case"
    relif_background $ranks train train.yaml --checkpoint-every 0 --set training.epochs=100000
    wait_for network.h5.checkpoint
    kill -$signal $pid
    await_end
    [ $status -eq $expected ] || fail "$case: status $status"
    says "stopped early because of SIG$signal"
    relif_on $((3 - ranks)) train train.yaml --set training.epochs=100000 --max-time 0.01 >output.txt 2>&1
    status=$?
    [ $status -eq 85 ] || fail "$case: then --max-time: status $status"
    says "going on from checkpoint"
    says "stopped early because of --max-time"
    rm network.h5.checkpoint*
done

# A time limit; the rest gives the same bytes.
relif_on 2 train train.yaml --max-time 0.01 --quiet >output.txt 2>&1
[ -e network.h5.checkpoint ] || fail "--max-time: no checkpoint"

# The checkpoint of another training is refused, or replaced by --force.
relif_on 2 train train.yaml --set training.seed=5 >output.txt 2>&1 && fail "foreign checkpoint: accepted"
says "is of another configuration ('  seed: 1' there, '  seed: 5' here)"
go_on 3
relif_on 2 train train.yaml --max-time 0.01 --quiet >output.txt 2>&1
SLURM_RESTART_COUNT=1 relif_on 2 train train.yaml --force --max-time 0.01 >output.txt 2>&1
says "going on from checkpoint"
relif_on 2 train train.yaml --force --quiet >output.txt 2>&1 || fail "--force"
grep -q "going on" output.txt && fail "--force went on from a checkpoint"
cmp network.h5 whole.h5 || fail "--force: other bytes"
ls network.h5.checkpoint* 2>/dev/null && fail "--force: checkpoints are left"

# Validation sets that do not fit.
printf '\0\0\10\3\0\0\0\1\0\0\0\2\0\0\0\2abcd' >small.idx
printf '\0\0\10\3\0\0\0\1\0\0\0\34\0\0\0\34%0784d' 0 >digit.idx
printf '\0\0\10\1\0\0\0\1\12' >ten.idx
validated() { # IMAGES: the words of the sentence follow in $2
    relif_on 2 train train.yaml --set training.output=other.h5 \
        --set training.validation=null --set "training.validation={format: idx, images: $1, labels: ten.idx}" >output.txt 2>&1 &&
        fail "validation with $1: accepted"
    says "$2"
    ls other.h5* 2>/dev/null && fail "validation with $1: something was written"
}
validated small.idx "training.validation: images of 1 x 2 x 2 (channels, height, width), expected those of training.dataset, 1 x 28 x 28"
validated digit.idx "validation set: the label of image 0 is 10, expected less than the 10 outputs of layer 'fc2'"

# A network of its own is used again.
relif_on 1 train train.yaml >output.txt 2>&1 || fail "again"
says "using the network trained before"
finish
