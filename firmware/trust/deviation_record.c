#include "codec/der_write.h"
#include "trust/deviation.h"
#include "trust/store_leaf.h"

#define VALUE_HASH_LEN 12U

enum dr_status deviation_record_write(const char *country, const struct deviation_record *deviation,
                                      uint8_t record[CSCA_RECORD_MAX], size_t *len)
{
    uint8_t digest[HASH_SHA256_SIZE];
    struct der_writer writer;
    size_t sequence;
    size_t key_len;
    size_t value_len;
    enum dr_status status;

    if (!store_prefix(country, STORE_KIND_DEVIATION, record + 1, &key_len)) {
        return DR_ERR_MALFORMED;
    }
    key_len += VALUE_HASH_LEN;
    der_write_begin(&writer, record + 1U + key_len, CSCA_RECORD_MAX - 1U - key_len);
    sequence = der_write_open(&writer, DER_SEQUENCE);
    der_write_uint64(&writer, (uint64_t)deviation->kind);
    der_write_uint64(&writer, deviation->parameter);
    der_write_item(&writer, DER_OCTET_STRING, deviation->document_type);
    der_write_uint64(&writer, (uint64_t)deviation->by);
    der_write_item(&writer, DER_OCTET_STRING, deviation->signer);
    der_write_item(&writer, DER_OCTET_STRING, deviation->numbers);
    der_write_close(&writer, sequence);
    status = der_write_finish(&writer, &value_len);
    if (status == DR_OK) {
        status = hash_compute(HASH_SHA256, bytes_of(record + 1U + key_len, value_len), digest);
    }
    if (status != DR_OK) {
        return status;
    }
    record[0] = (uint8_t)key_len;
    memcpy(record + 1U + key_len - VALUE_HASH_LEN, digest, VALUE_HASH_LEN);
    *len = 1U + key_len + value_len;
    return DR_OK;
}
