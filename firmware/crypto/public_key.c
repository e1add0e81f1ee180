#include "crypto/public_key.h"

#include "crypto/ecdsa.h"
#include "crypto/rsa_verify.h"

enum dr_status public_key_verify(const struct public_key *key, const struct signature_algorithm *algorithm,
                                 struct bytes digest, struct bytes signature)
{
    if (hash_size(algorithm->hash) == 0) {
        return DR_ERR_UNSUPPORTED;
    }
    if (digest.len != hash_size(algorithm->hash)) {
        return DR_ERR_ARGUMENT;
    }
    switch (algorithm->scheme) {
    case SIGNATURE_RSA_PKCS1:
        /* A key bound to PSS is not used otherwise (RFC 4055 1.2). */
        if (key->type != KEY_RSA || key->rsa_pss_only) {
            return DR_ERR_SIGNATURE;
        }
        return rsa_verify(key, algorithm, digest, signature);
    case SIGNATURE_RSA_PSS:
        if (key->type != KEY_RSA) {
            return DR_ERR_SIGNATURE;
        }
        if (hash_size(algorithm->mgf1_hash) == 0) {
            return DR_ERR_UNSUPPORTED;
        }
        return rsa_verify(key, algorithm, digest, signature);
    case SIGNATURE_ECDSA:
    case SIGNATURE_ECDSA_PLAIN:
        if (key->type != KEY_EC) {
            return DR_ERR_SIGNATURE;
        }
        return ecdsa_verify(key, algorithm->scheme == SIGNATURE_ECDSA_PLAIN, digest, signature);
    case SIGNATURE_NONE:
        break;
    }
    return DR_ERR_UNSUPPORTED;
}
