# The board killed at random moments of updates. Sourced by run.sh; needs bash and a bench.
# shellcheck shell=bash disable=SC2154
#
#   kills COUNT [SEED]   per moment: a new edition, policy, trust store or renewal is pushed, the power goes while it is, and comes
#                        back; each object is then the old or the new one, whole, by the device's receipt, and the same push is taken.
#                        Every tenth time a listed passport is still found.

kills_keys() { echo "$common/authority/keys"; }

# What is in force, by a signed receipt, and until when.
kills_look() {
    local try
    for try in 1 2 3 4 5; do
        "$DOCREV_BIN/coap-device" "$(bench_link)" holds "$work/device-key.der" && return
        sleep "$try"
    done
    return 1
}

kills_number() { # KIND: of the object in force
    awk -v kind="$1" '$1 == kind {print $3}' <<<"$kills_held"
}

kills_edition() {
    rm -f "$work/kill.edition"
    "$docrev" list build --csv "$common/edition-1.csv" --number $(($(kills_number list) + 1)) -o "$work/kill.edition"
    "$docrev" list sign "$work/kill.edition" --key "$(kills_keys)/list-officer-1.pem"
    "$docrev" list sign "$work/kill.edition" --key "$(kills_keys)/list-officer-2.pem"
    kills_days=7
}

kills_policy() {
    local keys
    keys=$(kills_keys)
    rm -f "$work/kill.policy"
    "$docrev" policy create -o "$work/kill.policy" --number $(($(kills_number policy) + 1)) --owner "docrev development" \
        --key "$keys/owner-officer-1.crt" --key "$keys/owner-officer-2.crt" --threshold 2 --list national \
        --key "$keys/list-officer-1.crt" --key "$keys/list-officer-2.crt" --threshold 2 --renew 2:300 \
        --oversight "$keys/oversight.crt"
    "$docrev" policy sign "$work/kill.policy" --key "$keys/owner-officer-1.pem" --key "$keys/owner-officer-2.pem"
}

kills_trust() {
    rm -f "$work/kill.trust"
    "$docrev" trust import "$common/passports/export/csca" -o "$work/kill.trust" --number $(($(kills_number trust) + 1)) \
        --key "$(kills_keys)/owner-officer-1.pem" --key "$(kills_keys)/owner-officer-2.pem"
}

# Each renewal goes a day further than the one before.
kills_renewal() {
    rm -f "$work/kill.renewal"
    kills_days=$((kills_days + 1))
    "$docrev" list renew "$work/kill.edition" --days "$kills_days" --key "$(kills_keys)/list-officer-1.pem" \
        --key "$(kills_keys)/list-officer-2.pem" -o "$work/kill.renewal"
}

kills_push() {
    "$docrev" device push "$work/kill.$1" --link "$(bench_link)" >"$work/push.log" 2>&1
}

kills_ms() { echo $(($(date +%s%N) / 1000000)); }

# Which of the lines before and after differ decides: all of the old, or all of the new.
kills_moment() { # KIND MILLISECONDS
    local kind=$1 ms=$2 before=$kills_held new
    "kills_$kind" >"$work/make.log" 2>&1 || fail "no $kind: $(cat "$work/make.log")"
    "$docrev" device push "$work/kill.$kind" --link "$(bench_link)" >"$work/push.log" 2>&1 &
    local sender=$!
    sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
    bench_kill
    kill -9 "$sender" 2>/dev/null || true
    wait "$sender" 2>/dev/null || true
    bench_on
    kills_held=$(kills_look) || fail "kill $kills_done ($kind, $ms ms): no receipt after the restart"
    new=$kills_held
    kills_push "$kind" || fail "kill $kills_done ($kind, $ms ms): the next push is refused: $(cat "$work/push.log")"
    kills_held=$(kills_look) || fail "no receipt"
    [ "$kills_held" != "$before" ] || fail "kill $kills_done ($kind): pushed, and not in force"
    if [ "$new" = "$before" ]; then
        kills_old=$((kills_old + 1))
    elif [ "$new" = "$kills_held" ]; then
        kills_new=$((kills_new + 1))
    else
        fail "kill $kills_done ($kind, $ms ms): neither old nor new: $new; before: $before; after: $kills_held"
    fi
}

kills() {
    local count=$1 seed=${2:-17} kind began lasts=() kinds=(edition policy trust renewal)
    kills_done=0 kills_old=0 kills_new=0 kills_days=7
    RANDOM=$seed
    echo "seed $seed"
    kills_held=$(kills_look) || fail "no receipt"
    # How long each push takes here, unharmed.
    for kind in "${kinds[@]}"; do
        "kills_$kind" >"$work/make.log" 2>&1 || fail "no $kind: $(cat "$work/make.log")"
        began=$(kills_ms)
        kills_push "$kind" || fail "push of $kind: $(cat "$work/push.log")"
        lasts+=($(($(kills_ms) - began)))
        kills_held=$(kills_look) || fail "no receipt"
    done
    echo "${kinds[*]}: ${lasts[*]} ms each"
    while [ "$kills_done" -lt "$count" ]; do
        local which=$((kills_done % 4))
        kills_moment "${kinds[which]}" $(((RANDOM * 32768 + RANDOM) % lasts[which]))
        kills_done=$((kills_done + 1))
        if [ $((kills_done % 10)) -eq 0 ]; then
            "$docrev" device time --link "$(bench_link)" --key "$(kills_keys)/owner-officer-1.pem" >/dev/null
            inspect listed REFER listed-stolen
            echo "$kills_done kills: $kills_old times the old object, $kills_new times the new one"
        fi
    done
    echo "$kills_done kills, each came up right: $kills_old times with the old object, $kills_new times with the new one"
}
