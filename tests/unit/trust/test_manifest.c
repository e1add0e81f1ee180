/* The manifest of editions and trust stores: round trip, and each rule of its format broken alone. */
#include "fixture.h"

#include "trust/manifest.h"

static const struct manifest good = {
    .list_id = "ut.list-1",
    .number = 42,
    .this_update = 1767225600,
    .next_update = 1769904000,
    .entry_count = 1000000,
    .block_size = 4096,
    .body_length = 4096U * 700U,
    .root = {1, 2, 3},
};

static struct bytes write_manifest(const struct manifest *manifest, uint8_t *buffer, size_t cap)
{
    struct der_writer writer;
    size_t len = 0;

    der_write_begin(&writer, buffer, cap);
    assert_int_equal(manifest_write(manifest, &writer), DR_OK);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    return bytes_of(buffer, len);
}

static void round_trip(void **state)
{
    uint8_t buffer[MANIFEST_MAX_SIZE];
    struct manifest longest = good;
    struct manifest read;
    struct bytes der;

    (void)state;
    der = write_manifest(&good, buffer, sizeof buffer);
    assert_int_equal(manifest_read(der, &read), DR_OK);
    assert_string_equal(read.list_id, good.list_id);
    assert_int_equal(read.number, good.number);
    assert_int_equal(read.this_update, good.this_update);
    assert_int_equal(read.next_update, good.next_update);
    assert_int_equal(read.entry_count, good.entry_count);
    assert_int_equal(read.block_size, good.block_size);
    assert_int_equal(read.body_length, good.body_length);
    assert_memory_equal(read.root, good.root, sizeof good.root);

    memset(longest.list_id, 'x', MANIFEST_MAX_LIST_ID);
    longest.list_id[MANIFEST_MAX_LIST_ID] = '\0';
    longest.number = UINT64_MAX;
    longest.entry_count = UINT64_MAX;
    longest.body_length = UINT64_C(4096) * 0x01000000U;
    der = write_manifest(&longest, buffer, sizeof buffer);
    assert_int_equal(manifest_read(der, &read), DR_OK);
    assert_int_equal(read.number, UINT64_MAX);
}

/* Octet for octet, as docs/list-format.md has it. */
static void encoding(void **state)
{
    static const uint8_t head[] = {
        0x30, 0x63, 0x02, 0x01, 0x01, 0x0C, 0x09, 'u',  't',  '.',  'l',  'i',  's',  't',  '-',  '1',  0x02, 0x01,
        0x2A, 0x18, 0x0F, '2',  '0',  '2',  '6',  '0',  '1',  '0',  '1',  '0',  '0',  '0',  '0',  '0',  '0',  'Z',
        0x18, 0x0F, '2',  '0',  '2',  '6',  '0',  '2',  '0',  '1',  '0',  '0',  '0',  '0',  '0',  '0',  'Z',  0x02,
        0x03, 0x0F, 0x42, 0x40, 0x02, 0x02, 0x10, 0x00, 0x02, 0x03, 0x2B, 0xC0, 0x00, 0x04, 0x20, 0x01, 0x02, 0x03};
    uint8_t buffer[MANIFEST_MAX_SIZE];
    struct bytes der;

    (void)state;
    der = write_manifest(&good, buffer, sizeof buffer);
    assert_int_equal(der.len, 2 + 0x63);
    assert_memory_equal(der.data, head, sizeof head);
}

#define NOT_WRITTEN(field, value)                                                                                      \
    do {                                                                                                               \
        struct manifest broken = good;                                                                                 \
        broken.field = (value);                                                                                        \
        der_write_begin(&writer, buffer, sizeof buffer);                                                               \
        assert_int_equal(manifest_write(&broken, &writer), DR_ERR_ARGUMENT);                                           \
    } while (0)

static void refuses_to_write(void **state)
{
    uint8_t buffer[MANIFEST_MAX_SIZE];
    struct der_writer writer;

    (void)state;
    NOT_WRITTEN(number, 0);
    NOT_WRITTEN(next_update, good.this_update);
    NOT_WRITTEN(block_size, 512);
    NOT_WRITTEN(body_length, 0);
    NOT_WRITTEN(body_length, 4097);
    NOT_WRITTEN(body_length, UINT64_C(4096) * 0x01000001U);
    NOT_WRITTEN(list_id[2], ' ');
    NOT_WRITTEN(list_id[0], '\0');
}

/* The good manifest with `len` octets at `offset` exchanged; offsets are those of the table in `encoding`. */
static enum dr_status with(size_t offset, const char *octets, size_t len)
{
    uint8_t buffer[MANIFEST_MAX_SIZE];
    struct manifest read;
    struct bytes der = write_manifest(&good, buffer, sizeof buffer);

    memcpy(buffer + offset, octets, len);
    return manifest_read(der, &read);
}

static enum dr_status with_extension(const char *octets, size_t len)
{
    uint8_t buffer[MANIFEST_MAX_SIZE];
    struct manifest read;
    struct bytes der = write_manifest(&good, buffer, sizeof buffer);

    memcpy(buffer + der.len, octets, len);
    assert_true(der.len + len - 2 < 0x80);
    buffer[1] = (uint8_t)(der.len + len - 2);
    return manifest_read(bytes_of(buffer, der.len + len), &read);
}

static void refuses_to_read(void **state)
{
    uint8_t buffer[MANIFEST_MAX_SIZE];
    uint8_t large[MANIFEST_MAX_SIZE + 1] = {0};
    struct manifest read;
    struct bytes der = write_manifest(&good, buffer, sizeof buffer);

    (void)state;
    assert_int_equal(with(0, "\x30", 1), DR_OK);
    assert_int_equal(with(4, "\x02", 1), DR_ERR_UNSUPPORTED);  /* version */
    assert_int_equal(with(7, "\x20", 1), DR_ERR_MALFORMED);    /* list id */
    assert_int_equal(with(5, "\x13", 1), DR_ERR_MALFORMED);    /* a PrintableString */
    assert_int_equal(with(18, "\x00", 1), DR_ERR_MALFORMED);   /* number 0 */
    assert_int_equal(with(18, "\x80", 1), DR_ERR_MALFORMED);   /* negative */
    assert_int_equal(with(21, "2027", 4), DR_ERR_MALFORMED);   /* thisUpdate after nextUpdate */
    assert_int_equal(with(25, "13", 2), DR_ERR_MALFORMED);     /* month 13 */
    assert_int_equal(with(60, "\x20", 1), DR_ERR_UNSUPPORTED); /* block size 8192 */
    assert_int_equal(with(66, "\x01", 1), DR_ERR_MALFORMED);   /* body not of whole blocks */
    assert_int_equal(with(68, "\x1F", 1), DR_ERR_MALFORMED);   /* root of 31 octets, one left over */
    assert_int_equal(manifest_read(VIEW(large), &read), DR_ERR_TOO_LARGE);
    for (size_t i = 0; i < der.len; i++) {
        assert_int_not_equal(manifest_read(bytes_of(buffer, i), &read), DR_OK);
    }
    buffer[der.len] = 0;
    assert_int_not_equal(manifest_read(bytes_of(buffer, der.len + 1), &read), DR_OK);
}

static void extensions(void **state)
{
    (void)state;
    assert_int_equal(with_extension("\xA0\x09\x30\x07\x30\x05\x06\x01\x2A\x04\x00", 11), DR_OK);
    assert_int_equal(with_extension("\xA0\x0C\x30\x0A\x30\x08\x06\x01\x2A\x01\x01\xFF\x04\x00", 14),
                     DR_ERR_UNSUPPORTED);
    assert_int_equal(with_extension("\xA0\x0C\x30\x0A\x30\x08\x06\x01\x2A\x01\x01\x00\x04\x00", 14), DR_OK);
    assert_int_equal(with_extension("\xA0\x02\x30\x00", 4), DR_ERR_MALFORMED);
    assert_int_equal(with_extension("\xA0\x0B\x30\x07\x30\x05\x06\x01\x2A\x04\x00\x05\x00", 13), DR_ERR_MALFORMED);
    assert_int_equal(with_extension("\xA1\x09\x30\x07\x30\x05\x06\x01\x2A\x04\x00", 11), DR_ERR_MALFORMED);
}

static void list_ids(void **state)
{
    (void)state;
    assert_true(manifest_list_id_valid(bytes_of("A-z.09", 6)));
    assert_false(manifest_list_id_valid(bytes_of("", 0)));
    assert_false(manifest_list_id_valid(bytes_of("a/b", 3)));
    assert_false(manifest_list_id_valid(bytes_of("a_b", 3)));
    assert_false(manifest_list_id_valid(bytes_of("a\0b", 3)));
    assert_true(manifest_list_id_valid(bytes_of("12345678901234567890123456789012", 32)));
    assert_false(manifest_list_id_valid(bytes_of("123456789012345678901234567890123", 33)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),      cmocka_unit_test(encoding),   cmocka_unit_test(refuses_to_write),
        cmocka_unit_test(refuses_to_read), cmocka_unit_test(extensions), cmocka_unit_test(list_ids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
