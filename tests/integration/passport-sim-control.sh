#!/bin/bash
# The control socket and the Unix-socket line of passport-sim; what it leaves behind when it ends.
set -u
# shellcheck source=tests/integration/lib/passport-sim.bash
. "${DOCREV_SOURCE:?}/tests/integration/lib/passport-sim.bash"
need socat jq

expect() {
    local answer
    answer=$(sim_ask "$1")
    [ "$answer" = "$2" ] || fail "$1: $answer"
}

sim_start
expect 'mrz' 'error: no passport was shown yet'
expect 'profile nobody' 'error: no such profile'
expect 'dance' 'error: commands: profile NAME, remove, silent on|off, mrz, stats, quit'
sim_show listed
[ "$(sim_ask mrz)" = "$("$DOCREV_BIN/passport-sim" --state "$work/state" --print-mrz listed)"$'\nok' ] || fail "mrz"
sim_ask stats | head -n 1 | jq -e '.profile == "listed" and .present and .apdus == 0' >/dev/null || fail "stats"
expect 'remove' 'ok'
sim_ask stats | head -n 1 | jq -e '.present == false' >/dev/null || fail "stats after remove"
[ "$(sim_ask 'silent on' 'silent off' remove | sort -u)" = ok ] || fail "several commands in a row"
expect 'quit' 'ok'
wait "$sim_pid" || fail "passport-sim ended with status $?"
sim_pid=
for left in "$work/reader" "$work/control"; do
    if [ -e "$left" ] || [ -L "$left" ]; then
        fail "$left was left behind"
    fi
done

# GetFirmwareVersion over a Unix socket, as QEMU would connect it: wake-up, SAMConfiguration first.
"$DOCREV_BIN/passport-sim" --socket "$work/line" --state "$work/state" >"$work/sim.log" &
sim_pid=$!
for _ in $(seq 100); do
    [ -S "$work/line" ] && break
    sleep 0.1
done
answer=$(printf '\125\125\0\0\0\0\0\0\377\003\375\324\024\001\027\0\0\0\377\002\376\324\002\052\0' |
    socat -t 2 - "UNIX-CONNECT:$work/line" | od -An -v -tx1 | tr -d ' \n')
[ "$answer" = 0000ff00ff000000ff02fed51516000000ff00ff000000ff06fad50332010607e800 ] || fail "answers: $answer"

"$DOCREV_BIN/passport-sim" --json 2>/dev/null
[ $? = 2 ] || fail "wrong usage must end with status 2"
"$DOCREV_BIN/passport-sim" --pty "$work/x" --profile nobody 2>/dev/null
[ $? = 1 ] || fail "an unknown profile must end with status 1"
echo "control and socket work"
