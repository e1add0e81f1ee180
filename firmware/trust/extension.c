#include "trust/extension.h"

enum dr_status extension_boolean(struct der_reader *reader, bool *value)
{
    struct der_item item;
    enum dr_status status = der_expect(reader, DER_BOOLEAN, &item);

    if (status != DR_OK) {
        return status;
    }
    if (item.value.len != 1) {
        return DR_ERR_MALFORMED;
    }
    *value = item.value.data[0] != 0;
    return DR_OK;
}

enum dr_status extension_next(struct der_reader *extensions, struct extension *extension)
{
    struct der_reader fields;
    struct der_item item;
    enum dr_status status;

    status = der_enter(extensions, DER_SEQUENCE, &fields);
    if (status != DR_OK) {
        return status;
    }
    status = der_expect(&fields, DER_OID, &item);
    if (status != DR_OK) {
        return status;
    }
    extension->oid = item.value;
    extension->critical = false;
    if (der_peek(&fields) == DER_BOOLEAN) {
        status = extension_boolean(&fields, &extension->critical);
        if (status != DR_OK) {
            return status;
        }
    }
    status = der_expect(&fields, DER_OCTET_STRING, &item);
    if (status != DR_OK) {
        return status;
    }
    extension->value = item.value;
    return der_finish(&fields);
}

enum dr_status extensions_refuse_critical(struct der_reader *reader)
{
    struct der_reader tagged;
    struct der_reader list;
    struct extension extension;
    enum dr_status status;
    bool refused = false;

    if (der_peek(reader) != DER_CONTEXT(0U)) {
        return DR_OK;
    }
    status = der_enter(reader, DER_CONTEXT(0U), &tagged);
    if (status == DR_OK) {
        status = der_enter(&tagged, DER_SEQUENCE, &list);
    }
    if (status == DR_OK) {
        status = der_finish(&tagged);
    }
    if (status == DR_OK && der_at_end(&list)) {
        return DR_ERR_MALFORMED; /* SIZE (1..MAX) */
    }
    while (status == DR_OK && !der_at_end(&list)) {
        status = extension_next(&list, &extension);
        if (status == DR_OK && extension.critical) {
            refused = true;
        }
    }
    if (status != DR_OK) {
        return status;
    }
    return refused ? DR_ERR_UNSUPPORTED : DR_OK;
}

enum dr_status extension_authority_key_id(struct bytes value, struct bytes *key_id)
{
    struct der_reader reader = der_reader_of(value);
    struct der_reader fields;
    struct der_item item;
    bool present;
    enum dr_status status;

    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&reader)) != DR_OK ||
        (status = der_optional(&fields, DER_CONTEXT_PRIMITIVE(0U), &item, &present)) != DR_OK) {
        return status;
    }
    if (present) {
        *key_id = item.value;
    }
    return DR_OK;
}
