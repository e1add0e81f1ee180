#include "issuer/lds.h"

#include "issuer/portrait.h"
#include "util/tlv.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <string.h>

static struct slice text(const char *string)
{
    return (struct slice){(const uint8_t *)string, strlen(string)};
}

/* Closes an object: its content becomes its value in *out. */
static void wrap(struct buffer *out, uint32_t tag, struct buffer *content)
{
    tlv_append(out, tag, buffer_view(content));
    buffer_free(content);
}

void lds_write_com(const struct document *document, enum lds_version version, struct buffer *file)
{
    struct buffer content = {0};
    struct buffer tags = {0};
    for (unsigned group = LDS_DG1; group <= LDS_DG16; group++) {
        if (document->files[group].len > 0) {
            buffer_append_byte(&tags, lds_file_info(group)->tag);
        }
    }
    tlv_append(&content, 0x5F01, text(version == LDS_1_7 ? "0107" : "0108"));
    tlv_append(&content, 0x5F36, text("040000"));
    wrap(&content, 0x5C, &tags);
    wrap(file, 0x60, &content);
}

void lds_write_dg1(char lines[MRZ_LINES][MRZ_LINE + 1], struct buffer *file)
{
    struct buffer mrz = {0};
    struct buffer content = {0};
    for (size_t i = 0; i < MRZ_LINES; i++) {
        buffer_append(&mrz, lines[i], strlen(lines[i]));
    }
    wrap(&content, 0x5F1F, &mrz);
    wrap(file, 0x61, &content);
}

static void append_be(struct buffer *out, uint32_t value, unsigned octets)
{
    for (unsigned i = octets; i-- > 0;) {
        buffer_append_byte(out, (uint8_t)(value >> (8 * i)));
    }
}

/* Facial record of ISO/IEC 19794-5:2005 5.3 to 5.8: one face, no feature points, JPEG. */
static void facial_record(const struct holder *holder, struct buffer *record)
{
    struct buffer jpeg = {0};
    portrait_draw(holder->look, &jpeg);
    uint32_t block = (uint32_t)(20 + 12 + jpeg.len);
    buffer_append(record,
                  "FAC\0"
                  "010\0",
                  8);
    append_be(record, 14 + block, 4);
    append_be(record, 1, 2); /* faces */

    append_be(record, block, 4);
    append_be(record, 0, 2); /* feature points */
    append_be(record, holder->sex == 'M' ? 1 : holder->sex == 'F' ? 2 : 0, 1);
    append_be(record, 0, 1); /* eyes: unspecified */
    append_be(record, 0, 1); /* hair */
    append_be(record, 0, 3); /* properties */
    append_be(record, 0, 2); /* expression */
    append_be(record, 0, 3); /* pose */
    append_be(record, 0, 3); /* its uncertainty */

    append_be(record, 1, 1); /* full frontal */
    append_be(record, 0, 1); /* JPEG */
    append_be(record, PORTRAIT_WIDTH, 2);
    append_be(record, PORTRAIT_HEIGHT, 2);
    append_be(record, 1, 1); /* sRGB */
    append_be(record, 0, 1); /* source: unspecified */
    append_be(record, 0, 2); /* device */
    append_be(record, 0, 2); /* quality */
    buffer_append(record, jpeg.data, jpeg.len);
    buffer_free(&jpeg);
}

void lds_write_dg2(const struct holder *holder, struct buffer *file)
{
    /* 9303-10 4.7.2: type 02 facial, subtype none, format owner 0101 (JTC 1/SC 37), format 0008. */
    static const uint8_t header[] = {0x81, 0x01, 0x02, 0x82, 0x01, 0x00, 0x87,
                                     0x02, 0x01, 0x01, 0x88, 0x02, 0x00, 0x08};
    static const uint8_t one = 1;
    struct buffer record = {0};
    struct buffer template = {0};
    struct buffer group = {0};
    struct buffer content = {0};
    facial_record(holder, &record);
    tlv_append(&template, 0xA1, (struct slice){header, sizeof(header)});
    wrap(&template, 0x5F2E, &record);
    tlv_append(&group, 0x02, (struct slice){&one, 1});
    wrap(&group, 0x7F60, &template);
    wrap(&content, 0x7F61, &group);
    wrap(file, 0x75, &content);
}

void lds_write_dg15(EVP_PKEY *key, struct buffer *file)
{
    uint8_t *der = NULL;
    int len = i2d_PUBKEY(key, &der);
    if (len <= 0) {
        die("OpenSSL: the public key cannot be written");
    }
    tlv_append(file, 0x6F, (struct slice){der, (size_t)len});
    OPENSSL_free(der);
}

static const EVP_MD *hash_of(const char *digest)
{
    const EVP_MD *md = EVP_get_digestbyname(digest);
    if (md == NULL) {
        die("OpenSSL: no hash named %s", digest);
    }
    return md;
}

static void append_group_hash(unsigned group, const struct buffer *file, const char *digest,
                              enum security_oddity oddity, struct buffer *hashes)
{
    uint8_t octets[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    struct buffer content = {0};
    const uint8_t number = oddity == SECURITY_NUMBER ? 0xFF : (uint8_t)group;
    if (EVP_Digest(file->data, file->len, octets, &len, hash_of(digest), NULL) != 1) {
        die("OpenSSL: a hash is not to be had");
    }
    if (oddity == SECURITY_HASH_SHORT) {
        len = 4;
    }
    tlv_append(&content, 0x02, (struct slice){&number, 1});
    tlv_append(&content, 0x04, (struct slice){octets, oddity == SECURITY_HASH_EMPTY ? 0 : len});
    wrap(hashes, 0x30, &content);
}

/* AlgorithmIdentifier without or with NULL parameters: 9303-10 4.6.2.3 lets readers take both. */
static void append_digest_algorithm(const char *digest, enum security_oddity oddity, struct buffer *out)
{
    static const uint8_t nowhere[] = {0x06, 0x09, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x86, 0x8D, 0x1F, 0x07};
    uint8_t *der = NULL;
    struct buffer content = {0};
    int len = i2d_ASN1_OBJECT(OBJ_nid2obj(EVP_MD_get_type(hash_of(digest))), &der);
    if (len <= 0) {
        die("OpenSSL: the hash has no identifier");
    }
    if (oddity == SECURITY_ALGORITHM) {
        buffer_append(&content, nowhere, sizeof(nowhere));
    } else {
        buffer_append(&content, der, (size_t)len);
    }
    if (oddity == SECURITY_DIGEST_NULL) {
        buffer_append(&content, "\x05", 2);
    }
    OPENSSL_free(der);
    wrap(out, 0x30, &content);
}

static void append_hashes(const struct document *document, const char *digest, enum security_oddity oddity,
                          struct buffer *out)
{
    struct buffer hashes = {0};
    for (unsigned group = LDS_DG1; group <= LDS_DG16; group++) {
        const struct buffer *file = &document->files[group];
        if (file->len == 0 || (group == LDS_DG1 && oddity == SECURITY_NO_DG1)) {
            continue;
        }
        append_group_hash(group, file, digest, group == LDS_DG1 ? oddity : SECURITY_SOUND, &hashes);
        if (group == LDS_DG1 && oddity == SECURITY_TWICE) { /* a second one, of DG2's content */
            append_group_hash(group, &document->files[LDS_DG2], digest, oddity, &hashes);
        }
    }
    if (oddity == SECURITY_EMPTY) {
        hashes.len = 0;
    }
    wrap(out, 0x30, &hashes);
}

void lds_write_security_object(const struct document *document, enum lds_version version, const char *digest,
                               enum security_oddity oddity, struct buffer *der)
{
    const uint8_t number = oddity == SECURITY_VERSION ? 7 : version == LDS_1_7 ? 0 : 1;
    struct buffer content = {0};
    if (oddity == SECURITY_MD5) {
        digest = "MD5";
    }
    tlv_append(&content, 0x02, (struct slice){&number, 1});
    append_digest_algorithm(digest, oddity, &content);
    append_hashes(document, digest, oddity, &content);
    if (version == LDS_1_8) {
        struct buffer info = {0};
        tlv_append(&info, 0x13, text("0108"));
        tlv_append(&info, 0x13, text("040000"));
        wrap(&content, 0x30, &info);
    }
    wrap(der, 0x30, &content);
    if (oddity == SECURITY_TRAILING) {
        buffer_append(der, "\0\0\0\0", 4);
    }
}
