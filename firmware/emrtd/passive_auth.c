#include "emrtd/passive_auth.h"

#include "crypto/memory.h"
#include "trust/certificate.h"

/* The DSC's key over the signed attributes, and through them over the LDSSecurityObject (RFC 5652 5.4). */
static void verify_signature(const struct lds_sod *sod, const struct certificate *signer, struct passive_auth *result)
{
    if (signer->key.type == KEY_NONE) {
        result->signature_status = DR_ERR_UNSUPPORTED;
        return;
    }
    result->signature_status = cms_verify(&sod->cms, &sod->signer, &signer->key);
    if (result->signature_status == DR_OK) {
        result->signature = HARDENED_YES;
    }
}

void passive_auth_verify(const struct lds_sod *sod, const struct csca_store *store, int64_t now,
                         uint8_t block[BLOCK_TREE_BLOCK], struct passive_auth *result)
{
    struct certificate signer;

    memset(result, 0, sizeof *result);
    result->signature = HARDENED_NO;
    result->genuine = HARDENED_NO;
    result->chain.trusted = HARDENED_NO;
    result->chain.reason = CHAIN_CSCA_UNKNOWN;
    result->signature_status = DR_ERR_SIGNATURE;

    if (sod->signer_certificate.len == 0) {
        result->sod = DR_ERR_NOT_FOUND; /* no DSC inside, and none known otherwise */
        return;
    }
    result->sod = certificate_read(sod->signer_certificate, &signer);
    if (result->sod == DR_ERR_UNSUPPORTED) {
        result->sod = DR_OK; /* its key or algorithm: the checks below say so */
    }
    if (result->sod != DR_OK) {
        return;
    }
    memcpy(result->signer_country, signer.issuer_country, sizeof result->signer_country);

    verify_signature(sod, &signer, result);
    chain_verify(&signer, store, now, block, &result->chain);

    if (hardened_is_yes(&result->signature) && hardened_is_yes(&result->chain.trusted)) {
        if (result->signature_status == DR_OK && result->chain.reason == CHAIN_OK) {
            result->genuine = HARDENED_YES;
        }
    }
}

hardened passive_auth_group(const struct lds_sod *sod, unsigned group, const uint8_t *digest)
{
    hardened verdict = HARDENED_NO;
    size_t size = hash_size(sod->digest);

    if (group < 1 || group > LDS_GROUPS || size == 0 || sod->group_hash[group].len != size) {
        return verdict;
    }
    if (crypto_equal(sod->group_hash[group].data, digest, size)) {
        /* Once more: a skipped comparison must not be enough. */
        if (crypto_equal(digest, sod->group_hash[group].data, size)) {
            verdict = HARDENED_YES;
        }
    }
    return verdict;
}
