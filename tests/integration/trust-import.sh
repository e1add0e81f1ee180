#!/usr/bin/env bash
# A trust store out of what a state publishes, all made by openssl here: CSCA and link certificate, CRL, master list, as DER, PEM and
# the LDIF of a directory. Signers pass and are revoked by it, and an EF.SOD in BER verifies like one in DER.
set -euo pipefail
docrev=$DOCREV_BIN/docrev
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "trust-import: $*" >&2
    exit 1
}

cat >ca.cnf <<'END'
[req]
distinguished_name = dn
[dn]
[csca]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ds]
keyUsage = critical,digitalSignature
authorityKeyIdentifier = keyid
[loose]
keyUsage = digitalSignature
authorityKeyIdentifier = none
[mls]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,2.23.136.1.1.3
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ca]
default_ca = list
[list]
database = index.txt
crlnumber = number
default_md = sha256
default_crl_days = 90
END
key() {
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null
}
# issue NAME SUBJECT SERIAL EXTENSIONS [ISSUER]
issue() {
    local by=(-signkey "$1.key")
    [ -f "$1.key" ] || key "$1"
    openssl req -new -key "$1.key" -subj "$2" -out "$1.csr" -config ca.cnf
    [ $# -lt 5 ] || by=(-CA "$5.crt" -CAkey "$5.key")
    openssl x509 -req -in "$1.csr" "${by[@]}" -set_serial "$3" -days 3000 -extfile ca.cnf -extensions "$4" -out "$1.crt" 2>/dev/null
}
issue csca "/C=UT/O=Utopia/CN=CSCA" 1 csca
issue link "/C=UT/O=Utopia/CN=CSCA" 2 csca csca # the same name, the next key
issue ds1 "/C=UT/O=Utopia/CN=DS 1" 0x1001 ds link
issue ds2 "/C=UT/O=Utopia/CN=DS 2" 0x1002 ds link
issue ds3 "/C=UT/O=Utopia/CN=DS 3" 0x1003 loose link # no key identifier, key usage not critical
issue mls "/C=UT/O=Utopia/CN=Master lists" 3 mls csca

# CRLs: number 1 lists ds2, number 2 lists ds2 and ds1.
revoked() {
    : >index.txt
    for serial in "$@"; do
        printf 'R\t400101000000Z\t260101000000Z\t%s\tunknown\t/C=UT\n' "$serial" >>index.txt
    done
    openssl ca -config ca.cnf -gencrl -keyfile link.key -cert link.crt -out crl.pem 2>/dev/null
    openssl crl -in crl.pem -outform DER
}
echo 01 >number
revoked 1002 >1.crl
sleep 1
revoked 1001 1002 >2.crl

# EF.SOD by each signer: LDSSecurityObject with the hash of DG1.
printf '\141\003\137\037\000' >dg1.bin
cat >lds.cnf <<END
asn1 = SEQUENCE:lds
[lds]
version = INTEGER:0
algorithm = SEQUENCE:sha256
hashes = SEQUENCE:hashes
[sha256]
oid = OID:2.16.840.1.101.3.4.2.1
[hashes]
one = SEQUENCE:one
two = SEQUENCE:two
[one]
number = INTEGER:1
hash = FORMAT:HEX,OCTETSTRING:$(openssl dgst -sha256 -r dg1.bin | cut -d ' ' -f 1)
[two]
number = INTEGER:2
hash = FORMAT:HEX,OCTETSTRING:$(printf '00%.0s' {1..32})
END
openssl asn1parse -genconf lds.cnf -noout -out lds.der
# sod SIGNER [OPTION...]: wrapped in tag 77, with two octets of length.
sod() {
    local signer=$1
    shift
    openssl cms -sign -binary -nodetach -outform DER -nosmimecap -md sha256 -econtent_type 2.23.136.1.1.1 \
        -in lds.der -signer "$signer.crt" -inkey "$signer.key" "$@" >cms.der
    # shellcheck disable=SC2059 # the octets are the format
    printf "\\x77\\x82\\x$(printf '%02x' $(($(stat -c %s cms.der) / 256)))\\x$(printf '%02x' $(($(stat -c %s cms.der) % 256)))"
    cat cms.der
}
for signer in ds1 ds2 ds3; do
    sod $signer >$signer.sod
done
sod ds1 -stream -indef >ber.sod
[ "$(head -c 6 ber.sod | tail -c 2 | od -An -tx1 | tr -d ' ')" = 3080 ] || fail "openssl did not write BER"

# expect STORE SOD CHAIN REASON REVOCATION DEFECTS
expect() {
    local got
    got=$("$docrev" document verify --trust "$1" --sod "$2" --dg 1=dg1.bin --json 2>/dev/null |
        sed 's/.*"chain":"\([^"]*\)","chain_reason":"\([^"]*\)","revocation":"\([^"]*\)","defects":\[\([^]]*\)\].*/\1 \2 \3 \4/') || true
    [ "$got" = "$3 $4 $5 $6" ] || fail "$2 with $1: $got; expected $3 $4 $5 $6"
}

# Certificates alone.
mkdir plain
openssl x509 -in csca.crt -outform DER -out plain/csca.der
cp link.crt plain/link.pem
"$docrev" trust import plain -o plain.drt >/dev/null
expect plain.drt ds1.sod trusted trusted undetermined '"revocation-undetermined"'
expect plain.drt ber.sod trusted trusted undetermined '"revocation-undetermined"'
expect plain.drt ds3.sod trusted trusted undetermined '"no-key-identifier","key-usage-not-critical","revocation-undetermined"'

# With the older CRL, then with both: the newer one counts.
"$docrev" trust import plain 1.crl -o first.drt >/dev/null
expect first.drt ds1.sod trusted trusted unrevoked ''
expect first.drt ds2.sod untrusted dsc-revoked revoked ''
"$docrev" trust import 2.crl 1.crl plain -o both.drt 2>told | grep -q '1 CRLs with 2 entries' || fail "two CRLs of one name were kept"
grep -q '1.crl: CRL left out: superseded' told || fail "the older CRL was left out without a word"
expect both.drt ds1.sod untrusted dsc-revoked revoked ''
expect both.drt ber.sod untrusted dsc-revoked revoked ''

# The same as a directory's LDIF, a bundle in PEM and a master list.
{
    printf 'version: 1\ndn: c=UT,dc=data\nobjectClass: country\n\n'
    for name in csca link; do
        printf 'dn: cn=%s,c=UT\nuserCertificate;binary:: %s\n\n' $name "$(openssl x509 -in $name.crt -outform DER | base64 -w 0)"
    done
    printf 'dn: cn=crl,c=UT\ncertificateRevocationList;binary:: %s\n' "$(base64 -w 0 2.crl)"
} | sed 's/.\{78\}/&\n /g' >directory.ldif
cat csca.crt link.crt crl.pem >bundle.pem
openssl x509 -in link.crt -outform DER >link.der
size=$(stat -c %s link.der)
# SEQUENCE { version 0, SET { link } }, lengths in two octets
hex() {
    # shellcheck disable=SC2059 # the octets are the format
    printf "\\x$(printf '%02x' $(($1 / 256)))\\x$(printf '%02x' $(($1 % 256)))"
}
{
    printf '\060\202'
    hex $((size + 7))
    printf '\002\001\000\061\202'
    hex "$size"
    cat link.der
} >list.der
openssl cms -sign -binary -nodetach -outform DER -nosmimecap -md sha256 -econtent_type 2.23.136.1.1.2 -in list.der \
    -signer mls.crt -inkey mls.key -out ut.ml
"$docrev" trust import directory.ldif -o ldif.drt >/dev/null
"$docrev" trust import bundle.pem -o pem.drt >/dev/null
for store in ldif.drt pem.drt; do
    expect $store ds2.sod untrusted dsc-revoked revoked ''
    expect $store ds3.sod trusted trusted unrevoked '"no-key-identifier","key-usage-not-critical"'
done
"$docrev" trust import ut.ml plain/csca.der -o list.drt 2>told >/dev/null
[ ! -s told ] || fail "a list by a known signer: $(cat told)"
expect list.drt ds1.sod trusted trusted undetermined '"revocation-undetermined"'
"$docrev" trust audit --json ut.ml plain/csca.der | grep -q '"kind":"master-list".*"verdict":"trusted"' || fail "the list's signer is not trusted"
"$docrev" trust audit --json ut.ml | grep -q '"kind":"master-list".*"verdict":"untrusted"' || fail "the list vouches for itself"

# A CSCA that lists itself is gone, and so is all that rests on it.
cp link.key keep.key && cp link.crt keep.crt
cp csca.key link.key && cp csca.crt link.crt
revoked 01 >self.crl
cp keep.key link.key && cp keep.crt link.crt
! "$docrev" trust import plain self.crl -o gone.drt 2>told || fail "a revoked CSCA became an anchor"
"$docrev" trust audit --json plain self.crl | grep -q 'csca.der.*"verdict":"rejected","reason":"revoked"' || fail "a revoked CSCA is not told"
