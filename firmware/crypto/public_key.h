/* Public keys and their signatures: RSA and ECDSA as ICAO 9303-12 4.1.6 and docrev's officers use them. */
#ifndef DOCREV_CRYPTO_PUBLIC_KEY_H
#define DOCREV_CRYPTO_PUBLIC_KEY_H

#include "codec/bytes.h"
#include "crypto/hash.h"
#include "port/status.h"

/* Limits. 6,144-bit RSA roots exist (10 of 946 real CSCAs). */
#define RSA_MIN_BITS 1024U
#define RSA_MAX_BITS 6144U

enum curve_id {
    CURVE_NONE = 0,
    CURVE_P192,
    CURVE_P224,
    CURVE_P256,
    CURVE_P384,
    CURVE_P521,
    CURVE_BP192,
    CURVE_BP224,
    CURVE_BP256,
    CURVE_BP320,
    CURVE_BP384,
    CURVE_BP512
};

enum key_type { KEY_NONE = 0, KEY_RSA, KEY_EC };

/* A parsed SubjectPublicKeyInfo (RFC 5280 4.1.2.7). Views point into its bytes. */
struct public_key {
    enum key_type type;
    struct bytes rsa_modulus;  /* big-endian, no leading zero */
    struct bytes rsa_exponent; /* likewise */
    bool rsa_pss_only;         /* algorithm was id-RSASSA-PSS (RFC 4055 1.2) */
    enum curve_id curve;
    struct bytes ec_point; /* 04 || x || y */
};

enum signature_scheme {
    SIGNATURE_NONE = 0,
    SIGNATURE_RSA_PKCS1,
    SIGNATURE_RSA_PSS,
    SIGNATURE_ECDSA,
    SIGNATURE_ECDSA_PLAIN
};

/* What an AlgorithmIdentifier says, digest included. */
struct signature_algorithm {
    enum signature_scheme scheme;
    enum hash_algorithm hash;      /* HASH_NONE when the identifier leaves it to the context (CMS rsaEncryption) */
    enum hash_algorithm mgf1_hash; /* PSS */
    uint32_t salt_len;             /* PSS */
};

/*
 * Field size in bytes (coordinates), 0 for CURVE_NONE.
 */
size_t curve_field_size(enum curve_id curve);

/*
 * Matches explicit parameters (X9.62 ECParameters: prime, a, b, generator, order, cofactor) against the named curves.
 * All of prime, a, b, generator and order must match; a curve that is not one of ours is CURVE_NONE, never trusted
 * (a = -3 or b freely chosen would let a forger pick a generator: CVE-2020-0601).
 */
struct explicit_curve {
    struct bytes prime, a, b, generator,
        order; /* big-endian without sign octet; generator 04||x||y or compressed 02/03||x */
};
enum curve_id curve_match(const struct explicit_curve *parameters);

/*
 * Verifies `signature` over `digest`. The key's range and form are checked first: RSA size limits, odd exponent over 1;
 * EC point on the curve and not at infinity. DR_ERR_SIGNATURE when it does not verify; DR_ERR_UNSUPPORTED for a curve or
 * scheme that cannot be computed; DR_ERR_CRYPTO for failures of the primitive.
 * ECDSA: DER Ecdsa-Sig-Value (RFC 3279 2.2.3), strict; SIGNATURE_ECDSA_PLAIN: r || s (TR-03111 5.2.1).
 * PKCS#1 v1.5: DigestInfo with NULL parameters or without them (two master lists of 2023 omit it), nothing looser.
 */
enum dr_status public_key_verify(const struct public_key *key, const struct signature_algorithm *algorithm,
                                 struct bytes digest, struct bytes signature);

#endif
