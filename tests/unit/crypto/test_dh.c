#include "crypto/agree_numbers.h"

#include "crypto/dh.h"
#include "crypto/drbg.h"
#include "emrtd/icao_pace.h"

static int start_random(void **state)
{
    static const uint8_t seed[DRBG_SEED_SIZE] = {9};

    (void)state;
    return drbg_init(seed, bytes_of(NULL, 0)) == DR_OK ? 0 : -1;
}

static void begin(struct dh *dh, unsigned id)
{
    struct dh_group group;

    assert_true(dh_standard_group(id, &group));
    assert_int_equal(dh_begin(dh, &group), DR_OK);
}

static void assert_generator(const struct dh *dh, const char *expected)
{
    uint8_t number[DH_MAX_SIZE];

    assert_int_equal(mbedtls_mpi_write_binary(&dh->generator, number, dh->size), 0);
    assert_hex(bytes_of(number, dh->size), expected);
}

static void generate(struct dh *dh, const char *secret, const char *expected)
{
    uint8_t key[DH_MAX_SIZE];
    size_t len = sizeof key;

    assert_int_equal(dh_generate(dh, number_of_the_example, example(secret), key, &len), DR_OK);
    assert_hex(bytes_of(key, len), expected);
}

static void assert_shared(struct dh *dh, const char *peer, const char *expected)
{
    uint8_t key[DH_MAX_SIZE], shared[DH_MAX_SIZE];
    size_t len = sizeof shared;

    assert_int_equal(dh_shared(dh, hex_bytes(peer, key, sizeof key), shared, &len), DR_OK);
    assert_hex(bytes_of(shared, len), expected);
}

static void icao_generic_mapping(void **state)
{
    struct dh ifd, ic;
    uint8_t nonce[32], key[DH_MAX_SIZE];

    (void)state;
    begin(&ifd, 0);
    begin(&ic, 0);
    generate(&ifd, icao_g2.map_ifd_secret, icao_g2.map_ifd_public);
    generate(&ic, icao_g2.map_ic_secret, icao_g2.map_ic_public);
    assert_shared(&ifd, icao_g2.map_ic_public, icao_g2.shared_h);
    assert_int_equal(dh_map_generic(&ifd, hex_bytes(icao_g2.s, nonce, sizeof nonce),
                                    hex_bytes(icao_g2.map_ic_public, key, sizeof key)),
                     DR_OK);
    assert_generator(&ifd, icao_g2.generator);
    assert_int_equal(dh_map_generic(&ic, hex_bytes(icao_g2.s, nonce, sizeof nonce),
                                    hex_bytes(icao_g2.map_ifd_public, key, sizeof key)),
                     DR_OK);
    assert_generator(&ic, icao_g2.generator);
    generate(&ifd, icao_g2.ifd_secret, icao_g2.ifd_public);
    generate(&ic, icao_g2.ic_secret, icao_g2.ic_public);
    assert_shared(&ifd, icao_g2.ic_public, icao_g2.shared_k);
    assert_shared(&ic, icao_g2.ifd_public, icao_g2.shared_k);
    dh_end(&ifd);
    dh_end(&ic);
}

static void icao_integrated_mapping(void **state)
{
    struct dh ifd;
    uint8_t number[256];

    (void)state;
    begin(&ifd, 0);
    assert_int_equal(dh_map_integrated(&ifd, hex_bytes(icao_h2.pseudo_random, number, sizeof number)), DR_OK);
    assert_generator(&ifd, icao_h2.generator);
    generate(&ifd, icao_h2.ifd_secret, icao_h2.ifd_public);
    assert_shared(&ifd, icao_h2.ic_public, icao_h2.shared_k);
    dh_end(&ifd);
}

/* RFC 5114 2.1 to 2.3: the generator has order q, which divides p - 1; two random parties agree. */
static void every_group_agrees(void **state)
{
    unsigned id;

    (void)state;
    for (id = 0; id <= 2; id++) {
        uint8_t a_key[DH_MAX_SIZE], b_key[DH_MAX_SIZE], a_shared[DH_MAX_SIZE], b_shared[DH_MAX_SIZE];
        size_t a_len = DH_MAX_SIZE, b_len = DH_MAX_SIZE, a_out = DH_MAX_SIZE, b_out = DH_MAX_SIZE;
        struct dh a, b;
        mbedtls_mpi one;

        begin(&a, id);
        begin(&b, id);
        mbedtls_mpi_init(&one);
        assert_int_equal(mbedtls_mpi_exp_mod(&one, &a.generator, &a.q, &a.p, NULL), 0);
        assert_int_equal(mbedtls_mpi_cmp_int(&one, 1), 0);
        assert_int_equal(dh_generate(&a, drbg_mbedtls, NULL, a_key, &a_len), DR_OK);
        assert_int_equal(dh_generate(&b, drbg_mbedtls, NULL, b_key, &b_len), DR_OK);
        assert_int_equal(dh_shared(&a, bytes_of(b_key, b_len), a_shared, &a_out), DR_OK);
        assert_int_equal(dh_shared(&b, bytes_of(a_key, a_len), b_shared, &b_out), DR_OK);
        assert_int_equal(a_out, id == 0 ? 128 : 256);
        assert_int_equal(b_out, a_out);
        assert_memory_equal(a_shared, b_shared, a_out);
        mbedtls_mpi_free(&one);
        dh_end(&a);
        dh_end(&b);
    }
}

static void only_ids_of_fields(void **state)
{
    struct dh_group group;

    (void)state;
    assert_false(dh_standard_group(3, &group));
    assert_false(dh_standard_group(12, &group));
}

/* RFC 2631 2.1.5 against small subgroups. p - 1 has order 2, its square root of unity; 3 is in no subgroup of order q. */
static void hostile_values_are_refused(void **state)
{
    uint8_t value[DH_MAX_SIZE + 1], out[DH_MAX_SIZE], nonce[16] = {5};
    struct dh dh;
    struct dh_group group;
    size_t len, i;

    (void)state;
    begin(&dh, 0);
    assert_true(dh_standard_group(0, &group));
    len = sizeof out;
    value[0] = 4;
    assert_int_equal(dh_shared(&dh, bytes_of(value, 1), out, &len), DR_ERR_STATE);
    generate(&dh, icao_g2.map_ifd_secret, icao_g2.map_ifd_public);
    for (i = 0; i < 7; i++) {
        size_t value_len = 128;

        memset(value, 0, sizeof value);
        switch (i) {
        case 0: /* 0 */
            break;
        case 1:
            value[127] = 1;
            break;
        case 2: /* p - 1 */
        case 3: /* p */
        case 4: /* p + 1 */
            memcpy(value, group.p.data, 128);
            value[127] = (uint8_t)(value[127] + i - 3);
            break;
        case 5:
            value[0] = 3;
            value_len = 1;
            break;
        default: /* longer than p */
            memset(value, 0x55, sizeof value);
            value_len = 129;
            break;
        }
        len = sizeof out;
        assert_int_equal(dh_shared(&dh, bytes_of(value, value_len), out, &len), DR_ERR_MALFORMED);
        assert_int_equal(dh_map_generic(&dh, bytes_of(nonce, 16), bytes_of(value, value_len)), DR_ERR_MALFORMED);
    }
    dh_end(&dh);
}

/* PKCS #3 without q: no order to check, but a key pair still comes about; the mapping needs q. */
static void without_order(void **state)
{
    uint8_t key[DH_MAX_SIZE], out[DH_MAX_SIZE], minus_one[128];
    size_t len = sizeof key, out_len = sizeof out;
    struct dh dh;
    struct dh_group group;

    (void)state;
    assert_true(dh_standard_group(0, &group));
    group.q = bytes_of(NULL, 0);
    assert_int_equal(dh_begin(&dh, &group), DR_OK);
    assert_int_equal(dh_generate(&dh, drbg_mbedtls, NULL, key, &len), DR_OK);
    assert_int_equal(dh_shared(&dh, bytes_of(key, len), out, &out_len), DR_OK);
    memcpy(minus_one, group.p.data, 128);
    minus_one[127]--;
    assert_int_equal(dh_shared(&dh, bytes_of(minus_one, 128), out, &out_len), DR_ERR_MALFORMED);
    assert_int_equal(dh_map_integrated(&dh, bytes_of(key, len)), DR_ERR_UNSUPPORTED);
    dh_end(&dh);
}

static void poor_groups_are_refused(void **state)
{
    static const uint8_t one[] = {1};
    uint8_t even[128], large[257];
    struct dh dh;
    struct dh_group group;

    (void)state;
    assert_true(dh_standard_group(0, &group));
    memcpy(even, group.p.data, 128);
    even[127] = (uint8_t)(even[127] & 0xFE);
    group.p = bytes_of(even, 128);
    assert_int_equal(dh_begin(&dh, &group), DR_ERR_MALFORMED);
    dh_end(&dh);
    assert_true(dh_standard_group(0, &group));
    group.g = bytes_of(one, 1);
    assert_int_equal(dh_begin(&dh, &group), DR_ERR_MALFORMED);
    dh_end(&dh);
    assert_true(dh_standard_group(0, &group));
    group.p.len = 96;
    assert_int_equal(dh_begin(&dh, &group), DR_ERR_UNSUPPORTED);
    dh_end(&dh);
    memset(large, 0xFF, sizeof large);
    group.p = bytes_of(large, sizeof large);
    assert_int_equal(dh_begin(&dh, &group), DR_ERR_UNSUPPORTED);
    dh_end(&dh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(icao_generic_mapping),       cmocka_unit_test(icao_integrated_mapping),
        cmocka_unit_test(every_group_agrees),         cmocka_unit_test(only_ids_of_fields),
        cmocka_unit_test(hostile_values_are_refused), cmocka_unit_test(without_order),
        cmocka_unit_test(poor_groups_are_refused),
    };

    return cmocka_run_group_tests(tests, start_random, NULL);
}
