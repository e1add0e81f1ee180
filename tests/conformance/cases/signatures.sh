# Who signed: thresholds, distinct keys, kinds of keys, roles, revocation and rotation.
# shellcheck shell=bash disable=SC2154,SC2034,SC2086

case_arbitrary_installation() {
    next_edition "$work/x.drl" "x1 x2"
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
}

# The attacker's certificates, with the officers' names, in the CMS.
case_smuggled_certificates() {
    next_edition "$work/x.drl" "l1 x1 x2 x3"
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
}

case_unsigned_edition() {
    next_edition "$work/x.drl" ""
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
}

case_unsigned_policy() {
    next_policy "$work/x.drp"
    refused "$work/x.drp" 4.03 "too few officers of the policy in force"
}

case_unsigned_trust_store() {
    trust_store "$work/x.drt" "$(next trust -)" ""
    refused "$work/x.drt" 4.03 "too few of the owner's officers"
}

case_one_officer() {
    next_edition "$work/x.drl" l1
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
    next_policy "$work/x.drp" o1
    refused "$work/x.drp" 4.03 "too few officers of the policy in force"
    trust_store "$work/x.drt" "$(next trust -)" o1
    refused "$work/x.drt" 4.03 "too few of the owner's officers"
}

# One stolen key, the highest numbers: it leaves no floor behind.
case_fast_forward_by_one_officer() {
    edition "$work/x.drl" 4294967295 l1
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
    write_policy "$work/x.drp" 4294967295 o1
    refused "$work/x.drp" 4.03 "too few officers of the policy in force"
}

# CVE-2020-6174, CVE-2020-15093 and others: two signatures, one key.
case_key_counted_twice() {
    next_edition "$work/x.drl" ""
    take_apart "$work/x.drl"
    sign_again $arc.1 "$work/x.drl" l1
    openssl cms -resign -inform DER -in "$work/cms" -outform DER -out "$work/cms2" -binary -nosmimecap -md sha256 \
        -signer "$keys/l1.crt" -inkey "$keys/l1.pem" -keyid -nocerts
    [ "$(openssl cms -cmsout -print -inform DER -in "$work/cms2" | grep -c signatureAlgorithm:)" -ge 2 ] ||
        fail "openssl has not signed again"
    cat "$work/cms2" "$work/body" >"$work/x.drl"
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
}

case_key_under_two_names() {
    next_edition "$work/x.drl" ""
    take_apart "$work/x.drl"
    sign_again $arc.1 "$work/x.drl" l1 l1b
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
}

# A policy whose role holds one key as two.
case_key_twice_in_a_role() {
    local one two
    one=$(openssl pkey -in "$keys/l1.pem" -pubout -outform DER | hex)
    two=$(openssl pkey -in "$keys/l2.pem" -pubout -outform DER | hex)
    next_policy "$work/x.drp"
    take_apart "$work/x.drp"
    change "$work/content" "s/$two/$one/"
    sign_again $arc.3 "$work/x.drp" o1 o2
    refused "$work/x.drp" 4.00 "the policy cannot be read"
}

case_threshold_above_keys() {
    next_policy "$work/x.drp"
    take_apart "$work/x.drp"
    change "$work/content" 's/0201023081/0201033081/'
    sign_again $arc.3 "$work/x.drp" o1 o2
    refused "$work/x.drp" 4.00 "the policy cannot be read"
}

case_threshold_of_none() {
    next_policy "$work/x.drp"
    take_apart "$work/x.drp"
    change "$work/content" 's/0201023081/0201003081/'
    sign_again $arc.3 "$work/x.drp" o1 o2
    refused "$work/x.drp" 4.00 "the policy cannot be read"
}

# A signature that does not hold, beside as many as it takes that do.
case_invalid_signature_among_valid() {
    next_edition "$work/x.drl" ""
    take_apart "$work/x.drl"
    sign_again $arc.1 "$work/x.drl" l1 l2 x1
    taken "$work/x.drl"
}

case_altered_signature() {
    next_edition "$work/x.drl" "l1 l2"
    take_apart "$work/x.drl"
    change "$work/cms" 's/0$/1/;t;s/.$/0/'
    cat "$work/cms" "$work/body" >"$work/x.drl"
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
}

case_weak_digest() {
    next_edition "$work/x.drl" ""
    take_apart "$work/x.drl"
    sign_again $arc.1 "$work/x.drl" l1 l2 -- -md sha1
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
}

# Every kind of key that a policy may name, three of three.
case_kinds_of_keys() {
    local national="l4 l5 l6" national_k=3
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
    next_edition "$work/x.drl" "l4 l5"
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
    take_apart "$work/x.drl"
    sign_again $arc.1 "$work/x.drl" l4 l5
    openssl cms -resign -inform DER -in "$work/cms" -outform DER -out "$work/cms2" -binary -nosmimecap -md sha256 \
        -signer "$keys/l6.crt" -inkey "$keys/l6.pem" -keyid -nocerts
    cat "$work/cms2" "$work/body" >"$work/x.drl"
    taken "$work/x.drl"
    national="l1 l2 l3" national_k=2
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
}

# --- Roles ------------------------------------------------------------------------------------------------------------------------

case_list_officers_sign_a_policy() {
    next_policy "$work/x.drp" l1 l2
    refused "$work/x.drp" 4.03 "too few officers of the policy in force"
}

case_list_officers_sign_a_trust_store() {
    trust_store "$work/x.drt" "$(next trust -)" "l1 l2"
    refused "$work/x.drt" 4.03 "too few of the owner's officers"
}

case_owner_signs_an_edition() {
    next_edition "$work/x.drl" "o1 o2"
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
}

case_wrong_object_type() {
    next_edition "$work/x.drl" ""
    take_apart "$work/x.drl"
    sign_again $arc.4 "$work/x.drl" l1 l2
    refused "$work/x.drl" 4.03 "too few of the owner's officers"
    sign_again $arc.3 "$work/x.drl" o1 o2
    refused "$work/x.drl" 4.00 "the policy cannot be read"
    sign_again $arc.5 "$work/x.drl" l1 l2
    refused "$work/x.drl" 4.00 "not supported"
    sign_again 1.2.840.113549.1.7.1 "$work/x.drl" l1 l2
    refused "$work/x.drl" 4.00 "not supported"
}

case_unknown_list() {
    edition "$work/x.drl" 1 "l1 l2" --list coastal
    refused "$work/x.drl" 4.03 "names no authority for this list"
}

case_list_removed_from_the_policy() {
    local harbour=""
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
    edition "$work/x.drl" 1000000 "h1 h2" --list harbour
    refused "$work/x.drl" 4.03 "names no authority for this list"
    harbour="h1 h2"
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
}

# --- Revocation and rotation ------------------------------------------------------------------------------------------------------

case_revoked_officer() {
    local national="l2 l3"
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
    next_edition "$work/x.drl" "l1 l2"
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
    next_edition "$work/x.drl" "l2 l3"
    taken "$work/x.drl"
    national="l1 l2 l3"
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
}

case_officers_replaced() {
    local national="l4 l5"
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
    next_edition "$work/x.drl" "l1 l2"
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
    next_edition "$work/x.drl" "l4 l5"
    taken "$work/x.drl"
    national="l1 l2 l3"
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
}

# TUF 5.3.4: the old threshold and the new one.
case_rotation_by_the_new_owner_alone() {
    local owners="x1 x2"
    next_policy "$work/x.drp" x1 x2
    refused "$work/x.drp" 4.03 "too few officers of the policy in force"
    next_policy "$work/x.drp" x1 x2 o1
    refused "$work/x.drp" 4.03 "too few officers of the policy in force"
}

case_rotation_by_the_old_owner_alone() {
    local owners="o2 o3"
    next_policy "$work/x.drp" o1 o2
    refused "$work/x.drp" 4.03 "too few officers of the new policy's owner"
}

case_rotation_by_both() {
    local owners="o2 o3"
    next_policy "$work/x.drp" o1 o2 o3
    taken "$work/x.drp"
    owners="o1 o2"
    next_policy "$work/x.drp" o1 o2
    refused "$work/x.drp" 4.03 "too few officers of the policy in force"
    next_policy "$work/x.drp" o1 o2 o3
    taken "$work/x.drp"
}

case_rotation_raises_the_threshold() {
    local owners="o1 o2 o3" owners_k=3
    next_policy "$work/x.drp" o1 o2
    refused "$work/x.drp" 4.03 "too few officers of the new policy's owner"
    next_policy "$work/x.drp" o1 o2 o3
    taken "$work/x.drp"
    owners="o1 o2" owners_k=2
    next_policy "$work/x.drp" o1 o2
    refused "$work/x.drp" 4.03 "too few officers of the policy in force"
    next_policy "$work/x.drp" o1 o2 o3
    taken "$work/x.drp"
}

# What was signed under a policy that the device does not have yet waits for it.
case_mixed_bundles() {
    local national="l4 l5"
    next_edition "$work/x.drl" "l4 l5"
    refused "$work/x.drl" 4.03 "too few officers of the list's authority"
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
    taken "$work/x.drl"
    national="l1 l2 l3"
    next_policy "$work/x.drp" o1 o2
    taken "$work/x.drp"
}
