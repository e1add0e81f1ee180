#!/usr/bin/env bash
# Passive Authentication of a specimen passport's files, which nobody here made: the signature and the hashes hold, the chain is
# unknown, and no changed octet of DG1 or of what the SOD signs is accepted.
set -euo pipefail
docrev=$DOCREV_BIN/docrev
specimen=${DOCREV_TESTDATA:-}/specimen/bsi2008
if [ ! -f "$specimen/EF_SOD.bin" ]; then
    echo "document-verify: no specimen here"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "document-verify: $*" >&2
    exit 1
}

# verify SOD DG1 [MORE...]: the JSON; never fails by itself.
verify() {
    local sod=$1 dg1=$2
    shift 2
    "$docrev" document verify --trust trust.drt --sod "$sod" --dg "1=$dg1" "$@" --json 2>/dev/null || true
}

# turn FILE OFFSET OUT: OUT is FILE with one bit of an octet turned.
turn() {
    local byte
    cp "$1" "$3"
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$3" bs=1 seek="$2" conv=notrunc status=none
}

"$docrev" trust import "$DOCREV_TESTDATA/csca/certs" -o trust.drt >/dev/null

result=$(verify "$specimen/EF_SOD.bin" "$specimen/Datagroup1.bin" --dg "2=$specimen/Datagroup2.bin" \
    --dg "14=$specimen/Datagroup14.bin")
jq -e '.signature == "valid" and .chain == "untrusted" and .result == "untrusted"
       and ([.groups.DG1, .groups.DG2, .groups.DG14] == ["matches", "matches", "matches"])' <<<"$result" >/dev/null ||
    fail "the specimen as it is: $result"

size=$(stat -c %s "$specimen/Datagroup1.bin")
for ((at = 0; at < size; at++)); do
    turn "$specimen/Datagroup1.bin" "$at" dg1
    result=$(verify "$specimen/EF_SOD.bin" dg1)
    jq -e '.result == "refused" and .groups.DG1 == "differs"' <<<"$result" >/dev/null ||
        fail "octet $at of DG1 changed: $result"
done
groups=$size

# The signed part of the SOD: its content, and the signed attributes.
tail -c +5 "$specimen/EF_SOD.bin" >sod.cms
parse=$(openssl asn1parse -inform DER -in sod.cms)
# OFFSET HEADER LENGTH of an element by its depth and tag
element() {
    sed -n "s/^ *\([0-9]*\):d=$1 *hl=\([0-9]*\) *l= *\([0-9]*\) $2.*/\1 \2 \3/p" <<<"$parse"
}
read -r content header length < <(element 5 'prim: OCTET STRING')
read -r attributes attributes_header attributes_length < <(element 5 'cons: cont \[ 0 \]' | tail -n 1)
changed=0
for range in "$((content + header)) $length" "$attributes $((attributes_header + attributes_length))"; do
    read -r from count <<<"$range"
    for ((at = from; at < from + count; at += 5)); do
        turn "$specimen/EF_SOD.bin" $((at + 4)) sod
        result=$(verify sod "$specimen/Datagroup1.bin")
        [ -z "$result" ] || jq -e '.result == "refused"' <<<"$result" >/dev/null || fail "octet $at of the SOD changed: $result"
        changed=$((changed + 1))
    done
done
[ "$changed" -gt 30 ] || fail "only $changed octets of the SOD were tried"
echo "document-verify: refused $groups changes of DG1, $changed of the SOD"
