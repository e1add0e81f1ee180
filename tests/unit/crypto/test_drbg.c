#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "crypto/drbg.h"

static const uint8_t seed_a[DRBG_SEED_SIZE] = {1, 2, 3};
static const uint8_t seed_b[DRBG_SEED_SIZE] = {1, 2, 4};

static void take(const uint8_t *seed, const char *noise, uint8_t out[32])
{
    assert_int_equal(drbg_init(seed, bytes_of(noise, strlen(noise))), DR_OK);
    assert_int_equal(drbg_random(out, 32), DR_OK);
}

/* Runs first: nothing comes out before a seed went in. */
static void silent_without_seed(void **state)
{
    uint8_t out[DRBG_SEED_SIZE];

    (void)state;
    assert_false(drbg_ready());
    assert_int_equal(drbg_random(out, sizeof out), DR_ERR_STATE);
    assert_int_equal(drbg_next_seed(out), DR_ERR_STATE);
    assert_int_equal(drbg_mix(bytes_of("x", 1)), DR_ERR_STATE);
    assert_int_not_equal(drbg_mbedtls(NULL, out, sizeof out), 0);
}

static void seed_and_noise_both_count(void **state)
{
    uint8_t a[32], again[32], other_noise[32], other_seed[32];

    (void)state;
    take(seed_a, "noise", a);
    take(seed_a, "noise", again);
    take(seed_a, "noisf", other_noise);
    take(seed_b, "noise", other_seed);
    assert_true(drbg_ready());
    assert_memory_equal(a, again, 32);
    assert_memory_not_equal(a, other_noise, 32);
    assert_memory_not_equal(a, other_seed, 32);
}

/* A power cut after the seed was stored: the next start must not repeat what this one gave out. */
static void next_start_does_not_repeat(void **state)
{
    uint8_t seed[DRBG_SEED_SIZE], before[32], after[32];

    (void)state;
    assert_int_equal(drbg_init(seed_a, bytes_of(NULL, 0)), DR_OK);
    assert_int_equal(drbg_next_seed(seed), DR_OK);
    assert_int_equal(drbg_random(before, sizeof before), DR_OK);
    take(seed, "", after);
    assert_memory_not_equal(before, after, 32);
    assert_memory_not_equal(seed, seed_a, DRBG_SEED_SIZE);
}

static void mixing_changes_the_output(void **state)
{
    static uint8_t contribution[2000];
    uint8_t plain[32], mixed[32];

    (void)state;
    take(seed_a, "", plain);
    assert_int_equal(drbg_init(seed_a, bytes_of(NULL, 0)), DR_OK);
    assert_int_equal(drbg_mix(bytes_of(contribution, sizeof contribution)), DR_OK);
    assert_int_equal(drbg_random(mixed, sizeof mixed), DR_OK);
    assert_memory_not_equal(plain, mixed, 32);
}

/* More than one request of mbedTLS (1,024 octets) and more than its default reseed interval (10,000). */
static void long_and_many_requests(void **state)
{
    static uint8_t out[3000];
    static const uint8_t zeros[64];
    unsigned i;

    (void)state;
    assert_int_equal(drbg_init(seed_a, bytes_of(NULL, 0)), DR_OK);
    assert_int_equal(drbg_random(out, sizeof out), DR_OK);
    assert_memory_not_equal(out + sizeof out - 64, zeros, 64);
    assert_memory_not_equal(out, out + 1024, 64);
    for (i = 0; i < 20000; i++) {
        assert_int_equal(drbg_mbedtls(NULL, out, 8), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silent_without_seed),        cmocka_unit_test(seed_and_noise_both_count),
        cmocka_unit_test(next_start_does_not_repeat), cmocka_unit_test(mixing_changes_the_output),
        cmocka_unit_test(long_and_many_requests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
