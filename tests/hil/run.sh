#!/usr/bin/env bash
# Plays a scenario (scenarios/*.scenario: one step a line) on a bench: run.sh SCENARIO. bench/qemu.sh is the emulated board;
# DOCREV_BENCH=bench/serial.sh plays the same on a real one.
#
#   board on | off | kill           power; kill is a power cut
#   card main | blank | none        the card that is in the slot when power comes
#   provision                       policy, trust store, time
#   time                            signed time only
#   push NAME                       must end with the device's confirmation
#   push-policy NAME                a second policy
#   press BUTTON...                 select, up, down, left, right, one after the other
#   clock signed | officer N | none   what stands behind the device's time; N: how often an officer did so far
#   push-refused NAME WORD          must end in a refusal that says WORD
#   push-cut NAME SECONDS           the sender is killed after a while
#   push-kill NAME SECONDS          the power goes after a while
#   holds ID NUMBER | none          the edition in force
#   inspect PROFILE VERDICT [REASONS]   spaces in VERDICT as _
#   remove | silent on | silent off     the passport; the PN532
#   picture NAME                    the display, kept as NAME.png beside the scenario's files
#   memory                          high-water marks, shown
#   profiles                        inspects every profile of the simulator against the verdict it states
#   coap-status | coap-push NAME    by Debian's coap-client instead of docrev
#   kills COUNT                     power cuts at random moments of updates (kills.sh); DOCREV_KILLS and DOCREV_SEED go before
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
scenario=$1
name=$(basename "$scenario" .scenario)
common=$DOCREV_HIL/common
work=$DOCREV_HIL/$name
docrev=$DOCREV_BIN/docrev
DOCREV=$docrev
PASSPORT_SIM=$DOCREV_BIN/passport-sim
export DOCREV PASSPORT_SIM
rm -rf "$work"
mkdir -p "$work"
# shellcheck source=tests/hil/bench/qemu.sh
. "$here/${DOCREV_BENCH:-bench/qemu.sh}"
# shellcheck source=tests/hil/kills.sh
. "$here/kills.sh"
bench_ready || exit 77
trap 'bench_down' EXIT

fail() {
    echo "FAILED line $line_number: $*" >&2
    [ "$BASH_SUBSHELL" -gt 0 ] || bench_report >&2
    exit 1
}

inspect() {
    local profile=$1 verdict=${2//_/ } reasons=${3:-} result got
    result=$(bench_inspect "$profile") || fail "$profile: no inspection"
    got="$(jq -r .verdict <<<"$result") ($(jq -r '.reasons | join(",")' <<<"$result"))"
    if [ "${4:-}" = among ]; then # other reasons may stand beside the one stated
        jq -e --arg verdict "$verdict" --arg reason "$reasons" \
            '.verdict == $verdict and ($reason == "" or any(.reasons[]; . == $reason))' <<<"$result" >/dev/null ||
            fail "$profile: $got instead of $verdict ($reasons)"
    else
        [ "$got" = "$verdict ($reasons)" ] || fail "$profile: $got instead of $verdict ($reasons)"
    fi
    echo "$profile: $got, $(jq -r '"\(.apdus) APDUs, \(.bytes_sent)+\(.bytes_received) bytes"' <<<"$result")"
}

step() {
    case $1 in
    board) "bench_$2" ;;
    card) bench_card "$2" ;;
    provision)
        "$docrev" device provision --link "$(bench_link)" --policy "$common/authority/policy.drp" \
            --trust "$common/trust.drt" --key "$common/authority/keys/owner-officer-1.pem"
        ;;
    time) "$docrev" device time --link "$(bench_link)" --key "$common/authority/keys/owner-officer-1.pem" ;;
    push) "$docrev" device push "$common/$2.drl" --link "$(bench_link)" || fail "push $2" ;;
    push-policy) "$docrev" device push "$common/$2.drp" --link "$(bench_link)" || fail "push $2" ;;
    press)
        local button
        for button in "${@:2}"; do
            bench_press "$button"
            sleep 0.3
        done
        ;;
    clock)
        local behind
        behind=$("$docrev" device status --link "$(bench_link)" --json |
            jq -r '.time | if .confirmed then "signed" elif .by_officer then "officer \(.officer_dates)" else "none" end')
        [ "$behind" = "${*:2}" ] || fail "the time is by '$behind', not by '${*:2}'"
        ;;
    push-refused)
        local answer
        if answer=$("$docrev" device push "$common/$2.drl" --link "$(bench_link)" 2>&1); then
            fail "push $2 was not refused"
        fi
        grep -qi -- "$3" <<<"$answer" || fail "push $2: '$answer' does not say '$3'"
        tail -n 1 <<<"$answer"
        ;;
    push-cut)
        "$docrev" device push "$common/$2.drl" --link "$(bench_link)" >"$work/push.log" 2>&1 &
        local sender=$!
        sleep "$3"
        kill -9 "$sender" 2>/dev/null || fail "push $2 was over before $3 s"
        wait "$sender" 2>/dev/null || true
        ;;
    push-kill)
        "$docrev" device push "$common/$2.drl" --link "$(bench_link)" >"$work/push.log" 2>&1 &
        local sender=$!
        sleep "$3"
        kill -0 "$sender" 2>/dev/null || fail "push $2 was over before $3 s"
        bench_kill
        kill -9 "$sender" 2>/dev/null || true
        wait "$sender" 2>/dev/null || true
        ;;
    holds)
        local held
        held=$("$docrev" device status --link "$(bench_link)" --json | jq -r '.lists[]? | "\(.id) \(.number)"')
        [ "${held:-none}" = "${*:2}" ] || fail "holds '$held', not '${*:2}'"
        ;;
    inspect) inspect "${@:2}" ;;
    picture) bench_picture "$work/$2.png" || fail "no picture" ;;
    memory)
        "$docrev" device status --link "$(bench_link)" --json |
            jq -r '.memory | to_entries[] | "\(.key): at most \(.value[0]) of \(.value[1]) bytes"'
        ;;
    remove) bench_passport remove ;;
    silent) bench_passport silent "$2" ;;
    profiles)
        local profile verdict reason differing=""
        while IFS=$'\t' read -r profile verdict reason; do
            if [ "$profile" = specimen ] && [ ! -d "${DOCREV_TESTDATA:-}" ]; then
                echo "specimen: skipped, its files are not here"
                continue
            fi
            (inspect "$profile" "${verdict// /_}" "$reason" among) || differing="$differing $profile"
        done < <("$PASSPORT_SIM" --list --json | jq -r 'select((.requires // "") == "") | [.name, .verdict, .reason] | @tsv')
        [ -z "$differing" ] || fail "not as stated:$differing"
        ;;
    kills) kills "${DOCREV_KILLS:-$2}" ${DOCREV_SEED:+"$DOCREV_SEED"} ;;
    coap-status)
        [ -n "$(bench_coap_get status | jq -r .device)" ] || fail "coap-client: no status"
        ;;
    coap-push) bench_coap_push "$common/$2.drl" || fail "coap-client: push $2" ;;
    *) fail "unknown step $1" ;;
    esac
}

line_number=0
while IFS= read -r text <&3; do
    line_number=$((line_number + 1))
    read -ra words <<<"${text%%#*}"
    [ "${#words[@]}" -gt 0 ] || continue
    printf '%s\n' "-- ${words[*]}"
    step "${words[@]}"
done 3<"$scenario"
echo "scenario $name passed"
