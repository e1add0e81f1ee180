/* HPKE of RFC 9180 by its own vector, and what must not open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "codec/hex.h"
#include "crypto/drbg.h"
#include "crypto/hpke.h"

static struct bytes hex(const char *text, uint8_t *out, size_t cap)
{
    assert_int_equal(hex_decode(bytes_of(text, strlen(text)), out, &cap), DR_OK);
    return bytes_of(out, cap);
}

/* RFC 9180 A.5.1, first encryption. */
#define SK_EM "7550253e1147aae48839c1f8af80d2770fb7a4c763afe7d0afa7e0f42a5b3689"
#define SK_RM "a4d1c55836aa30f9b3fbb6ac98d338c877c2867dd3a77396d13f68d3ab150d3b"
#define PK_RM                                                                                                          \
    "04a697bffde9405c992883c5c439d6cc358170b51af72812333b015621dc0f40bad9bb726f68a5c013806a790ec716ab8669f84f6b694596" \
    "c2987cf35baba2a006"
#define ENC                                                                                                            \
    "04c07836a0206e04e31d8ae99bfd549380b072a1b1b82e563c935c095827824fc1559eac6fb9e3c70cd3193968994e7fe9781aa103f5b50e" \
    "934b5b2f387e381291"
#define CT "6469c41c5c81d3aa85432531ecf6460ec945bde1eb428cb2fedf7a29f5a685b4ccb0d057f03ea2952a27bb458b"
#define INFO "Ode on a Grecian Urn"
#define PLAIN "Beauty is truth, truth beauty"

struct vector {
    uint8_t sk_em[32], sk_rm[32], pk_rm[65], enc[65], ct[sizeof PLAIN - 1 + 16];
};

static struct vector vector;
static const struct bytes info = {(const uint8_t *)INFO, sizeof INFO - 1};
static const struct bytes aad = {(const uint8_t *)"Count-0", 7};

static int setup(void **state)
{
    static const uint8_t seed[DRBG_SEED_SIZE];

    (void)state;
    hex(SK_EM, vector.sk_em, sizeof vector.sk_em);
    hex(SK_RM, vector.sk_rm, sizeof vector.sk_rm);
    hex(PK_RM, vector.pk_rm, sizeof vector.pk_rm);
    hex(ENC, vector.enc, sizeof vector.enc);
    hex(CT, vector.ct, sizeof vector.ct);
    return drbg_init(seed, bytes_of(NULL, 0)) == DR_OK ? 0 : -1;
}

static void seals_as_the_rfc(void **state)
{
    uint8_t data[sizeof PLAIN - 1], enc[65], tag[16];

    (void)state;
    memcpy(data, PLAIN, sizeof data);
    assert_int_equal(hpke_seal(vector.sk_em, bytes_of(vector.pk_rm, 65), info, aad, data, sizeof data, enc, tag),
                     DR_OK);
    assert_memory_equal(enc, vector.enc, sizeof enc);
    assert_memory_equal(data, vector.ct, sizeof data);
    assert_memory_equal(tag, vector.ct + sizeof data, sizeof tag);
}

static enum dr_status open_vector(const struct vector *from, struct bytes with_info, struct bytes with_aad,
                                  uint8_t data[sizeof PLAIN - 1])
{
    uint8_t shared[32];
    enum dr_status status = ec_key_shared(from->sk_rm, bytes_of(from->enc, 65), shared);

    memcpy(data, from->ct, sizeof PLAIN - 1);
    return status != DR_OK ? status
                           : hpke_open(shared, from->enc, bytes_of(from->pk_rm, 65), with_info, with_aad, data,
                                       sizeof PLAIN - 1, from->ct + sizeof PLAIN - 1);
}

static void opens_as_the_rfc_and_nothing_else(void **state)
{
    uint8_t data[sizeof PLAIN - 1];
    struct vector other;

    (void)state;
    assert_int_equal(open_vector(&vector, info, aad, data), DR_OK);
    assert_memory_equal(data, PLAIN, sizeof data);
    assert_int_equal(open_vector(&vector, aad, aad, data), DR_ERR_CORRUPT);
    assert_int_equal(open_vector(&vector, info, info, data), DR_ERR_CORRUPT);
    for (size_t i = 0; i < sizeof vector.ct; i++) {
        other = vector;
        other.ct[i] ^= 1;
        assert_int_equal(open_vector(&other, info, aad, data), DR_ERR_CORRUPT);
    }
    other = vector;
    other.enc[40] ^= 1;
    assert_int_equal(open_vector(&other, info, aad, data), DR_ERR_MALFORMED);
    other = vector;
    other.pk_rm[40] ^= 1;
    assert_int_equal(open_vector(&other, info, aad, data), DR_ERR_CORRUPT);
    assert_int_equal(
        hpke_seal(vector.sk_em, bytes_of(other.pk_rm, 65), info, aad, data, sizeof data, other.enc, other.ct),
        DR_ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seals_as_the_rfc),
        cmocka_unit_test(opens_as_the_rfc_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
