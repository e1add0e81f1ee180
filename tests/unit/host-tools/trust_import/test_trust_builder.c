/* Roots, link certificates and what is neither, made here with OpenSSL; the trust store built of them. */
#include "made.h"

#include "trust_import/trust_builder.h"

#include "builder/edition_proof.h"
#include "trust/revocation.h"

static const struct imported_certificate *find(const struct certificate_set *set, const char *file)
{
    for (size_t i = 0; i < set->count; i++) {
        const char *name = strrchr(set->items[i].source, '/');
        if (strcmp(name != NULL ? name + 1 : set->items[i].source, file) == 0) {
            return &set->items[i];
        }
    }
    fail_msg("%s is missing", file);
    return NULL;
}

static bool count_anchor(void *ctx, const struct csca_anchor *anchor)
{
    (void)anchor;
    ++*(unsigned *)ctx;
    return true;
}

static void selects_anchors(void **state)
{
    /* A root; the link to a second key; a third reached only through the second; the same root again, valid longer. */
    struct made root = make("1-root.der", "UT", "CSCA", NULL, NULL, "critical,CA:TRUE", 100);
    struct made link = make("2-link.der", "UT", "CSCA", &root, NULL, "critical,CA:TRUE", 200);
    struct made third = make("0-third.der", "UT", "CSCA 3", &link, NULL, "critical,CA:TRUE", 300);
    struct made renewed = make("3-renewed.der", "UT", "CSCA", NULL, root.key, "critical,CA:TRUE", 400);
    struct made old = make("4-old.der", "UT", "Old CSCA", NULL, NULL, NULL, 100); /* no basicConstraints */
    /* None of these. */
    struct made signer = make("5-signer.der", "UT", "DS", &root, NULL, "critical,CA:FALSE", 100);
    struct made stranger = make("6-stranger.der", "XX", "CSCA", &root, NULL, "critical,CA:TRUE", 100);
    struct made nobody = make("7-nobody.der", NULL, "CSCA", NULL, NULL, "critical,CA:TRUE", 100);
    struct made orphan_root = make("orphan.tmp", "UT", "CSCA", NULL, NULL, "critical,CA:TRUE", 100);
    struct made orphan = make("8-orphan.der", "UT", "CSCA", &orphan_root, NULL, "critical,CA:TRUE", 100);
    static const struct {
        const char *file;
        enum anchor_verdict verdict;
    } expected[] = {
        {"0-third.der", ANCHOR_LINK},          {"1-root.der", ANCHOR_DUPLICATE},  {"2-link.der", ANCHOR_LINK},
        {"3-renewed.der", ANCHOR_SELF_SIGNED}, {"4-old.der", ANCHOR_SELF_SIGNED}, {"5-signer.der", ANCHOR_REJECTED},
        {"6-stranger.der", ANCHOR_REJECTED},   {"7-nobody.der", ANCHOR_REJECTED}, {"8-orphan.der", ANCHOR_REJECTED},
    };
    struct certificate_set set = {0};
    struct anchor_count count;
    struct manifest manifest = {.number = 1};
    unsigned complaints = 0, visited = 0;
    uint8_t block[BLOCK_TREE_BLOCK], first_root[HASH_SHA256_SIZE];
    FILE *body = tmpfile();
    struct csca_store store;

    (void)state;
    assert_int_equal(remove("orphan.tmp"), 0);
    assert_int_equal(atomic_file_write("9-text", bytes_of("no certificate", 14), false), DR_OK);
    assert_int_equal(certificate_set_add(&set, ".", count_complaint, &complaints), DR_OK);
    assert_int_equal(complaints, 1);
    assert_int_equal(certificate_set_add(&set, "1-root.der", count_complaint, &complaints), DR_OK); /* twice */
    assert_int_equal(certificate_set_add(&set, "missing", count_complaint, &complaints), DR_ERR_IO);
    assert_int_equal(anchors_select(&set, 0, &count), DR_OK);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct imported_certificate *item = find(&set, expected[i].file);
        if (item->verdict != expected[i].verdict) {
            fail_msg("%s: %d (%s)", expected[i].file, (int)item->verdict, item->why != NULL ? item->why : "");
        }
    }
    assert_int_equal(count.self_signed, 2);
    assert_int_equal(count.link, 2);
    assert_int_equal(count.duplicate, 2);
    assert_int_equal(count.rejected, 4);

    assert_int_equal(trust_build(&set, body, &manifest), DR_OK);
    assert_int_equal(manifest.entry_count, 4);
    store.source = file_block_source(body, (uint32_t)(manifest.body_length / BLOCK_TREE_BLOCK));
    memcpy(store.root, manifest.root, sizeof store.root);
    assert_int_equal(csca_store_visit(&store, "UT", block, count_anchor, &visited, NULL), DR_OK);
    assert_int_equal(visited, 4);
    visited = 0;
    assert_int_equal(csca_store_visit(&store, "XX", block, count_anchor, &visited, NULL), DR_OK);
    assert_int_equal(visited, 0);
    /* Another order, the same bytes. */
    memcpy(first_root, manifest.root, sizeof first_root);
    struct imported_certificate swap = set.items[0];
    set.items[0] = set.items[3];
    set.items[3] = swap;
    (void)fclose(body);
    body = tmpfile();
    assert_int_equal(trust_build(&set, body, &manifest), DR_OK);
    assert_memory_equal(first_root, manifest.root, sizeof first_root);

    (void)fclose(body);
    certificate_set_free(&set);
    drop(&root), drop(&link), drop(&third), drop(&renewed), drop(&old);
    drop(&signer), drop(&stranger), drop(&nobody), drop(&orphan_root), drop(&orphan);
}

/* Every real certificate that OpenSSL finds self-signed and a CA is an anchor, unless another one has its key and name. */
static void agrees_with_openssl_on_real_certificates(void **state)
{
    const char *data = getenv("DOCREV_TESTDATA");
    char path[512], line[2048];
    struct certificate_set set = {0};
    struct anchor_count count;
    unsigned complaints = 0, compared = 0;
    FILE *csv;

    (void)state;
    if (data == NULL || *data == '\0') {
        print_message("no test data: skipped\n");
        skip();
    }
    (void)snprintf(path, sizeof path, "%s/csca/certs", data);
    assert_int_equal(certificate_set_add(&set, path, count_complaint, &complaints), DR_OK);
    assert_int_equal(complaints, 0);
    assert_int_equal(anchors_select(&set, 0, &count), DR_OK);
    (void)snprintf(path, sizeof path, "%s/csca/manifest.csv", data);
    csv = fopen(path, "r");
    assert_non_null(csv);
    assert_non_null(fgets(line, sizeof line, csv));
    while (fgets(line, sizeof line, csv) != NULL) {
        /* file,sha256,country,relation,sig,digest,key,rsa_e,openssl_check_ca,openssl_self_verify,issuers_in_set_... */
        char *field[11], *at = line;
        for (size_t i = 0; i < 11; i++) {
            field[i] = strsep(&at, ",");
            assert_non_null(field[i]);
        }
        const struct imported_certificate *item = find(&set, field[0]);
        bool anchor =
            item->verdict == ANCHOR_SELF_SIGNED || item->verdict == ANCHOR_LINK || item->verdict == ANCHOR_DUPLICATE;
        bool trusted = strcmp(field[10], "0") != 0;
        if (anchor && !trusted) {
            fail_msg("%s: an anchor that OpenSSL finds no issuer of", field[0]);
        }
        /* Issuers were searched among more certificates than are here: of the others only roots must be anchors. */
        if (!anchor && strcmp(field[9], "1") == 0 && strcmp(field[8], "1") == 0 && strcmp(field[2], "XX") != 0) {
            fail_msg("%s: %s", field[0], item->why);
        }
        compared++;
    }
    assert_true(compared > 100);
    (void)fclose(csv);
    certificate_set_free(&set);
}

static void reads_master_lists(void **state)
{
    const char *data = getenv("DOCREV_TESTDATA");
    char path[512];
    struct certificate_set set = {0};
    unsigned complaints = 0;
    uint8_t *list = NULL;
    size_t len = 0;

    (void)state;
    if (data == NULL || *data == '\0') {
        print_message("no test data: skipped\n");
        skip();
    }
    (void)snprintf(path, sizeof path, "%s/csca/sample_masterlist_TESTSIGNED.ml", data);
    assert_int_equal(certificate_set_add(&set, path, count_complaint, &complaints), DR_OK);
    assert_int_equal(complaints, 0);
    assert_true(set.count > 100);
    certificate_set_free(&set);
    /* With one octet of one certificate changed, none of it is believed. */
    assert_int_equal(file_read_whole(path, 1U << 24, &list, &len), DR_OK);
    list[len / 2] ^= 1;
    assert_int_equal(atomic_file_write("broken.ml", bytes_of(list, len), false), DR_OK);
    assert_int_equal(certificate_set_add(&set, "broken.ml", count_complaint, &complaints), DR_OK);
    assert_int_equal(complaints, 1);
    assert_int_equal(set.count, 0);
    free(list);
    certificate_set_free(&set);
}

/* CRLs in the store: every number of a long one is found through it, a stranger's CRL is left out, a second build is the same. */
static void stores_crls(void **state)
{
    struct made root = make("c-root.der", "UT", "CSCA", NULL, NULL, "critical,CA:TRUE", 100);
    struct made other = make("c-other.tmp", "UT", "CSCA", NULL, NULL, "critical,CA:TRUE", 100);
    static long serials[1001];
    struct certificate_set set = {0};
    struct anchor_count count;
    struct manifest manifest = {.number = 1};
    unsigned complaints = 0;
    uint8_t block[BLOCK_TREE_BLOCK], serial[] = {0x01, 0x00, 0x00};
    struct csca_store store;
    revocation found;
    FILE *body = tmpfile();
    int64_t now = (int64_t)time(NULL);

    (void)state;
    for (long i = 0; i < 1000; i++) {
        serials[i] = 0x010000 + 257 * i;
    }
    serials[1000] = -1;
    make_crl("c-1.crl", &root, serials, -1, 10);
    make_crl("c-2.crl", &other, serials, -1, 10);
    assert_int_equal(certificate_set_add(&set, "c-root.der", count_complaint, &complaints), DR_OK);
    assert_int_equal(certificate_set_add(&set, "c-1.crl", count_complaint, &complaints), DR_OK);
    assert_int_equal(certificate_set_add(&set, "c-2.crl", count_complaint, &complaints), DR_OK);
    assert_int_equal(anchors_select(&set, now, &count), DR_OK);
    assert_int_equal(count.crls, 1);
    assert_int_equal(count.revoked, 1000);
    assert_int_equal(trust_build(&set, body, &manifest), DR_OK);
    assert_int_equal(manifest.entry_count, 1001);
    store.source = file_block_source(body, (uint32_t)(manifest.body_length / BLOCK_TREE_BLOCK));
    memcpy(store.root, manifest.root, sizeof store.root);
    assert_int_equal(
        revocation_look_up(&store, "UT", set.items[0].certificate.subject, bytes_of(serial, 3), now, block, &found),
        DR_OK);
    assert_int_equal(found, REVOCATION_REVOKED);
    serial[2] = 1;
    assert_int_equal(
        revocation_look_up(&store, "UT", set.items[0].certificate.subject, bytes_of(serial, 3), now, block, &found),
        DR_OK);
    assert_int_equal(found, REVOCATION_UNREVOKED);
    print_message("1000 numbers in %u octets\n", (unsigned)manifest.body_length);
    (void)fclose(body);
    certificate_set_free(&set);
    drop(&root), drop(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selects_anchors),
        cmocka_unit_test(stores_crls),
        cmocka_unit_test(agrees_with_openssl_on_real_certificates),
        cmocka_unit_test(reads_master_lists),
    };

    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
