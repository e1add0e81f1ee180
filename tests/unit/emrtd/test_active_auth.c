#include "emrtd/active_auth_vectors.h"
#include "emrtd/hex_bytes.h"
#include "emrtd/scripted_chip.h"

#include "codec/der.h"
#include "crypto/drbg.h"
#include "crypto/iso9796.h"
#include "emrtd/active_auth.h"

/* ICAO 9303-11 App. F: what the public key recovers (step 12). */
static const char icao_f[] =
    "6a9d2784a67f8e7c659973ea1aea25d95b6c8f91e5002f369f0fbdce8a3cec1991b543f1696546c5524cf23a5303cd6c98599f40b79f377b5f"
    "3a1406b3b4d8f96784d23aa88db7e1032a405e69325fa91a6e86f5c71aea978264c4a207446dad4e7292e2dcda3024b47da8c063aa1e6d22fb"
    "d976ab0fe73d94d2d9c6d88127bc";

static void icao_representative(void **state)
{
    uint8_t f[128], challenge[8];
    struct bytes m2 = hex_bytes(AA_CHALLENGE, challenge, 8), whole = hex_bytes(icao_f, f, sizeof f);
    size_t i;

    (void)state;
    assert_int_equal(iso9796_check(whole, m2), DR_OK);
    for (i = 0; i < sizeof f; i++) {
        f[i] ^= 0x10;
        assert_int_equal(iso9796_check(whole, m2), DR_ERR_SIGNATURE);
        f[i] ^= 0x10;
    }
    challenge[7] ^= 1;
    assert_int_equal(iso9796_check(whole, m2), DR_ERR_SIGNATURE);
    assert_int_equal(iso9796_check(bytes_of(f, 127), m2), DR_ERR_SIGNATURE);
}

struct dg15 {
    uint8_t file[300];
    struct public_key key;
};

static void open_dg15(struct dg15 *dg15, const char *hex)
{
    assert_int_equal(active_auth_read_key(hex_bytes(hex, dg15->file, sizeof dg15->file), &dg15->key), DR_OK);
}

static enum dr_status verify(const char *dg15_hex, enum hash_algorithm hash, const char *answer_hex)
{
    uint8_t challenge[8], answer[256];
    struct dg15 dg15;

    open_dg15(&dg15, dg15_hex);
    hex_bytes(AA_CHALLENGE, challenge, 8);
    return active_auth_verify(&dg15.key, hash, challenge, hex_bytes(answer_hex, answer, sizeof answer));
}

/* TR-03105-5.1 F_01 to F_06, F_08. */
static void rsa(void **state)
{
    static const char *const good[] = {AA_RSA_SHA1,   AA_RSA_SHA224, AA_RSA_SHA256,
                                       AA_RSA_SHA384, AA_RSA_SHA512, AA_RSA_NEGATED};
    uint8_t challenge[8], answer[128];
    struct dg15 dg15;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(verify(AA_DG15_RSA, HASH_NONE, good[i]), DR_OK);
        open_dg15(&dg15, AA_DG15_RSA);
        hex_bytes(AA_CHALLENGE, challenge, 8);
        hex_bytes(good[i], answer, sizeof answer);
        answer[64] ^= 1;
        assert_int_equal(active_auth_verify(&dg15.key, HASH_NONE, challenge, bytes_of(answer, 128)), DR_ERR_SIGNATURE);
        answer[64] ^= 1;
        challenge[0] ^= 1;
        assert_int_equal(active_auth_verify(&dg15.key, HASH_NONE, challenge, bytes_of(answer, 128)), DR_ERR_SIGNATURE);
        assert_int_equal(active_auth_verify(&dg15.key, HASH_NONE, challenge, bytes_of(answer, 127)), DR_ERR_SIGNATURE);
        assert_int_equal(active_auth_verify(&dg15.key, HASH_NONE, challenge, bytes_of(answer, 0)), DR_ERR_SIGNATURE);
    }
    assert_int_equal(verify(AA_DG15_RSA, HASH_NONE, AA_RSA_HEADER), DR_ERR_SIGNATURE);
    assert_int_equal(verify(AA_DG15_RSA, HASH_NONE, AA_RSA_TRAILER), DR_ERR_SIGNATURE);
    assert_int_equal(verify(AA_DG15_RSA, HASH_NONE, AA_MODULUS), DR_ERR_SIGNATURE);
}

/* r || s of a DER signature, at field length. */
static size_t plain_of(const char *hex, size_t field, uint8_t *plain)
{
    uint8_t der[128];
    struct der_reader reader = der_reader_of(hex_bytes(hex, der, sizeof der)), inner;
    struct bytes number;
    size_t i;

    memset(plain, 0, 2 * field);
    assert_int_equal(der_enter(&reader, DER_SEQUENCE, &inner), DR_OK);
    for (i = 0; i < 2; i++) {
        assert_int_equal(der_unsigned(&inner, &number), DR_OK);
        memcpy(plain + (i + 1) * field - number.len, number.data, number.len);
    }
    return 2 * field;
}

/* Plain by the standard; DER from some Portuguese cards; a P-384 key that signs SHA-256 and no DG14 that says so. */
static void ecdsa(void **state)
{
    static const struct {
        const char *dg15, *answer;
        size_t field;
    } keys[] = {{AA_DG15_P256, AA_ECDSA_P256, 32}, {AA_DG15_P384, AA_ECDSA_P384, 48}};
    uint8_t challenge[8], plain[96];
    struct dg15 dg15;
    size_t i, len;

    (void)state;
    hex_bytes(AA_CHALLENGE, challenge, 8);
    for (i = 0; i < 2; i++) {
        assert_int_equal(verify(keys[i].dg15, HASH_SHA256, keys[i].answer), DR_OK);
        assert_int_equal(verify(keys[i].dg15, HASH_NONE, keys[i].answer), DR_OK);
        assert_int_equal(verify(keys[i].dg15, HASH_SHA224, keys[i].answer), DR_ERR_SIGNATURE);
        assert_int_equal(verify(keys[i].dg15, HASH_SHA1, keys[i].answer), DR_ERR_UNSUPPORTED);
        assert_int_equal(verify(keys[i].dg15, HASH_SHA512, keys[i].answer),
                         DR_ERR_UNSUPPORTED); /* longer than the key */
        open_dg15(&dg15, keys[i].dg15);
        len = plain_of(keys[i].answer, keys[i].field, plain);
        assert_int_equal(active_auth_verify(&dg15.key, HASH_SHA256, challenge, bytes_of(plain, len)), DR_OK);
        assert_int_equal(active_auth_verify(&dg15.key, HASH_NONE, challenge, bytes_of(plain, len)), DR_OK);
        plain[len - 1] ^= 1;
        assert_int_equal(active_auth_verify(&dg15.key, HASH_NONE, challenge, bytes_of(plain, len)), DR_ERR_SIGNATURE);
        memset(plain, 0, sizeof plain);
        assert_int_equal(active_auth_verify(&dg15.key, HASH_NONE, challenge, bytes_of(plain, len)), DR_ERR_SIGNATURE);
        assert_int_equal(active_auth_verify(&dg15.key, HASH_NONE, challenge, bytes_of(plain, 0)), DR_ERR_SIGNATURE);
    }
}

static void files_that_are_no_key(void **state)
{
    uint8_t file[300];
    struct public_key key;
    struct bytes input;

    (void)state;
    input = hex_bytes(AA_DG15_P256, file, sizeof file);
    input.len--;
    assert_int_not_equal(active_auth_read_key(input, &key), DR_OK);
    file[0] = 0x6E;
    input.len++;
    assert_int_equal(active_auth_read_key(input, &key), DR_ERR_MALFORMED);
    assert_int_not_equal(active_auth_read_key(bytes_of(file, 0), &key), DR_OK);
}

/* The command has a fresh challenge each time and asks for all there is; the chip's refusals. */
static void commands(void **state)
{
    static const struct {
        const char *response;
        enum dr_status status;
    } answers[] = {
        {"6982", DR_ERR_CARD_STATUS},           {"6d00", DR_ERR_CARD_STATUS},
        {"9000", DR_ERR_UNSUPPORTED},           {"0102039000", DR_ERR_UNSUPPORTED}, /* AU: cut, and 9000 */
        {AA_RSA_SHA1 "9000", DR_ERR_SIGNATURE},                                     /* of another challenge: replayed */
    };
    struct scripted_chip chip;
    struct session session;
    struct dg15 dg15;
    size_t i;

    (void)state;
    open_dg15(&dg15, AA_DG15_RSA);
    for (i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct script_line line = {NULL, answers[i].response};

        scripted_chip_start(&chip, &session, &line, 1);
        assert_int_equal(active_auth_authenticate(&session, &dg15.key, HASH_NONE), answers[i].status);
        assert_int_equal(chip.at, 1);
    }
}

static int start_random(void **state)
{
    static const uint8_t seed[DRBG_SEED_SIZE] = {6};

    (void)state;
    return drbg_init(seed, bytes_of(NULL, 0)) == DR_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(icao_representative),   cmocka_unit_test(rsa),      cmocka_unit_test(ecdsa),
        cmocka_unit_test(files_that_are_no_key), cmocka_unit_test(commands),
    };

    return cmocka_run_group_tests(tests, start_random, NULL);
}
