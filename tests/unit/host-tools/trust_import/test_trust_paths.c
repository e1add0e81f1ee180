/* Paths and revocation among a set: cases made with OpenSSL, and every real certificate against OpenSSL's own search. */
#include "made.h"

#include "trust_import/trust_paths.h"

static size_t find(const struct certificate_set *set, const char *file)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->items[i].source, file) == 0) {
            return i;
        }
    }
    fail_msg("%s is missing", file);
    return 0;
}

static void add(struct certificate_set *set, const char *file)
{
    unsigned complaints = 0;

    assert_int_equal(certificate_set_add(set, file, count_complaint, &complaints), DR_OK);
    assert_int_equal(complaints, 0);
}

static void expect(const struct certificate_set *set, const struct trust_path *paths, const char *file,
                   enum path_verdict verdict, const char *reason)
{
    const struct trust_path *path = &paths[find(set, file)];

    if (path->verdict != verdict || strcmp(path->reason, reason) != 0) {
        fail_msg("%s: %d %s", file, (int)path->verdict, path->reason);
    }
}

static void finds_paths(void **state)
{
    struct made root = make("p-root.der", "UT", "CSCA", NULL, NULL, "critical,CA:TRUE", 100);
    struct made same =
        make("p-same.der", "UT", "CSCA", &root, NULL, "critical,CA:TRUE", 200); /* link of the same name */
    struct made next = make("p-next.der", "UT", "CSCA 2", &same, NULL, "critical,CA:TRUE", 300);
    struct made signer = make("p-signer.der", "UT", "DS", &next, NULL, "critical,CA:FALSE", 100);
    struct made alone = make("p-alone.der", "UT", "DS", NULL, NULL, "critical,CA:FALSE", 100); /* no CA, self-signed */
    struct made child = make("p-child.der", "UT", "DS", &signer, NULL, "critical,CA:FALSE", 100);
    struct made foreign = make("p-foreign.der", "XX", "CSCA", &root, NULL, "critical,CA:TRUE", 100);
    struct made abroad = make("p-abroad.der", "XX", "DS", &foreign, NULL, "critical,CA:FALSE", 100);
    struct made nowhere = make("nowhere.tmp", "UT", "CSCA", NULL, NULL, "critical,CA:TRUE", 100);
    struct made orphan = make("p-orphan.der", "UT", "CSCA", &nowhere, NULL, "critical,CA:TRUE", 100);
    struct certificate_set set = {0};
    struct trust_path *paths;

    (void)state;
    /* Signers first: the order must not matter. */
    add(&set, "p-child.der"), add(&set, "p-signer.der"), add(&set, "p-next.der"), add(&set, "p-same.der");
    add(&set, "p-alone.der"), add(&set, "p-abroad.der"), add(&set, "p-foreign.der"), add(&set, "p-orphan.der");
    add(&set, "p-root.der"), add(&set, "p-root.der");
    paths = trust_paths_find(&set, 0);
    assert_non_null(paths);
    expect(&set, paths, "p-root.der", PATH_TRUSTED, "self-signed");
    expect(&set, paths, "p-same.der", PATH_TRUSTED, "link");
    expect(&set, paths, "p-next.der", PATH_TRUSTED, "link");
    expect(&set, paths, "p-signer.der", PATH_TRUSTED, "issued");
    expect(&set, paths, "p-alone.der", PATH_UNTRUSTED, "no-issuer");
    expect(&set, paths, "p-child.der", PATH_UNTRUSTED, "no-issuer"); /* a document signer makes nobody trusted */
    expect(&set, paths, "p-foreign.der", PATH_TRUSTED, "link");      /* it does verify, */
    expect(&set, paths, "p-abroad.der", PATH_UNTRUSTED, "issuer-untrusted"); /* and makes nobody of its state trusted */
    expect(&set, paths, "p-orphan.der", PATH_UNTRUSTED, "no-issuer");
    assert_int_equal(set.items[set.count - 1].first, set.count - 2);
    assert_int_equal(paths[set.count - 1].verdict, PATH_TRUSTED);
    free(paths);
    certificate_set_free(&set);
    drop(&root), drop(&same), drop(&next), drop(&signer), drop(&alone), drop(&child), drop(&foreign), drop(&abroad);
    drop(&nowhere), drop(&orphan);
}

/* What is signed with its own key is a root only under its own name, and not where links were asked for. */
static void makes_no_root_of_a_link(void **state)
{
    struct made root = make("l-root.der", "UT", "CSCA", NULL, NULL, "critical,CA:TRUE", 100);
    struct made link = make("l-link.der", "UT", "CSCA", &root, NULL, "critical,CA:TRUE", 200);
    /* A link in every word, but for the key that signed it: the one it would make trusted. */
    struct made pretended = {.key = EVP_EC_gen("P-256"), .x509 = root.x509};
    struct made forged = make("l-forged.der", "UT", "CSCA 2", &pretended, pretended.key, "critical,CA:TRUE", 100);
    struct made victim = make("l-victim.der", "UT", "DS", &forged, NULL, "critical,CA:FALSE", 100);
    struct made renamed = make("l-renamed.der", "UT", "CSCA 3", &root, root.key, "critical,CA:TRUE", 100);
    struct certificate_set set = {0};
    struct trust_path *paths;

    (void)state;
    add(&set, "l-forged.der"), add(&set, "l-victim.der"), add(&set, "l-renamed.der"), add(&set, "l-link.der");
    paths = trust_paths_find(&set, 0);
    assert_non_null(paths);
    expect(&set, paths, "l-forged.der", PATH_REJECTED, "not-self-issued");
    expect(&set, paths, "l-victim.der", PATH_UNTRUSTED, "issuer-untrusted");
    expect(&set, paths, "l-renamed.der", PATH_REJECTED, "not-self-issued");
    expect(&set, paths, "l-link.der", PATH_UNTRUSTED, "no-issuer");
    free(paths);
    /* The root as a link certificate changes nothing; */
    set.links_only = true;
    add(&set, "l-root.der");
    paths = trust_paths_find(&set, 0);
    assert_non_null(paths);
    expect(&set, paths, "l-root.der", PATH_UNTRUSTED, "self-signed-link");
    expect(&set, paths, "l-link.der", PATH_UNTRUSTED, "issuer-untrusted");
    free(paths);
    /* given as an anchor, it makes links of what it signed: also of its own key under the next name. */
    set.links_only = false;
    add(&set, "l-root.der");
    paths = trust_paths_find(&set, 0);
    assert_non_null(paths);
    expect(&set, paths, "l-root.der", PATH_TRUSTED, "self-signed");
    expect(&set, paths, "l-link.der", PATH_TRUSTED, "link");
    expect(&set, paths, "l-renamed.der", PATH_TRUSTED, "link");
    expect(&set, paths, "l-forged.der", PATH_REJECTED, "not-self-issued");
    expect(&set, paths, "l-victim.der", PATH_UNTRUSTED, "issuer-untrusted");
    free(paths);
    certificate_set_free(&set);
    drop(&root), drop(&link), drop(&forged), drop(&victim), drop(&renamed);
    EVP_PKEY_free(pretended.key);
}

/* CRLs: verified, the newest of a name, current or not, of a former name, against the CSCA itself. */
static void revokes(void **state)
{
    struct made root = make("r-root.der", "UT", "CSCA", NULL, NULL, "critical,CA:TRUE", 1000);
    struct made renamed = make("r-renamed.der", "UT", "New CSCA", &root, NULL, "critical,CA:TRUE", 1000);
    struct made good = make("r-good.der", "UT", "DS", &root, NULL, "critical,CA:FALSE", 100);
    struct made bad = make("r-bad.der", "UT", "DS", &root, NULL, "critical,CA:FALSE", 100);
    struct made late = make("r-late.der", "UT", "DS", &root, NULL, "critical,CA:FALSE", 100);
    struct made other = make("r-other.der", "XX", "CSCA", NULL, NULL, "critical,CA:TRUE", 100);
    const long first[] = {serial_of(&bad), -1}, none[] = {-1}, later[] = {serial_of(&late), -1},
               all[] = {serial_of(&good), serial_of(&bad), serial_of(&late), -1}, itself[] = {serial_of(&root), -1};
    struct certificate_set set = {0};
    struct trust_path *paths;
    int64_t now = (int64_t)time(NULL);

    (void)state;
    make_crl("1.crl", &root, first, -20, 10);
    make_crl("0-old.crl", &root, all, -30, 10);   /* superseded, though it was read first */
    make_crl("foreign.crl", &other, all, -1, 10); /* of another state */
    make_crl("2-renamed.crl", &renamed, later, -5, 30);
    add(&set, "r-root.der"), add(&set, "r-renamed.der"), add(&set, "r-good.der"), add(&set, "r-bad.der");
    add(&set, "r-late.der"), add(&set, "r-other.der");
    add(&set, "0-old.crl"), add(&set, "1.crl"), add(&set, "foreign.crl"), add(&set, "2-renamed.crl");
    assert_int_equal(set.crl_count, 4);
    paths = trust_paths_find(&set, now);
    assert_non_null(paths);
    assert_false(set.crls[0].accepted);
    assert_string_equal(set.crls[0].why, "superseded");
    assert_true(set.crls[1].accepted && set.crls[2].accepted && set.crls[3].accepted);
    expect(&set, paths, "r-good.der", PATH_TRUSTED, "issued");
    expect(&set, paths, "r-bad.der", PATH_REJECTED, "revoked");
    expect(&set, paths, "r-late.der", PATH_TRUSTED, "issued"); /* the current CRL of its issuer's name decides */
    free(paths);
    /* Out of date, it no longer does: the list under the new name covers the old one too (9303-12 7.1.4). */
    paths = trust_paths_find(&set, now + 20 * DAY);
    assert_non_null(paths);
    expect(&set, paths, "r-late.der", PATH_REJECTED, "revoked");
    expect(&set, paths, "r-bad.der", PATH_REJECTED, "revoked"); /* what is out of date still revokes */
    free(paths);
    /* A forged newer one is none. */
    make_crl("3.crl", &root, none, -1, 10);
    {
        uint8_t *der = NULL;
        size_t len = 0;
        assert_int_equal(file_read_whole("3.crl", 65536, &der, &len), DR_OK);
        der[len - 1] ^= 1;
        assert_int_equal(atomic_file_write("3.crl", bytes_of(der, len), false), DR_OK);
        free(der);
    }
    add(&set, "3.crl");
    paths = trust_paths_find(&set, now);
    assert_non_null(paths);
    assert_false(set.crls[4].accepted);
    expect(&set, paths, "r-bad.der", PATH_REJECTED, "revoked");
    free(paths);
    /* A CSCA that lists itself is no anchor any more, nor is what it signed. */
    make_crl("4-itself.crl", &root, itself, 0, 10);
    add(&set, "4-itself.crl");
    paths = trust_paths_find(&set, now);
    assert_non_null(paths);
    expect(&set, paths, "r-root.der", PATH_REJECTED, "revoked");
    expect(&set, paths, "r-good.der", PATH_UNTRUSTED, "issuer-untrusted");
    expect(&set, paths, "r-renamed.der", PATH_UNTRUSTED, "issuer-untrusted");
    free(paths);
    certificate_set_free(&set);
    drop(&root), drop(&renamed), drop(&good), drop(&bad), drop(&late), drop(&other);
}

static const char *test_data(void)
{
    const char *data = getenv("DOCREV_TESTDATA");

    if (data == NULL || *data == '\0') {
        print_message("no test data: skipped\n");
        skip();
    }
    return data;
}

static X509 *openssl_read(const struct imported_certificate *item)
{
    const uint8_t *at = item->der;

    return d2i_X509(NULL, &at, (long)item->len);
}

static bool openssl_verifies(X509 *certificate, X509 *issuer)
{
    EVP_PKEY *key = X509_get0_pubkey(issuer);

    return key != NULL && X509_verify(certificate, key) == 1;
}

static void add_real(struct certificate_set *set, const char *data)
{
    char path[512];
    unsigned complaints = 0;

    (void)snprintf(path, sizeof path, "%s/csca/certs", data);
    assert_int_equal(certificate_set_add(set, path, count_complaint, &complaints), DR_OK);
    (void)snprintf(path, sizeof path, "%s/dsc/certs", data);
    assert_int_equal(certificate_set_add(set, path, count_complaint, &complaints), DR_OK);
    assert_int_equal(complaints, 0);
    assert_true(set->count > 200);
}

/* The same closure computed with OpenSSL's signatures alone: roots, then what they verify of the same country, and so on. */
static void agrees_with_openssl(void **state)
{
    struct certificate_set set = {0};
    struct trust_path *paths;
    const char *data = test_data();
    X509 **x509;
    bool *trusted, found = true;
    size_t count = 0;

    (void)state;
    add_real(&set, data);
    x509 = calloc(set.count, sizeof *x509);
    trusted = calloc(set.count, sizeof *trusted);
    assert_true(x509 != NULL && trusted != NULL);
    for (size_t i = 0; i < set.count; i++) {
        x509[i] = openssl_read(&set.items[i]);
        assert_non_null(x509[i]);
        trusted[i] = openssl_verifies(x509[i], x509[i]);
    }
    while (found) {
        found = false;
        for (size_t i = 0; i < set.count; i++) {
            for (size_t j = 0; !trusted[i] && j < set.count; j++) {
                if (trusted[j] && issuing_refused(&set.items[j].certificate) == NULL &&
                    strcmp(anchor_country(&set.items[j].certificate), set.items[i].certificate.issuer_country) == 0 &&
                    openssl_verifies(x509[i], x509[j])) {
                    trusted[i] = found = true;
                }
            }
        }
    }
    paths = trust_paths_find(&set, 0);
    assert_non_null(paths);
    for (size_t i = 0; i < set.count; i++) {
        if ((paths[i].verdict == PATH_TRUSTED) != trusted[i] || paths[i].verdict == PATH_REJECTED) {
            fail_msg("%s: %s, OpenSSL: %d", set.items[i].source, paths[i].reason, trusted[i]);
        }
        count += trusted[i];
        X509_free(x509[i]);
    }
    print_message("%zu of %zu trusted\n", count, set.count);
    free(x509);
    free(trusted);
    free(paths);
    certificate_set_free(&set);
}

/* A small generator, the same on every run. */
static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

static void mutate(uint8_t *der, size_t *len, uint32_t *seed)
{
    size_t at = next_random(seed) % *len;

    switch (next_random(seed) % 5U) {
    case 0:
        der[at] ^= (uint8_t)(1U << next_random(seed) % 8U);
        break;
    case 1:
        der[at] = (uint8_t)next_random(seed);
        break;
    case 2: /* a length or tag at its limit */
        der[at] = (uint8_t)(next_random(seed) % 2U == 0 ? 0x80U : 0xFFU);
        break;
    case 3: /* octets left out */
        *len = at > 0 ? at : 1;
        break;
    default: { /* one run over another */
        size_t from = next_random(seed) % *len, run = next_random(seed) % 16U;
        for (size_t i = 0; i < run && at + i < *len && from + i < *len; i++) {
            der[at + i] = der[from + i];
        }
    }
    }
}

/* Hundreds of changed copies of every real certificate: none may bring the reader down, and what becomes trusted verifies by
 * OpenSSL's word as well. */
static void believes_no_changed_certificate(void **state)
{
    enum { READ_ONLY = 300, JUDGED = 3 };
    struct certificate_set set = {0};
    struct trust_path *paths;
    const char *data = test_data();
    uint32_t seed = 20261125;
    unsigned complaints = 0;
    size_t real, parsed = 0, agreed = 0;

    (void)state;
    add_real(&set, data);
    real = set.count;
    for (size_t i = 0; i < real; i++) {
        struct certificate certificate;
        for (unsigned n = 0; n < READ_ONLY + JUDGED; n++) {
            size_t len = set.items[i].len;
            uint8_t *copy = malloc(len); /* exactly as long, so that reading behind its end is seen */
            assert_non_null(copy);
            memcpy(copy, set.items[i].der, len);
            mutate(copy, &len, &seed);
            copy = realloc(copy, len);
            assert_non_null(copy);
            parsed += certificate_read(bytes_of(copy, len), &certificate) == DR_OK;
            if (n >= READ_ONLY) {
                assert_int_equal(
                    certificate_set_add_data(&set, bytes_of(copy, len), "changed", count_complaint, &complaints),
                    DR_OK);
            }
            free(copy);
        }
    }
    paths = trust_paths_find(&set, 0);
    assert_non_null(paths);
    for (size_t i = real; i < set.count; i++) {
        X509 *x509, *issuer;
        if (paths[i].verdict != PATH_TRUSTED || set.items[i].first < real) {
            continue;
        }
        x509 = openssl_read(&set.items[i]);
        issuer = openssl_read(&set.items[paths[i].issuer]);
        if (x509 == NULL || issuer == NULL || !openssl_verifies(x509, issuer)) {
            fail_msg("a changed %s is trusted", set.items[i].source);
        }
        agreed++;
        X509_free(x509);
        X509_free(issuer);
    }
    print_message("%zu changed copies still read, %zu judged, %zu trusted by OpenSSL too\n", parsed, set.count - real,
                  agreed);
    assert_true(parsed > 1000 && set.count > real + 100);
    free(paths);
    certificate_set_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_paths),
        cmocka_unit_test(makes_no_root_of_a_link),
        cmocka_unit_test(revokes),
        cmocka_unit_test(agrees_with_openssl),
        cmocka_unit_test(believes_no_changed_certificate),
    };

    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
