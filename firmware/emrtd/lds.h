/* Logical data structure: files of the eMRTD application and their formats (ICAO 9303-10 4). */
#ifndef DOCREV_EMRTD_LDS_H
#define DOCREV_EMRTD_LDS_H

#include "codec/mrz.h"
#include "codec/tlv.h"
#include "crypto/hash.h"
#include "trust/cms.h"

/* Elementary files. DGn has the value n. */
enum lds_file {
    LDS_DG1 = 1,
    LDS_DG2 = 2,
    LDS_DG3,
    LDS_DG4,
    LDS_DG5,
    LDS_DG6,
    LDS_DG7,
    LDS_DG8,
    LDS_DG9,
    LDS_DG10,
    LDS_DG11,
    LDS_DG12,
    LDS_DG13,
    LDS_DG14,
    LDS_DG15,
    LDS_DG16,
    LDS_COM,
    LDS_SOD,
    LDS_CARD_ACCESS,   /* in the MF */
    LDS_CARD_SECURITY, /* in the MF */
    LDS_FILE_COUNT
};

/* File identifier, short identifier and outer tag (9303-10 4.7, Table 39; tag 0 for files of SecurityInfos: SET or SEQUENCE). */
struct lds_file_info {
    uint16_t fid;
    uint8_t sfid;
    uint16_t tag;
    const char *name; /* "EF.SOD", "DG1" */
};
const struct lds_file_info *lds_file_info(enum lds_file file);

/* EF.COM (9303-10 4.6.1): not signed, so nothing but a hint. Bit n of *groups: DGn is listed. */
enum dr_status lds_read_com(struct bytes file, uint32_t *groups);

/* DG1: the MRZ (9303-10 4.7.1; tag 61 around 5F1F), parsed with its check digits. */
enum dr_status lds_read_dg1(struct bytes file, struct mrz *mrz);

#define LDS_GROUPS 16U

/* EF.SOD opened (9303-10 4.6.2): views into the file. */
struct lds_sod {
    struct cms cms;
    struct cms_signer signer;                /* the only one */
    struct bytes signer_certificate;         /* DER of the DSC that the sid names; empty when the file has none */
    uint8_t version;                         /* of the LDSSecurityObject: 0 or 1 */
    enum hash_algorithm digest;              /* of the group hashes */
    struct bytes group_hash[LDS_GROUPS + 1]; /* index = group number; empty when not listed */
    bool icao_content_type;                  /* eContentType is 2.23.136.1.1.1, not one of the known national ones */
};

/* DR_ERR_MALFORMED (duplicates, group numbers outside 1..16 and wrong hash lengths included), DR_ERR_UNSUPPORTED. */
enum dr_status lds_read_sod(struct bytes file, struct lds_sod *sod);

/*
 * Before EF.SOD or EF.CardSecurity is read: joins a content that its issuer wrote in pieces (BER, trust/cms.h), in place. Any
 * other file stays as it is; what is wrong with one is told when it is read.
 */
void lds_flatten(uint8_t *file, size_t len);

#endif
