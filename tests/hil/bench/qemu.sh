# The bench of the emulated board and the simulated reader (tests/hil/run.sh). Another bench defines the same functions.
# shellcheck shell=bash
# shellcheck source=script/lib/qemu.sh
. "$DOCREV_SOURCE/script/lib/qemu.sh"
# shellcheck source=script/lib/checkpoint.sh
. "$DOCREV_SOURCE/script/lib/checkpoint.sh"
bench_elf=$DOCREV_FIRMWARE/checkpoint-lm3s6965evb.elf
bench_card_file=$work/card.img

# Whether this bench can run at all; says why not.
bench_ready() {
    [ -f "$bench_elf" ] || { echo "skipped: no image $bench_elf"; return 1; }
    command -v qemu-system-arm >/dev/null || { echo "skipped: no qemu-system-arm"; return 1; }
    board_card "$bench_card_file" 128
    checkpoint_reader "$work/board" "$common/passports"
}

bench_card() {
    case $1 in
    main) bench_card_file=$work/card.img ;;
    blank)
        bench_card_file=$work/blank.img
        board_card "$bench_card_file" 128
        ;;
    none) bench_card_file=- ;;
    esac
}

bench_on() {
    board_start "$work/board" "$bench_elf" "$bench_card_file" "$common/factory.bin"
}

bench_off() {
    board_stop "$work/board"
}

bench_kill() {
    board_kill "$work/board"
}

bench_down() {
    checkpoint_stop "$work/board" 2>/dev/null
}

bench_link() {
    echo "serial:$work/board/host.sock"
}

bench_passport() {
    checkpoint_passport "$work/board" "$@" >/dev/null
}

bench_picture() {
    board_picture "$work/board" "$1"
}

bench_inspect() {
    checkpoint_inspect "$work/board" "$1"
}

# coap-client speaks UDP: docrev device bridge carries it to the serial line. Debian 12 has it per TLS library, trixie too.
bench_coap_client=$(command -v coap-client || command -v coap-client-notls || echo coap-client)
bench_bridge() {
    "$docrev" device bridge --link "$(bench_link)" --listen "127.0.0.1:$bench_port" >"$work/bridge.log" 2>&1 &
    bench_bridge_pid=$!
    sleep 0.5
}
bench_port=$((20000 + $$ % 20000))

bench_coap_get() {
    bench_bridge
    "$bench_coap_client" -m get -B 20 "coap://127.0.0.1:$bench_port/$1"
    kill "$bench_bridge_pid"
}

bench_coap_push() {
    local answer
    bench_bridge
    answer=$("$bench_coap_client" -m put -b 1024 -B 120 -f "$1" "coap://127.0.0.1:$bench_port/update" 2>&1)
    kill "$bench_bridge_pid"
    echo "$answer"
    grep -q '"root"' <<<"$answer"
}

bench_press() {
    board_press "$work/board" "$1"
}

# What helps to understand a failure.
bench_report() {
    echo "--- simulator"
    tail -n 5 "$work/board/passport-sim.log" 2>/dev/null
    echo "--- device"
    "$docrev" device status --link "$(bench_link)" 2>&1 | tail -n 30
}
