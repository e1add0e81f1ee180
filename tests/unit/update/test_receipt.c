/* Receipts: what the device states, and that no bit of it can change. */
#include "update_bench.h"

#include "store/identity.h"
#include "update/receipt.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

static uint8_t content[RECEIPT_CONTENT_MAX], cms_der[RECEIPT_MAX], spki[IDENTITY_SPKI_SIZE];
static size_t len;

static int provisioned(void **state)
{
    int status = bench_setup(state);

    provision();
    make_edition(&file, "UTO-1", 7, SIGNERS(&list_a, &list_b));
    assert_int_equal(send(&file), DR_OK);
    assert_int_equal(identity_spki(&bench.store.store, spki), DR_OK);
    return status;
}

static enum dr_status make(struct bytes nonce)
{
    return receipt_make(&bench.store.store, NOW, true, nonce, content, cms_der, &len);
}

static void states_what_is_held(void **state)
{
    struct receipt receipt;

    (void)state;
    bench.store.store.state.counters = (struct store_counters){1, 2, 3, 4};
    assert_int_equal(make(bytes_of("nonce", 5)), DR_OK);
    assert_int_equal(receipt_verify(bytes_of(cms_der, len), bytes_of(spki, sizeof spki), &receipt), DR_OK);
    assert_memory_equal(receipt.device_id, bench.store.factory.device_id, 8);
    assert_true(bytes_equal(receipt.nonce, bytes_of("nonce", 5)));
    assert_true(receipt.confirmed);
    assert_int_equal(receipt.time, NOW);
    assert_int_equal(receipt.sequence, bench.store.store.state.sequence);
    assert_int_equal(receipt.counters.cannot_verify, 4);
    assert_int_equal(receipt.object_count, 2);
    assert_int_equal(receipt.objects[0].kind, RECEIPT_POLICY);
    assert_memory_equal(receipt.objects[0].root, held(STORE_POLICY)->cms_sha256, 32);
    assert_int_equal(receipt.objects[1].kind, RECEIPT_LIST);
    assert_string_equal(receipt.objects[1].list_id, "UTO-1");
    assert_int_equal(receipt.objects[1].number, 7);
    assert_memory_equal(receipt.objects[1].root, bench.update.manifest.root, 32);
}

/* The largest there can be fits one block of the link. */
static void the_largest_fits(void **state)
{
    uint8_t nonce[RECEIPT_MAX_NONCE + 1] = {0};
    struct store_state *device = &bench.store.store.state;
    struct receipt receipt;

    (void)state;
    for (unsigned i = 0; i < STORE_OBJECTS; i++) {
        device->objects[i].present = true;
        memset(device->objects[i].manifest.list_id, 'L', i > 0 ? MANIFEST_MAX_LIST_ID : 0);
        device->objects[i].manifest.number = UINT64_MAX >> 1;
        device->objects[i].series = i >= STORE_LIST_0 ? INT32_MAX : 0;
    }
    device->counters = (struct store_counters){UINT64_MAX >> 1, UINT64_MAX >> 1, UINT64_MAX >> 1, UINT64_MAX >> 1};
    device->audit.next = device->sequence = UINT64_MAX >> 1;
    device->audit.lost = UINT32_MAX;
    assert_int_equal(make(bytes_of(nonce, RECEIPT_MAX_NONCE)), DR_OK);
    assert_true(len <= RECEIPT_MAX);
    assert_int_equal(receipt_verify(bytes_of(cms_der, len), bytes_of(spki, sizeof spki), &receipt), DR_OK);
    assert_int_equal(receipt.object_count, STORE_OBJECTS);
    assert_int_equal(receipt.objects[STORE_LIST_0].series, INT32_MAX);
    assert_int_equal(receipt.objects[STORE_TRUST].series, 0);
    assert_int_equal(make(bytes_of(nonce, sizeof nonce)), DR_ERR_ARGUMENT);
}

static void every_flipped_bit_and_every_cut_is_refused(void **state)
{
    struct receipt receipt;

    (void)state;
    assert_int_equal(make(bytes_of("n", 1)), DR_OK);
    for (size_t bit = 0; bit < 8 * len; bit++) {
        cms_der[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_not_equal(receipt_verify(bytes_of(cms_der, len), bytes_of(spki, sizeof spki), &receipt), DR_OK);
        cms_der[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    for (size_t cut = 0; cut < len; cut++) {
        assert_int_not_equal(receipt_verify(bytes_of(cms_der, cut), bytes_of(spki, sizeof spki), &receipt), DR_OK);
    }
    assert_int_equal(receipt_verify(bytes_of(cms_der, len), bytes_of(spki, sizeof spki), &receipt), DR_OK);
}

static void another_devices_key_does_not_verify(void **state)
{
    struct receipt receipt;

    (void)state;
    assert_int_equal(make(bytes_of("n", 1)), DR_OK);
    assert_int_equal(receipt_verify(bytes_of(cms_der, len), bytes_of(stranger.spki, stranger.spki_len), &receipt),
                     DR_ERR_SIGNATURE);
    /* Nor does a file of another type, be it signed by the same key. */
    make_edition(&file, "UTO-1", 8, SIGNERS(&stranger));
    assert_int_equal(
        receipt_verify(bytes_of(file.data, file.cms_len), bytes_of(stranger.spki, stranger.spki_len), &receipt),
        DR_ERR_SIGNATURE);
}

/* OpenSSL reads the public key and finds the signature good: the two ends are not one code. */
static void openssl_agrees(void **state)
{
    const uint8_t *at = spki;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &at, sizeof spki);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    struct cms_signer signer;
    struct cms cms;
    uint8_t attributes[256];
    struct bytes rest;

    (void)state;
    assert_non_null(key);
    assert_int_equal(make(bytes_of("n", 1)), DR_OK);
    assert_int_equal(cms_read(bytes_of(cms_der, len), &cms), DR_OK);
    rest = cms.signer_infos;
    assert_int_equal(cms_next_signer(&rest, &signer), DR_OK);
    memcpy(attributes, signer.signed_attributes.data, signer.signed_attributes.len);
    attributes[0] = DER_SET;
    assert_int_equal(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestVerify(context, signer.signature.data, signer.signature.len, attributes,
                                      signer.signed_attributes.len),
                     1);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
}

static void the_key_outlives_a_restart_and_not_a_format(void **state)
{
    uint8_t after[IDENTITY_SPKI_SIZE];

    (void)state;
    bench_restart();
    assert_int_equal(identity_spki(&bench.store.store, after), DR_OK);
    assert_memory_equal(spki, after, sizeof after);
    assert_int_equal(
        store_format(&bench.store.store, &bench.store.medium.port, &bench.store.factory, bytes_of("other noise", 11)),
        DR_OK);
    assert_int_equal(identity_spki(&bench.store.store, after), DR_OK);
    assert_memory_not_equal(spki, after, sizeof after);
}

static void without_a_store_there_is_none(void **state)
{
    (void)state;
    bench.store.store.mounted = false;
    assert_int_equal(make(bytes_of("n", 1)), DR_ERR_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(states_what_is_held, provisioned, bench_teardown),
        cmocka_unit_test_setup_teardown(the_largest_fits, provisioned, bench_teardown),
        cmocka_unit_test_setup_teardown(every_flipped_bit_and_every_cut_is_refused, provisioned, bench_teardown),
        cmocka_unit_test_setup_teardown(another_devices_key_does_not_verify, provisioned, bench_teardown),
        cmocka_unit_test_setup_teardown(openssl_agrees, provisioned, bench_teardown),
        cmocka_unit_test_setup_teardown(the_key_outlives_a_restart_and_not_a_format, provisioned, bench_teardown),
        cmocka_unit_test_setup_teardown(without_a_store_there_is_none, provisioned, bench_teardown),
    };
    return cmocka_run_group_tests(tests, officers_appear, officers_leave);
}
