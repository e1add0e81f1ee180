#include "crypto/agree_numbers.h"

#include "crypto/drbg.h"
#include "crypto/ec_agree.h"
#include "crypto/ec_group.h"
#include "emrtd/icao_pace.h"

static int start_random(void **state)
{
    static const uint8_t seed[DRBG_SEED_SIZE] = {7};

    (void)state;
    return drbg_init(seed, bytes_of(NULL, 0)) == DR_OK ? 0 : -1;
}

static void assert_generator(const struct ec_agree *agree, const char *expected)
{
    uint8_t encoded[EC_AGREE_MAX_POINT];
    size_t len;

    assert_int_equal(mbedtls_ecp_point_write_binary(&agree->group, &agree->generator, MBEDTLS_ECP_PF_UNCOMPRESSED, &len,
                                                    encoded, sizeof encoded),
                     0);
    assert_hex(bytes_of(encoded, len), expected);
}

static void generate(struct ec_agree *agree, const char *secret, const char *expected)
{
    uint8_t key[EC_AGREE_MAX_POINT];
    size_t len = sizeof key;

    assert_int_equal(ec_agree_generate(agree, number_of_the_example, example(secret), key, &len), DR_OK);
    assert_hex(bytes_of(key, len), expected);
}

static void assert_shared(struct ec_agree *agree, const char *peer, const char *expected)
{
    uint8_t key[EC_AGREE_MAX_POINT], shared[EC_AGREE_MAX_FIELD];
    size_t len = sizeof shared;

    assert_int_equal(ec_agree_shared(agree, hex_bytes(peer, key, sizeof key), shared, &len), DR_OK);
    assert_hex(bytes_of(shared, len), expected);
}

/* Both sides of the example: either way the same generator and the same secret come out. */
static void generic_mapping(const struct icao_pace *icao)
{
    struct ec_agree ifd, ic;
    uint8_t nonce[32], key[EC_AGREE_MAX_POINT];

    assert_int_equal(ec_agree_begin(&ifd, CURVE_BP256), DR_OK);
    assert_int_equal(ec_agree_begin(&ic, ec_agree_curve(icao->parameter_id)), DR_OK);
    generate(&ifd, icao->map_ifd_secret, icao->map_ifd_public);
    generate(&ic, icao->map_ic_secret, icao->map_ic_public);
    assert_int_equal(ec_agree_map_generic(&ifd, hex_bytes(icao->s, nonce, sizeof nonce),
                                          hex_bytes(icao->map_ic_public, key, sizeof key)),
                     DR_OK);
    assert_generator(&ifd, icao->generator);
    assert_int_equal(ec_agree_map_generic(&ic, hex_bytes(icao->s, nonce, sizeof nonce),
                                          hex_bytes(icao->map_ifd_public, key, sizeof key)),
                     DR_OK);
    assert_generator(&ic, icao->generator);
    generate(&ifd, icao->ifd_secret, icao->ifd_public);
    generate(&ic, icao->ic_secret, icao->ic_public);
    assert_shared(&ifd, icao->ic_public, icao->shared_k);
    assert_shared(&ic, icao->ifd_public, icao->shared_k);
    ec_agree_end(&ifd);
    ec_agree_end(&ic);
}

static void icao_generic_mapping(void **state)
{
    (void)state;
    generic_mapping(&icao_g1);
    generic_mapping(&icao_i1);
}

static void icao_integrated_mapping(void **state)
{
    struct ec_agree ifd;
    uint8_t number[48];

    (void)state;
    assert_int_equal(ec_agree_begin(&ifd, CURVE_BP256), DR_OK);
    assert_int_equal(ec_agree_map_integrated(&ifd, hex_bytes(icao_h1.pseudo_random, number, sizeof number)), DR_OK);
    assert_generator(&ifd, icao_h1.generator);
    assert_int_equal(ec_agree_map_integrated(&ifd, hex_bytes(icao_h1.pseudo_random_mod_p, number, sizeof number)),
                     DR_OK);
    assert_generator(&ifd, icao_h1.generator);
    generate(&ifd, icao_h1.ifd_secret, icao_h1.ifd_public);
    assert_shared(&ifd, icao_h1.ic_public, icao_h1.shared_k);
    ec_agree_end(&ifd);
}

static void icao_chip_authentication_mapping(void **state)
{
    uint8_t data[40], key[EC_AGREE_MAX_POINT], map[EC_AGREE_MAX_POINT];
    struct bytes ca = hex_bytes(icao_i1.chip_auth_data, data, sizeof data);
    struct bytes pk = hex_bytes(icao_i1.static_key, key, sizeof key);
    struct bytes pk_map = hex_bytes(icao_i1.map_ic_public, map, sizeof map);

    (void)state;
    assert_int_equal(ec_agree_check_mapping(CURVE_BP256, ca, pk, pk_map), DR_OK);
    data[31] ^= 1;
    assert_int_equal(ec_agree_check_mapping(CURVE_BP256, ca, pk, pk_map), DR_ERR_SIGNATURE);
    data[31] ^= 1;
    assert_int_equal(ec_agree_check_mapping(CURVE_BP256, bytes_of(data, 31), pk, pk_map), DR_ERR_SIGNATURE);
    assert_int_equal(ec_agree_check_mapping(CURVE_BP256, bytes_of(data, 33), pk, pk_map), DR_ERR_SIGNATURE);
    assert_int_equal(ec_agree_check_mapping(CURVE_BP256, ca, pk_map, pk_map), DR_ERR_SIGNATURE);
    key[64] ^= 1;
    assert_int_equal(ec_agree_check_mapping(CURVE_BP256, ca, pk, pk_map), DR_ERR_MALFORMED);
    assert_int_equal(ec_agree_check_mapping(CURVE_P256, ca, pk, pk_map), DR_ERR_MALFORMED);
    /* A zero proves nothing of any key, and 1 only that the chip knows its public key: neither is a mapping. */
    memset(data, 0, sizeof data);
    key[64] ^= 1;
    assert_int_equal(ec_agree_check_mapping(CURVE_BP256, ca, pk, pk_map), DR_ERR_SIGNATURE);
}

/* Two terminals with random numbers, on every curve; the nonce longer than the order of P-192. */
static void every_curve_agrees(void **state)
{
    static const uint8_t nonce[32] = {0xFF, 0xEE, 0xDD};
    uint8_t a_key[EC_AGREE_MAX_POINT], b_key[EC_AGREE_MAX_POINT], a_shared[EC_AGREE_MAX_FIELD], b_shared[66];
    unsigned id;

    (void)state;
    for (id = 8; id <= 18; id++) {
        struct ec_agree a, b;
        size_t a_len, b_len;
        int integrated;

        for (integrated = 0; integrated < 2; integrated++) {
            assert_int_equal(ec_agree_begin(&a, ec_agree_curve(id)), DR_OK);
            assert_int_equal(ec_agree_begin(&b, ec_agree_curve(id)), DR_OK);
            if (integrated) {
                assert_int_equal(ec_agree_map_integrated(&a, bytes_of(nonce, 32)),
                                 id == 10 ? DR_ERR_UNSUPPORTED : DR_OK);
                (void)ec_agree_map_integrated(&b, bytes_of(nonce, 32));
            } else {
                a_len = b_len = EC_AGREE_MAX_POINT;
                assert_int_equal(ec_agree_generate(&a, drbg_mbedtls, NULL, a_key, &a_len), DR_OK);
                assert_int_equal(ec_agree_generate(&b, drbg_mbedtls, NULL, b_key, &b_len), DR_OK);
                assert_int_equal(a_len, 1 + 2 * curve_field_size(ec_agree_curve(id)));
                assert_int_equal(ec_agree_map_generic(&a, bytes_of(nonce, 32), bytes_of(b_key, b_len)), DR_OK);
                assert_int_equal(ec_agree_map_generic(&b, bytes_of(nonce, 32), bytes_of(a_key, a_len)), DR_OK);
            }
            assert_int_equal(mbedtls_ecp_point_cmp(&a.generator, &b.generator), 0);
            a_len = b_len = EC_AGREE_MAX_POINT;
            assert_int_equal(ec_agree_generate(&a, drbg_mbedtls, NULL, a_key, &a_len), DR_OK);
            assert_int_equal(ec_agree_generate(&b, drbg_mbedtls, NULL, b_key, &b_len), DR_OK);
            assert_memory_not_equal(a_key, b_key, a_len);
            {
                size_t a_out = sizeof a_shared, b_out = sizeof b_shared;

                assert_int_equal(ec_agree_shared(&a, bytes_of(b_key, b_len), a_shared, &a_out), DR_OK);
                assert_int_equal(ec_agree_shared(&b, bytes_of(a_key, a_len), b_shared, &b_out), DR_OK);
                assert_int_equal(a_out, curve_field_size(ec_agree_curve(id)));
                assert_int_equal(b_out, a_out);
                assert_memory_equal(a_shared, b_shared, a_out);
            }
            ec_agree_end(&a);
            ec_agree_end(&b);
        }
    }
    assert_int_equal(ec_agree_curve(7), CURVE_NONE);
    assert_int_equal(ec_agree_curve(19), CURVE_NONE);
    assert_int_equal(ec_agree_curve(0), CURVE_NONE);
    assert_int_equal(ec_agree_curve(13), CURVE_BP256);
    assert_int_equal(ec_agree_curve(18), CURVE_P521);
}

/* A zero nonce leaves the generator H, which the chip cannot choose alone; one that is the order likewise. */
static void nonces_of_no_value(void **state)
{
    /* Order of brainpoolP256r1 (RFC 5639 3.4). */
    static const char *const nonces[] = {"00000000000000000000000000000000",
                                         "a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7"};
    uint8_t key[EC_AGREE_MAX_POINT], nonce[32];
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        struct ec_agree ifd;

        assert_int_equal(ec_agree_begin(&ifd, CURVE_BP256), DR_OK);
        generate(&ifd, icao_g1.map_ifd_secret, icao_g1.map_ifd_public);
        assert_int_equal(ec_agree_map_generic(&ifd, hex_bytes(nonces[i], nonce, sizeof nonce),
                                              hex_bytes(icao_g1.map_ic_public, key, sizeof key)),
                         DR_OK);
        assert_generator(&ifd, icao_g1.shared_h);
        ec_agree_end(&ifd);
    }
}

static void hostile_keys_are_refused(void **state)
{
    uint8_t key[EC_AGREE_MAX_POINT], out[EC_AGREE_MAX_FIELD], nonce[16] = {1};
    struct ec_agree agree;
    struct bytes peer;
    size_t len, i;

    (void)state;
    assert_int_equal(ec_agree_begin(&agree, CURVE_BP256), DR_OK);
    peer = hex_bytes(icao_g1.ic_public, key, sizeof key);
    len = sizeof out;
    assert_int_equal(ec_agree_shared(&agree, peer, out, &len), DR_ERR_STATE); /* no key pair yet */
    generate(&agree, icao_g1.map_ifd_secret, icao_g1.map_ifd_public);
    for (i = 0; i < 6; i++) {
        peer = hex_bytes(icao_g1.ic_public, key, sizeof key);
        switch (i) {
        case 0: /* off the curve */
            key[64] ^= 1;
            break;
        case 1: /* infinity, SEC 1's way */
            key[0] = 0;
            peer.len = 1;
            break;
        case 2: /* infinity as zeros */
            memset(key + 1, 0, 64);
            break;
        case 3: /* compressed */
            key[0] = 0x02;
            peer.len = 33;
            break;
        case 4: /* truncated */
            peer.len = 64;
            break;
        default: /* empty */
            peer.len = 0;
            break;
        }
        len = sizeof out;
        assert_int_equal(ec_agree_shared(&agree, peer, out, &len), DR_ERR_MALFORMED);
        assert_int_equal(ec_agree_map_generic(&agree, bytes_of(nonce, 16), peer), DR_ERR_MALFORMED);
    }
    /* x not below p */
    memset(key, 0xFF, sizeof key);
    key[0] = 0x04;
    len = sizeof out;
    assert_int_equal(ec_agree_shared(&agree, bytes_of(key, 65), out, &len), DR_ERR_MALFORMED);
    ec_agree_end(&agree);
}

static void numbers_without_image(void **state)
{
    static const uint8_t zero[48], one[48] = {[47] = 1};
    uint8_t minus_one[32];
    struct ec_agree agree;

    (void)state;
    assert_int_equal(ec_agree_begin(&agree, CURVE_BP256), DR_OK);
    assert_int_equal(ec_agree_map_integrated(&agree, bytes_of(zero, 48)), DR_ERR_PROTOCOL);
    assert_int_equal(ec_agree_map_integrated(&agree, bytes_of(one, 48)), DR_ERR_PROTOCOL);
    assert_int_equal(ec_agree_map_integrated(&agree, hex_bytes("a9fb57dba1eea9bc3e660a909d838d726e3bf623d5262028201348"
                                                               "1d1f6e5376",
                                                               minus_one, 32)),
                     DR_ERR_PROTOCOL);
    ec_agree_end(&agree);
    assert_int_equal(ec_agree_begin(&agree, CURVE_NONE), DR_ERR_UNSUPPORTED);
    ec_agree_end(&agree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(icao_generic_mapping),
        cmocka_unit_test(icao_integrated_mapping),
        cmocka_unit_test(icao_chip_authentication_mapping),
        cmocka_unit_test(every_curve_agrees),
        cmocka_unit_test(nonces_of_no_value),
        cmocka_unit_test(hostile_keys_are_refused),
        cmocka_unit_test(numbers_without_image),
    };

    return cmocka_run_group_tests(tests, start_random, NULL);
}
