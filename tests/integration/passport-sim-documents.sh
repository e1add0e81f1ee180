#!/bin/bash
# openssl, and nothing of docrev, says of the exported documents what their profiles say.
set -u
# shellcheck source=tests/integration/lib/passport-sim.bash
. "${DOCREV_SOURCE:?}/tests/integration/lib/passport-sim.bash"
need openssl jq cmp

sim=$DOCREV_BIN/passport-sim
"$sim" --state "$work/state" --export "$work/one" 2>"$work/err" || fail "export: $(cat "$work/err")"
"$sim" --state "$work/state" --export "$work/two" 2>"$work/err" || fail "export: $(cat "$work/err")"
for csca in "$work"/one/csca/*.cer; do
    cmp -s "$csca" "$work/two/csca/${csca##*/}" || fail "${csca##*/} changed from run to run"
    openssl x509 -inform DER -in "$csca" >>"$work/csca.pem" || fail "$csca"
done
cmp -s "$work/one/genuine/DG15.bin" "$work/two/genuine/DG15.bin" || fail "the chip's key changed from run to run"

# part FILE OFFSET OUT: the DER object at an offset.
part() {
    openssl asn1parse -inform DER -in "$1" -strparse "$2" -noout -out "$3" >/dev/null 2>&1
}

# signed PROFILE: EF.SOD's signature holds under the signer's certificate that it carries.
signed() {
    local dir=$work/one/$1
    part "$dir/EF_SOD.bin" 4 "$work/sod.cms" || return 1
    openssl cms -verify -noverify -inform DER -in "$work/sod.cms" -binary -certsout "$work/dsc.pem" -out "$work/lds.der" \
        2>/dev/null
}

# trusted: the signer's certificate (dsc.pem) holds under one of the published CSCAs. `openssl verify` refuses explicit EC
# parameters, so the signature is checked by hand.
trusted() {
    local csca outline
    openssl x509 -in "$work/dsc.pem" -outform DER -out "$work/dsc.der" || return 1
    outline=$(openssl asn1parse -inform DER -in "$work/dsc.der") || return 1
    part "$work/dsc.der" 4 "$work/tbs" || return 1
    local at header length
    at=$(sed -n '/d=1 .*BIT STRING/s/^ *\([0-9]*\):.*/\1/p' <<<"$outline" | tail -n 1)
    header=$(sed -n "s/^ *$at:d=1 *hl=\([0-9]*\).*/\1/p" <<<"$outline")
    length=$(sed -n "s/^ *$at:d=1 *hl=[0-9]* *l= *\([0-9]*\).*/\1/p" <<<"$outline")
    tail -c "+$((at + header + 2))" "$work/dsc.der" | head -c "$((length - 1))" >"$work/signature"
    for csca in "$work"/one/csca/*.cer; do
        openssl x509 -inform DER -in "$csca" -noout -pubkey >"$work/key.pem"
        local options=()
        case $csca in
        *pss*) options=(-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest) ;;
        esac
        local digest=sha256
        case $csca in
        *P384*) digest=sha384 ;;
        esac
        openssl dgst "-$digest" -verify "$work/key.pem" "${options[@]}" -signature "$work/signature" "$work/tbs" \
            >/dev/null 2>&1 && return 0
    done
    return 1
}

# hashed PROFILE GROUP: the LDSSecurityObject (lds.der) lists the file's hash.
hashed() {
    local digest
    digest=$(openssl dgst -sha256 -r "$work/one/$1/$2.bin" | cut -d ' ' -f 1)
    openssl asn1parse -inform DER -in "$work/lds.der" | grep -qi "HEX DUMP\]:$digest"
}

for profile in genuine genuine-pss genuine-brainpool listed document-expired wrong-mrz; do
    signed "$profile" || fail "$profile: the signature does not verify"
    trusted || fail "$profile: the signer is not under a published CSCA"
    for group in DG1 DG2 DG15; do
        hashed "$profile" "$group" || fail "$profile: $group is not the one signed"
    done
    printf '%s' "$(tail -c 88 "$work/one/$profile/DG1.bin")" >"$work/zone"
    if [ "$profile" != wrong-mrz ]; then
        [ "$(cat "$work/zone")" = "$(tr -d '\n' <"$work/one/$profile/MRZ.txt")" ] || fail "$profile: DG1 is not the MRZ"
    fi
done
# Where nothing of the chain has explicit parameters, openssl does all of it.
signed genuine-pss || fail "genuine-pss"
openssl cms -verify -inform DER -in "$work/sod.cms" -binary -CAfile "$work/csca.pem" -purpose any \
    -out "$work/lds.der" 2>"$work/err" || fail "genuine-pss under its CSCA: $(cat "$work/err")"

signed dg1-altered || fail "dg1-altered: the SOD itself must hold"
hashed dg1-altered DG1 && fail "dg1-altered: DG1 is the one signed"
signed sod-altered && fail "sod-altered: the signature holds"
signed sod-signature && fail "sod-signature: the signature holds"
signed csca-unknown || fail "csca-unknown: the signature must hold"
trusted && fail "csca-unknown: the signer is under a published CSCA"
signed dsc-expired || fail "dsc-expired: the signature must hold"
trusted || fail "dsc-expired: the path must hold"
openssl x509 -in "$work/dsc.pem" -noout -checkend 0 >/dev/null && fail "dsc-expired: the signer's certificate is valid"
expiry=$(tail -c 88 "$work/one/document-expired/DG1.bin" | cut -c 66-71)
[ "20$expiry" -lt "$(date -u +%Y%m%d)" ] || fail "document-expired expires only on 20$expiry"
cmp -s <(tail -c 88 "$work/one/wrong-mrz/DG1.bin") <(tr -d '\n' <"$work/one/wrong-mrz/MRZ.txt") &&
    fail "wrong-mrz: page and chip agree"
if [ -n "${DOCREV_TESTDATA:-}" ] && [ -d "$DOCREV_TESTDATA/specimen/bsi2008" ]; then
    cmp "$work/one/specimen/EF_SOD.bin" "$DOCREV_TESTDATA/specimen/bsi2008/EF_SOD.bin" || fail "specimen"
fi

# The list of profiles: every reason is a word of the firmware's verdicts, and what is printed is JSON.
"$sim" --list --json >"$work/list" || fail "--list"
jq -e -s 'length > 20 and all(.name and .verdict and .document_number != null)' "$work/list" >/dev/null ||
    fail "--list --json is not what it should be"
for reason in $(jq -r '.reason' "$work/list" | sort -u); do
    grep -Eq "/\* $reason( |\$)" "$DOCREV_SOURCE/firmware/inspection/verdict.h" || fail "no such reason: $reason"
done
[ "$("$sim" --state "$work/state" --print-mrz listed)" = "$(cat "$work/one/listed/MRZ.txt")" ] || fail "--print-mrz"
echo "openssl agrees with $(wc -l <"$work/list") profiles"
