/* EF.SODs around any content, with the certificates and the signer of a fixture; their signatures do not verify. */
#ifndef DOCREV_TESTS_SOD_BUILDER_H
#define DOCREV_TESTS_SOD_BUILDER_H

#include "codec/der_write.h"
#include "codec/tlv.h"
#include "emrtd/fixtures/sod.h"
#include "emrtd/hex_bytes.h"
#include "emrtd/lds.h"
#include "trust/oid.h"

#include <stdlib.h>

struct sod_parts {
    struct bytes content_type, content, certificates, signer_infos;
};

/* What the fixture is made of, to be changed. */
static inline struct sod_parts sod_take_apart(const uint8_t *file, size_t len)
{
    struct sod_parts parts;
    struct lds_sod sod;

    assert_int_equal(lds_read_sod(bytes_of(file, len), &sod), DR_OK);
    parts.content_type = sod.cms.content_type;
    parts.content = sod.cms.content;
    parts.certificates = sod.cms.certificates;
    parts.signer_infos = sod.cms.signer_infos;
    return parts;
}

static inline struct bytes sod_build(const struct sod_parts *parts, uint8_t *out, size_t cap)
{
    static const uint8_t sha256[] = {0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
    static uint8_t cms[8192];
    struct der_writer writer;
    size_t info, explicit_data, data, encapsulated, explicit_content, mark, len, header;

    der_write_begin(&writer, cms, sizeof cms);
    info = der_write_open(&writer, DER_SEQUENCE);
    der_write_item(&writer, DER_OID, oid_octets(OID_SIGNED_DATA));
    explicit_data = der_write_open(&writer, DER_CONTEXT(0));
    data = der_write_open(&writer, DER_SEQUENCE);
    der_write_uint64(&writer, 3);
    der_write_item(&writer, DER_SET, bytes_of(sha256, sizeof sha256));
    encapsulated = der_write_open(&writer, DER_SEQUENCE);
    der_write_item(&writer, DER_OID, parts->content_type);
    explicit_content = der_write_open(&writer, DER_CONTEXT(0));
    der_write_item(&writer, DER_OCTET_STRING, parts->content);
    der_write_close(&writer, explicit_content);
    der_write_close(&writer, encapsulated);
    if (parts->certificates.len > 0) {
        der_write_item(&writer, DER_CONTEXT(0), parts->certificates);
    }
    mark = der_write_open(&writer, DER_SET);
    der_write_raw(&writer, parts->signer_infos);
    der_write_close(&writer, mark);
    der_write_close(&writer, data);
    der_write_close(&writer, explicit_data);
    der_write_close(&writer, info);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    header = tlv_write_header(out, cap, 0x77, len);
    assert_true(header > 0 && header + len <= cap);
    memcpy(out + header, cms, len);
    return bytes_of(out, header + len);
}

#endif
