# valgrind's memcheck finds nothing in a training and a run on two ranks that share a network.
. "$(dirname "$0")/common.sh"
command -v valgrind >/dev/null || { echo "skipped: valgrind is not installed"; exit 77; }
memcheck=(valgrind --quiet --error-exitcode=9 --leak-check=full
    --errors-for-leak-kinds=definite --keep-debuginfo=yes
    --suppressions="$source_dir/tests/valgrind.supp")
theirs=/usr/share/openmpi/openmpi-valgrind.supp
[ ! -e "$theirs" ] || memcheck+=(--suppressions="$theirs")

write_config small.yaml
timeout -k 5 280 mpirun -n 2 "${memcheck[@]}" "$bin/relif" run small.yaml --quiet \
    --set dataset.count=3 --set training.dataset.count=64 --set coding.coding_time=0.2 \
    --set execution.scheme=split --set execution.replicas=1 \
    --set 'record.trains.images=[0, 2]' >output.txt 2>&1 || {
    fail "memcheck: status $?"
    cat output.txt
}
[ -s small.h5 ] || fail "no archive"
finish
