#include "crypto/rsa_verify.h"

#include "crypto/memory.h"

#include <mbedtls/platform.h>
#include <mbedtls/rsa.h>

/*
 * The padding is checked here, not by mbedTLS 3.6: its PKCS#1 v1.5 knows only the DigestInfo with NULL parameters, and its
 * PSS takes one hash for both MGF1 and the message. The modular exponentiation is mbedTLS's.
 */

/* DigestInfo up to and with the digest's OCTET STRING header, parameters NULL (RFC 8017 9.2 note 1). */
#define DIGEST_INFO_MAX 19U

struct digest_info {
    enum hash_algorithm hash;
    uint8_t len;
    uint8_t prefix[DIGEST_INFO_MAX];
};

static const struct digest_info digest_infos[] = {
    {HASH_SHA1, 15, {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A, 0x05, 0x00, 0x04, 0x14}},
    {HASH_SHA224,
     19,
     {0x30, 0x2D, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04, 0x05, 0x00, 0x04,
      0x1C}},
    {HASH_SHA256,
     19,
     {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
      0x20}},
    {HASH_SHA384,
     19,
     {0x30, 0x41, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04,
      0x30}},
    {HASH_SHA512,
     19,
     {0x30, 0x51, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04,
      0x40}},
};

static size_t digest_info_prefix(enum hash_algorithm hash, bool with_null, uint8_t prefix[DIGEST_INFO_MAX])
{
    const struct digest_info *info = NULL;
    size_t i;

    for (i = 0; i < sizeof digest_infos / sizeof digest_infos[0]; i++) {
        if (digest_infos[i].hash == hash) {
            info = &digest_infos[i];
        }
    }
    if (info == NULL) {
        return 0;
    }
    memcpy(prefix, info->prefix, info->len);
    if (with_null) {
        return info->len;
    }
    /* 05 00 goes, and both SEQUENCEs are two octets shorter. */
    memcpy(prefix + info->len - 4, info->prefix + info->len - 2, 2);
    prefix[1] = (uint8_t)(prefix[1] - 2);
    prefix[3] = (uint8_t)(prefix[3] - 2);
    return info->len - 2U;
}

/* EMSA-PKCS1-v1_5 (RFC 8017 9.2): the whole encoded message is compared with the one that must be there. */
static bool pkcs1_matches(const uint8_t *em, size_t em_len, enum hash_algorithm hash, struct bytes digest,
                          bool with_null)
{
    uint8_t prefix[DIGEST_INFO_MAX];
    size_t prefix_len = digest_info_prefix(hash, with_null, prefix);
    size_t tail_len = prefix_len + digest.len;
    size_t i, padding_len;

    if (prefix_len == 0 || em_len < tail_len + 11) {
        return false;
    }
    padding_len = em_len - tail_len - 3;
    if (em[0] != 0x00 || em[1] != 0x01 || em[2 + padding_len] != 0x00) {
        return false;
    }
    for (i = 0; i < padding_len; i++) {
        if (em[2 + i] != 0xFF) {
            return false;
        }
    }
    return crypto_equal(em + em_len - tail_len, prefix, prefix_len) &&
           crypto_equal(em + em_len - digest.len, digest.data, digest.len);
}

static enum dr_status check_pkcs1(const uint8_t *em, size_t em_len, enum hash_algorithm hash, struct bytes digest)
{
    if (pkcs1_matches(em, em_len, hash, digest, true) || pkcs1_matches(em, em_len, hash, digest, false)) {
        return DR_OK;
    }
    return DR_ERR_SIGNATURE;
}

/* MGF1 (RFC 8017 B.2.1): data ^= mask generated from seed. */
static enum dr_status mgf1_unmask(enum hash_algorithm hash, struct bytes seed, uint8_t *data, size_t len)
{
    uint8_t counter_octets[4];
    uint8_t mask[HASH_MAX_SIZE];
    size_t size = hash_size(hash);
    size_t at, i;
    enum dr_status status;

    for (at = 0; at < len; at += size) {
        put_be32(counter_octets, (uint32_t)(at / size));
        status = hash_compute2(hash, seed, bytes_of(counter_octets, sizeof counter_octets), mask);
        if (status != DR_OK) {
            return status;
        }
        for (i = 0; i < size && at + i < len; i++) {
            data[at + i] ^= mask[i];
        }
    }
    return DR_OK;
}

/* M' = eight zero octets || mHash || salt (RFC 8017 9.1.2 step 12). */
static enum dr_status pss_hash(enum hash_algorithm hash, struct bytes digest, struct bytes salt, uint8_t *out)
{
    static const uint8_t zeros[8];
    struct hash_context context;
    enum dr_status status;

    status = hash_begin(&context, hash);
    if (status == DR_OK) {
        status = hash_update(&context, bytes_of(zeros, sizeof zeros));
    }
    if (status == DR_OK) {
        status = hash_update(&context, digest);
    }
    if (status == DR_OK) {
        status = hash_update(&context, salt);
    }
    if (status == DR_OK) {
        status = hash_end(&context, out);
    }
    hash_free(&context);
    return status;
}

/* EMSA-PSS-VERIFY (RFC 8017 9.1.2), its steps by number. Spoils em. */
static enum dr_status check_pss(uint8_t *em, size_t em_len, size_t em_bits, const struct signature_algorithm *algorithm,
                                struct bytes digest)
{
    uint8_t expected[HASH_MAX_SIZE];
    size_t hash_len = hash_size(algorithm->hash);
    uint8_t top_mask = (uint8_t)(0xFFU >> (8 * em_len - em_bits));
    size_t db_len, i;
    enum dr_status status;

    if (em_len < hash_len + 2 || algorithm->salt_len > em_len - hash_len - 2) { /* 3 */
        return DR_ERR_SIGNATURE;
    }
    db_len = em_len - hash_len - 1;
    if (em[em_len - 1] != 0xBC || (em[0] & ~top_mask) != 0) { /* 4, 6 */
        return DR_ERR_SIGNATURE;
    }
    status = mgf1_unmask(algorithm->mgf1_hash, bytes_of(em + db_len, hash_len), em, db_len); /* 7, 8 */
    if (status != DR_OK) {
        return status;
    }
    em[0] &= top_mask;                                       /* 9 */
    for (i = 0; i < db_len - algorithm->salt_len - 1; i++) { /* 10 */
        if (em[i] != 0) {
            return DR_ERR_SIGNATURE;
        }
    }
    if (em[i] != 0x01) {
        return DR_ERR_SIGNATURE;
    }
    status = pss_hash(algorithm->hash, digest, bytes_of(em + i + 1, algorithm->salt_len), expected); /* 11 to 13 */
    if (status != DR_OK) {
        return status;
    }
    return crypto_equal(expected, em + db_len, hash_len) ? DR_OK : DR_ERR_SIGNATURE; /* 14 */
}

static enum dr_status load_key(const struct public_key *key, mbedtls_rsa_context *rsa)
{
    struct bytes n = key->rsa_modulus;
    struct bytes e = key->rsa_exponent;
    size_t bits;

    if (n.len == 0 || n.data[0] == 0 || e.len == 0 || e.data[0] == 0 || (n.data[n.len - 1] & 1) == 0 ||
        (e.data[e.len - 1] & 1) == 0 || (e.len == 1 && e.data[0] == 1)) {
        return DR_ERR_MALFORMED;
    }
    if (n.len > RSA_MAX_BITS / 8 || e.len > RSA_MAX_EXPONENT_SIZE) {
        return DR_ERR_UNSUPPORTED;
    }
    if (mbedtls_rsa_import_raw(rsa, n.data, n.len, NULL, 0, NULL, 0, NULL, 0, e.data, e.len) != 0) {
        return DR_ERR_CRYPTO;
    }
    bits = mbedtls_rsa_get_bitlen(rsa);
    if (bits < RSA_MIN_BITS) {
        return DR_ERR_UNSUPPORTED;
    }
    return mbedtls_rsa_complete(rsa) == 0 && mbedtls_rsa_check_pubkey(rsa) == 0 ? DR_OK : DR_ERR_MALFORMED;
}

enum dr_status rsa_recover(const struct public_key *key, struct bytes signature, uint8_t *out, size_t *bits)
{
    mbedtls_rsa_context rsa;
    enum dr_status status;
    int failed;

    mbedtls_rsa_init(&rsa);
    status = load_key(key, &rsa);
    if (status != DR_OK) {
        goto out;
    }
    *bits = mbedtls_rsa_get_bitlen(&rsa);
    if (signature.len != mbedtls_rsa_get_len(&rsa)) { /* RFC 8017 8.1.2, 8.2.2 step 1 */
        status = DR_ERR_SIGNATURE;
        goto out;
    }
    failed = mbedtls_rsa_public(&rsa, signature.data, out);
    if (failed != 0) {
        /* A representative not below the modulus is the signer's fault, anything else ours. */
        status =
            failed == MBEDTLS_ERR_RSA_PUBLIC_FAILED + MBEDTLS_ERR_MPI_BAD_INPUT_DATA ? DR_ERR_SIGNATURE : DR_ERR_CRYPTO;
    }
out:
    mbedtls_rsa_free(&rsa);
    return status;
}

enum dr_status rsa_verify(const struct public_key *key, const struct signature_algorithm *algorithm,
                          struct bytes digest, struct bytes signature)
{
    size_t len = key->rsa_modulus.len, bits, em_len;
    uint8_t *em;
    enum dr_status status;

    if (len == 0 || len > RSA_MAX_BITS / 8) {
        return len == 0 ? DR_ERR_MALFORMED : DR_ERR_UNSUPPORTED;
    }
    /* From mbedTLS's pool, where it also keeps the modulus: up to 768 bytes are too many for the stack. */
    em = mbedtls_calloc(1, len);
    if (em == NULL) {
        return DR_ERR_CRYPTO;
    }
    status = rsa_recover(key, signature, em, &bits);
    if (status != DR_OK) {
        goto out;
    }
    if (algorithm->scheme == SIGNATURE_RSA_PKCS1) {
        status = check_pkcs1(em, len, algorithm->hash, digest);
    } else {
        em_len = (bits - 1 + 7) / 8;
        if (em_len < len && em[0] != 0) {
            status = DR_ERR_SIGNATURE;
            goto out;
        }
        status = check_pss(em + (len - em_len), em_len, bits - 1, algorithm, digest);
    }
out:
    mbedtls_free(em);
    return status;
}
