#!/bin/bash
# The same archive, byte for byte, from any number of ranks and any boxes; and what a full
# disk does. Needs archive_writer in RELIF_TEST_BIN_DIR.
set -u
writer=$RELIF_TEST_BIN_DIR/archive_writer
folder=$(mktemp -d /tmp/relif-bytes-XXXXXX)
mounted=
failures=0

leave() {
    [ -n "$mounted" ] && umount "$folder/full"
    rm -rf "$folder"
}
trap leave EXIT

fail() {
    echo "FAIL $*"
    failures=$((failures + 1))
}

write() { # ranks, file name, options
    local ranks=$1 name=$2
    shift 2
    timeout -k 2 60 mpiexec -n "$ranks" "$writer" "$folder/$name" "$@"
}

write 1 one.h5 batch=1000 || fail "1 rank writes"
for how in "1 batch=16" "1 batch=37 descending" "2 batch=64" "3 batch=1000" \
           "3 batch=23 descending" "4 batch=150" "7 batch=64 descending"; do
    set -- $how
    ranks=$1
    shift
    write "$ranks" again.h5 "$@" || fail "$how writes"
    if cmp "$folder/one.h5" "$folder/again.h5"; then
        echo "ok   ranks $how: the same bytes"
    else
        fail "ranks $how: other bytes"
    fi
done

# expect <what> <size> <sentence> <options>: the writer fails on a small file system.
expect() {
    local what=$1 size=$2 sentence=$3 begin=$SECONDS
    shift 3
    mount -t tmpfs -o "size=$size" relif "$folder/full" || { fail "mount"; return; }
    mounted=yes
    if write 2 full/x.h5 "$@" >"$folder/log" 2>&1; then
        fail "$what: no error"
    elif ! grep -q "write archive '$folder/full/x.h5'.*$sentence" "$folder/log"; then
        fail "$what: said $(head -c 600 "$folder/log")"
    elif [ -e "$folder/full/x.h5" ]; then
        fail "$what: left a file under the final name"
    elif [ $((SECONDS - begin)) -gt 20 ]; then
        fail "$what: took $((SECONDS - begin)) s"
    else
        echo "ok   $what: $(grep -m 1 -o "write archive.*" "$folder/log")"
    fi
    umount "$folder/full"
    mounted=
}

mkdir "$folder/full"
if mount -t tmpfs -o size=1m relif "$folder/full" 2>/dev/null; then
    umount "$folder/full"
    expect "a disk too small for the first array" 1m "needed, .* free on its file system"
    expect "a disk too small for a later array" 20m "MB needed, .* free on its file system" \
        elements=3000000
    expect "a disk too small for the commit" 35m "needed, .* free on its file system" elements=2600000
    expect "a disk filled by others before the commit" 40m "No space left" \
        fill="$folder/full/filler"
    expect "a disk that fills inside a write of HDF5" 40m "No space left" \
        fill="$folder/full/filler" text=3000000
else
    echo "skipped: full disk (no permission to mount a tmpfs)"
fi
exit $((failures > 0))
