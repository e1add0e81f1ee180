/* A personalised document: what is printed on it, and what its chip holds. */
#ifndef PASSPORT_SIM_ISSUER_DOCUMENT_H
#define PASSPORT_SIM_ISSUER_DOCUMENT_H

#include "issuer/mechanisms.h"
#include "util/buffer.h"

#include <openssl/evp.h>

#define MRZ_LINE 44U /* the longest: TD3 (ICAO 9303-4 4.2) */
#define MRZ_LINES 3U /* the most: TD1 (9303-5 4.2); an unused line is empty */
#define MRZ_INFORMATION 48U

/* Elementary files (ICAO 9303-10 4). DGn has the value n. */
enum lds_file {
    LDS_DG1 = 1,
    LDS_DG2 = 2,
    LDS_DG3 = 3,
    LDS_DG4 = 4,
    LDS_DG14 = 14,
    LDS_DG15 = 15,
    LDS_DG16 = 16,
    LDS_COM,
    LDS_SOD,
    LDS_ATR, /* these lie in the MF */
    LDS_CARD_ACCESS,
    LDS_CARD_SECURITY,
    LDS_FILES
};

struct lds_file_info {
    uint16_t fid;
    uint8_t sfi;
    uint8_t tag;      /* outer tag */
    bool in_mf;       /* the MF holds it, not the application */
    const char *name; /* file name when exported: "EF_SOD", "DG1" */
};
/* Files of the MF and the eMRTD application (9303-10 3.11, 4.2, table 38 and 39). NULL for numbers that are none. */
const struct lds_file_info *lds_file_info(unsigned file);

struct document_ca_key {
    struct ca_offer offer;
    EVP_PKEY *key; /* NULL: a clone that has the public key only */
};

struct document {
    char printed[MRZ_LINES][MRZ_LINE + 1]; /* what an optical reader sees */
    char access[MRZ_INFORMATION];          /* MRZ information that the chip's keys come from (9303-11 9.7.3) */
    struct buffer files[LDS_FILES];        /* empty: not on the chip */
    struct mechanisms mechanisms;
    EVP_PKEY *active_auth_key; /* NULL: no Active Authentication */
    struct document_ca_key ca_keys[OFFERS_MAX];
    EVP_PKEY *cam_key; /* for the chip authentication mapping */
};

void document_free(struct document *document);

#endif
