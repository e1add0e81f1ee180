#include "trust/cms_write.h"

#define VERSION 3U /* of SignedData and SignerInfo: content that is not id-data, signer by key identifier (5.1, 5.3) */
#define ATTRIBUTES_MAX 112U

static const uint8_t sha256_oid[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
static const uint8_t ecdsa_with_sha256_oid[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02};

static void write_algorithm(struct der_writer *writer, struct bytes oid)
{
    size_t mark = der_write_open(writer, DER_SEQUENCE);

    der_write_item(writer, DER_OID, oid);
    der_write_close(writer, mark);
}

static void write_attribute(struct der_writer *writer, enum oid_id attribute, uint8_t tag, struct bytes value)
{
    size_t mark = der_write_open(writer, DER_SEQUENCE), set;

    der_write_item(writer, DER_OID, oid_octets(attribute));
    set = der_write_open(writer, DER_SET);
    der_write_item(writer, tag, value);
    der_write_close(writer, set);
    der_write_close(writer, mark);
}

/* SET OF Attribute, in DER's order: content-type is the shorter one. */
static enum dr_status make_attributes(enum oid_id type, struct bytes content, uint8_t out[ATTRIBUTES_MAX], size_t *len)
{
    uint8_t digest[HASH_SHA256_SIZE];
    struct der_writer writer;
    size_t set;
    enum dr_status status = hash_compute(HASH_SHA256, content, digest);

    if (status != DR_OK) {
        return status;
    }
    der_write_begin(&writer, out, ATTRIBUTES_MAX);
    set = der_write_open(&writer, DER_SET);
    write_attribute(&writer, OID_CONTENT_TYPE, DER_OID, oid_octets(type));
    write_attribute(&writer, OID_MESSAGE_DIGEST, DER_OCTET_STRING, bytes_of(digest, sizeof digest));
    der_write_close(&writer, set);
    return der_write_finish(&writer, len);
}

static void write_signer(struct der_writer *writer, const uint8_t key_id[CMS_KEY_ID_SIZE], struct bytes attributes,
                         struct bytes signature)
{
    size_t set = der_write_open(writer, DER_SET), mark = der_write_open(writer, DER_SEQUENCE);

    der_write_uint64(writer, VERSION);
    der_write_item(writer, DER_CONTEXT_PRIMITIVE(0U), bytes_of(key_id, CMS_KEY_ID_SIZE));
    write_algorithm(writer, bytes_of(sha256_oid, sizeof sha256_oid));
    der_write_raw(writer, attributes);
    write_algorithm(writer, bytes_of(ecdsa_with_sha256_oid, sizeof ecdsa_with_sha256_oid));
    der_write_item(writer, DER_OCTET_STRING, signature);
    der_write_close(writer, mark);
    der_write_close(writer, set);
}

static void write_content(struct der_writer *writer, enum oid_id type, struct bytes content)
{
    size_t mark = der_write_open(writer, DER_SEQUENCE), tagged;

    der_write_item(writer, DER_OID, oid_octets(type));
    tagged = der_write_open(writer, DER_CONTEXT(0U));
    der_write_item(writer, DER_OCTET_STRING, content);
    der_write_close(writer, tagged);
    der_write_close(writer, mark);
}

enum dr_status cms_write_signed(struct der_writer *writer, enum oid_id type, struct bytes content,
                                const uint8_t key_id[CMS_KEY_ID_SIZE], cms_sign_digest sign, void *ctx)
{
    uint8_t attributes[ATTRIBUTES_MAX], digest[HASH_SHA256_SIZE], signature[EC_KEY_SIGNATURE_MAX];
    size_t attributes_len = 0, signature_len = sizeof signature, info, tagged, data, set;
    enum dr_status status = make_attributes(type, content, attributes, &attributes_len);

    if (status == DR_OK) {
        status = hash_compute(HASH_SHA256, bytes_of(attributes, attributes_len), digest);
    }
    if (status == DR_OK) {
        status = sign(ctx, digest, signature, &signature_len);
    }
    if (status != DR_OK) {
        return status;
    }
    attributes[0] = DER_CONTEXT(0U); /* signed as SET, sent as [0] IMPLICIT (5.4) */
    info = der_write_open(writer, DER_SEQUENCE);
    der_write_item(writer, DER_OID, oid_octets(OID_SIGNED_DATA));
    tagged = der_write_open(writer, DER_CONTEXT(0U));
    data = der_write_open(writer, DER_SEQUENCE);
    der_write_uint64(writer, VERSION);
    set = der_write_open(writer, DER_SET);
    write_algorithm(writer, bytes_of(sha256_oid, sizeof sha256_oid));
    der_write_close(writer, set);
    write_content(writer, type, content);
    write_signer(writer, key_id, bytes_of(attributes, attributes_len), bytes_of(signature, signature_len));
    der_write_close(writer, data);
    der_write_close(writer, tagged);
    der_write_close(writer, info);
    return DR_OK;
}
