# Played before anything is provisioned. Nothing is in force; the factory page names the owner.
# shellcheck shell=bash disable=SC2154,SC2034,SC2086

case_no_policy_yet() {
    edition "$work/early.drl" 1 "l1 l2"
    refused "$work/early.drl" 4.03 "push one first"
}

case_first_policy_of_a_stranger() {
    local owners="x1 x2"
    write_policy "$work/stranger.drp" 1 x1 x2
    refused "$work/stranger.drp" 4.03 "belongs to another owner"
}

# The owner's keys with a lower threshold are not the owner whom the page names.
case_first_policy_with_a_lower_threshold() {
    local owners_k=1
    write_policy "$work/lower.drp" 1 o1
    refused "$work/lower.drp" 4.03 "belongs to another owner"
}

case_first_policy_unsigned() {
    write_policy "$work/unsigned.drp" 1
    refused "$work/unsigned.drp" 4.03 "too few officers"
    write_policy "$work/unsigned.drp" 1 o1
    refused "$work/unsigned.drp" 4.03 "too few officers"
}

case_first_policy_damaged() {
    write_policy "$work/damaged.drp" 1 o1 o2
    change "$work/damaged.drp" 's/646f6372657620636f6e666f726d616e6365/646f6372657620636f6e666f726d616e6366/' # its owner's name
    refused "$work/damaged.drp" 4.03 "too few officers"
}

case_time_before_any_policy() {
    local answer
    time_statement 0 "$(draw_nonce)" "$(status | jq -r .device)" o1
    answer=$("$DOCREV_BIN/coap-device" "$link" put time "$work/time")
    grep -q '^5.03 .*there is no policy yet' <<<"$answer" || fail "answered '$answer'"
    [ "$(status | jq -r .time.confirmed)" = false ] || fail "the time is confirmed"
}
