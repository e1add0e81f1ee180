#!/usr/bin/env bash
# Deltas on the workstation: made, signed, verified and applied, alone and as a chain; what results is the edition, octet for
# octet, and neither another base nor a changed delta leads to it.
set -euo pipefail
docrev=$DOCREV_BIN/docrev
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "list-delta: $*" >&2
    exit 1
}

"$docrev" init a >/dev/null
for edition in 1 2 3; do
    awk -v edition=$edition 'BEGIN {
        for (i = 0; i < 9000; i++) {
            if (i % 97 != edition) printf "UTO,P,L%08d,%s\n", i * 7919 % 1000003, i % 3 ? "lost" : "stolen"
        }
        for (i = 0; i < 40 * edition; i++) printf "D,I,C01X%05d,stolen-blank\n", i + 70
    }' >list.csv
    "$docrev" list build --csv list.csv --number $edition -o $edition.drl >/dev/null 2>&1
done
"$docrev" list diff 1.drl 2.drl -o 12.drd >/dev/null
"$docrev" list diff 2.drl 3.drl -o 23.drd >/dev/null
[ $(($(stat -c %s 12.drd) * 10)) -lt "$(stat -c %s 2.drl)" ] || fail "the delta is no smaller than a tenth of the edition"
! "$docrev" list diff 2.drl 1.drl -o 21.drd 2>/dev/null || fail "a delta backwards was made"

! "$docrev" list verify 12.drd --policy a/policy.drp 2>why || fail "an unsigned delta was accepted"
"$docrev" list sign 12.drd --key a/keys/list-officer-1.pem --key a/keys/list-officer-2.pem
"$docrev" list verify 12.drd --policy a/policy.drp >/dev/null
"$docrev" list show 12.drd | grep -q "from edition 1 to 2" || fail "show does not tell the editions"

"$docrev" list apply 1.drl 12.drd -o made.drl >/dev/null
cmp made.drl 2.drl || fail "the delta does not make edition 2"
"$docrev" list apply 1.drl 12.drd 23.drd -o made.drl >/dev/null
cmp made.drl 3.drl || fail "the chain does not make edition 3"

! "$docrev" list apply 1.drl 23.drd -o no.drl 2>why || fail "a delta was applied to another base"
grep -q "needs edition 2" why || fail "wrong reason: $(cat why)"
size=$(stat -c %s 12.drd)
for at in $((size - 1)) $((size - 40)) $((size - 100)); do
    cp 12.drd x.drd
    byte=$(od -An -tu1 -j "$at" -N 1 12.drd)
    printf '%b' "\\0$(printf '%o' $((byte ^ 16)))" | dd of=x.drd bs=1 seek="$at" conv=notrunc 2>/dev/null
    ! "$docrev" list verify x.drd --policy a/policy.drp 2>/dev/null || fail "a changed delta was accepted"
    ! "$docrev" list apply 1.drl x.drd -o no.drl 2>/dev/null || fail "a changed delta was applied"
done
[ ! -e no.drl ] || fail "something was written all the same"
