# The emulated board: functions for the demo and the tests. Sourced; needs bash.
# shellcheck shell=bash
#
#   board_card      IMAGE SIZE_MB            makes an empty card image (sparse; the size a power of two)
#   board_start     FOLDER ELF [CARD [PAGE]] starts the board; its lines are sockets in FOLDER:
#                                            host.sock (UART0), mrz.sock (UART2), monitor.sock; nfc.pty, if it exists
#                                            when the board starts, is the PN532's line (UART1)
#   board_monitor   FOLDER COMMAND           a command of QEMU's monitor
#   board_mrz       FOLDER                   sends standard input to the optical reader's line (UART2)
#   board_picture   FOLDER PNG               the display
#   board_press     FOLDER up|down|left|right|select
#   board_reset     FOLDER                   as the reset button
#   board_stop      FOLDER                   as the mains switch, QEMU ending in good order
#   board_kill      FOLDER                   power cut: nothing gets to finish
#   board_running   FOLDER
#
# An argument CARD of "-" or none is a board without a card; PAGE is the factory page, 128 bytes.

BOARD_FACTORY_PAGE_ADDRESS=0x3FC00

board_card() {
    truncate -s 0 "$1" && truncate -s "${2}M" "$1"
}

board_start() {
    local folder=$1 elf=$2 card=${3:--} page=${4:-}
    [ -f "$elf" ] || { echo "qemu.sh: no firmware image $elf" >&2; return 1; }
    mkdir -p "$folder"
    rm -f "$folder/host.sock" "$folder/mrz.sock" "$folder/monitor.sock" "$folder/qemu.pid"
    # A null character device swallows what the firmware sends and never answers: a PN532 that is not there.
    if [ -e "$folder/nfc.pty" ]; then
        nfc=serial,id=nfc,path=$(readlink -f "$folder/nfc.pty")
    else
        nfc=null,id=nfc
    fi
    # shellcheck disable=SC2054 # the commas are QEMU's
    local arguments=(
        -M lm3s6965evb -nographic -no-user-config
        -kernel "$elf"
        -chardev "socket,id=host,path=$folder/host.sock,server=on,wait=off" -serial chardev:host
        -chardev "$nfc" -serial chardev:nfc
        -chardev "socket,id=mrz,path=$folder/mrz.sock,server=on,wait=off" -serial chardev:mrz
        -chardev "socket,id=monitor,path=$folder/monitor.sock,server=on,wait=off" -mon chardev=monitor,mode=readline
        -net none
    )
    [ "$card" = - ] || arguments+=(-drive "if=sd,format=raw,file=$card")
    [ -z "$page" ] || arguments+=(-device "loader,file=$page,addr=$BOARD_FACTORY_PAGE_ADDRESS,force-raw=on")
    qemu-system-arm "${arguments[@]}" >"$folder/qemu.log" 2>&1 </dev/null &
    echo $! >"$folder/qemu.pid"
    disown # the shell need not tell that it was killed
    for _ in $(seq 100); do
        [ -S "$folder/monitor.sock" ] && [ -S "$folder/host.sock" ] && return 0
        board_running "$folder" || break
        sleep 0.05
    done
    echo "qemu.sh: QEMU did not start:" >&2
    cat "$folder/qemu.log" >&2
    return 1
}

board_running() {
    [ -f "$1/qemu.pid" ] && kill -0 "$(cat "$1/qemu.pid")" 2>/dev/null
}

# Waits for the monitor's prompt after the command, so that the command is done when this returns.
board_monitor() {
    { sleep 0.05; echo "$2"; sleep "${3:-0.2}"; } | socat -t 1 - "UNIX-CONNECT:$1/monitor.sock" >/dev/null
}

# QEMU drops what the board has not taken when the other end closes, so the line stays open a little.
board_mrz() {
    { cat; sleep 0.3; } | socat -u - "UNIX-CONNECT:$1/mrz.sock"
}

board_picture() {
    local ppm
    ppm=$(readlink -f "$1")/screen.ppm
    rm -f "$ppm"
    board_monitor "$1" "screendump $ppm"
    [ -s "$ppm" ] && pnmtopng "$ppm" >"$2" 2>/dev/null && rm -f "$ppm"
}

board_press() {
    local key=$2
    [ "$key" = select ] && key=ctrl
    board_monitor "$1" "sendkey $key 60"
}

board_reset() {
    board_monitor "$1" system_reset
}

board_stop() {
    board_running "$1" || return 0
    board_monitor "$1" quit 0 2>/dev/null || true
    board_wait_end "$1" || board_kill "$1"
}

board_kill() {
    board_running "$1" && kill -9 "$(cat "$1/qemu.pid")" 2>/dev/null
    board_wait_end "$1"
}

board_wait_end() {
    for _ in $(seq 60); do
        board_running "$1" || { rm -f "$1/qemu.pid"; return 0; }
        sleep 0.05
    done
    return 1
}
