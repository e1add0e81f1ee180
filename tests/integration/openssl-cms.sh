#!/usr/bin/env bash
# openssl as an independent witness of what docrev signs: an edition verifies as it is, body and all, and no longer when a
# bit of the signed part changes. And the other way round: what openssl signs, docrev's own code verifies.
set -euo pipefail
docrev=$DOCREV_BIN/docrev
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "openssl-cms: $*" >&2
    exit 1
}

# accepts FILE: does openssl verify every signature, each by one of the officers?
accepts() {
    openssl cms -verify -noverify -inform DER -in "$1" -certfile a/officers.pem -out content.bin 2>openssl.log
}

"$docrev" init a >/dev/null
printf 'UTO,P,L898902C3,stolen\nD,P,C01X0006H,lost\nUTO,I,D23145890734,cancelled,court-order\n' >l.csv
"$docrev" list build --csv l.csv --number 5 -o e.drl 2>/dev/null
"$docrev" list sign e.drl --key a/keys/list-officer-1.pem
! "$docrev" list verify e.drl --policy a/policy.drp 2>why || fail "one officer was enough where two are asked for"
grep -q "fewer distinct officers" why || fail "wrong reason: $(cat why)"
"$docrev" list sign e.drl --key a/keys/list-officer-2.pem
"$docrev" list verify e.drl --policy a/policy.drp

accepts e.drl || fail "openssl refuses the edition: $(cat openssl.log)"
accepts a/policy.drp || fail "openssl refuses the policy: $(cat openssl.log)"
[ "$(openssl cms -cmsout -print -inform DER -in e.drl | grep -c 'd.subjectKeyIdentifier')" -eq 2 ] ||
    fail "signers are not named by key identifier"

# Every changed octet that openssl refuses, docrev refuses; the certificates inside are not what it goes by.
# asn1parse goes on into the body and complains of it.
structure() {
    openssl asn1parse -inform DER -in e.drl 2>/dev/null || true
}
read -r from length < <(structure |
    sed -n 's/^ *\([0-9]*\):d=3 *hl=\([0-9]*\) *l= *\([0-9]*\) cons: cont \[ 0 \].*/\1 \2 \3/p' | head -n 1 |
    awk '{ print $1, $2 + $3 }')
end=$(structure |
    sed -n '1s/.*hl=\([0-9]*\) *l= *\([0-9]*\).*/\1 \2/p' | awk '{ print $1 + $2 }')
changed=0
for ((at = 4; at < end; at += 23)); do
    if [ "$at" -ge "$from" ] && [ "$at" -lt $((from + length)) ]; then
        continue
    fi
    cp e.drl x.drl
    byte=$(od -An -tu1 -j "$at" -N 1 e.drl)
    printf "\\x$(printf %02x $((byte ^ 1)))" | dd of=x.drl bs=1 seek="$at" conv=notrunc status=none
    if "$docrev" list verify x.drl --policy a/policy.drp >/dev/null 2>&1; then
        accepts x.drl || fail "octet $at changed: docrev accepts, openssl does not: $(cat openssl.log)"
    fi
    changed=$((changed + 1))
done
[ "$changed" -gt 20 ] || fail "only $changed changes were tried"

# The other way round: openssl signs the policy's content by two officers, docrev's own code verifies it.
accepts a/policy.drp
type=$(openssl cms -cmsout -print -inform DER -in a/policy.drp | sed -n 's/.*eContentType: undefined (\(.*\))/\1/p')
openssl cms -sign -binary -nodetach -nosmimecap -keyid -md sha256 -econtent_type "$type" -in content.bin \
    -signer a/keys/owner-officer-1.pem -signer a/keys/owner-officer-2.pem -outform DER -out openssl.drp
"$docrev" policy show openssl.drp --json | jq -e '.signed and .signers == 2' >/dev/null ||
    fail "docrev does not accept a policy that openssl signed"
"$docrev" list verify e.drl --policy openssl.drp

status=0
"$docrev" list check e.drl --issuer UTO --type P --number L898902C3 >out || status=$?
[ "$status" -eq 3 ] && grep -q '^listed: stolen$' out || fail "a listed passport is not found"
"$docrev" list check e.drl --issuer DEU --type P --number C01X0006J >out || fail "an unlisted passport is listed"
