# What arrives: too much, too little, too slowly, out of order, of another object; and what the device says meanwhile.
# shellcheck shell=bash disable=SC2154,SC2034,SC2086

case_endless_data() {
    next_edition "$work/x.drl" "l1 l2"
    head -c 65536 /dev/urandom >>"$work/x.drl"
    refused "$work/x.drl" 4.00 "longer than its manifest says"
}

case_endless_cms() {
    { printf '\x30\x83\x0f\xff\xf0' && head -c 65536 /dev/urandom; } >"$work/x"
    refused "$work/x" 4.13 "the CMS is longer than"
    { printf '\x30\x80' && head -c 65536 /dev/urandom; } >"$work/x"
    refused "$work/x" 4.00 "does not begin with a CMS"
}

case_endless_policy() {
    next_policy "$work/x.drp" o1 o2
    head -c 65536 /dev/urandom >>"$work/x.drp"
    refused "$work/x.drp" 4.00 "longer than its manifest says"
}

# Signed, and larger than the card.
case_edition_larger_than_the_card() {
    next_edition "$work/x.drl" ""
    take_apart "$work/x.drl"
    change "$work/content" 's/02021000020[12]....(..)?0420/0202100002047ffff0000420/'
    change "$work/content" 's/^30..//'
    change "$work/content" 's/^/3000/'
    extend "$work/content" ""
    sign_again $arc.1 "$work/x.drl" l1 l2
    refused "$work/x.drl" 4.13 "no place on the card"
}

case_truncated_edition() {
    next_edition "$work/x.drl" "l1 l2"
    truncate -s -1024 "$work/x.drl"
    refused "$work/x.drl" 4.00 "ends before its manifest says"
    truncate -s 300 "$work/x.drl"
    refused "$work/x.drl" 4.00 "ends before its manifest says"
}

case_no_signed_file() {
    head -c 5000 /dev/urandom | tr '\060' '\061' >"$work/x"
    refused "$work/x" 4.00 "does not begin with a CMS"
    printf 'UTO,P,L898902C3,stolen\n' >"$work/x"
    refused "$work/x" 4.00 "does not begin with a CMS"
}

# --- Bodies and manifests of others -----------------------------------------------------------------------------------------------

case_malicious_mirror() {
    local blocks due
    due=$(next list national)
    next_edition "$work/x.drl" "l1 l2"
    take_apart "$work/x.drl"
    cp "$work/x.drl" "$work/bad.drl"
    # An octet of the body's first block.
    printf '\xa5' | dd of="$work/bad.drl" bs=1 seek=$(($(stat -c %s "$work/cms") + 2000)) conv=notrunc status=none
    refused "$work/bad.drl" 4.00 "not the one that was signed"
    # Another mirror goes on with what is right.
    [ "$("$DOCREV_BIN/coap-device" "$link" get update | sed 's/^2.05 //' | jq -r .state)" = receiving ] ||
        fail "the push does not stand"
    blocks=$(stat -c %s "$work/cms")
    part "$work/x.drl" $((blocks / 1024)) 1000 2.04
    held=$(look)
    [ "$(number list national)" = "$due" ] || fail "not in force"
}

case_manifest_with_the_body_of_another() {
    next_edition "$work/x.drl" "l1 l2"
    take_apart "$work/x.drl"
    cp "$work/cms" "$work/cms.x"
    take_apart "$work/good.drl"
    cat "$work/cms.x" "$work/body" >"$work/x.drl"
    refused "$work/x.drl" 4.00 "not the one that was signed"
}

case_altered_manifest() {
    next_edition "$work/x.drl" "l1 l2"
    take_apart "$work/x.drl"
    change "$work/cms" 's/6e6174696f6e616c/686172626f7572/; s/686172626f7572(.)/686172626f757231\1/' # national -> harbour1
    cat "$work/cms" "$work/body" >"$work/x.drl"
    refused "$work/x.drl" 4.03 "names no authority for this list"
    next_edition "$work/x.drl" "l1 l2"
    take_apart "$work/x.drl"
    change "$work/cms" "s/180f$(printf 20 | hex)/180f$(printf 19 | hex)/" # thisUpdate
    cat "$work/cms" "$work/body" >"$work/x.drl"
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
}

case_unknown_extension() {
    next_edition "$work/x.drl" ""
    take_apart "$work/x.drl"
    cp "$work/content" "$work/plain"
    extend "$work/content" a00e300c300a06032a03040101ff0400
    sign_again $arc.1 "$work/x.drl" l1 l2
    refused "$work/x.drl" 4.00 "the manifest cannot be read"
    cp "$work/plain" "$work/content"
    extend "$work/content" a00b3009300706032a03040400 # the same, not critical
    sign_again $arc.1 "$work/x.drl" l1 l2
    taken "$work/x.drl"
}

case_unusual_list_id() {
    local id
    for id in 'nat/onal' '../../..' "nat'onal" 'nat%6ena' 'nat onal'; do
        next_edition "$work/x.drl" ""
        take_apart "$work/x.drl"
        change "$work/content" "s/$(printf national | hex)/$(printf %s "$id" | hex)/"
        sign_again $arc.1 "$work/x.drl" l1 l2
        refused "$work/x.drl" 4.00 "the manifest cannot be read"
    done
}

# --- Two lists --------------------------------------------------------------------------------------------------------------------

case_mix_and_match() {
    edition "$work/x.drl" 1000000 "l1 l2" --list harbour
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
    next_edition "$work/x.drl" "h1 h2"
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
    next_edition "$work/x.drl" "l1 h1"
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
}

# The number of one list says nothing about another's.
case_numbers_of_lists_do_not_mix() {
    local national
    national=$(number list national)
    edition "$work/x.drl" $(($(next list harbour) + 1000)) "h1 h2" --list harbour
    taken "$work/x.drl"
    [ "$(number list national)" = "$national" ] || fail "the other list is another now"
    edition "$work/x.drl" $(($(number list harbour) - 1)) "h1 h2" --list harbour
    refused "$work/x.drl" 4.03 "lower than one that was accepted before"
}

# --- The link ---------------------------------------------------------------------------------------------------------------------

case_slow_retrieval() {
    next_edition "$work/x.drl" "l1 l2"
    part "$work/x.drl" 0 2 2.31
    sleep 3
    unchanged # and it answers
    next_edition "$work/y.drl" "l1 l2"
    taken "$work/y.drl"
    part "$work/x.drl" 2 1 4.08
    unchanged
}

case_drop_requests() {
    local due
    due=$(next list national)
    next_edition "$work/x.drl" "l1 l2"
    part "$work/x.drl" 0 2 2.31
    part "$work/x.drl" 3 1 4.08 # block 2 was dropped
    unchanged
    part "$work/x.drl" 1 1 4.08 # a block repeated
    unchanged
    part "$work/x.drl" 2 1000 2.04
    held=$(look)
    [ "$(number list national)" = "$due" ] || fail "not in force"
}

case_blocks_of_two_senders() {
    next_edition "$work/x.drl" "l1 l2"
    next_edition "$work/y.drl" "l1 l2 l3"
    part "$work/x.drl" 0 1 2.31
    part "$work/y.drl" 0 2 2.31
    part "$work/x.drl" 2 1000 4.00
    unchanged
}

case_partial_bundle() {
    local harbour="h1 h2 x3"
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
    next_edition "$work/x.drl" "l1 l2"
    part "$work/x.drl" 0 3 2.31
    unchanged # the new policy, the old list
    harbour="h1 h2"
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
}

# All of it is on the device but the last octets: neither status nor receipt calls it in force, nor does a restart.
case_downloaded_is_not_active() {
    local blocks
    next_edition "$work/x.drl" "l1 l2"
    blocks=$((($(stat -c %s "$work/x.drl") + 1023) / 1024))
    part "$work/x.drl" 0 $((blocks - 1)) 2.31
    unchanged
    if [ -n "$restart" ]; then
        power_cut
        unchanged
        set_time
        part "$work/x.drl" $((blocks - 1)) 1 4.08
    fi
    taken "$work/x.drl"
}

# The log that everybody may fetch says nothing to who is not the oversight.
case_read_the_log() {
    "$docrev" device audit --link "$link" -o "$work/log.dra" >/dev/null || fail "no log"
    ! "$docrev" audit verify "$work/log.dra" --key "$keys/x1.pem" >/dev/null 2>&1 || fail "a stranger reads the log"
    "$docrev" audit verify "$work/log.dra" --key "$keys/oversight.pem" --receipts "$work/receipts" >/dev/null ||
        fail "the oversight cannot read the log"
}
