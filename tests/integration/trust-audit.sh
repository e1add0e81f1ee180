#!/usr/bin/env bash
# docrev trust audit against OpenSSL's verdict on every real certificate (the two manifest.csv of the test data), and what it says
# of files that are no certificates, or no longer the ones that were signed.
set -euo pipefail
docrev=$DOCREV_BIN/docrev
data=${DOCREV_TESTDATA:-}
if [ ! -f "$data/csca/manifest.csv" ]; then
    echo "trust-audit: no certificates here"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "trust-audit: $*" >&2
    exit 1
}

# fields FILE: file, verdict, reason, key, signature of each line of JSON, tab-separated; the file's name without folders.
fields() {
    sed 's/^{"file":"\(\([^"]*\/\)*\)\([^"]*\)".*"key":"\([^"]*\)","signature":"\([^"]*\)".*"verdict":"\([a-z]*\)","reason":"\([^"]*\)"}$/\3\t\6\t\7\t\4\t\5/' "$1"
}

"$docrev" trust audit --json "$data/csca/certs" "$data/dsc/certs" >audit.json
fields audit.json >audit.tsv
[ "$(wc -l <audit.tsv)" -eq "$(($(tail -n +2 "$data/csca/manifest.csv" | wc -l) + $(tail -n +2 "$data/dsc/manifest.csv" | wc -l)))" ] ||
    fail "not one line a certificate"

# CSCA: self-signed by OpenSSL's word = trusted as that; with a trusted issuer among the files = trusted; trusted only when OpenSSL
# knows an issuer; never rejected. Key and signature in OpenSSL's words.
awk -F '\t' '
    NR == FNR { verdict[$1] = $2; reason[$1] = $3; key[$1] = $4; sig[$1] = $5; next }
    FNR > 1 {
        split($0, c, ",")
        file = c[1]; by[substr(c[2], 1, 12)] = file; self[file] = c[10]; known[file] = c[11]; issuer[file] = c[12]
        if (key[file] != c[7] || sig[file] != c[5]) print file ": " key[file] " " sig[file] ", OpenSSL: " c[7] " " c[5]
    }
    END {
        for (file in self) {
            if ((self[file] == 1) != (reason[file] == "self-signed")) print file ": " verdict[file] " (" reason[file] "), self_verify " self[file]
            if (verdict[file] == "trusted" && known[file] == 0) print file ": trusted, OpenSSL knows no issuer"
            if (verdict[file] != "trusted" && (issuer[file] in by) && verdict[by[issuer[file]]] == "trusted") print file ": its issuer is here and trusted"
            if (verdict[file] == "rejected") print file ": rejected: " reason[file]
            n++
        }
        if (n < 100) print "only " n " compared"
    }' audit.tsv "$data/csca/manifest.csv" >wrong
[ ! -s wrong ] || fail "$(cat wrong)"
awk -F '\t' '
    NR == FNR { verdict[$1] = $2; reason[$1] = $3; key[$1] = $4; sig[$1] = $5; next }
    FNR > 1 {
        split($0, c, ",")
        file = c[1]
        sub(/^EC-[a-z]*-/, "", key[file])
        if (key[file] != c[6] || sig[file] != c[4]) print file ": " key[file] " " sig[file] ", OpenSSL: " c[6] " " c[4]
        if (verdict[file] == "trusted" && c[7] == "0") print file ": trusted, OpenSSL knows no issuer"
        if (verdict[file] == "rejected" || !(file in verdict)) print file ": rejected: " reason[file]
        if (verdict[file] == "trusted") trusted++
    }
    END { if (trusted < 40) print "only " trusted + 0 " signers are trusted" }' audit.tsv "$data/dsc/manifest.csv" >wrong
[ ! -s wrong ] || fail "$(cat wrong)"

# The same certificates as a master list: the same verdicts, and a list whose signer nobody here knows.
"$docrev" trust audit --json "$data/csca/sample_masterlist_TESTSIGNED.ml" >list.json
grep -q '"kind":"master-list".*"verdict":"untrusted","reason":"no-issuer"' list.json || fail "the list's signer is not told"
[ "$(grep -c '"verdict":"trusted","reason":"self-signed"' list.json)" -ge 100 ] || fail "the list's roots are not trusted"

# Hostile files get a line each and keep nothing else out.
mkdir hostile
root=$(awk -F, '$10 == 1 && $7 ~ /RSA/ { print $1; exit }' "$data/csca/manifest.csv")
cp "$data/csca/certs/$root" hostile/0-good.der
: >hostile/1-empty
printf '\060' >hostile/2-short
head -c 100000 /dev/zero >hostile/3-zeros
printf '\060\200\060\200\060\200' >hostile/4-indefinite
head -c 300 "hostile/0-good.der" >hostile/5-cut
{ cat hostile/0-good.der; echo; } >hostile/6-behind
printf -- '-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n' >hostile/7.pem
openssl x509 -inform DER -in hostile/0-good.der -outform PEM >>hostile/7.pem
{
    printf 'dn: c=UT\nuserCertificate;binary:: !!\n\ndn: c=UT,o=x\n'
    printf 'cACertificate;binary:: %s\n' "$(base64 -w 0 hostile/0-good.der)" | sed 's/.\{76\}/&\n /g'
} >hostile/8.ldif
cp hostile/0-good.der hostile/9-forged.der
last=$(($(stat -c %s hostile/9-forged.der) - 1))
byte=$(od -An -tu1 -j "$last" -N 1 hostile/9-forged.der)
# shellcheck disable=SC2059 # the octet is the format
printf "\\x$(printf %02x $((byte ^ 1)))" | dd of=hostile/9-forged.der bs=1 seek="$last" conv=notrunc status=none
"$docrev" trust audit --json hostile >hostile.json || fail "a hostile file ended the audit"
verdict() {
    grep -c "^{\"file\":\"hostile/$1\".*\"verdict\":\"$2\"" hostile.json || true
}
for file in 1-empty 2-short 3-zeros 4-indefinite 5-cut 6-behind 7.pem#1 8.ldif#1 9-forged.der; do
    [ "$(verdict "$file" rejected)" -eq 1 ] || fail "$file is not rejected: $(cat hostile.json)"
done
for file in 0-good.der 7.pem#2 8.ldif#2; do
    [ "$(verdict "$file" trusted)" -eq 1 ] || fail "$file is not trusted: $(cat hostile.json)"
done
[ "$(wc -l <hostile.json)" -eq 12 ] || fail "not one line each"
! "$docrev" trust audit hostile missing >out 2>why || fail "a missing file went unnoticed"
grep -q '^docrev: missing: ' why || fail 'the missing file is not named'
grep -q '^trusted' out || fail 'a missing file kept the others out'
