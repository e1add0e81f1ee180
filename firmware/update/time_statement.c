#include "trust/field.h"
#include "update/clock.h"

#define STATEMENT_VERSION 1U

static enum dr_status read_octets(struct der_reader *reader, uint8_t *out, size_t len)
{
    struct der_item item;
    enum dr_status status = der_expect(reader, DER_OCTET_STRING, &item);

    if (status != DR_OK) {
        return status;
    }
    if (item.value.len != len) {
        return DR_ERR_MALFORMED;
    }
    memcpy(out, item.value.data, len);
    return DR_OK;
}

enum dr_status time_statement_read(struct bytes der, struct time_statement *statement)
{
    struct der_reader reader = der_reader_of(der), fields;
    enum dr_status status;

    if ((status = der_enter(&reader, DER_SEQUENCE, &fields)) != DR_OK || (status = der_finish(&reader)) != DR_OK ||
        (status = field_version(&fields, STATEMENT_VERSION)) != DR_OK ||
        (status = read_octets(&fields, statement->device_id, sizeof statement->device_id)) != DR_OK ||
        (status = read_octets(&fields, statement->nonce, sizeof statement->nonce)) != DR_OK ||
        (status = field_time(&fields, &statement->time)) != DR_OK) {
        return status;
    }
    return der_finish(&fields);
}

enum dr_status time_statement_write(const struct time_statement *statement, struct der_writer *writer)
{
    size_t sequence = der_write_open(writer, DER_SEQUENCE);

    der_write_uint64(writer, STATEMENT_VERSION);
    der_write_item(writer, DER_OCTET_STRING, bytes_of(statement->device_id, sizeof statement->device_id));
    der_write_item(writer, DER_OCTET_STRING, bytes_of(statement->nonce, sizeof statement->nonce));
    der_write_generalized_time(writer, statement->time);
    der_write_close(writer, sequence);
    return writer->overflow ? DR_ERR_NO_SPACE : DR_OK;
}
