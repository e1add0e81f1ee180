#!/usr/bin/env bash
# Receipts and the audit log from end to end: what a device signs is filed, its log opens for the oversight alone, and a card that was
# set back, a log that was cut, altered or rewritten is noticed.
set -euo pipefail
docrev=$DOCREV_BIN/docrev
work=$(mktemp -d)
device=
trap '[ -z "$device" ] || kill -9 "$device" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work"
link=serial:$work/line

fail() {
    echo "device-log: $*" >&2
    exit 1
}

power_on() {
    rm -f line
    "$DOCREV_BIN/host-device" line card factory.page 2>device.err &
    device=$!
    for _ in $(seq 100); do
        [ -S line ] && return
        sleep 0.1
    done
    fail "the device does not start: $(cat device.err)"
}

power_off() {
    kill -9 "$device"
    wait "$device" 2>/dev/null || true
    device=
}

"$docrev" init a >/dev/null
"$docrev" device factory -o factory.page >/dev/null
truncate -s 4M card
printf 'UTO,P,L898902C3,stolen\n' >l.csv
for number in 5 6; do
    "$docrev" list build --csv l.csv --number $number -o $number.drl 2>/dev/null
    "$docrev" list sign $number.drl --key a/keys/list-officer-1.pem >/dev/null
    "$docrev" list sign $number.drl --key a/keys/list-officer-2.pem >/dev/null
done

power_on
"$docrev" device provision --link "$link" --policy a/policy.drp --key a/keys/owner-officer-1.pem --receipts r >/dev/null
"$docrev" device push 5.drl --link "$link" --receipts r 2>/dev/null >push.out
grep -q "receipt of device" push.out || fail "no receipt after a push"
cp card card.old
"$docrev" device status --link "$link" --receipts r >status.out
[ "$(find r -name '*.cms' | wc -l)" -eq 3 ] || fail "not each receipt was filed"

# A file that the device refuses leaves a record, as do updates, the time and the start.
! "$docrev" device push l.csv --link "$link" 2>/dev/null || fail "a text file was pushed"
"$docrev" device push 6.drl --link "$link" --receipts r >/dev/null 2>&1

# One officer renews the list, no further than the policy lets him.
"$docrev" list renew 6.drl --days 10 --key a/keys/list-officer-1.pem -o r.drn >/dev/null
"$docrev" device push r.drn --link "$link" --receipts r >/dev/null 2>&1 || fail "a renewal is refused"
"$docrev" list renew 6.drl --days 90 --key a/keys/list-officer-1.pem -o far.drn >/dev/null
! "$docrev" device push far.drn --link "$link" >/dev/null 2>why || fail "a renewal beyond what the policy allows is taken"
grep -q "further than the policy allows" why || fail "wrong reason: $(cat why)"
cp card card.new
"$docrev" device audit --link "$link" -o log.dra >/dev/null
"$docrev" audit verify log.dra --key a/keys/oversight.pem --receipts r >verify.out || fail "a whole log is refused"
grep -q "update *4" verify.out || fail "four updates are not in the log: $(cat verify.out)"
grep -q "time *1" verify.out || fail "the time's setting is not in the log"
! "$docrev" audit verify log.dra --key a/keys/owner-officer-1.pem 2>why || fail "somebody else reads the log"
grep -q "not encrypted to this key" why || fail "wrong reason: $(cat why)"

# flip FILE OFFSET: one bit.
flip() {
    local octet
    octet=$(od -An -tu1 -j "$2" -N 1 "$1")
    # shellcheck disable=SC2059 # the octet is the format
    printf "\\x$(printf %x $((octet ^ 4)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
size=$(stat -c %s log.dra)
for back in 20 600 1200; do
    cp log.dra bad.dra
    flip bad.dra $((size - back))
    ! "$docrev" audit verify bad.dra --key a/keys/oversight.pem >/dev/null 2>&1 || fail "an altered record passes"
done

# The card set back: the book knows better.
power_off
cp card.old card
power_on
! "$docrev" device status --link "$link" --receipts r >/dev/null 2>why || fail "a card set back is not noticed"
grep -q "set back" why || fail "wrong reason: $(cat why)"
"$docrev" device audit --link "$link" -o old.dra >/dev/null
! "$docrev" audit verify old.dra --key a/keys/oversight.pem --receipts r >/dev/null 2>why || fail "a cut log passes"
grep -Eq "was (cut|rewritten)" why || fail "wrong reason: $(cat why)"
"$docrev" device push 6.drl --link "$link" >/dev/null 2>&1
for _ in 1 2 3; do
    "$docrev" device time --link "$link" --key a/keys/owner-officer-1.pem >/dev/null
done
"$docrev" device audit --link "$link" -o new.dra >/dev/null
! "$docrev" audit verify new.dra --key a/keys/oversight.pem --receipts r >/dev/null 2>why || fail "a rewritten log passes"
grep -q "was rewritten" why || fail "wrong reason: $(cat why)"

# Another card in the same device: another key.
power_off
truncate -s 0 card && truncate -s 4M card
power_on
! "$docrev" device status --link "$link" --receipts r >/dev/null 2>why || fail "another card is not noticed"
grep -q "another key" why || fail "wrong reason: $(cat why)"
echo "device-log: receipts filed, log whole, 7 frauds noticed"
