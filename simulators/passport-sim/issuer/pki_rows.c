/* Who signs: country signing CAs and document signers. */
#include "issuer/pki.h"

static const struct csca cscas[CSCA_COUNT] = {
    [CSCA_RSA] = {"csca-rsa4096", "rsa:4096", "SHA256", "CSCA Utopia", .published = true},
    [CSCA_PSS] = {"csca-rsa3072-pss", "rsa:3072", "SHA256", "CSCA Utopia II", .pss = true, .published = true},
    [CSCA_BRAINPOOL] = {"csca-brainpoolP384r1", "ec:brainpoolP384r1", "SHA384", "CSCA Utopia III", .published = true},
    [CSCA_P521] = {"csca-p521", "ec:P-521", "SHA512", "CSCA Utopia IV", .published = true},
    [CSCA_REKEYED] = {"csca-rekeyed", "rsa:3072", "SHA256", "CSCA Utopia"},
    [CSCA_RENAMED] = {"csca-renamed", "ec:brainpoolP256r1", "SHA256", "CSCA Utopia V"},
    [CSCA_FORGER] = {"csca-forger", "rsa:3072", "SHA256", "CSCA Utopia"},
    [CSCA_FORGER_KEY_ID] = {"csca-forger-key-id", "rsa:2048", "SHA256", "CSCA Utopia"},
    [CSCA_FORGER_LINK] = {"csca-forger-link", "rsa:2048", "SHA256", "CSCA Utopia VI"},
    [CSCA_REVOKED] = {"csca-revoked", "ec:P-256", "SHA256", "CSCA Utopia VII", .published = true},
    [CSCA_OTHER_STATE] = {"csca-other-state", "ec:P-256", "SHA256", "CSCA Sample", .country = "XB", .published = true},
};

/* A document signer signs for three months and its documents live ten years (9303-12 4.1.2). */
#define SIGNS_THREE_MONTHS .from_years = -1, .from_day = "0101", .to_years = 9, .to_day = "0401"
#define DIGITAL_SIGNATURE .key_usage = "digitalSignature"
#define SIGNER(name_, key_, digest_, csca_, ...)                                                                       \
    {                                                                                                                  \
        .name = (name_), .key = (key_), .digest = (digest_), .csca = (csca_), DIGITAL_SIGNATURE, SIGNS_THREE_MONTHS,   \
        __VA_ARGS__                                                                                                    \
    }

static const struct dsc dscs[DSC_COUNT] = {
    [DSC_P256] = SIGNER("dsc-p256", "ec:P-256", "SHA256", CSCA_RSA, .pss = false),
    [DSC_PSS] = SIGNER("dsc-rsa2048-pss", "rsa:2048", "SHA256", CSCA_PSS, .pss = true),
    [DSC_BRAINPOOL] = SIGNER("dsc-brainpoolP256r1", "ec:brainpoolP256r1", "SHA256", CSCA_BRAINPOOL, .pss = false),
    [DSC_EXPIRED] = {"dsc-expired", "ec:P-256", "SHA256", .csca = CSCA_RSA, DIGITAL_SIGNATURE, .from_years = -3,
                     .from_day = "0101", .to_years = -1, .to_day = "0630"},
    [DSC_FORGER] = SIGNER("dsc-forger", "ec:P-256", "SHA256", CSCA_FORGER, .pss = false),
    [DSC_CA_KEY_USAGE] = {"dsc-key-usage", "ec:P-256", "SHA256", .csca = CSCA_RSA, .key_usage = "keyCertSign,cRLSign",
                          SIGNS_THREE_MONTHS},
    [DSC_RSA_SHA1] = SIGNER("dsc-rsa2048-sha1", "rsa:2048", "SHA1", CSCA_RSA, .group_digest = "SHA1"),
    [DSC_RSA_SHA512] = SIGNER("dsc-rsa3072-sha512", "rsa:3072", "SHA256", CSCA_RSA, .group_digest = "SHA512"),
    [DSC_P384] = SIGNER("dsc-p384", "ec:P-384", "SHA384", CSCA_P521, .pss = false),
    [DSC_P521] = SIGNER("dsc-p521", "ec:P-521", "SHA512", CSCA_P521, .pss = false),
    [DSC_BRAINPOOL512] = SIGNER("dsc-brainpoolP512r1", "ec:brainpoolP512r1", "SHA512", CSCA_BRAINPOOL, .pss = false),
    [DSC_NAMED_CURVE] = SIGNER("dsc-named-curve", "named:P-256", "SHA256", CSCA_RSA, .pss = false),
    [DSC_NO_AKI] = SIGNER("dsc-no-aki", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_NO_AKI),
    [DSC_BY_KEY_ID] = SIGNER("dsc-by-key-id", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_ISSUER_NAME),
    [DSC_REKEYED] = SIGNER("dsc-rekeyed", "ec:P-256", "SHA256", CSCA_REKEYED, .pss = false),
    [DSC_RENAMED] = SIGNER("dsc-renamed", "ec:P-256", "SHA256", CSCA_RENAMED, .pss = false),
    [DSC_REVOKED] = SIGNER("dsc-revoked", "ec:P-256", "SHA256", CSCA_RSA, .revoked = true),
    [DSC_UNDER_REVOKED] = SIGNER("dsc-under-revoked", "ec:P-256", "SHA256", CSCA_REVOKED, .pss = false),
    [DSC_FORGER_KEY_ID] = SIGNER("dsc-forger-key-id", "ec:P-256", "SHA256", CSCA_FORGER_KEY_ID, .pss = false),
    [DSC_FORGER_LINK] = SIGNER("dsc-forger-link", "ec:P-256", "SHA256", CSCA_FORGER_LINK, .pss = false),
    [DSC_NOT_YET] = {"dsc-not-yet", "ec:P-256", "SHA256", .csca = CSCA_RSA, DIGITAL_SIGNATURE, .from_years = 2,
                     .from_day = "0101", .to_years = 11, .to_day = "0401"},
    [DSC_NO_KEY_USAGE] = {"dsc-no-key-usage", "ec:P-256", "SHA256", .csca = CSCA_RSA, SIGNS_THREE_MONTHS},
    [DSC_IS_CA] = SIGNER("dsc-is-ca", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_CA),
    [DSC_EKU] = SIGNER("dsc-eku", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_EKU),
    [DSC_CRITICAL] = SIGNER("dsc-critical", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_CRITICAL),
    [DSC_SPOILT] = SIGNER("dsc-spoilt", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_SIGNATURE),
    [DSC_ALGORITHMS] = SIGNER("dsc-algorithms", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_ALGORITHMS),
    [DSC_MD5] = SIGNER("dsc-md5", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_MD5),
    [DSC_SMALL_KEY] = SIGNER("dsc-rsa768", "rsa:768", "SHA256", CSCA_RSA, .pss = false),
    [DSC_OTHER_COUNTRY] = SIGNER("dsc-other-country", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_COUNTRY),
    [DSC_OTHER_TYPES] = SIGNER("dsc-other-types", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_TYPES),
    [DSC_WRONG_AKI] = SIGNER("dsc-wrong-aki", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_WRONG_AKI),
    [DSC_V1] = SIGNER("dsc-v1", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_V1),
    [DSC_UNDER_DSC] = SIGNER("dsc-under-dsc", "ec:P-256", "SHA256", CSCA_RSA, .oddities = ODD_UNDER_DSC),
    [DSC_OTHER_STATE] = SIGNER("dsc-other-state", "ec:P-256", "SHA256", CSCA_OTHER_STATE, .oddities = ODD_COUNTRY),
};

const struct csca *csca_row(enum csca_id id)
{
    return &cscas[id];
}

const struct dsc *dsc_row(enum dsc_id id)
{
    return &dscs[id];
}
