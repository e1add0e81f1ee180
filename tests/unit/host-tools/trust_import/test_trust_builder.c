/* Roots, link certificates and what is neither, made here with OpenSSL; the trust store built of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "trust_import/trust_builder.h"

#include "builder/edition_proof.h"
#include "signing/atomic_file.h"
#include "trust/csca_store.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#define DAY 86400L

struct made {
    EVP_PKEY *key;
    X509 *x509;
};

static char folder[] = "/tmp/docrev-test-XXXXXX";

static int enter_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    char command[64];

    (void)state;
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

/* A certificate of `country`, signed by `issuer` (NULL: by itself), written to `file`. */
static struct made make(const char *file, const char *country, const char *name, const struct made *issuer,
                        EVP_PKEY *key, const char *constraints, long days)
{
    static long serial = 1;
    struct made made = {.key = key != NULL ? key : EVP_EC_gen("P-256"), .x509 = X509_new()};
    X509_NAME *subject = X509_get_subject_name(made.x509);
    X509V3_CTX context;
    X509_EXTENSION *extension;
    uint8_t *der = NULL;
    int len;

    if (key != NULL) {
        EVP_PKEY_up_ref(key);
    }
    X509_set_version(made.x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.x509), serial++);
    X509_gmtime_adj(X509_getm_notBefore(made.x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(made.x509), days * DAY);
    if (country != NULL) {
        X509_NAME_add_entry_by_txt(subject, "C", MBSTRING_ASC, (const unsigned char *)country, -1, -1, 0);
    }
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(made.x509, issuer != NULL ? X509_get_subject_name(issuer->x509) : subject);
    X509_set_pubkey(made.x509, made.key);
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, made.x509, made.x509, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, NID_subject_key_identifier, "hash");
    X509_add_ext(made.x509, extension, -1);
    X509_EXTENSION_free(extension);
    if (constraints != NULL) {
        extension = X509V3_EXT_conf_nid(NULL, &context, NID_basic_constraints, constraints);
        X509_add_ext(made.x509, extension, -1);
        X509_EXTENSION_free(extension);
    }
    assert_true(X509_sign(made.x509, issuer != NULL ? issuer->key : made.key, EVP_sha256()) > 0);
    len = i2d_X509(made.x509, &der);
    assert_true(len > 0);
    assert_int_equal(atomic_file_write(file, bytes_of(der, (size_t)len), false), DR_OK);
    OPENSSL_free(der);
    return made;
}

static void drop(struct made *made)
{
    EVP_PKEY_free(made->key);
    X509_free(made->x509);
}

static void count_complaint(void *ctx, const char *path, const char *why)
{
    (void)path;
    assert_non_null(why);
    ++*(unsigned *)ctx;
}

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
    anchors_select(&set, &count);
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
    anchors_select(&set, &count);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selects_anchors),
        cmocka_unit_test(agrees_with_openssl_on_real_certificates),
        cmocka_unit_test(reads_master_lists),
    };

    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
