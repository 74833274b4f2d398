# What the scripts of this folder share: a folder that goes away, checks that count.
set -u
# shellcheck disable=SC2034 # for the scripts that source this
bin=$RELIF_BIN_DIR
# shellcheck disable=SC2034
writer=$RELIF_TEST_BIN_DIR/analysis_write_run
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0

fail() { echo "FAIL: $*"; failures=$((failures + 1)); }

# expect STATUS COMMAND...: runs it; standard output and error are in out and err.
expect() {
    local wanted=$1 status
    shift
    timeout -k 2 120 "$@" > out 2> err
    status=$?
    [ "$status" = "$wanted" ] || { fail "'$*' ended with $status, not $wanted"; cat out err; }
}

# says FILE TEXT: one of its lines holds the text.
says() { grep -qF -- "$2" "$1" || { fail "$1 does not say: $2"; cat "$1"; }; }

# sentence TEXT: of all that the ranks printed, one line is the error, and it says this.
sentence() {
    says err "$1"
    [ "$(grep -c '^relif-' err)" = 1 ] || { fail "expected one sentence"; cat err; }
}

ranks() { echo mpiexec -n "$1"; }
finish() { [ "$failures" = 0 ] && echo "all checks passed"; exit $((failures > 0)); }
