#include "issuer/personalise.h"

#include "chip/pace_scheme.h"
#include "issuer/cms.h"
#include "issuer/security_infos.h"
#include "util/der.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

/* Who the forgeries claim to be. */
static const struct holder impostor = {"MORGAN", "VICTOR", "750921", 'M', 1};
/* Whose page the chip of `wrong-mrz` was glued into. */
static const struct holder other_page = {"LINDGREN", "INGRID", "690228", 'F', 2};
#define OTHER_NUMBER "UT7714450"

static struct mrz_fields fields_of(const struct vault *vault, const struct profile *profile)
{
    struct mrz_fields fields = {.holder = profile->holder, .number = profile->number, .format = profile->format};
    fields.issuing_state = profile->issuing_state != NULL ? profile->issuing_state : "UTO";
    int year = profile->term == TERM_CURRENT ? vault->year + 9 : vault->year - 1;
    snprintf(fields.expiry, sizeof(fields.expiry), "%02u%s", (unsigned)year % 100U,
             profile->term == TERM_CURRENT ? "0214" : "1114");
    return fields;
}

/* The number's check digit, wrong on the chip alone: a page with a wrong one is never taken for a zone. */
static void spoil_check_digit(const struct profile *profile, char lines[MRZ_LINES][MRZ_LINE + 1])
{
    if (profile->data == DATA_DG1_CHECK_DIGIT) {
        lines[1][9] = lines[1][9] == '9' ? '0' : (char)(lines[1][9] + 1);
    }
}

/* Keys of chips are shared by all that have the same kind: making one takes long, and no rule needs them to differ. */
static EVP_PKEY *chip_key(struct vault *vault, const char *use, const char *specification)
{
    char name[64];
    snprintf(name, sizeof(name), "chip-%s-%s", use, strchr(specification, ':') + 1);
    EVP_PKEY *key = vault_key(vault, name, specification);
    EVP_PKEY_up_ref(key);
    return key;
}

static EVP_PKEY *active_auth_key(struct vault *vault, const struct profile *profile)
{
    if (profile->data == DATA_DG15_SMALL) {
        return chip_key(vault, "aa", "rsa:512");
    }
    switch (profile->mechanisms.active_auth) {
    case AA_NONE:
        return NULL;
    case AA_RSA1536: /* its answer fits a short protected response (ICAO 9303-11 6.1.4) */
    case AA_RSA1536_SHA1:
        return chip_key(vault, "aa", "rsa:1536");
    case AA_RSA2048:
        return chip_key(vault, "aa", "rsa:2048");
    case AA_P256:
        return chip_key(vault, "aa", "ec:P-256");
    case AA_BRAINPOOL256:
        return chip_key(vault, "aa", "ec:brainpoolP256r1");
    case AA_P384:
        return chip_key(vault, "aa", "ec:P-384");
    }
    return NULL;
}

static void make_keys(struct vault *vault, const struct profile *profile, struct document *document)
{
    char specification[64];
    char use[16];
    document->active_auth_key = active_auth_key(vault, profile);
    for (unsigned i = 0; i < OFFERS_MAX && profile->mechanisms.ca[i].kind != CA_NO_KEY; i++) {
        const struct ca_offer *offer = &profile->mechanisms.ca[i];
        const char *form = offer->kind == CA_ECDH ? "ec" : offer->kind == CA_DH ? "dhx" : "dh";
        snprintf(specification, sizeof(specification), "%s:%s", form, offer->curve);
        snprintf(use, sizeof(use), "ca%u", i);
        document->ca_keys[i].offer = *offer;
        document->ca_keys[i].key = chip_key(vault, use, specification);
    }
    for (unsigned i = 0; i < OFFERS_MAX; i++) {
        if (profile->mechanisms.pace[i].mapping == PACE_ECDH_CAM) {
            snprintf(specification, sizeof(specification), "named:%s",
                     pace_curve_name(profile->mechanisms.pace[i].parameter_id));
            document->cam_key = chip_key(vault, "cam", specification);
        }
    }
}

static void write_card_security(struct vault *vault, const struct profile *profile, struct document *document)
{
    struct buffer infos = {0};
    struct buffer *file = &document->files[LDS_CARD_SECURITY];
    enum info_oddity oddity = profile->mechanisms.oddity;
    if (document->cam_key == NULL || oddity == INFO_CAM_MISSING) {
        return;
    }
    EVP_PKEY *other = oddity == INFO_CAM_OTHER_KEY ? EVP_EC_gen("brainpoolP256r1") : NULL;
    security_infos_card_security(document, other != NULL ? other : document->cam_key, &infos);
    cms_sign(vault, profile->signer, CMS_PLAIN, OID_SECURITY_OBJECT, buffer_view(&infos), file);
    file->data[file->len - 1] ^= oddity == INFO_CAM_UNSIGNED ? 0x01 : 0x00;
    EVP_PKEY_free(other);
    buffer_free(&infos);
}

static void write_groups(struct vault *vault, const struct profile *profile, struct document *document)
{
    char lines[MRZ_LINES][MRZ_LINE + 1];
    struct mrz_fields fields = fields_of(vault, profile);
    const struct dsc *dsc = dsc_row(profile->signer);
    struct buffer security_object = {0};

    document->mechanisms = profile->mechanisms;
    mrz_compose(&fields, lines);
    mrz_information(lines, document->access);
    spoil_check_digit(profile, lines);
    make_keys(vault, profile, document);
    lds_write_dg1(lines, &document->files[LDS_DG1]);
    lds_write_dg2(profile->holder, &document->files[LDS_DG2]);
    security_infos_card_access(document, &document->files[LDS_CARD_ACCESS]);
    security_infos_dg14(document, &document->files[LDS_DG14]);
    security_infos_atr(document, &document->files[LDS_ATR]);
    if (document->active_auth_key != NULL) {
        lds_write_dg15(document->active_auth_key, &document->files[LDS_DG15]);
    }
    fault_before_signing(profile->data, document);
    lds_write_com(document, profile->version, &document->files[LDS_COM]);
    lds_write_security_object(document, profile->version, dsc->group_digest != NULL ? dsc->group_digest : dsc->digest,
                              profile->security, &security_object);
    sod_sign(vault, profile->signer, profile->cms, buffer_view(&security_object), &document->files[LDS_SOD]);
    write_card_security(vault, profile, document);
    buffer_free(&security_object);
}

/* The forger writes another name into DG1; number and dates stay, so that the chip still opens. */
static void altered_dg1(const struct vault *vault, const struct profile *profile, struct buffer *file)
{
    char lines[MRZ_LINES][MRZ_LINE + 1];
    struct mrz_fields fields = fields_of(vault, profile);
    fields.holder = &impostor;
    mrz_compose(&fields, lines);
    lds_write_dg1(lines, file);
}

/* EF.SOD of the first profile: a sound one, of another document. */
static void take_other_sod(struct vault *vault, struct document *document)
{
    struct document other = {0};
    write_groups(vault, profile_next(NULL), &other);
    document->files[LDS_SOD].len = 0;
    buffer_append(&document->files[LDS_SOD], other.files[LDS_SOD].data, other.files[LDS_SOD].len);
    document_free(&other);
}

const char *personalise_printed(const struct vault *vault, const struct profile *profile,
                                char lines[MRZ_LINES][MRZ_LINE + 1])
{
    if (profile->data == DATA_SPECIMEN) {
        return specimen_printed(lines);
    }
    struct mrz_fields fields = fields_of(vault, profile);
    switch (profile->data) {
    case DATA_DG1_ALTERED:
    case DATA_SOD_ALTERED:
        fields.holder = &impostor;
        break;
    case DATA_PRINTED_OTHER:
        fields.holder = &other_page;
        fields.number = OTHER_NUMBER;
        break;
    case DATA_PRINTED_STATE:
        fields.issuing_state = "XXB";
        break;
    default:
        break;
    }
    mrz_compose(&fields, lines);
    return NULL;
}

const char *personalise(struct vault *vault, const struct profile *profile, struct document *document)
{
    struct buffer altered = {0};
    if (profile->data == DATA_SPECIMEN) {
        return specimen_document(document);
    }
    vault_lock(vault);
    write_groups(vault, profile, document);
    if (profile->data == DATA_SOD_OTHER) {
        take_other_sod(vault, document);
    }
    vault_unlock(vault);
    altered_dg1(vault, profile, &altered);
    fault_after_signing(profile->data, dsc_row(profile->signer)->digest, &altered, document);
    buffer_free(&altered);
    return personalise_printed(vault, profile, document->printed);
}
