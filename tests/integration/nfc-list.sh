#!/bin/bash
# Debian's nfc-list (libnfc) sees the simulated reader, and the passport on it.
set -u
# shellcheck source=tests/integration/lib/passport-sim.bash
. "${DOCREV_SOURCE:?}/tests/integration/lib/passport-sim.bash"
need nfc-list socat

list() {
    timeout 30 nfc-list -v >"$work/out" 2>"$work/err" || fail "nfc-list: status $?: $(cat "$work/err")"
    grep -q 'NFC device: .* opened' "$work/out" || fail "nfc-list did not open the reader: $(cat "$work/out" "$work/err")"
}

sim_start
list
grep -q '^0 ISO14443A passive target(s) found' "$work/out" || fail "a passport where none lies: $(cat "$work/out")"

sim_show genuine
list
grep -q '^1 ISO14443A passive target(s) found' "$work/out" || fail "the passport is not seen: $(cat "$work/out")"
grep -q 'ATQA (SENS_RES): 00  04' "$work/out" || fail "ATQA: $(cat "$work/out")"
grep -q 'UID (NFCID3): 08  ' "$work/out" || fail "no random UID: $(cat "$work/out")"
grep -q 'SAK (SEL_RES): 20' "$work/out" || fail "SAK: $(cat "$work/out")"
grep -q 'Compliant with ISO/IEC 14443-4' "$work/out" || fail "not ISO 14443-4: $(cat "$work/out")"
for other in 'Felica (212 kbps)' 'Felica (424 kbps)' ISO14443B "ISO14443B'" 'ISO14443A-3 Jewel'; do
    grep -qF "0 $other passive target(s) found" "$work/out" || fail "a target of another kind: $other"
done
uid=$(grep 'UID' "$work/out")

# The field was off in between: another UID. A client that is killed leaves libnfc's mark of a port in use behind.
list
[ "$(grep 'UID' "$work/out")" != "$uid" ] || fail "the random UID stayed the same"
[ "$(sim_ask 'silent on')" = ok ] || fail "silent on"
timeout -s KILL 1 nfc-list >/dev/null 2>&1
[ "$(sim_ask 'silent off')" = ok ] || fail "silent off"
list
grep -q '^1 ISO14443A' "$work/out" || fail "the reader did not come back: $(cat "$work/out")"

[ "$(sim_ask remove)" = ok ] || fail "remove"
list
grep -q '^0 ISO14443A' "$work/out" || fail "the passport was removed and is still seen"
echo "nfc-list sees what lies on the reader"
