#include "trust/algorithm.h"
#include "trust/certificate.h"
#include "trust/csca_store.h"

#define KEY_HASH_LEN 12U
#define NAME_HASH_LEN 4U

static enum dr_status write_value(const struct certificate *certificate, const uint8_t name_hash[HASH_SHA256_SIZE],
                                  uint8_t *out, size_t cap, size_t *len, struct bytes *spki)
{
    struct der_writer writer;
    size_t sequence;
    size_t spki_at;
    enum dr_status status;

    der_write_begin(&writer, out, cap);
    sequence = der_write_open(&writer, DER_SEQUENCE);
    der_write_generalized_time(&writer, certificate->not_before);
    der_write_generalized_time(&writer, certificate->not_after);
    der_write_item(&writer, DER_OCTET_STRING, certificate->subject_key_id);
    der_write_item(&writer, DER_OCTET_STRING, bytes_of(name_hash, HASH_SHA256_SIZE));
    spki_at = writer.length;
    status = algorithm_write_public_key(&certificate->key, &writer);
    if (status != DR_OK) {
        return status;
    }
    spki->len = writer.length - spki_at;
    der_write_close(&writer, sequence); /* may move what is inside to make room for the length */
    status = der_write_finish(&writer, len);
    if (status == DR_OK) {
        spki->data = out + (*len - spki->len);
    }
    return status;
}

enum dr_status csca_record_write(const struct certificate *certificate, uint8_t record[CSCA_RECORD_MAX], size_t *len)
{
    const char *country = certificate->subject_country;
    uint8_t name_hash[HASH_SHA256_SIZE];
    uint8_t key_hash[HASH_SHA256_SIZE];
    struct bytes spki;
    size_t country_len;
    size_t key_len;
    size_t value_len;
    enum dr_status status;

    if (country[0] == '\0') {
        country = certificate->issuer_country;
    }
    country_len = strlen(country);
    if (country_len == 0) {
        return DR_ERR_MALFORMED; /* 9303-12 7.1.1: countryName is mandatory, and anchors are found by it */
    }
    if (certificate->key.type == KEY_NONE) {
        return DR_ERR_UNSUPPORTED;
    }
    key_len = country_len + 1U + KEY_HASH_LEN + NAME_HASH_LEN;
    status = certificate_name_hash(certificate->subject, name_hash);
    if (status != DR_OK) {
        return status;
    }
    status =
        write_value(certificate, name_hash, record + 1U + key_len, CSCA_RECORD_MAX - 1U - key_len, &value_len, &spki);
    if (status != DR_OK) {
        return status;
    }
    status = hash_compute(HASH_SHA256, spki, key_hash);
    if (status != DR_OK) {
        return status;
    }
    record[0] = (uint8_t)key_len;
    memcpy(record + 1, country, country_len + 1U); /* with its zero */
    memcpy(record + 1 + country_len + 1, key_hash, KEY_HASH_LEN);
    memcpy(record + 1 + country_len + 1 + KEY_HASH_LEN, name_hash, NAME_HASH_LEN);
    *len = 1U + key_len + value_len;
    return DR_OK;
}
