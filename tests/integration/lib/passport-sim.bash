# A passport-sim for one test: started by sim_start, ended with the test. Sourced by the tests.
# shellcheck shell=bash

: "${DOCREV_BIN:?the folder of the built programs}"
work=$(mktemp -d)
sim_pid=

fail() {
    echo "FAIL: $*" >&2
    exit 1
}

# need PROGRAM...: the test cannot run without them.
need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || {
            echo "SKIP: $program is not installed"
            exit 77
        }
    done
}

sim_stop() {
    if [ -n "$sim_pid" ]; then
        kill "$sim_pid" 2>/dev/null
        wait "$sim_pid" 2>/dev/null
        sim_pid=
    fi
}
trap 'sim_stop; rm -rf "$work"' EXIT

# sim_start [OPTION...]: the reader's pty is then at $work/reader, its control socket at $work/control.
# shellcheck disable=SC2120 # options are optional
sim_start() {
    "$DOCREV_BIN/passport-sim" --pty "$work/reader" --control "$work/control" --state "$work/state" "$@" \
        >"$work/sim.log" 2>&1 &
    sim_pid=$!
    local waited=0
    until [ -e "$work/reader" ]; do
        kill -0 "$sim_pid" 2>/dev/null || fail "passport-sim ended: $(cat "$work/sim.log")"
        [ "$((waited += 1))" -le 1200 ] || fail "passport-sim does not come up"
        sleep 0.1
    done
    export LIBNFC_DEFAULT_DEVICE="pn532_uart:$work/reader"
}

# sim_ask LINE...: each command's answer, one after the other.
sim_ask() {
    printf '%s\n' "$@" | socat -t 60 - "UNIX-CONNECT:$work/control"
}

# sim_show NAME: that passport is on the reader.
sim_show() {
    [ "$(sim_ask "profile $1")" = ok ] || fail "no passport $1 on the reader"
}

# sim_stat NAME: a number of the simulator's statistics.
sim_stat() {
    sim_ask stats | sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p"
}
