#!/bin/bash
# Debian's mrtdreader opens the genuine passport with its MRZ and reads EF.COM, EF.SOD, DG1 and the portrait.
set -u
# shellcheck source=tests/integration/lib/passport-sim.bash
. "${DOCREV_SOURCE:?}/tests/integration/lib/passport-sim.bash"
need mrtdreader socat cmp

sim_start --profile genuine
"$DOCREV_BIN/passport-sim" --state "$work/state" --export "$work/export" --profile genuine || fail "export"
sim_ask mrz >"$work/mrz"
[ "$(tail -n 1 "$work/mrz")" = ok ] || fail "no MRZ: $(cat "$work/mrz")"
line1=$(sed -n 1p "$work/mrz")
line2=$(sed -n 2p "$work/mrz")

cd "$work" || exit 1
timeout 60 mrtdreader "$line2" >out 2>err || fail "mrtdreader: status $?: $(cat out err)"
grep -q 'Challenge successful' out || fail "BAC: $(cat out)"
grep -aqF "$line1$line2" out || fail "DG1 is not the MRZ: $(cat out)"
sod=$(od -An -v -tx1 export/genuine/EF_SOD.bin | tr -d ' \n')
# Signatures differ from run to run; what stands before the signer's part does not.
read_sod=$(sed -n 's/^File content: \(77.*\)/\1/p' out)
[ "${#read_sod}" -gt 2000 ] || fail "EF.SOD was not read"
[ "${read_sod:120:1200}" = "${sod:120:1200}" ] || fail "EF.SOD differs from the one exported"
[ -s image.jpg ] || fail "no portrait"
length=$(stat -c %s image.jpg)
tail -c "$length" export/genuine/DG2.bin | cmp - image.jpg || fail "the portrait differs from DG2"
[ "$(sim_stat apdus)" -gt 20 ] || fail "the simulator counted $(sim_stat apdus) APDUs"

# The parts of the key, one by one, open it too.
timeout 60 mrtdreader -p "${line2:0:9}" -b "${line2:13:6}" -e "${line2:21:6}" >out 2>err ||
    fail "mrtdreader with parts: $(cat out err)"
grep -aqF "$line1$line2" out || fail "DG1 with parts of the key"

# Another zone does not.
sim_show wrong-mrz
wrong=$(sim_ask mrz | sed -n 2p)
timeout 60 mrtdreader "$wrong" >out 2>err && fail "the wrong MRZ opened the chip"
grep -q 'Challenge failed' out err || fail "BAC did not fail: $(cat out err)"
echo "mrtdreader reads the genuine passport: $(sed -n 's/^File size: //p' out | head -n 1)"
