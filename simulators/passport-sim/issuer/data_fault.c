/* What is wrong with the files. */
#include "issuer/personalise.h"
#include "util/der.h"

#include <openssl/evp.h>
#include <string.h>

static void replace(struct buffer *file, const char *octets, size_t len)
{
    file->len = 0;
    buffer_append(file, octets, len);
}

/* Files begin with a tag of one octet and, as long as they are short, a length of one. */
static void spoil_dg1(enum data_fault fault, struct buffer *dg1)
{
    switch (fault) {
    case DATA_DG1_TAG:
        dg1->data[0] = 0x62;
        break;
    case DATA_DG1_SHORT:
        dg1->data[1] -= 8;
        break;
    case DATA_DG1_LONG:
        dg1->data[1] += 8;
        break;
    case DATA_DG1_NO_MRZ:
        dg1->data[3] = 0x1E; /* 5F1F becomes 5F1E */
        break;
    case DATA_DG1_EMPTY:
        replace(dg1, "\x61", 2);
        break;
    case DATA_DG1_CUT_ZONE:
        dg1->len -= 8;
        dg1->data[1] -= 8;
        dg1->data[4] -= 8;
        break;
    case DATA_DG1_CHARACTERS:
        dg1->data[5 + 7] = 0x07;
        break;
    case DATA_DG1_INDEFINITE:
        dg1->data[1] = 0x80;
        buffer_append(dg1, "\0\0", 2);
        break;
    default:
        break;
    }
}

void fault_before_signing(enum data_fault fault, struct document *document)
{
    struct buffer *dg14 = &document->files[LDS_DG14];
    struct buffer *dg15 = &document->files[LDS_DG15];
    spoil_dg1(fault, &document->files[LDS_DG1]);
    switch (fault) {
    case DATA_DG14_TAG:
        dg14->data[0] = 0x6F;
        break;
    case DATA_DG14_SHORT: /* 6E 82 xx xx: one octet of length less */
        dg14->data[dg14->data[1] == 0x82 ? 3 : dg14->data[1] == 0x81 ? 2 : 1] ^= 0x01;
        break;
    case DATA_DG15_TAG:
        dg15->data[0] = 0x6E;
        break;
    case DATA_DG15_GARBAGE:
        replace(dg15, "\x6F\x04\x5A\x5A\x5A\x5A", 6);
        break;
    default:
        break;
    }
}

static void digest_of(const struct buffer *file, const char *digest, uint8_t out[EVP_MAX_MD_SIZE], unsigned *len)
{
    if (EVP_Digest(file->data, file->len, out, len, EVP_get_digestbyname(digest), NULL) != 1) {
        die("OpenSSL: a hash is not to be had");
    }
}

static void replace_hash(struct buffer *sod, const uint8_t *old, const uint8_t *new, size_t len)
{
    for (size_t i = 0; i + len <= sod->len; i++) {
        if (memcmp(sod->data + i, old, len) == 0) {
            memcpy(sod->data + i, new, len);
            return;
        }
    }
    die("EF.SOD does not hold the hash of DG1");
}

/* The same value behind a length of five octets. */
static void lengthen(struct buffer *file)
{
    struct slice rest = buffer_view(file);
    struct tlv object;
    struct buffer longer = {0};
    if (!tlv_next(&rest, &object)) {
        die("EF.SOD is no object");
    }
    const uint8_t header[] = {0x77,
                              0x84,
                              0x00,
                              (uint8_t)(object.value.len >> 16),
                              (uint8_t)(object.value.len >> 8),
                              (uint8_t)object.value.len};
    buffer_append(&longer, header, sizeof(header));
    buffer_append(&longer, object.value.data, object.value.len);
    buffer_free(file);
    *file = longer;
}

static void forget(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
    *key = NULL;
}

static void strip(struct document *document, enum lds_file file)
{
    document->files[file].len = 0;
    if (file == LDS_DG15) {
        forget(&document->active_auth_key);
    }
    for (unsigned i = 0; file == LDS_DG14 && i < OFFERS_MAX; i++) {
        forget(&document->ca_keys[i].key);
        document->ca_keys[i].offer = (struct ca_offer){0};
    }
}

/* A copy has all files; of the keys it has public halves only, and makes up others where it must sign. */
static void make_clone(struct document *document)
{
    for (unsigned i = 0; i < OFFERS_MAX; i++) {
        forget(&document->ca_keys[i].key);
    }
    forget(&document->cam_key);
    if (document->active_auth_key != NULL) {
        bool rsa = EVP_PKEY_is_a(document->active_auth_key, "RSA");
        EVP_PKEY *other =
            rsa ? EVP_RSA_gen((unsigned)EVP_PKEY_get_bits(document->active_auth_key)) : EVP_EC_gen("P-256");
        forget(&document->active_auth_key);
        document->active_auth_key = other;
    }
}

static void other_dg15(struct document *document)
{
    forget(&document->active_auth_key);
    document->active_auth_key = EVP_RSA_gen(1536);
    document->files[LDS_DG15].len = 0;
    if (document->active_auth_key == NULL) {
        die("OpenSSL: no key");
    }
    lds_write_dg15(document->active_auth_key, &document->files[LDS_DG15]);
}

void fault_after_signing(enum data_fault fault, const char *digest, const struct buffer *altered,
                         struct document *document)
{
    uint8_t before[EVP_MAX_MD_SIZE];
    uint8_t after[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    struct buffer *sod = &document->files[LDS_SOD];
    struct buffer *dg1 = &document->files[LDS_DG1];
    switch (fault) {
    case DATA_SOD_ALTERED:
        digest_of(dg1, digest, before, &len);
        digest_of(altered, digest, after, &len);
        replace_hash(sod, before, after, len);
        replace(dg1, (const char *)altered->data, altered->len);
        break;
    case DATA_DG1_ALTERED:
        replace(dg1, (const char *)altered->data, altered->len);
        break;
    case DATA_SOD_SIGNATURE: /* the signature is the last element of the file */
        sod->data[sod->len - 1] ^= 0x01;
        break;
    case DATA_SOD_TRUNCATED:
        sod->len -= sod->len / 3;
        break;
    case DATA_SOD_MISSING:
        sod->len = 0;
        break;
    case DATA_SOD_TAG:
        sod->data[0] = 0x78;
        break;
    case DATA_SOD_EMPTY:
        replace(sod, "\x77", 2);
        break;
    case DATA_SOD_TRAILING:
        buffer_append(sod, "\0\0\0\0\0\0\0\0", 8);
        break;
    case DATA_SOD_LONG_FORM:
        lengthen(sod);
        break;
    case DATA_DG1_MISSING:
        dg1->len = 0;
        break;
    case DATA_DG1_TRAILING:
        buffer_append(dg1, "\0\0\0\0\0\0\0\0", 8);
        break;
    case DATA_COM_MISSING:
        document->files[LDS_COM].len = 0;
        break;
    case DATA_COM_LIES: /* DG2 and DG11 in place of the groups there are */
        replace(&document->files[LDS_COM],
                "\x60\x14\x5F\x01\x04"
                "0107\x5F\x36\x06"
                "040000\x5C\x02\x75\x6B",
                22);
        break;
    case DATA_DG14_STRIPPED:
        strip(document, LDS_DG14);
        break;
    case DATA_DG15_STRIPPED:
        strip(document, LDS_DG15);
        break;
    case DATA_DG15_OTHER:
        other_dg15(document);
        break;
    case DATA_CLONE:
        make_clone(document);
        break;
    default: /* the page, or before signing */
        break;
    }
}
