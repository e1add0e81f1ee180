# A whole checkpoint on this machine: the emulated board, the simulated reader and the tools. Sourced after qemu.sh; needs bash.
# shellcheck shell=bash
#
#   checkpoint_reader  FOLDER STATE            starts passport-sim (no passport on it yet); STATE keeps its keys
#   checkpoint_passport FOLDER COMMAND...      a line to the simulator: profile NAME, remove, silent on, stats, ...
#   checkpoint_scan    FOLDER PROFILE          the optical reader sends the printed MRZ of the profile
#   checkpoint_inspect FOLDER PROFILE          lays the passport on the reader, scans it, prints the inspection's JSON
#   checkpoint_sequence FOLDER                 number of inspections since the board started
#   checkpoint_stop    FOLDER                  ends board and simulator
#
# DOCREV and PASSPORT_SIM name the programs.

checkpoint_reader() {
    local folder=$1 state=$2 try
    mkdir -p "$folder"
    echo "$state" >"$folder/state"
    "$PASSPORT_SIM" --pty "$folder/nfc.pty" --control "$folder/passport.sock" --state "$state" \
        >"$folder/passport-sim.log" 2>&1 </dev/null &
    echo $! >"$folder/passport-sim.pid"
    for try in $(seq 200); do
        [ -S "$folder/passport.sock" ] && [ -e "$folder/nfc.pty" ] && return 0
        kill -0 "$(cat "$folder/passport-sim.pid")" 2>/dev/null || break
        sleep 0.05
    done
    echo "checkpoint: passport-sim did not start:" >&2
    cat "$folder/passport-sim.log" >&2
    return 1
}

checkpoint_passport() {
    local folder=$1
    shift
    echo "$*" | socat -t 2 - "UNIX-CONNECT:$folder/passport.sock"
}

checkpoint_scan() {
    "$PASSPORT_SIM" --state "$(cat "$1/state")" --print-mrz "$2" | board_mrz "$1"
}

checkpoint_sequence() {
    "$DOCREV" device inspection --link "serial:$1/host.sock" --json | jq -r .sequence
}

checkpoint_inspect() {
    local folder=$1 profile=$2 before
    before=$(checkpoint_sequence "$folder") || return 1
    checkpoint_passport "$folder" profile "$profile" >/dev/null || return 1
    checkpoint_scan "$folder" "$profile" || return 1
    "$DOCREV" device inspection --link "serial:$folder/host.sock" --after "$before" --wait 60 --json
}

checkpoint_stop() {
    board_stop "$1"
    [ ! -f "$1/passport-sim.pid" ] || kill "$(cat "$1/passport-sim.pid")" 2>/dev/null || true
    rm -f "$1/passport-sim.pid"
}
