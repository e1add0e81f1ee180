/* `audit`: where the log stands, and its records as they lie there, sealed for the oversight (app/link.h). */
#include "app/resources.h"
#include "store/audit.h"

#define LARGEST_SZX 6U

static const char from_is[] = "from=";
#define FROM_IS_LEN (sizeof from_is - 1U)

static void answer_head(struct exchange *exchange)
{
    struct store *store = &exchange->device->store;
    const struct store_audit *audit = &store->state.audit;
    struct json_writer *json = &exchange->payload;

    json_object(json, NULL);
    json_bool(json, "on", audit->on);
    json_int(json, "size", (int64_t)audit->next);
    json_int(json, "first", (int64_t)audit_first(store));
    json_int(json, "lost", audit->lost);
    json_hex(json, "head", bytes_of(audit->head, sizeof audit->head));
    json_int(json, "segment", (int64_t)audit->segment);
    json_hex(json, "oversight", bytes_of(audit->oversight, sizeof audit->oversight));
    json_hex(json, "wrapped", bytes_of(audit->wrapped, sizeof audit->wrapped));
    json_end_object(json);
}

/* Decimal, all of it. */
static bool read_number(struct bytes text, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || *number > UINT64_MAX / 10U - 1U) {
            return false;
        }
        *number = *number * 10U + (uint64_t)(text.data[i] - '0');
    }
    return text.len > 0;
}

/* One block out of the records from `from` on. A record that is damaged comes as zeros: its gap is the oversight's to judge. */
static void answer_records(struct exchange *exchange, uint64_t from)
{
    struct store *store = &exchange->device->store;
    struct json_writer *payload = &exchange->payload;
    struct coap_block block = exchange->request->block2;
    uint8_t *out = (uint8_t *)payload->buffer, *sector = out + (16U << LARGEST_SZX);
    uint64_t size = (store->state.audit.next - from) * AUDIT_SECTOR;
    uint64_t offset, end;

    if (!block.present) {
        block = (struct coap_block){.present = true, .szx = LARGEST_SZX};
    }
    offset = coap_block_offset(&block);
    if (offset >= size || payload->capacity < (16U << LARGEST_SZX) + AUDIT_SECTOR) {
        resource_refuse(exchange, COAP_BAD_REQUEST, "no such block", NULL);
        return;
    }
    end = offset + coap_block_size(&block) < size ? offset + coap_block_size(&block) : size;
    block.more = end < size;
    while (offset < end) {
        size_t at = (size_t)(offset % AUDIT_SECTOR);
        size_t part = AUDIT_SECTOR - at < end - offset ? AUDIT_SECTOR - at : (size_t)(end - offset);

        if (audit_read(store, from + offset / AUDIT_SECTOR, sector) != DR_OK) {
            memset(sector, 0, AUDIT_SECTOR);
        }
        memcpy(out + payload->length, sector + at, part);
        payload->length += part;
        offset += part;
    }
    exchange->format = COAP_FORMAT_OCTETS;
    exchange->block2 = block;
}

void resource_audit_get(struct exchange *exchange)
{
    struct store *store = &exchange->device->store;
    struct bytes query = exchange->request->query;
    uint64_t from;

    if (!resource_ready(exchange)) {
        return;
    }
    if (query.len == 0) {
        answer_head(exchange);
        return;
    }
    if (query.len <= FROM_IS_LEN || memcmp(query.data, from_is, FROM_IS_LEN) != 0 ||
        !read_number(bytes_of(query.data + FROM_IS_LEN, query.len - FROM_IS_LEN), &from)) {
        resource_refuse(exchange, COAP_BAD_REQUEST, "query", "?from= and the number of a record is wanted");
    } else if (from < audit_first(store) || from >= store->state.audit.next) {
        resource_refuse(exchange, COAP_NOT_FOUND, "no such record", NULL);
    } else {
        answer_records(exchange, from);
    }
}
