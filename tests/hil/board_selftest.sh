#!/usr/bin/env bash
# Runs the board's self-test image in QEMU: every part of boards/lm3s6965evb behind its port, and every way it can fail.
# usage: board_selftest.sh SELFTEST.ELF      passport-sim is used when $DOCREV_BIN has it
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=script/lib/qemu.sh
. "$here/../../script/lib/qemu.sh"

elf=${1:?usage: board_selftest.sh SELFTEST.ELF}
[ -f "$elf" ] || { echo "skipped: no image $elf"; exit 77; }
command -v qemu-system-arm >/dev/null || { echo "skipped: no qemu-system-arm"; exit 77; }

work=$(mktemp -d)
failures=0
simulator=

finish() {
    board_kill "$work/run" 2>/dev/null
    [ -z "$simulator" ] || kill "$simulator" 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT

connect() {
    coproc LINE { exec socat - "UNIX-CONNECT:$work/run/host.sock"; }
    line_in=${LINE[0]} line_out=${LINE[1]}
}

start() { # start CARD: a fresh start of the board, connected
    board_start "$work/run" "$elf" "$1" "$work/page.bin" || exit 1
    connect
    for _ in $(seq 50); do # the board may be up before the line is connected, or not yet
        ask "echo up" 0.2
        [ "$answer" = "ok up" ] && return
    done
    echo "FAILED: the board does not answer" && exit 1
}

stop() {
    "${1:-board_stop}" "$work/run"
    wait "${LINE_PID:-}" 2>/dev/null
}

ask() { # ask COMMAND [SECONDS]: sends a line; $answer is the line that starts with ok or error
    echo "$1" >&"$line_out"
    answer=
    local text
    while IFS= read -r -t "${2:-10}" text <&"$line_in"; do
        case $text in ok* | error:*)
            answer=$text
            return
            ;;
        esac
    done
}

next_line() { # next_line SECONDS: the next line that says something
    line=
    while IFS= read -r -t "$1" line <&"$line_in" && [ -z "$line" ]; do :; done
}

expect() { # expect WHAT PATTERN GOT
    # shellcheck disable=SC2053 # a pattern is meant
    if [[ $3 == $2 ]]; then
        echo "ok      ${1:0:60}"
    else
        echo "FAILED  ${1:0:60}: wanted '$2', got '$3'"
        failures=$((failures + 1))
    fi
}

answers() { # answers COMMAND PATTERN [SECONDS]
    ask "$1" "${3:-10}"
    expect "$1" "$2" "$answer"
}

printf 'docrev-test-page' >"$work/page.bin"
truncate -s 128 "$work/page.bin"
board_card "$work/small.img" 64
board_card "$work/large.img" 4096

# --- Lines, factory page, noise
start "$work/small.img"
answers "echo some words" "ok some words"
answers "no such thing" "error: no such command"
answers page "ok $(printf 'docrev-test-page' | od -An -tx1 | tr -d ' \n')"
ask noise && one=$answer
ask noise
expect "noise differs" "different" "$([ "$answer" != "$one" ] && echo different)"
printf 'P<UTOERIKSSON<<ANNA<MARIA\r\n' | board_mrz "$work/run"
answers mrz "ok P<UTOERIKSSON<<ANNA<MARIA*"

# --- SD card, standard capacity: written, read, kept over a power cut; the ends of the medium
answers card "ok sectors 131072"
answers "write 131070 2 5" "ok"
answers "write 0 1 1" "ok"
answers "write 1000 40 7" "ok"
answers "check 1000 40 7" "ok wrong 0"
answers "check 1000 1 8" "ok wrong 512"
answers "write 131071 2 5" "error: argument*"
answers "check 131072 1 5" "error: argument*"
stop board_kill
start "$work/small.img"
answers "check 0 1 1" "error: input or output failed*" # nothing before a probe
answers card "ok sectors 131072"
answers "check 0 1 1" "ok wrong 0"
answers "check 1000 40 7" "ok wrong 0"
answers "check 131070 2 5" "ok wrong 0"

# --- Display and buttons
answers draw "ok"
if board_picture "$work/run" "$work/screen.png" && [ -s "$work/screen.png" ]; then
    # 4x4 dots a pixel: the diagonal, the block at 80..111 x 8..15 and a dark place
    dot() { pngtopnm "$work/screen.png" | pamcut -left $(($1 * 4 + 1)) -top $(($2 * 4 + 1)) -width 1 -height 1 |
        pnmtoplainpnm | tail -n 1 | awk '{ print ($1 > 128) ? "lit" : "dark" }'; }
    expect "top left corner" lit "$(dot 0 0)"
    expect "bottom right corner" lit "$(dot 127 63)"
    expect "diagonal" lit "$(dot 40 40)"
    expect "beside the diagonal" dark "$(dot 41 40)"
    expect "block" lit "$(dot 111 15)"
    expect "beside the block" dark "$(dot 112 15)"
else
    expect "picture of the display" yes no
fi
answers buttons "ok 0"
for button in select:1 up:2 down:4 left:8 right:16; do
    board_press "$work/run" "${button%:*}"
    answers buttons "ok ${button#*:}"
done
answers buttons "ok 0"

# --- What must not happen is stopped, restarted and told
while read -r what cause; do
    answers "fault $what" "ok"
    next_line 10
    expect "report of $what" "restarted after $cause*" "$line"
    next_line 10
    expect "start after $what" ready "$line"
done <<'END'
null memory fault pc 0000* at 00000000
flash memory fault pc 0000* at 00001000
ram memory fault pc 2000*
stack memory fault*
divide usage fault
abort abort
END
answers hang "ok"
next_line 30
expect "watchdog" "restarted after watchdog pc 0000*" "$line"
next_line 10
answers "hang masked" "ok" # the interrupt of the first time-out cannot come; the second resets
next_line 30
expect "watchdog without its interrupt" ready "$line"
answers restart "ok"
next_line 10
expect "an ordered restart reports nothing" ready "$line"
answers "check 1000 1 7" "error: input or output failed*"
answers card "ok sectors 131072"

# --- No PN532 on the line
answers open "error: reader does not answer"
answers "apdu 500 00a4040c07a0000002471001" "error: reader does not answer*"
stop

# --- High capacity card; no card
start "$work/large.img"
answers card "ok sectors 8388608"
answers "write 8388600 8 9" "ok"
answers "check 8388600 8 9" "ok wrong 0"
stop
start -
answers card "error: input or output failed sectors 0"
answers "check 0 1 1" "error: input or output failed*"
stop

# --- libnfc against the simulated PN532
if [ -x "${DOCREV_BIN:-}/passport-sim" ]; then
    mkdir -p "$work/run"
    "$DOCREV_BIN/passport-sim" --pty "$work/run/nfc.pty" --control "$work/sim.sock" --profile genuine >"$work/sim.log" 2>&1 &
    simulator=$!
    for _ in $(seq 100); do [ -e "$work/run/nfc.pty" ] && break; sleep 0.1; done
    start -
    answers open "ok"
    answers activate "ok A *"
    answers "apdu 1000 00a4040c07a0000002471001" "ok 9000 *"
    answers "apdu 1000 0084000008" "ok ????????????????9000 *"
    reader() { echo "$1" | socat -t 0.5 - "UNIX-CONNECT:$work/sim.sock" >/dev/null; }
    answers "apdu 1000 00a40400ff$(printf 'a5%.0s' $(seq 255))00" "ok 6??? *" # in an extended frame
    answers release "ok"
    answers activate "ok A *"
    reader remove
    answers "apdu 1000 0084000008" "error: no chip in the field*"
    answers release "ok"
    answers activate "error: no chip in the field*"
    answers activate "error: no chip in the field*"
    echo "        $answer"
    reader "profile genuine"
    answers activate "ok A *"
    answers "apdu 1000 00a4040c07a0000002471001" "ok 9000 *"
    answers "apdu 1000 0084000008" "ok ????????????????9000 *"
    kill -STOP "$simulator" # the controller falls silent
    answers "apdu 500 0084000008" "error: reader does not answer*"
    kill -CONT "$simulator"
    answers activate "ok A *" # and is brought up again
    answers "apdu 1000 00a4040c07a0000002471001" "ok 9000 *"
    answers memory "ok libnfc *"
    echo "        $answer"
    stop
else
    echo "skipped the PN532: no passport-sim"
fi

[ "$failures" -eq 0 ] || { echo "$failures failed"; exit 1; }
echo "all passed"
