#!/bin/sh
# Makes public_key_vectors.h beside it with the openssl tool. Run it only to change them; keys are new every time and thrown
# away.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

table() { # name file [comment]: a C table on stdout
    printf '\n'
    [ $# -lt 3 ] || printf '/* %s */\n' "$3"
    printf 'static const uint8_t %s[] = {\n' "$1"
    od -An -v -tx1 "$2" | sed 's/ \(..\)/0x\1, /g; s/^/    /; s/ *$//'
    printf '};\n'
}
hex() { od -An -v -tx1 "$1" | tr -d ' \n'; }
unhex() { sed 's/\(..\)/\\x\1/g' | xargs -0 printf '%b'; }
octets() { # value count
    i=0
    while [ "$i" -lt "$2" ]; do
        printf %s "$1"
        i=$((i + 1))
    done
}

printf 'docrev' | openssl dgst -sha256 -binary > digest.bin
hash=$(hex digest.bin)
with_null=3031300d060960864801650304020105000420
without_null=302f300b06096086480165030402010420

openssl genrsa -3 -out rsa.pem 1024 2>/dev/null
openssl rsa -in rsa.pem -noout -modulus | sed 's/Modulus=//' | tr -d '\n' | unhex > modulus.bin
printf '\003' > exponent.bin

sign_raw() { # name encoded-message: whatever it is, 128 octets
    printf %s "$2" | unhex > em.bin
    [ "$(wc -c < em.bin)" -eq 128 ] || { echo "$1: not 128 octets" >&2; exit 1; }
    openssl pkeyutl -decrypt -inkey rsa.pem -pkeyopt rsa_padding_mode:none -in em.bin -out "$1.bin"
}

openssl pkeyutl -sign -inkey rsa.pem -pkeyopt digest:sha256 -in digest.bin -out pkcs1.bin
sign_raw no_null "0001$(octets ff 76)00$without_null$hash"
rest=$((128 - 11 - 19 - 32))
sign_raw trailing_garbage "0001$(octets ff 8)00$with_null$hash$(octets ab $rest)"
sign_raw garbage_in_parameters "0001$(octets ff 8)00$(printf '30%02x30%02x0609608648016503040201' $((0x31 + rest)) \
    $((0x0d + rest)))04$(printf %02x $rest)$(octets cd $rest)0420$hash"
sign_raw block_type_2 "0002$(octets ff 74)00$with_null$hash"
sign_raw wrong_separator "0001$(octets ff 74)01$with_null$hash"
sign_raw bare_hash "0001$(octets ff 93)00$hash"
openssl pkeyutl -sign -inkey rsa.pem -pkeyopt rsa_padding_mode:pss -pkeyopt digest:sha256 -pkeyopt rsa_pss_saltlen:64 \
    -pkeyopt rsa_mgf1_md:sha1 -in digest.bin -out pss.bin

openssl ecparam -name prime256v1 -genkey -noout -out ec.pem
openssl pkey -in ec.pem -pubout -outform DER | tail -c 65 > point.bin
# The test puts an octet in front of r, so that r must not already have its sign octet.
until openssl pkeyutl -sign -inkey ec.pem -in digest.bin -out ecdsa.bin && [ "$(wc -c < ecdsa.bin)" -eq 70 ]; do :; done
openssl asn1parse -inform DER -in ecdsa.bin | sed -n 's/.*INTEGER *://p' | tr -d '\n' | unhex > plain.bin

{
    printf '/* Made by make_vectors.sh: an RSA-1024 key with exponent 3, a P-256 key, signatures over the SHA-256 of "docrev". */\n'
    printf '#ifndef DOCREV_TESTS_PUBLIC_KEY_VECTORS_H\n#define DOCREV_TESTS_PUBLIC_KEY_VECTORS_H\n\n#include <stdint.h>\n'
    table vector_sha256 digest.bin
    table rsa1024_modulus modulus.bin
    table rsa1024_exponent exponent.bin
    table rsa1024_pkcs1 pkcs1.bin
    table rsa1024_pkcs1_no_null no_null.bin
    table rsa1024_trailing_garbage trailing_garbage.bin "Eight FF, DigestInfo, then rubbish up to the end."
    table rsa1024_garbage_in_parameters garbage_in_parameters.bin \
        "Eight FF, rubbish in an OCTET STRING in the place of the NULL, lengths right."
    table rsa1024_block_type_2 block_type_2.bin
    table rsa1024_wrong_separator wrong_separator.bin "01 in the place of the 00 before DigestInfo."
    table rsa1024_bare_hash bare_hash.bin "No DigestInfo."
    table rsa1024_pss_sha1_mask_salt64 pss.bin
    table p256_point point.bin
    table p256_der ecdsa.bin
    table p256_plain plain.bin "r || s of the same."
    printf '\n#endif\n'
} > "$here/public_key_vectors.h"
