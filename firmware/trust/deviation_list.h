/* Deviation lists (ICAO 9303-12 10): CMS SignedData in which a state tells what is wrong with documents it has issued. */
#ifndef DOCREV_TRUST_DEVIATION_LIST_H
#define DOCREV_TRUST_DEVIATION_LIST_H

#include "trust/cms.h"
#include "trust/deviation.h"

/* Views point into the list's octets. */
struct deviation_list {
    struct cms cms;
    enum hash_algorithm digest; /* of certificateDigest; HASH_NONE when the list names none */
    struct bytes deviations;    /* content of the SET: iterate with deviation_list_next */
};

/* One Deviation: documents and what is wrong with them. */
struct deviation {
    struct bytes document_type; /* empty: any */
    enum deviation_signer by;
    struct bytes issuer, serial; /* DEVIATION_BY_SERIAL: Name, whole, and INTEGER content as it stands */
    struct bytes signer_id;      /* DEVIATION_BY_KEY_ID and _BY_DIGEST */
    bool has_period;             /* of issue, which no file of a chip proves */
    int64_t first_issued, last_issued;
    bool has_numbers;
    struct bytes numbers;      /* content of SET OF PrintableString */
    struct bytes descriptions; /* content of the SET: iterate with deviation_next_description */
};

/* Reads the list, which must fill `der`. DR_ERR_UNSUPPORTED when it is signed data of another kind, of another version, or with
 * its content in pieces (cms_flatten helps). */
enum dr_status deviation_list_read(struct bytes der, struct deviation_list *list);

/* Start with *rest = list->deviations; DR_ERR_NOT_FOUND at the end, DR_ERR_MALFORMED. */
enum dr_status deviation_list_next(struct bytes *rest, struct deviation *deviation);

/* Start with *rest = deviation->descriptions. DR_ERR_UNSUPPORTED: a type (national use, a later edition) or a parameter not known;
 * *rest has moved on. */
enum dr_status deviation_next_description(struct bytes *rest, enum deviation_kind *kind, uint32_t *parameter);

/* Start with *rest = deviation->numbers; the characters as they stand. */
enum dr_status deviation_next_number(struct bytes *rest, struct bytes *number);

/* As master_list_verify, for the signer of deviation lists (extended key usage 2.23.136.1.1.8, 9303-12 7.1.1.3). */
enum dr_status deviation_list_verify(const struct deviation_list *list, struct certificate *signer);
bool deviation_list_signer_usage(const struct certificate *certificate);

#endif
