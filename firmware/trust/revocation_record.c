#include "codec/der_write.h"
#include "trust/certificate.h"
#include "trust/revocation.h"
#include "trust/store_leaf.h"

#define ISSUER_LEN 8U
#define COUNT_LEN 2U
#define NEVER INT64_C(253402300799) /* 9999-12-31T23:59:59Z (RFC 5280 4.1.2.5) */

/* Key up to the issuer, behind its length octet. */
static enum dr_status begin_key(const struct crl *crl, enum store_kind kind, uint8_t *record, size_t *key_len,
                                uint8_t issuer_hash[HASH_SHA256_SIZE])
{
    enum dr_status status;

    if (!store_prefix(crl->issuer_country, kind, record + 1, key_len)) {
        return DR_ERR_MALFORMED;
    }
    status = certificate_name_hash(crl->issuer, issuer_hash);
    if (status != DR_OK) {
        return status;
    }
    memcpy(record + 1 + *key_len, issuer_hash, ISSUER_LEN);
    *key_len += ISSUER_LEN;
    return DR_OK;
}

enum dr_status revocation_write_head(const struct crl *crl, uint8_t record[CSCA_RECORD_MAX], size_t *len)
{
    uint8_t issuer_hash[HASH_SHA256_SIZE];
    struct der_writer writer;
    size_t sequence;
    size_t key_len;
    enum dr_status status = begin_key(crl, STORE_KIND_CRL, record, &key_len, issuer_hash);

    if (status != DR_OK) {
        return status;
    }
    record[0] = (uint8_t)key_len;
    der_write_begin(&writer, record + 1U + key_len, CSCA_RECORD_MAX - 1U - key_len);
    sequence = der_write_open(&writer, DER_SEQUENCE);
    der_write_generalized_time(&writer, crl->this_update);
    der_write_generalized_time(&writer, crl->has_next_update ? crl->next_update : NEVER);
    der_write_item(&writer, DER_OCTET_STRING, bytes_of(issuer_hash, sizeof issuer_hash));
    der_write_uint64(&writer, crl->revoked_count);
    der_write_close(&writer, sequence);
    status = der_write_finish(&writer, len);
    *len += 1U + key_len;
    return status;
}

static size_t shared_octets(struct bytes a, struct bytes b)
{
    size_t shared = 0;

    while (shared < a.len && shared < b.len && a.data[shared] == b.data[shared]) {
        shared++;
    }
    return shared;
}

enum dr_status revocation_write_serials(const struct crl *crl, const struct bytes *serials, size_t count,
                                        uint8_t record[CSCA_RECORD_MAX], size_t *len, size_t *taken)
{
    uint8_t issuer_hash[HASH_SHA256_SIZE];
    size_t key_len;
    size_t at;
    size_t i;
    enum dr_status status = begin_key(crl, STORE_KIND_REVOKED, record, &key_len, issuer_hash);

    if (status != DR_OK) {
        return status;
    }
    if (count == 0 || serials[0].len > REVOCATION_SERIAL_MAX) {
        return count == 0 ? DR_ERR_ARGUMENT : DR_ERR_TOO_LARGE;
    }
    record[1 + key_len] = (uint8_t)serials[0].len;
    memcpy(record + 2 + key_len, serials[0].data, serials[0].len);
    key_len += 1U + serials[0].len;
    record[0] = (uint8_t)key_len;
    at = 1U + key_len + COUNT_LEN;
    for (i = 1; i < count && i < UINT16_MAX; i++) {
        size_t shared = shared_octets(serials[i - 1], serials[i]);
        size_t rest = serials[i].len - shared;
        if (revocation_compare(serials[i - 1], serials[i]) >= 0) {
            return DR_ERR_ARGUMENT;
        }
        if (serials[i].len > REVOCATION_SERIAL_MAX || at + 2U + rest > CSCA_RECORD_MAX) {
            break;
        }
        record[at] = (uint8_t)serials[i].len;
        record[at + 1] = (uint8_t)shared;
        memcpy(record + at + 2, serials[i].data + shared, rest);
        at += 2U + rest;
    }
    put_be16(record + 1U + key_len, (uint16_t)i);
    *len = at;
    *taken = i;
    return DR_OK;
}
