#!/usr/bin/env bash
# A device for the kit: device.sh start|restart|stop host|board FOLDER. FOLDER/line is its line; FOLDER/factory.page must be there.
# host: the firmware as a process (host_device.c); board: the emulated board. restart cuts the power.
set -euo pipefail
verb=$1 kind=$2 folder=$3
# shellcheck source=script/lib/qemu.sh
. "$DOCREV_SOURCE/script/lib/qemu.sh"

start() {
    if [ "$kind" = board ]; then
        [ -f "$folder/card" ] || board_card "$folder/card" 128
        board_start "$folder" "$DOCREV_FIRMWARE/checkpoint-lm3s6965evb.elf" "$folder/card" "$folder/factory.page"
        ln -sfn host.sock "$folder/line"
        return
    fi
    [ -f "$folder/card" ] || truncate -s 4M "$folder/card"
    rm -f "$folder/line"
    "$DOCREV_BIN/host-device" "$folder/line" "$folder/card" "$folder/factory.page" >"$folder/device.log" 2>&1 </dev/null &
    echo $! >"$folder/qemu.pid"
    disown
    for _ in $(seq 100); do
        [ -S "$folder/line" ] && return
        sleep 0.05
    done
    cat "$folder/device.log" >&2
    return 1
}

case $verb in
start) start ;;
restart) board_kill "$folder" && start ;;
stop) board_kill "$folder" || true ;;
esac
