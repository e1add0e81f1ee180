/* Parts of SecurityInfos that several of its readers need. Internal to emrtd/. */
#ifndef DOCREV_EMRTD_SECURITY_INFOS_PARTS_H
#define DOCREV_EMRTD_SECURITY_INFOS_PARTS_H

#include "emrtd/security_infos.h"

/* Cipher by the last arc of an algorithm's OID; false when there is none such. */
bool security_info_cipher(struct bytes protocol, enum cipher_algorithm *cipher);

/* INTEGER OPTIONAL at the end of an entry; nothing may follow. */
enum dr_status security_info_optional_id(struct der_reader *fields, bool *present, uint64_t *id);

/* { version INTEGER, id INTEGER OPTIONAL }. */
enum dr_status security_info_read_version(const struct security_info *info, uint64_t *version, bool *has_id,
                                          uint64_t *id);

#endif
