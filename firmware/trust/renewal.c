#include "trust/renewal.h"

#include "trust/field.h"

#define VERSION 1U

enum dr_status renewal_read(struct bytes der, struct renewal *renewal)
{
    struct der_reader reader = der_reader_of(der), fields;
    struct der_item root;
    struct bytes list_id;
    enum dr_status status;

    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&reader)) != DR_OK ||
        (status = field_version(&fields, VERSION)) != DR_OK ||
        (status = field_text(&fields, 1, MANIFEST_MAX_LIST_ID, &list_id)) != DR_OK ||
        (status = field_number(&fields, 1, UINT64_MAX, &renewal->number)) != DR_OK ||
        (status = der_expect(&fields, DER_OCTET_STRING, &root)) != DR_OK ||
        (status = field_time(&fields, &renewal->next_update)) != DR_OK || (status = der_finish(&fields)) != DR_OK) {
        return status;
    }
    if (!manifest_list_id_valid(list_id) || root.value.len != HASH_SHA256_SIZE) {
        return DR_ERR_MALFORMED;
    }
    memcpy(renewal->list_id, list_id.data, list_id.len);
    renewal->list_id[list_id.len] = '\0';
    memcpy(renewal->root, root.value.data, HASH_SHA256_SIZE);
    return DR_OK;
}

void renewal_write(const struct renewal *renewal, struct der_writer *writer)
{
    size_t mark = der_write_open(writer, DER_SEQUENCE);

    der_write_uint64(writer, VERSION);
    der_write_item(writer, DER_UTF8_STRING, bytes_of(renewal->list_id, strlen(renewal->list_id)));
    der_write_uint64(writer, renewal->number);
    der_write_item(writer, DER_OCTET_STRING, bytes_of(renewal->root, HASH_SHA256_SIZE));
    der_write_generalized_time(writer, renewal->next_update);
    der_write_close(writer, mark);
}
