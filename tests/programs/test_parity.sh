# The archive is the same file, byte for byte, on any number of ranks, however they share the work.
. "$(dirname "$0")/common.sh"
write_config small.yaml

relif_on 1 run small.yaml --quiet >/dev/null || fail "one rank"
cp network.h5 network_1.h5

# check RANKS OPTIONS...
check() {
    local ranks=$1
    shift
    relif_on "$ranks" run small.yaml --quiet --set output=other.h5 --force "$@" >/dev/null ||
        fail "$ranks ranks, $*"
    cmp small.h5 other.h5 || fail "$ranks ranks, $*: other bytes"
    rm -f other.h5
}

for ranks in 2 3 4 7; do
    for scheme in split pipeline auto; do
        check "$ranks" --set "execution={scheme: $scheme, replicas: 1}"
    done
done
check 4 --set "execution={scheme: split, replicas: 2}"
check 6 --set "execution={scheme: pipeline, replicas: 3, images_in_flight: 5}"
check 7 --set "execution={replicas: 7, images_in_flight: 1}"
check 3 --set "execution={scheme: split, replicas: 1, exchange_interval: 7, images_in_flight: 3}"
check 2 --set "execution={scheme: pipeline, replicas: 1, exchange_interval: 1000}"

# Training gives the same network on any number of ranks.
for ranks in 2 3; do
    relif_on "$ranks" train small.yaml --quiet --force || fail "training on $ranks ranks"
    cmp network.h5 network_1.h5 || fail "training on $ranks ranks: other bytes"
done
finish
