#!/usr/bin/env bash
# Makes once what the scenarios push and read: an authority, passports, a trust store, editions. In $DOCREV_HIL/common.
set -euo pipefail
common=$DOCREV_HIL/common
docrev=$DOCREV_BIN/docrev
simulator=$DOCREV_BIN/passport-sim
rm -rf "$DOCREV_HIL"
mkdir -p "$common"

"$docrev" init "$common/authority"
keys=$common/authority/keys
"$simulator" --state "$common/passports" --export "$common/passports/export"
"$docrev" device factory -o "$common/factory.bin"
"$docrev" trust import "$common/passports/export/csca" -o "$common/trust.drt" \
    --key "$keys/owner-officer-1.pem" --key "$keys/owner-officer-2.pem"
listed=$("$simulator" --state "$common/passports" --print-mrz listed | tail -n 1 | cut -c 1-9 | tr -d '<')

# edition NAME NUMBER ENTRIES [LISTED [OFFICERS]]
edition() {
    local file=$common/$1.drl
    {
        "$DOCREV_SOURCE/script/lib/synthetic.sh" "$3"
        [ -z "${4:-}" ] || echo "UTO,P,$4,stolen,"
    } >"$common/$1.csv"
    "$docrev" list build --csv "$common/$1.csv" --number "$2" -o "$file"
    local officer
    for officer in ${5:-1 2}; do
        "$docrev" list sign "$file" --key "$keys/list-officer-$officer.pem"
    done
}
edition edition-1 1 2000 "$listed"
edition edition-2 2 2000
edition edition-3 3 300000
edition one-officer 4 2000 "" 1
# A signed edition with one octet of its body changed.
cp "$common/edition-2.drl" "$common/damaged.drl"
size=$(stat -c %s "$common/damaged.drl")
printf '\x5a' | dd of="$common/damaged.drl" bs=1 seek=$((size - 2000)) conv=notrunc status=none
# A second policy, which lets an officer tell the date.
"$docrev" policy create -o "$common/officer-time.drp" --owner "docrev development" --number 2 --officer-time \
    --key "$keys/owner-officer-1.crt" --key "$keys/owner-officer-2.crt" --oversight "$keys/oversight.crt" \
    --list national --name "Development authority" --key "$keys/list-officer-1.crt" --key "$keys/list-officer-2.crt"
"$docrev" policy sign "$common/officer-time.drp" --key "$keys/owner-officer-1.pem" --key "$keys/owner-officer-2.pem"
