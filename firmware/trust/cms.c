#include "trust/cms.h"

#include "codec/ber.h"
#include "trust/algorithm.h"
#include "trust/certificate.h"
#include "trust/oid.h"

#define CONSTRUCTED_OCTET_STRING 0x24U

/* The ContentInfo's extent is known before anything inside is read: what runs past its container is malformed there. */
static enum dr_status inside(enum dr_status status)
{
    return status == DR_ERR_TRUNCATED ? DR_ERR_MALFORMED : status;
}

enum dr_status cms_length(struct bytes head, size_t *whole_len)
{
    size_t count;
    uint32_t length = 0;

    if (head.len < 2) {
        return DR_ERR_TRUNCATED;
    }
    if (head.data[0] != DER_SEQUENCE) {
        return DR_ERR_MALFORMED;
    }
    if (head.data[1] == 0x80U) {
        return DR_ERR_UNSUPPORTED; /* BER's indefinite length */
    }
    if (head.data[1] < 0x80U) {
        *whole_len = 2U + (size_t)head.data[1];
        return DR_OK;
    }
    count = head.data[1] & 0x7FU;
    if (count > 4U) {
        return DR_ERR_MALFORMED;
    }
    if (head.len < 2U + count) {
        return DR_ERR_TRUNCATED;
    }
    for (size_t i = 0; i < count; i++) {
        length = length << 8 | head.data[2 + i];
    }
    if (length < 0x80U || head.data[2] == 0 || length > (uint32_t)INT32_MAX) {
        return DR_ERR_MALFORMED;
    }
    *whole_len = 2U + count + (size_t)length;
    return DR_OK;
}

/* The wrapper's items, as strict as the caller wants them. Certificates and SignerInfos are DER in both. */
static enum dr_status take(bool ber, struct der_reader *reader, uint8_t tag, struct der_item *item)
{
    return ber ? ber_expect(reader, tag, item) : der_expect(reader, tag, item);
}

static enum dr_status enter(bool ber, struct der_reader *reader, uint8_t tag, struct der_reader *inner)
{
    return ber ? ber_enter(reader, tag, inner) : der_enter(reader, tag, inner);
}

static enum dr_status take_optional(bool ber, struct der_reader *reader, uint8_t tag, struct bytes *value)
{
    struct der_item item;
    enum dr_status status;

    if (der_at_end(reader) || der_peek(reader) != tag) {
        return DR_OK;
    }
    status = take(ber, reader, tag, &item);
    if (status == DR_OK) {
        *value = item.value;
    }
    return status;
}

/* Content in pieces (X.690 8.7.3), each a primitive OCTET STRING. With one that is not empty that is the content; else the
 * view covers them with their heads. */
static enum dr_status read_pieces(struct bytes pieces, struct cms *cms)
{
    struct der_reader reader = der_reader_of(pieces);
    struct der_item item;
    unsigned filled = 0;

    cms->content = bytes_of(pieces.data, 0);
    while (!der_at_end(&reader)) {
        enum dr_status status = ber_next(&reader, &item);
        if (status != DR_OK) {
            return status;
        }
        if (item.tag != DER_OCTET_STRING) {
            return DR_ERR_UNSUPPORTED; /* pieces of pieces */
        }
        if (item.value.len > 0 && filled++ == 0) {
            cms->content = item.value;
        }
    }
    cms->in_pieces = filled > 1;
    if (cms->in_pieces) {
        cms->content = pieces;
    }
    return DR_OK;
}

/* EncapsulatedContentInfo (RFC 5652 5.2). */
static enum dr_status read_content(bool ber, struct der_reader *reader, struct cms *cms)
{
    struct der_reader fields;
    struct der_reader tagged;
    struct der_item item;
    enum dr_status status;

    if ((status = enter(ber, reader, DER_SEQUENCE, &fields)) != DR_OK ||
        (status = der_expect(&fields, DER_OID, &item)) != DR_OK) {
        return status;
    }
    cms->content_type = item.value;
    if (der_at_end(&fields)) {
        return DR_OK;
    }
    if ((status = enter(ber, &fields, DER_CONTEXT(0U), &tagged)) != DR_OK || (status = der_finish(&fields)) != DR_OK) {
        return status;
    }
    cms->has_content = true;
    if (der_peek(&tagged) == CONSTRUCTED_OCTET_STRING) {
        if (!ber) {
            return DR_ERR_UNSUPPORTED; /* no DER */
        }
        status = ber_next(&tagged, &item);
        return status == DR_OK && (status = der_finish(&tagged)) == DR_OK ? read_pieces(item.value, cms) : status;
    }
    if ((status = take(ber, &tagged, DER_OCTET_STRING, &item)) != DR_OK || (status = der_finish(&tagged)) != DR_OK) {
        return status;
    }
    cms->content = item.value;
    return DR_OK;
}

/* Whole TLVs only, so that the iterators cannot lose their way. */
static enum dr_status check_items(struct bytes content)
{
    struct der_reader reader = der_reader_of(content);
    struct der_item item;
    enum dr_status status = DR_OK;

    while (status == DR_OK && !der_at_end(&reader)) {
        status = der_next(&reader, &item);
    }
    return status;
}

/* SignedData (RFC 5652 5.1). */
static enum dr_status read_signed_data(bool ber, struct der_reader fields, struct cms *cms)
{
    struct bytes crls;
    struct der_item item;
    uint64_t version;
    enum dr_status status;

    status = der_uint64(&fields, &version);
    if (status != DR_OK) {
        return status;
    }
    if (version < 1U || version > 5U) {
        return DR_ERR_UNSUPPORTED;
    }
    cms->version = (uint8_t)version;
    status = take(ber, &fields, DER_SET, &item);
    if (status != DR_OK) {
        return status;
    }
    cms->digest_algorithms = item.value;
    if ((status = read_content(ber, &fields, cms)) != DR_OK ||
        (status = take_optional(ber, &fields, DER_CONTEXT(0U), &cms->certificates)) != DR_OK ||
        (status = take_optional(ber, &fields, DER_CONTEXT(1U), &crls)) != DR_OK ||
        (status = take(ber, &fields, DER_SET, &item)) != DR_OK) {
        return status;
    }
    cms->signer_infos = item.value;
    if ((status = der_finish(&fields)) != DR_OK || (status = check_items(cms->certificates)) != DR_OK) {
        return status;
    }
    return check_items(cms->signer_infos);
}

/* cms->whole is known. */
static enum dr_status read_content_info(bool ber, struct bytes content, struct cms *cms)
{
    struct der_reader fields = der_reader_of(content);
    struct der_reader tagged;
    struct der_reader signed_data;
    struct der_item item;
    enum dr_status status = der_expect(&fields, DER_OID, &item);

    if (status != DR_OK) {
        return status;
    }
    if (!oid_is(item.value, OID_SIGNED_DATA)) {
        return DR_ERR_UNSUPPORTED;
    }
    if ((status = enter(ber, &fields, DER_CONTEXT(0U), &tagged)) != DR_OK || (status = der_finish(&fields)) != DR_OK ||
        (status = enter(ber, &tagged, DER_SEQUENCE, &signed_data)) != DR_OK ||
        (status = der_finish(&tagged)) != DR_OK) {
        return status;
    }
    return read_signed_data(ber, signed_data, cms);
}

enum dr_status cms_read(struct bytes input, struct cms *cms)
{
    struct der_reader reader;
    struct der_item item;
    size_t whole_len;
    enum dr_status status;

    memset(cms, 0, sizeof *cms);
    status = cms_length(input, &whole_len);
    if (status != DR_OK) {
        return status;
    }
    if (whole_len > input.len) {
        return DR_ERR_TRUNCATED;
    }
    cms->whole = bytes_of(input.data, whole_len);
    reader = der_reader_of(cms->whole);
    status = der_expect(&reader, DER_SEQUENCE, &item);
    return inside(status == DR_OK ? read_content_info(false, item.value, cms) : status);
}

enum dr_status cms_read_ber(struct bytes input, struct cms *cms)
{
    struct der_reader reader = der_reader_of(input);
    struct der_item item;
    enum dr_status status = ber_expect(&reader, DER_SEQUENCE, &item);

    memset(cms, 0, sizeof *cms);
    if (status != DR_OK) {
        return status;
    }
    cms->whole = item.whole;
    return inside(read_content_info(true, item.value, cms));
}

/* Octets of a head for `len` octets of content, with one length octet more than need be if `longer`. */
static size_t write_head(uint8_t *head, size_t len, bool longer)
{
    size_t octets = len < 0x80U ? 0 : len < 0x100U ? 1 : len < 0x10000U ? 2 : 3;

    octets += longer ? 1U : 0U;
    head[0] = DER_OCTET_STRING;
    head[1] = (uint8_t)(octets == 0 ? len : 0x80U | octets);
    for (size_t i = 0; i < octets; i++) {
        size_t shift = 8U * (octets - 1U - i);
        head[2 + i] = (uint8_t)(shift < 24U ? len >> shift : 0);
    }
    return 2U + octets;
}

enum dr_status cms_flatten(uint8_t *data, size_t len)
{
    uint8_t head[8];
    struct cms cms;
    struct der_reader reader;
    struct der_item item;
    uint8_t *area;
    size_t joined = 0;
    size_t head_len;
    enum dr_status status = cms_read_ber(bytes_of(data, len), &cms);

    if (status != DR_OK || !cms.in_pieces) {
        return status;
    }
    if (cms.content.len > 0xFFFFFFU) {
        return DR_ERR_TOO_LARGE;
    }
    area = data + (cms.content.data - data);
    reader = der_reader_of(cms.content);
    while (!der_at_end(&reader) && ber_next(&reader, &item) == DR_OK) {
        memmove(area + joined, item.value.data, item.value.len); /* to the left, over heads already read */
        joined += item.value.len;
    }
    head_len = write_head(head, joined, false);
    if (head_len + joined < cms.content.len && (cms.content.len - head_len - joined) % 2U != 0) {
        head_len = write_head(head, joined, true);
    }
    if (head_len + joined > cms.content.len) {
        return DR_ERR_UNSUPPORTED; /* cannot be: the heads of two pieces are longer than that of both */
    }
    memmove(area + head_len, area, joined);
    memcpy(area, head, head_len);
    for (size_t at = head_len + joined; at + 1 < cms.content.len; at += 2) {
        area[at] = DER_OCTET_STRING; /* empty pieces */
        area[at + 1] = 0;
    }
    return DR_OK;
}

/* SignerIdentifier (RFC 5652 5.3). */
static enum dr_status read_sid(struct der_reader *reader, struct cms_signer *signer)
{
    struct der_reader fields;
    struct der_item item;
    enum dr_status status;

    if (der_peek(reader) == DER_CONTEXT_PRIMITIVE(0U)) {
        status = der_next(reader, &item);
        if (status == DR_OK) {
            signer->by_key_id = true;
            signer->key_id = item.value;
        }
        return status;
    }
    if ((status = der_enter(reader, DER_SEQUENCE, &fields)) != DR_OK ||
        (status = der_expect(&fields, DER_SEQUENCE, &item)) != DR_OK) {
        return status;
    }
    signer->issuer = item.whole;
    status = der_expect(&fields, DER_INTEGER, &item);
    if (status != DR_OK) {
        return status;
    }
    signer->serial = item.value;
    return der_finish(&fields);
}

static enum dr_status read_attribute(struct bytes type, struct der_reader *values, struct cms_signer *signer)
{
    struct der_item item;
    enum dr_status status;

    if (oid_is(type, OID_CONTENT_TYPE)) {
        status = signer->attribute_content_type.data != NULL ? DR_ERR_MALFORMED : der_expect(values, DER_OID, &item);
        if (status == DR_OK) {
            signer->attribute_content_type = item.value;
        }
    } else if (oid_is(type, OID_MESSAGE_DIGEST)) {
        status = signer->message_digest.data != NULL ? DR_ERR_MALFORMED : der_expect(values, DER_OCTET_STRING, &item);
        if (status == DR_OK) {
            signer->message_digest = item.value;
        }
    } else {
        if (oid_is(type, OID_SIGNING_TIME)) {
            /* A statement of the signer's, nothing rests on it: an odd time does not spoil a signature. */
            signer->has_signing_time = der_time(values, &signer->signing_time) == DR_OK;
        }
        return DR_OK;
    }
    return status == DR_OK ? der_finish(values) : status; /* one value exactly (RFC 5652 11.1, 11.2) */
}

static enum dr_status read_signed_attributes(struct bytes content, struct cms_signer *signer)
{
    struct der_reader reader = der_reader_of(content);
    struct der_reader attribute;
    struct der_reader values;
    struct der_item type;
    enum dr_status status = DR_OK;

    while (status == DR_OK && !der_at_end(&reader)) {
        if ((status = der_enter(&reader, DER_SEQUENCE, &attribute)) != DR_OK ||
            (status = der_expect(&attribute, DER_OID, &type)) != DR_OK ||
            (status = der_enter(&attribute, DER_SET, &values)) != DR_OK || (status = der_finish(&attribute)) != DR_OK) {
            return status;
        }
        status = read_attribute(type.value, &values, signer);
    }
    return status;
}

/* SignerInfo (RFC 5652 5.3). An algorithm we do not know is told at the end, when all else has been read. */
static enum dr_status read_signer(struct der_reader fields, struct cms_signer *signer)
{
    struct der_item item;
    enum dr_status digest_status;
    enum dr_status algorithm_status;
    uint64_t version;
    bool present;
    enum dr_status status;

    if ((status = der_uint64(&fields, &version)) != DR_OK || (status = read_sid(&fields, signer)) != DR_OK) {
        return status;
    }
    if (version > UINT8_MAX) {
        return DR_ERR_UNSUPPORTED;
    }
    signer->version = (uint8_t)version;
    digest_status = algorithm_read_digest(&fields, &signer->digest);
    if (digest_status != DR_OK && digest_status != DR_ERR_UNSUPPORTED) {
        return digest_status;
    }
    status = der_optional(&fields, DER_CONTEXT(0U), &item, &signer->has_signed_attributes);
    if (status == DR_OK && signer->has_signed_attributes) {
        signer->signed_attributes = item.whole;
        status = read_signed_attributes(item.value, signer);
    }
    if (status != DR_OK) {
        return status;
    }
    algorithm_status = algorithm_read_signature(&fields, &signer->algorithm);
    if (algorithm_status != DR_OK && algorithm_status != DR_ERR_UNSUPPORTED) {
        return algorithm_status;
    }
    if (signer->algorithm.scheme != SIGNATURE_NONE && signer->algorithm.hash == HASH_NONE) {
        signer->algorithm.hash = signer->digest; /* rsaEncryption, id-ecPublicKey */
    }
    status = der_expect(&fields, DER_OCTET_STRING, &item);
    if (status != DR_OK) {
        return status;
    }
    signer->signature = item.value;
    if ((status = der_optional(&fields, DER_CONTEXT(1U), &item, &present)) != DR_OK || /* unsignedAttrs */
        (status = der_finish(&fields)) != DR_OK) {
        return status;
    }
    return digest_status != DR_OK ? digest_status : algorithm_status;
}

enum dr_status cms_next_signer(struct bytes *rest, struct cms_signer *signer)
{
    struct der_reader reader = der_reader_of(*rest);
    struct der_item item;
    enum dr_status status;

    memset(signer, 0, sizeof *signer);
    if (der_at_end(&reader)) {
        return DR_ERR_NOT_FOUND;
    }
    status = der_next(&reader, &item);
    if (status != DR_OK) {
        *rest = bytes_of(NULL, 0); /* cms_read has excluded it */
        return inside(status);
    }
    *rest = reader.rest;
    return item.tag == DER_SEQUENCE ? inside(read_signer(der_reader_of(item.value), signer)) : DR_ERR_MALFORMED;
}

enum dr_status cms_next_certificate(struct bytes *rest, struct bytes *certificate)
{
    struct der_reader reader = der_reader_of(*rest);
    struct der_item item;
    enum dr_status status = DR_ERR_NOT_FOUND;

    while (!der_at_end(&reader)) {
        status = der_next(&reader, &item);
        if (status != DR_OK) {
            *rest = bytes_of(NULL, 0);
            return inside(status);
        }
        *rest = reader.rest;
        if (item.tag == DER_SEQUENCE) {
            *certificate = item.whole;
            return DR_OK;
        }
        status = DR_ERR_NOT_FOUND;
    }
    return status;
}

bool cms_lists_digest(const struct cms *cms, enum hash_algorithm hash)
{
    struct der_reader reader = der_reader_of(cms->digest_algorithms);
    enum hash_algorithm listed;
    enum dr_status status = DR_OK;

    while (!der_at_end(&reader) && (status == DR_OK || status == DR_ERR_UNSUPPORTED)) {
        status = algorithm_read_digest(&reader, &listed);
        if (status == DR_OK && listed == hash) {
            return true;
        }
    }
    return false;
}

bool cms_signer_is(const struct cms_signer *signer, const struct certificate *certificate)
{
    if (signer->by_key_id) {
        return signer->key_id.len > 0 && bytes_equal(signer->key_id, certificate->subject_key_id);
    }
    return bytes_equal(signer->serial, certificate->serial) &&
           certificate_name_equal(signer->issuer, certificate->issuer);
}

/* Over the content's octets, in however many pieces they come. */
static enum dr_status hash_content(const struct cms *cms, enum hash_algorithm hash, uint8_t *digest)
{
    struct der_reader reader = der_reader_of(cms->content);
    struct hash_context context;
    struct der_item item;
    enum dr_status status;

    if (!cms->in_pieces) {
        return hash_compute(hash, cms->content, digest);
    }
    status = hash_begin(&context, hash);
    while (status == DR_OK && !der_at_end(&reader)) {
        status = ber_next(&reader, &item);
        status = status == DR_OK ? hash_update(&context, item.value) : status;
    }
    status = status == DR_OK ? hash_end(&context, digest) : status;
    hash_free(&context);
    return status;
}

/* The digest that the signature covers: of the signed attributes re-tagged as SET (RFC 5652 5.4), in the order sent, since
 * some states do not sort them; without them, of the content. */
static enum dr_status signed_digest(const struct cms *cms, const struct cms_signer *signer, uint8_t *digest)
{
    static const uint8_t set_tag = DER_SET;
    enum dr_status status = hash_content(cms, signer->digest, digest);

    if (status != DR_OK) {
        return status;
    }
    if (!signer->has_signed_attributes) {
        if (!oid_is(cms->content_type, OID_DATA) || signer->algorithm.hash != signer->digest) {
            return DR_ERR_MALFORMED; /* RFC 5652 5.3, 5.4 */
        }
        return DR_OK;
    }
    if (!bytes_equal(signer->message_digest, bytes_of(digest, hash_size(signer->digest)))) {
        return DR_ERR_SIGNATURE;
    }
    if (signer->attribute_content_type.len == 0 || !bytes_equal(signer->attribute_content_type, cms->content_type)) {
        return DR_ERR_SIGNATURE; /* RFC 5652 11.1 */
    }
    return hash_compute2(signer->algorithm.hash, bytes_of(&set_tag, 1),
                         bytes_of(signer->signed_attributes.data + 1, signer->signed_attributes.len - 1U), digest);
}

enum dr_status cms_verify(const struct cms *cms, const struct cms_signer *signer, const struct public_key *key)
{
    uint8_t digest[HASH_MAX_SIZE];
    enum dr_status status;

    if (!cms->has_content) {
        return DR_ERR_MALFORMED;
    }
    if (signer->digest == HASH_NONE || signer->algorithm.scheme == SIGNATURE_NONE) {
        return DR_ERR_UNSUPPORTED;
    }
    status = signed_digest(cms, signer, digest);
    if (status != DR_OK) {
        return status;
    }
    return public_key_verify(key, &signer->algorithm, bytes_of(digest, hash_size(signer->algorithm.hash)),
                             signer->signature);
}
