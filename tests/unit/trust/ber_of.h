/* The same CMS in BER: indefinite lengths all over its wrapper, and the content in pieces of `piece` octets. */
#ifndef DOCREV_TESTS_TRUST_BER_OF_H
#define DOCREV_TESTS_TRUST_BER_OF_H

#include "trust/cms.h"

struct ber_out {
    uint8_t *data;
    size_t len;
};

static inline void ber_put(struct ber_out *out, const void *octets, size_t len)
{
    memcpy(out->data + out->len, octets, len);
    out->len += len;
}

static inline void ber_open(struct ber_out *out, uint8_t tag)
{
    const uint8_t head[] = {tag, 0x80};

    ber_put(out, head, sizeof head);
}

static inline void ber_close(struct ber_out *out, size_t levels)
{
    static const uint8_t end[2];

    while (levels-- > 0) {
        ber_put(out, end, sizeof end);
    }
}

static inline void ber_put_indefinite(struct ber_out *out, uint8_t tag, struct bytes content)
{
    ber_open(out, tag);
    ber_put(out, content.data, content.len);
    ber_close(out, 1);
}

/* `out` has room for twice the CMS and more. Returns its length. */
static inline size_t ber_of(const struct cms *cms, size_t piece, uint8_t *data)
{
    static const uint8_t type[] = {0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02};
    struct ber_out out = {data, 0};
    uint8_t version[] = {0x02, 0x01, cms->version};
    uint8_t oid[] = {0x06, (uint8_t)cms->content_type.len};

    ber_open(&out, 0x30);
    ber_put(&out, type, sizeof type);
    ber_open(&out, 0xA0);
    ber_open(&out, 0x30);
    ber_put(&out, version, sizeof version);
    ber_put_indefinite(&out, 0x31, cms->digest_algorithms);
    ber_open(&out, 0x30);
    ber_put(&out, oid, sizeof oid);
    ber_put(&out, cms->content_type.data, cms->content_type.len);
    ber_open(&out, 0xA0);
    ber_open(&out, 0x24);
    for (size_t at = 0; at < cms->content.len; at += piece) {
        size_t len = cms->content.len - at < piece ? cms->content.len - at : piece;
        uint8_t head[] = {0x04, 0x82, (uint8_t)(len >> 8), (uint8_t)len};
        if (len < 0x80U) {
            head[1] = (uint8_t)len;
        }
        ber_put(&out, head, len < 0x80U ? 2 : 4);
        ber_put(&out, cms->content.data + at, len);
    }
    ber_close(&out, 3);
    if (cms->certificates.len > 0) {
        ber_put_indefinite(&out, 0xA0, cms->certificates);
    }
    ber_put_indefinite(&out, 0x31, cms->signer_infos);
    ber_close(&out, 3);
    return out.len;
}

#endif
