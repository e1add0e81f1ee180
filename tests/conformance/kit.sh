#!/usr/bin/env bash
# Attacks a device, as the host link lets it: kit.sh --link LINK --work FOLDER [--restart COMMAND] [CASE...]
#   --link     serial:PATH or coap://HOST[:PORT], an emulated device or a real one
#   --work     keys, objects and the device's key are kept there; the same folder for the same device
#   --restart  takes the device's power away and gives it back; without it the cases that need this are not played
#   --prepare  only makes keys and first policy (FOLDER/owner.drp), for the factory page: docrev device factory --owner
#   --list     only prints the names of the cases
# The device is one that nobody has provisioned yet, its factory page naming this kit's owner, or one that this kit provisioned.
# A case (cases/*.sh) sets up, attacks, and demands a refusal by code and words; then what was in force still is, by a receipt that the
# device signs, and the next good edition is taken. docs/threat-model.md has the table from attack to mechanism to case.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
docrev=$DOCREV_BIN/docrev
arc=2.25.47494749037240921246600977516511111166 # docrev's objects (firmware/trust/oid.c)
link='' work='' restart='' mode=play
wanted=()
while [ $# -gt 0 ]; do
    case $1 in
    --link) link=$2 && shift ;;
    --work) work=$2 && shift ;;
    --restart) restart=$2 && shift ;;
    --prepare) mode=prepare ;;
    --list) mode=list ;;
    *) wanted+=("$1") ;;
    esac
    shift
done

# --- What a case says -------------------------------------------------------------------------------------------------------------

fail() {
    echo "FAILED $current: $*" >&2
    exit 1
}

# The device's word on what is in force, signed, and the dates that its status adds.
look() {
    "$DOCREV_BIN/coap-device" "$link" holds "$work/device-key.der" || fail "no receipt"
}

status() {
    "$DOCREV_BIN/coap-device" "$link" get status | sed 's/^2.05 //'
}

number() { # number KIND ID: in force, 0 when there is none
    awk -v kind="$1" -v id="$2" '$1 == kind && $2 == id {found = $3} END {print found + 0}' <<<"$held"
}

next() {
    echo $(($(number "$@") + 1))
}

unchanged() {
    local now
    now=$(look)
    [ "$now" = "$held" ] || fail "changed what is in force: $now, not $held"
}

# refused FILE CODE WORDS: sent as it is, refused so, and nothing has changed.
refused() {
    local answer
    answer=$("$DOCREV_BIN/coap-device" "$link" put "${4:-update}" "$1") || fail "no answer"
    [ "${answer%% *}" = "$2" ] || fail "$(basename "$1"): answered '$answer', not $2"
    grep -qF -- "$3" <<<"$answer" || fail "$(basename "$1"): '$answer' does not say '$3'"
    unchanged
}

# taken FILE: by docrev, which demands the device's confirmation and receipt.
taken() {
    "$docrev" device push "$1" --link "$link" --receipts "$work/receipts" >"$work/push.out" 2>&1 ||
        fail "$(basename "$1") was not taken: $(cat "$work/push.out")"
    held=$(look)
}

# part FILE FIRST COUNT CODE: some of its blocks.
part() {
    local answer
    answer=$("$DOCREV_BIN/coap-device" "$link" put update "$1" "$2" "$3") || fail "no answer"
    [ "${answer%% *}" = "$4" ] || fail "blocks $2+$3: answered '$answer', not $4"
}

set_time() {
    "$docrev" device time --link "$link" --key "$keys/o1.pem" >/dev/null || fail "the time was not taken"
}

can_restart() {
    [ -n "$restart" ] || { echo "not played: $current needs --restart" && missing=1 && return 1; }
}

power_cut() {
    $restart || fail "the device did not come back"
}

# --- Objects ----------------------------------------------------------------------------------------------------------------------

# write_policy FILE NUMBER OFFICER...: by the roles that these variables state; a case changes them with local.
owners="o1 o2" owners_k=2 national="l1 l2 l3" national_k=2 harbour="h1 h2"
write_policy() {
    local file=$1 number=$2 officer arguments
    shift 2
    arguments=(-o "$file" --number "$number" --owner "docrev conformance")
    for officer in $owners; do arguments+=(--key "$keys/$officer.crt"); done
    arguments+=(--threshold "$owners_k" --list national)
    for officer in $national; do arguments+=(--key "$keys/$officer.crt"); done
    arguments+=(--threshold "$national_k" --renew 1:14)
    [ ! -f "$work/series" ] || arguments+=(--series "$(cat "$work/series")")
    if [ -n "$harbour" ]; then
        arguments+=(--list harbour)
        for officer in $harbour; do arguments+=(--key "$keys/$officer.crt"); done
        arguments+=(--threshold 2)
    fi
    rm -f "$file"
    "$docrev" policy create "${arguments[@]}" --oversight "$keys/oversight.crt" >/dev/null || fail "no policy"
    local sign=()
    for officer in "$@"; do sign+=(--key "$keys/$officer.pem"); done
    [ ${#sign[@]} -eq 0 ] || "$docrev" policy sign "$file" "${sign[@]}" >/dev/null || fail "the owner cannot sign"
}

next_policy() { # FILE OFFICER...
    write_policy "$1" "$(next policy -)" "${@:2}"
}

# edition FILE NUMBER "OFFICER..." [OPTIONS OF list build]: of the national list unless an option says otherwise.
edition() {
    local officer sign=()
    printf 'UTO,P,K%08d,stolen\nUTO,P,L898902C3,stolen\n' "$2" >"$work/list.csv"
    rm -f "$1"
    "$docrev" list build --csv "$work/list.csv" --number "$2" -o "$1" "${@:4}" >/dev/null 2>&1 || fail "no edition"
    for officer in $3; do sign+=(--key "$keys/$officer.pem"); done
    [ ${#sign[@]} -eq 0 ] || "$docrev" list sign "$1" "${sign[@]}" >/dev/null || fail "the officers cannot sign"
}

next_edition() { # FILE "OFFICER..." [OPTIONS]
    edition "$1" "$(next list national)" "${@:2}"
}

trust_store() { # FILE NUMBER "OFFICER..." [OPTIONS]
    local officer arguments=()
    for officer in $3; do arguments+=(--key "$keys/$officer.pem"); done
    rm -f "$1"
    "$docrev" trust import "$work/csca.der" -o "$1" --number "$2" "${arguments[@]}" "${@:4}" >/dev/null 2>&1 ||
        fail "no trust store"
}

in_days() { # in_days N: a time so many days from now
    date -u -d "@$(($(date +%s) + $1 * 86400))" +%Y-%m-%dT%H:%M:%SZ
}

in_seconds() {
    date -u -d "@$(($(date +%s) + $1))" +%Y-%m-%dT%H:%M:%SZ
}

# --- Forging: a signed file taken apart, changed, and signed again by openssl -----------------------------------------------------

hex() { od -An -v -tx1 "$@" | tr -d ' \n'; }
# shellcheck disable=SC2059 # the octets are the format
unhex() { printf "$(sed 's/../\\x&/g')"; }

# take_apart FILE: its CMS, the CMS's content and the body, as $work/cms, $work/content, $work/body.
take_apart() {
    local head size
    head=$({ openssl asn1parse -inform DER -in "$1" 2>/dev/null || true; } | head -n 1) # it stumbles over the body
    size=$(($(sed -E 's/.*hl= *([0-9]+) .*/\1/' <<<"$head") + $(sed -E 's/.* l= *([0-9]+) .*/\1/' <<<"$head")))
    head -c "$size" "$1" >"$work/cms"
    tail -c "+$((size + 1))" "$1" >"$work/body"
    head=$({ openssl asn1parse -inform DER -in "$work/cms" || true; } | grep -m 1 "OCTET STRING")
    size=$(sed -E 's/.* l= *([0-9]+) .*/\1/' <<<"$head")
    head -c "$((${head%%:*} + $(sed -E 's/.*hl= *([0-9]+) .*/\1/' <<<"$head") + size))" "$work/cms" |
        tail -c "$size" >"$work/content"
}

# change FILE SED: by its hexadecimal digits; something must have changed.
change() {
    local before after
    before=$(hex "$1")
    after=$(sed -E "$2" <<<"$before")
    [ "$before" != "$after" ] || fail "$2 changes nothing in $(basename "$1")"
    unhex <<<"$after" >"$1"
}

# A manifest's SEQUENCE (up to 255 octets) grown by the octets at its end, in hexadecimal.
extend() {
    local all size
    all=$(hex "$1")
    if [ "${all:2:2}" = 81 ]; then all=${all:6}; else all=${all:4}; fi
    all=$all$2
    size=$((${#all} / 2))
    if [ "$size" -gt 127 ]; then printf '3081%02x%s' "$size" "$all"; else printf '30%02x%s' "$size" "$all"; fi |
        unhex >"$1.new"
    mv "$1.new" "$1"
}

# sign_again NUMBER-OF-TYPE FILE OFFICER... [-- OPTIONS]: $work/content signed by openssl, then $work/body.
sign_again() {
    local type=$1 file=$2 arguments=()
    shift 2
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        arguments+=(-signer "$keys/$1.crt" -inkey "$keys/$1.pem" -keyid)
        shift
    done
    [ $# -eq 0 ] || shift
    openssl cms -sign -binary -nodetach -nosmimecap -nocerts -md sha256 -econtent_type "$type" -outform DER \
        -in "$work/content" -out "$work/cms" "${arguments[@]}" "$@" || fail "openssl does not sign"
    cat "$work/cms" "$work/body" >"$file"
}

# A time statement (firmware/update/clock.h) as $work/time: SECONDS from now, NONCE, DEVICE in hexadecimal, OFFICER.
time_statement() {
    printf '%s\n' 'asn1=SEQUENCE:time' '[time]' 'version=INTEGER:1' "device=FORMAT:HEX,OCTETSTRING:$3" \
        "nonce=FORMAT:HEX,OCTETSTRING:$2" "time=GENERALIZEDTIME:$(date -u -d "@$(($(date +%s) + $1))" +%Y%m%d%H%M%SZ)" \
        >"$work/time.cnf"
    openssl asn1parse -genconf "$work/time.cnf" -noout -out "$work/content"
    : >"$work/body"
    sign_again $arc.5 "$work/time" "$4"
}

draw_nonce() {
    "$DOCREV_BIN/coap-device" "$link" get time | sed 's/^2.05 //' | jq -r .nonce
}

# --- Keys, and the device's first objects -----------------------------------------------------------------------------------------

prepare() {
    local name
    mkdir -p "$keys" "$work/receipts"
    # Owner's officers o, of two lists l and h, an attacker's x; o3, l4 and l5 are successors.
    for name in o1 o2 o3 l1 l2 l3 h1 h2 x1 x2 x3 oversight; do
        "$docrev" key create --name "$name" -o "$keys/$name.pem" >/dev/null
    done
    "$docrev" key create --name l4 -o "$keys/l4.pem" --curve P-384 >/dev/null
    "$docrev" key create --name l5 -o "$keys/l5.pem" --curve brainpoolP384r1 >/dev/null
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$keys/l6.pem" -out "$keys/l6.crt" -subj /CN=l6 -days 3650 2>/dev/null
    # l1's key under another name.
    openssl req -x509 -new -key "$keys/l1.pem" -out "$keys/l1b.crt" -subj /CN=l1b -days 3650 \
        -addext subjectKeyIdentifier=00112233445566778899aabbccddeeff00112233
    cp "$keys/l1.pem" "$keys/l1b.pem"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/csca.pem" -out "$work/csca.crt" \
        -subj "/C=UT/O=docrev conformance/CN=CSCA" -days 3650 -addext basicConstraints=critical,CA:TRUE,pathlen:0 \
        -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
    openssl x509 -in "$work/csca.crt" -outform DER -out "$work/csca.der"
    write_policy "$work/owner.drp" 1 o1 o2
}

provision() {
    local began
    began=$(date +%s)
    next_policy "$work/policy.drp" o1 o2
    taken "$work/policy.drp"
    set_time
    trust_store "$work/trust.drt" "$(next trust -)" "o1 o2"
    taken "$work/trust.drt"
    next_edition "$work/good.drl" "l1 l2"
    taken "$work/good.drl"
    # shellcheck disable=SC2034 # for the cases
    brief=$((8 + $(date +%s) - began)) # a validity that outlasts a push to this device
}

# Whatever was tried: the next good edition is taken, in the name of the officers that the policy names now.
next_good() {
    local number
    number=$(next list national)
    edition "$work/good.drl" "$number" "l1 l2"
    part "$work/good.drl" 0 1000 2.04
    held=$(look)
    [ "$(number list national)" = "$number" ] || fail "the next good edition is not in force"
}

cases() {
    sed -nE 's/^case_([a-z_0-9]+)\(\).*/\1/p' "$here"/cases/*.sh | tr _ -
}

chosen() {
    [ "${#wanted[@]}" -eq 0 ] || [[ " ${wanted[*]} " = *" $1 "* ]]
}

play() {
    current=$1
    chosen "$1" || return 0
    missing=0
    "case_${1//-/_}" # not in a condition: there set -e would sleep
    if [ "$missing" = 1 ]; then
        skipped=$((skipped + 1))
        return 0
    fi
    [ "${2:-}" = first ] || next_good
    played=$((played + 1))
    echo "held: $current"
}

# shellcheck source=/dev/null
for file in "$here"/cases/*.sh; do . "$file"; done
if [ "$mode" = list ]; then
    cases
    exit
fi
keys=$work/keys
current=preparation
[ -f "$work/owner.drp" ] || prepare
[ "$mode" = play ] || exit 0

played=0 skipped=0
held=$(look)
first=$(sed -nE 's/^case_([a-z_0-9]+)\(\).*/\1/p' "$here/cases/first.sh" | tr _ -)
if [ "$(number policy -)" = 0 ]; then
    for name in $first; do play "$name" first; done
else
    skipped=$(wc -w <<<"$first")
    echo "not played: $(xargs <<<"$first"), the device has a policy"
fi
current=provisioning
provision
for name in $(cases); do
    grep -qx "$name" <<<"$first" || play "$name"
done
echo "conformance: $played cases held, $skipped not played"
