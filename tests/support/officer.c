#include "officer.h"

#include "trust/block_tree.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>

static const uint8_t sha256_oid[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
static const uint8_t ecdsa_with_sha256_oid[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02};

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void sha256(struct bytes data, uint8_t digest[32])
{
    unsigned len = 32;

    require(EVP_Digest(data.data, data.len, digest, &len, EVP_sha256(), NULL) == 1);
}

void officer_make(struct officer *officer)
{
    uint8_t *at = officer->spki, digest[32];
    int len;

    officer->key = EVP_EC_gen("P-256");
    require(officer->key != NULL);
    len = i2d_PUBKEY(officer->key, &at);
    require(len > 0 && (size_t)len <= sizeof officer->spki);
    officer->spki_len = (size_t)len;
    sha256(bytes_of(officer->spki, officer->spki_len), digest);
    memcpy(officer->key_id, digest, sizeof officer->key_id);
}

void officer_free(struct officer *officer)
{
    EVP_PKEY_free(officer->key);
    officer->key = NULL;
}

static void write_algorithm(struct der_writer *writer, const uint8_t *oid, size_t len)
{
    size_t sequence = der_write_open(writer, DER_SEQUENCE);

    der_write_item(writer, DER_OID, bytes_of(oid, len));
    der_write_close(writer, sequence);
}

static void write_attribute(struct der_writer *writer, enum oid_id attribute, uint8_t tag, struct bytes value)
{
    size_t sequence = der_write_open(writer, DER_SEQUENCE), set;

    der_write_item(writer, DER_OID, oid_octets(attribute));
    set = der_write_open(writer, DER_SET);
    der_write_item(writer, tag, value);
    der_write_close(writer, set);
    der_write_close(writer, sequence);
}

/* RFC 5652 5.3, 5.4: the signature covers the attributes tagged as SET, the file has them as [0]. */
static void write_signer(struct der_writer *writer, enum oid_id type, struct bytes content,
                         const struct officer *officer)
{
    uint8_t attributes[160], digest[32], signature[80];
    struct der_writer inner;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t len, signature_len = sizeof signature, sequence, set;

    sha256(content, digest);
    der_write_begin(&inner, attributes, sizeof attributes);
    set = der_write_open(&inner, DER_SET);
    write_attribute(&inner, OID_CONTENT_TYPE, DER_OID, oid_octets(type));
    write_attribute(&inner, OID_MESSAGE_DIGEST, DER_OCTET_STRING, bytes_of(digest, sizeof digest));
    der_write_close(&inner, set);
    require(der_write_finish(&inner, &len) == DR_OK);
    require(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, officer->key) == 1);
    require(EVP_DigestSign(context, signature, &signature_len, attributes, len) == 1);
    EVP_MD_CTX_free(context);

    sequence = der_write_open(writer, DER_SEQUENCE);
    der_write_uint64(writer, 3);
    der_write_item(writer, DER_CONTEXT_PRIMITIVE(0), bytes_of(officer->key_id, sizeof officer->key_id));
    write_algorithm(writer, sha256_oid, sizeof sha256_oid);
    attributes[0] = DER_CONTEXT(0);
    der_write_raw(writer, bytes_of(attributes, len));
    write_algorithm(writer, ecdsa_with_sha256_oid, sizeof ecdsa_with_sha256_oid);
    der_write_item(writer, DER_OCTET_STRING, bytes_of(signature, signature_len));
    der_write_close(writer, sequence);
}

size_t officers_sign(enum oid_id type, struct bytes content, const struct officer *const *signers, size_t count,
                     uint8_t out[OFFICER_CMS_MAX])
{
    struct der_writer writer;
    size_t content_info, tagged, signed_data, set, encapsulated, inner, len;

    der_write_begin(&writer, out, OFFICER_CMS_MAX);
    content_info = der_write_open(&writer, DER_SEQUENCE);
    der_write_item(&writer, DER_OID, oid_octets(OID_SIGNED_DATA));
    tagged = der_write_open(&writer, DER_CONTEXT(0));
    signed_data = der_write_open(&writer, DER_SEQUENCE);
    der_write_uint64(&writer, 3);
    set = der_write_open(&writer, DER_SET);
    write_algorithm(&writer, sha256_oid, sizeof sha256_oid);
    der_write_close(&writer, set);
    encapsulated = der_write_open(&writer, DER_SEQUENCE);
    der_write_item(&writer, DER_OID, oid_octets(type));
    inner = der_write_open(&writer, DER_CONTEXT(0));
    der_write_item(&writer, DER_OCTET_STRING, content);
    der_write_close(&writer, inner);
    der_write_close(&writer, encapsulated);
    set = der_write_open(&writer, DER_SET);
    for (size_t i = 0; i < count; i++) {
        write_signer(&writer, type, content, signers[i]);
    }
    der_write_close(&writer, set);
    der_write_close(&writer, signed_data);
    der_write_close(&writer, tagged);
    der_write_close(&writer, content_info);
    require(der_write_finish(&writer, &len) == DR_OK);
    return len;
}

static void write_text(struct der_writer *writer, const char *text)
{
    der_write_item(writer, DER_UTF8_STRING, bytes_of(text, strlen(text)));
}

static void write_role(struct der_writer *writer, const struct officer_role *role)
{
    size_t sequence = der_write_open(writer, DER_SEQUENCE), keys, key;

    der_write_uint64(writer, role->threshold);
    keys = der_write_open(writer, DER_SEQUENCE);
    for (size_t i = 0; i < role->count; i++) {
        key = der_write_open(writer, DER_SEQUENCE);
        der_write_item(writer, DER_OCTET_STRING, bytes_of(role->keys[i]->key_id, sizeof role->keys[i]->key_id));
        der_write_raw(writer, bytes_of(role->keys[i]->spki, role->keys[i]->spki_len));
        der_write_close(writer, key);
    }
    der_write_close(writer, keys);
    der_write_close(writer, sequence);
}

size_t officer_policy_write(const struct officer_policy *policy, uint8_t out[OFFICER_CMS_MAX])
{
    struct der_writer writer;
    size_t sequence, list, authority, len;

    der_write_begin(&writer, out, OFFICER_CMS_MAX);
    sequence = der_write_open(&writer, DER_SEQUENCE);
    der_write_uint64(&writer, 1);
    der_write_uint64(&writer, policy->number);
    write_text(&writer, "Utopia Border Guard");
    der_write_generalized_time(&writer, policy->this_update);
    der_write_generalized_time(&writer, policy->next_update);
    write_role(&writer, &policy->owner);
    list = der_write_open(&writer, DER_SEQUENCE);
    for (size_t i = 0; i < policy->authority_count; i++) {
        authority = der_write_open(&writer, DER_SEQUENCE);
        write_text(&writer, policy->authorities[i].list_id);
        write_text(&writer, "Ministry of Documents");
        write_text(&writer, "");
        write_role(&writer, &policy->authorities[i].role);
        der_write_item(&writer, DER_SEQUENCE, bytes_of(NULL, 0)); /* issuingStates: any */
        der_write_close(&writer, authority);
    }
    der_write_close(&writer, list);
    der_write_item(&writer, DER_SEQUENCE, bytes_of(NULL, 0)); /* rules */
    device_rules_write(&policy->device, &writer);
    der_write_close(&writer, sequence);
    require(der_write_finish(&writer, &len) == DR_OK);
    return len;
}

void officer_body(struct manifest *manifest, uint32_t leaves, uint8_t seed, uint8_t *out)
{
    uint8_t *hash = out + 18;

    require(leaves >= 2U && leaves <= BLOCK_TREE_ROOT_HASHES);
    memset(out, 0, BLOCK_TREE_BLOCK);
    out[0] = 1;
    out[1] = 1;
    put_be16(out + 2, (uint16_t)leaves);
    put_be32(out + 4, leaves);
    put_be16(out + 12, (uint16_t)leaves);
    for (uint32_t i = 0; i < leaves; i++) {
        uint8_t *leaf = out + (i + 1U) * BLOCK_TREE_BLOCK;

        for (size_t k = 0; k < BLOCK_TREE_BLOCK; k++) {
            leaf[k] = (uint8_t)(seed + 31U * i + k + k / 256U);
        }
        sha256(bytes_of(leaf, BLOCK_TREE_BLOCK), hash);
        hash += 32;
    }
    for (uint32_t i = 0; i < leaves; i++, hash += 3) { /* separators "A", "B", ... */
        hash[0] = 0;
        hash[1] = 1;
        hash[2] = (uint8_t)('A' + i);
    }
    manifest->block_size = BLOCK_TREE_BLOCK;
    manifest->body_length = (uint64_t)(leaves + 1U) * BLOCK_TREE_BLOCK;
    sha256(bytes_of(out, BLOCK_TREE_BLOCK), manifest->root);
}
