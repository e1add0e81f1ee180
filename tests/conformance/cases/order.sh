# Which comes after which, and until when: numbers, dates, renewals, the clock.
# shellcheck shell=bash disable=SC2154,SC2034,SC2086

# What the list in force is said to be: fresh, aging, stale, unknown.
freshness() {
    status | jq -r '.lists[] | select(.id == "national") | .state'
}

case_rollback_of_an_edition() {
    cp "$work/good.drl" "$work/old.drl"
    next_edition "$work/x.drl" "l1 l2"
    taken "$work/x.drl"
    refused "$work/old.drl" 4.03 "lower than one that was accepted before"
}

case_rollback_of_a_policy() {
    cp "$work/policy.drp" "$work/old.drp"
    next_policy "$work/policy.drp" o1 o2
    taken "$work/policy.drp"
    refused "$work/old.drp" 4.03 "lower than one that was accepted before"
}

case_rollback_of_a_trust_store() {
    cp "$work/trust.drt" "$work/old.drt"
    trust_store "$work/trust.drt" "$(next trust -)" "o1 o2"
    taken "$work/trust.drt"
    refused "$work/old.drt" 4.03 "lower than one that was accepted before"
}

case_another_file_of_the_same_number() {
    edition "$work/x.drl" "$(number list national)" "l1 l2" --next-update "$(in_days 6)"
    refused "$work/x.drl" 4.03 "another file with this number"
}

# The file in force sent again changes nothing, and is no error.
case_same_file_again() {
    local answer
    answer=$("$DOCREV_BIN/coap-device" "$link" put update "$work/good.drl")
    [ "${answer%% *}" = 2.04 ] || fail "answered '$answer'"
    unchanged
}

case_rollback_after_a_restart() {
    can_restart || return 0
    cp "$work/good.drl" "$work/old.drl"
    next_edition "$work/x.drl" "l1 l2"
    taken "$work/x.drl"
    power_cut
    unchanged
    refused "$work/old.drl" 4.03 "lower than one that was accepted before"
    set_time
}

# --- Dates ------------------------------------------------------------------------------------------------------------------------

case_expired_edition() {
    next_edition "$work/x.drl" "l1 l2" --this-update "$(in_days -2)" --next-update "$(in_days -1)"
    refused "$work/x.drl" 4.03 "its next update was due before today"
}

case_expired_trust_store() {
    trust_store "$work/x.drt" "$(next trust -)" ""
    take_apart "$work/x.drt"
    change "$work/content" "s/(180f.{30}180f)$(date -u -d '89 days' +%Y | tr -d '\n' | hex)/\1$(printf 2020 | hex)/"
    change "$work/content" "s/180f$(printf 202 | hex)/180f$(printf 201 | hex)/"
    sign_again $arc.4 "$work/x.drt" o1 o2
    refused "$work/x.drt" 4.03 "its next update was due before today"
}

# A chain of rotations must be passable when links of it are old (TUF 5.3.8), and out of an expired policy there is a way.
case_expired_policy_is_passed() {
    next_policy "$work/x.drp"
    take_apart "$work/x.drp"
    change "$work/content" "s/180f$(printf 202 | hex)/180f$(printf 201 | hex)/; s/(180f.{30}180f)$(printf 202 | hex)/\1$(printf 201 | hex)/"
    sign_again $arc.3 "$work/x.drp" o1 o2
    taken "$work/x.drp"
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
}

case_edition_from_the_future() {
    next_edition "$work/x.drl" "l1 l2" --this-update "$(in_days 3)" --next-update "$(in_days 9)"
    refused "$work/x.drl" 4.03 "dated more than a day ahead"
}

# A link that brings nothing new shows, and nothing that is too old gets over it.
case_indefinite_freeze() {
    local until due
    until=$(in_seconds "$brief")
    next_edition "$work/x.drl" "l1 l2" --next-update "$until"
    taken "$work/x.drl"
    [ "$(freshness)" != stale ] || fail "stale before its time"
    due=$(($(date -u -d "$until" +%s) + 1))
    sleep $((due > $(date +%s) ? due - $(date +%s) : 0))
    set_time # an emulated board under load counts slowly
    [ "$(freshness)" = stale ] || fail "$(freshness) after its next update"
    "$docrev" list renew "$work/x.drl" --next-update "$until" --key "$keys/l1.pem" -o "$work/x.drn" >/dev/null
    refused "$work/x.drn" 4.03 "its next update was due before today"
    next_edition "$work/x.drl" "l1 l2"
    taken "$work/x.drl"
    [ "$(freshness)" = fresh ] || fail "$(freshness) after a new edition"
}

case_never_fresh_after_a_restart() {
    can_restart || return 0
    power_cut
    [ "$(freshness)" = unknown ] || fail "$(freshness) without a trusted clock"
    set_time
    [ "$(freshness)" = fresh ] || fail "$(freshness) with one"
}

# --- Renewals ---------------------------------------------------------------------------------------------------------------------

renewal() { # FILE DAYS EDITION OFFICER
    rm -f "$1"
    "$docrev" list renew "$3" --days "$2" --key "$keys/$4.pem" -o "$1" >/dev/null || fail "no renewal"
}

case_rollback_of_a_renewal() {
    renewal "$work/old.drn" 9 "$work/good.drl" l1
    renewal "$work/new.drn" 12 "$work/good.drl" l1
    taken "$work/new.drn"
    refused "$work/old.drn" 4.03 "renewed for longer already"
}

case_renewal_beyond_what_the_policy_allows() {
    renewal "$work/x.drn" 60 "$work/good.drl" l1
    refused "$work/x.drn" 4.03 "further than the policy allows"
    renewal "$work/x.drn" 12 "$work/good.drl" l1
    taken "$work/x.drn"
    renewal "$work/x.drn" 24 "$work/good.drl" l1 # no further from where it stands now either
    refused "$work/x.drn" 4.03 "further than the policy allows"
}

case_renewal_of_another_edition() {
    renewal "$work/x.drn" 12 "$work/good.drl" l1
    next_edition "$work/x.drl" "l1 l2"
    taken "$work/x.drl"
    refused "$work/x.drn" 4.03 "for another edition than the one in force"
}

case_renewal_by_a_stranger() {
    renewal "$work/x.drn" 12 "$work/good.drl" x1
    refused "$work/x.drn" 4.03 "too few officers of the list's authority"
    renewal "$work/x.drn" 12 "$work/good.drl" h1
    refused "$work/x.drn" 4.03 "too few officers of the list's authority"
}

# --- The clock --------------------------------------------------------------------------------------------------------------------

# refused_time CODE WORDS: $work/time, and the clock stays confirmed and within a day of ours.
refused_time() {
    local answer now
    refused "$work/time" "$1" "$2" time
    answer=$(status | jq -r '[.time.now, .time.confirmed] | @tsv')
    now=$(date -u -d "${answer%%$'\t'*}" +%s)
    if [ "${answer##*$'\t'}" != true ] || [ "$((now - $(date +%s)))" -gt 86400 ] || [ "$(($(date +%s) - now))" -gt 86400 ]; then
        fail "the clock says $answer"
    fi
}

case_clock_set_to_the_far_future() {
    time_statement $((6 * 366 * 86400)) "$(draw_nonce)" "$(status | jq -r .device)" o1
    refused_time 4.03 "expired or not yet valid"
}

case_clock_set_back() {
    time_statement $((-86400 * 30)) "$(draw_nonce)" "$(status | jq -r .device)" o1
    refused_time 4.03 "older than what is held"
}

case_time_replayed() {
    time_statement 0 "$(draw_nonce)" "$(status | jq -r .device)" o1
    "$DOCREV_BIN/coap-device" "$link" put time "$work/time" | grep -q '^2.04 ' || fail "the time was not taken"
    refused_time 4.03 "does not bear the nonce last drawn"
    draw_nonce >/dev/null
    refused_time 4.03 "does not bear the nonce last drawn"
}

case_time_for_another_device() {
    time_statement 0 "$(draw_nonce)" 0011223344556677 o1
    refused_time 4.00 "argument out of contract"
}

case_time_by_a_stranger() {
    local device
    device=$(status | jq -r .device)
    time_statement 0 "$(draw_nonce)" "$device" x1
    refused_time 4.03 "too few signers"
    time_statement 0 "$(draw_nonce)" "$device" l1
    refused_time 4.03 "too few signers"
}

# --- Numbers begun anew -------------------------------------------------------------------------------------------------------------

# A threshold of stolen keys, the highest number; then the owner's policy revokes the keys and begins the next series.
case_fast_forward_recovery() {
    local national="l4 l5" first series
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
    first=$(next list national)
    edition "$work/far.drl" 4294967295 "l4 l5"
    taken "$work/far.drl"
    edition "$work/x.drl" "$first" "l4 l5"
    refused "$work/x.drl" 4.03 "lower than one that was accepted before"
    series=$(cut -d : -f 1 "$work/series" 2>/dev/null || echo 0)
    echo "$((series + 1)):$first" >"$work/series"
    national="l1 l2 l3"
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
    refused "$work/far.drl" 4.03 "too few officers of the list's authority"
    edition "$work/x.drl" $((first - 1)) "l1 l2"
    refused "$work/x.drl" 4.03 "of a series that the policy has ended"
    edition "$work/good.drl" "$first" "l1 l2"
    taken "$work/good.drl"
    [ "$(number list national)" = "$first" ] || fail "the numbers did not begin anew"
}
