/* A device's store, clock and push under test, and the files that officers push. Each test file has its own. */
#ifndef DOCREV_TESTS_UPDATE_BENCH_H
#define DOCREV_TESTS_UPDATE_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "officer.h"
#include "store_bench.h"
#include "update/update.h"

#define NOW INT64_C(1795000000)
#define DAY INT64_C(86400)
#define FILE_MAX (8192U + 16U * BLOCK_TREE_BLOCK)

/* (Not static: a file need not use them all.) Owner's officers, two list authorities' officers, and a stranger. */
struct officer owner_a, owner_b, owner_c, list_a, list_b, list_c, other_a, other_b, stranger;

struct file {
    uint8_t data[FILE_MAX];
    size_t len, cms_len;
} file, file_2;

static struct bench {
    struct store_bench store;
    struct clock clock;
    struct port_system system;
    struct update update;
    struct update_work work;
    uint32_t ticks;
    int64_t rtc;
    bool has_rtc;
} bench;

static uint32_t bench_ticks(void *ctx)
{
    (void)ctx;
    return bench.ticks;
}

static enum dr_status bench_rtc(void *ctx, int64_t *seconds)
{
    (void)ctx;
    *seconds = bench.rtc;
    return bench.has_rtc ? DR_OK : DR_ERR_IO;
}

static inline int officers_appear(void **state)
{
    struct officer *all[] = {&owner_a, &owner_b, &owner_c, &list_a, &list_b, &list_c, &other_a, &other_b, &stranger};

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        officer_make(all[i]);
    }
    return 0;
}

static inline int officers_leave(void **state)
{
    struct officer *all[] = {&owner_a, &owner_b, &owner_c, &list_a, &list_b, &list_c, &other_a, &other_b, &stranger};

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        officer_free(all[i]);
    }
    return 0;
}

/* Restarts the device: what is not on the medium is gone, the time confirmed too. */
static inline void bench_restart(void)
{
    ram_block_power_on(&bench.store.medium);
    memset(&bench.work, 0xA5, sizeof bench.work);
    assert_int_equal(store_bench_mount(&bench.store), DR_OK);
    clock_init(&bench.clock, &bench.store.store, &bench.system);
    update_init(&bench.update, &bench.store.store, &bench.clock);
}

/* As if a time statement had been taken. */
static inline void bench_confirm(int64_t now)
{
    bench.clock.base = now;
    bench.clock.base_ticks = bench.ticks;
    bench.clock.confirmed = true;
}

static inline int bench_setup(void **state)
{
    (void)state;
    memset(&bench, 0, sizeof bench);
    store_bench_init(&bench.store, BENCH_SECTORS);
    memcpy(bench.store.factory.device_id, "\x01\x02\x03\x04\x05\x06\x07\x08", 8);
    bench.system = (struct port_system){.ticks_ms = bench_ticks, .rtc = bench_rtc};
    if (store_bench_format(&bench.store) != DR_OK) {
        return -1;
    }
    bench_restart();
    bench_confirm(NOW);
    return 0;
}

static inline int bench_teardown(void **state)
{
    (void)state;
    store_bench_free(&bench.store);
    return 0;
}

/* 2 of 3 owners; list UTO-1 by 2 of 3 of its officers, list UTO-2 by 1 of 2 others. */
static inline struct officer_policy bench_policy(uint64_t number)
{
    return (struct officer_policy){
        .number = number,
        .this_update = NOW - DAY,
        .next_update = NOW + 300 * DAY,
        .owner = {2, 3, {&owner_a, &owner_b, &owner_c}},
        .authority_count = 2,
        .authorities = {{"UTO-1", {2, 3, {&list_a, &list_b, &list_c}}}, {"UTO-2", {1, 2, {&other_a, &other_b}}}},
    };
}

#define SIGNERS(...)                                                                                                   \
    (const struct officer *[]){__VA_ARGS__}, sizeof((const struct officer *[]){__VA_ARGS__}) / sizeof(struct officer *)

static inline void make_policy(struct file *to, const struct officer_policy *policy,
                               const struct officer *const *signers, size_t count)
{
    uint8_t content[OFFICER_CMS_MAX];
    size_t len = officer_policy_write(policy, content);

    to->len = to->cms_len = officers_sign(OID_DOCREV_POLICY, bytes_of(content, len), signers, count, to->data);
}

/* An edition or trust store of `leaves` leaves; `manifest` may differ from what is usual. */
static inline void make_object(struct file *to, enum oid_id type, struct manifest *manifest, uint32_t leaves,
                               const struct officer *const *signers, size_t count)
{
    static uint8_t body[16U * BLOCK_TREE_BLOCK];
    uint8_t content[MANIFEST_MAX_SIZE];
    struct der_writer writer;
    size_t len = 0;

    officer_body(manifest, leaves, (uint8_t)manifest->number, body);
    der_write_begin(&writer, content, sizeof content);
    assert_int_equal(manifest_write(manifest, &writer), DR_OK);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    to->cms_len = officers_sign(type, bytes_of(content, len), signers, count, to->data);
    memcpy(to->data + to->cms_len, body, (size_t)manifest->body_length);
    to->len = to->cms_len + (size_t)manifest->body_length;
}

static inline struct manifest bench_edition(const char *list_id, uint64_t number)
{
    struct manifest manifest = {
        .number = number, .this_update = NOW - DAY, .next_update = NOW + 7 * DAY, .entry_count = 5};

    strcpy(manifest.list_id, list_id);
    return manifest;
}

static inline void make_edition(struct file *to, const char *list_id, uint64_t number,
                                const struct officer *const *signers, size_t count)
{
    struct manifest manifest = bench_edition(list_id, number);

    make_object(to, OID_DOCREV_EDITION, &manifest, 3, signers, count);
}

/* Sends `from` in pieces from `offset` on. The first status that is not DR_OK, or the last. */
static inline enum dr_status send_from(const struct file *from, size_t offset, size_t piece)
{
    enum dr_status status = DR_OK;

    while (offset < from->len && status == DR_OK) {
        size_t part = from->len - offset < piece ? from->len - offset : piece;

        status = update_take(&bench.update, &bench.work, (uint32_t)offset, bytes_of(from->data + offset, part),
                             offset + part == from->len);
        offset += part;
    }
    return status;
}

static inline enum dr_status send(const struct file *from)
{
    return send_from(from, 0, 1024);
}

static inline void provision(void)
{
    struct officer_policy policy = bench_policy(1);

    make_policy(&file, &policy, SIGNERS(&owner_a, &owner_b));
    assert_int_equal(send(&file), DR_OK);
}

static inline const struct store_entry *held(enum store_object object)
{
    return &bench.store.store.state.objects[object];
}

/* Does the store give back this file, CMS and body? */
static inline bool holds_file(enum store_object object, const struct file *expected)
{
    static uint8_t cms[OFFICER_CMS_MAX];
    uint8_t block[BLOCK_TREE_BLOCK];
    struct store_reader reader;
    struct block_source body;
    size_t len = sizeof cms;
    bool same = store_open(&bench.store.store, object, &reader, &body) == DR_OK &&
                store_read_cms(&reader, cms, &len) == DR_OK && len == expected->cms_len &&
                memcmp(cms, expected->data, len) == 0 &&
                expected->len == len + (size_t)body.block_count * BLOCK_TREE_BLOCK;

    for (uint32_t i = 0; same && i < body.block_count; i++) {
        same = body.read(body.ctx, i, block) == DR_OK &&
               memcmp(block, expected->data + len + (size_t)i * BLOCK_TREE_BLOCK, sizeof block) == 0;
    }
    return same;
}

/* Refused, with words, nothing under way, and nothing changed on the device. */
#define assert_refused(call, expected)                                                                                 \
    do {                                                                                                               \
        struct store_state before_ = bench.store.store.state;                                                          \
        assert_int_equal((call), (expected));                                                                          \
        assert_non_null(bench.update.why);                                                                             \
        assert_int_equal(bench.update.phase, UPDATE_IDLE);                                                             \
        assert_memory_equal(before_.objects, bench.store.store.state.objects, sizeof before_.objects);                 \
    } while (0)

#endif
