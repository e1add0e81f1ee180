/* Deviation lists made and signed here with OpenSSL: whose are believed, what the trust store then says of a document. */
#include "made.h"

#include "builder/edition_proof.h"
#include "codec/der_write.h"
#include "trust/deviation.h"
#include "trust_import/trust_builder.h"

#include <openssl/cms.h>

/* Below 2.23.136.1.1.7 (ICAO 9303-12 10.2). */
#define DEVIATION_OID(...)                                                                                             \
    {                                                                                                                  \
        0x67, 0x81, 0x08, 0x01, 0x01, 0x07, __VA_ARGS__                                                                \
    }
static const uint8_t ds_encoding[] = DEVIATION_OID(1, 2), aa_compromised[] = DEVIATION_OID(1, 4),
                     dg_malformed[] = DEVIATION_OID(2, 1), com_inconsistent[] = DEVIATION_OID(2, 4),
                     national[] = DEVIATION_OID(5);
static const uint8_t oid_key_usage[] = {0x55, 0x1D, 0x0F},
                     sha256[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};

static struct bytes view(const void *data, size_t len)
{
    return bytes_of(data, len);
}
#define VIEW(array) view((array), sizeof(array))

/* A list under construction: DeviationList up to the SET. */
struct draft {
    uint8_t der[4096];
    struct der_writer writer;
    size_t list, set;
};

static void begin_list(struct draft *draft)
{
    size_t algorithm;

    der_write_begin(&draft->writer, draft->der, sizeof draft->der);
    draft->list = der_write_open(&draft->writer, DER_SEQUENCE);
    der_write_uint64(&draft->writer, 0);
    algorithm = der_write_open(&draft->writer, DER_SEQUENCE);
    der_write_item(&draft->writer, DER_OID, VIEW(sha256));
    der_write_close(&draft->writer, algorithm);
    draft->set = der_write_open(&draft->writer, DER_SET);
}

static struct bytes end_list(struct draft *draft)
{
    size_t len;

    der_write_close(&draft->writer, draft->set);
    der_write_close(&draft->writer, draft->list);
    assert_int_equal(der_write_finish(&draft->writer, &len), DR_OK);
    return bytes_of(draft->der, len);
}

/* Deviation { documents, { description } }; `documents` is the content of DeviationDocuments. */
static void add_deviation(struct draft *draft, struct bytes documents, struct bytes type, struct bytes parameter)
{
    struct der_writer *writer = &draft->writer;
    size_t deviation = der_write_open(writer, DER_SEQUENCE), set, description, tagged;

    der_write_item(writer, DER_SEQUENCE, documents);
    set = der_write_open(writer, DER_SET);
    description = der_write_open(writer, DER_SEQUENCE);
    der_write_item(writer, DER_PRINTABLE_STRING, view("as printed", 10));
    der_write_item(writer, DER_OID, type);
    if (parameter.len > 0) {
        tagged = der_write_open(writer, DER_CONTEXT(0U));
        der_write_raw(writer, parameter);
        der_write_close(writer, tagged);
    }
    der_write_close(writer, description);
    der_write_close(writer, set);
    der_write_close(writer, deviation);
}

/* CMS around it (9303-12 Table 19), written to `file`. */
static void sign_list(const char *file, struct bytes content, const struct made *signer)
{
    BIO *in = BIO_new_mem_buf(content.data, (int)content.len);
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, in, CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP);
    ASN1_OBJECT *type = OBJ_txt2obj("2.23.136.1.1.7", 1);
    uint8_t *der = NULL;
    int len;

    assert_non_null(cms);
    assert_int_equal(CMS_set1_eContentType(cms, type), 1);
    assert_non_null(CMS_add1_signer(cms, signer->x509, signer->key, EVP_sha256(), CMS_BINARY | CMS_NOSMIMECAP));
    assert_int_equal(CMS_final(cms, in, NULL, CMS_BINARY), 1);
    len = i2d_CMS_ContentInfo(cms, &der);
    assert_true(len > 0);
    assert_int_equal(atomic_file_write(file, bytes_of(der, (size_t)len), false), DR_OK);
    OPENSSL_free(der);
    ASN1_OBJECT_free(type);
    CMS_ContentInfo_free(cms);
    BIO_free(in);
}

/* A signer of lists: extended key usage `purpose`. */
static struct made make_signer(const char *country, const struct made *issuer, const char *purpose, long days)
{
    struct made made = make("signer.tmp", country, "Lists", issuer, NULL, "critical,CA:FALSE", days);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_ext_key_usage, purpose);

    assert_int_equal(remove("signer.tmp"), 0);
    assert_int_equal(X509_add_ext(made.x509, extension, -1), 1);
    X509_EXTENSION_free(extension);
    assert_true(X509_sign(made.x509, issuer->key, EVP_sha256()) > 0);
    return made;
}

static const struct imported_deviations *list_of(const struct certificate_set *set, const char *file)
{
    for (size_t i = 0; i < set->deviation_count; i++) {
        if (strcmp(set->deviations[i].source, file) == 0) {
            return &set->deviations[i];
        }
    }
    fail_msg("%s is missing", file);
    return NULL;
}

static void add(struct certificate_set *set, const char *file)
{
    unsigned complaints = 0;

    assert_int_equal(certificate_set_add(set, file, count_complaint, &complaints), DR_OK);
    assert_int_equal(complaints, 0);
}

static void expect(const struct certificate_set *set, const char *file, const char *why)
{
    const struct imported_deviations *item = list_of(set, file);

    assert_int_equal(item->accepted, why == NULL);
    if (why != NULL && strcmp(item->why, why) != 0) {
        fail_msg("%s: %s", file, item->why);
    }
}

static void believes_the_state_only(void **state)
{
    struct made root = make("d-root.der", "UT", "CSCA", NULL, NULL, "critical,CA:TRUE", 1000);
    struct made other = make("d-other.der", "XX", "CSCA", NULL, NULL, "critical,CA:TRUE", 1000);
    struct made own = {.key = EVP_EC_gen("P-256"), .x509 = root.x509};
    struct made right = make_signer("UT", &root, "2.23.136.1.1.8", 100);
    struct made wrong = make_signer("UT", &root, "2.23.136.1.1.3", 100); /* of master lists */
    struct made late = make_signer("UT", &root, "2.23.136.1.1.8", 1);
    struct made forged = make_signer("UT", &own, "2.23.136.1.1.8", 100);
    struct made foreign = make_signer("XX", &other, "2.23.136.1.1.8", 100);
    struct certificate_set set = {0};
    struct anchor_count count;
    struct draft draft;
    struct bytes list;
    unsigned complaints = 0;
    uint8_t *der = NULL;
    size_t len;
    int64_t now = (int64_t)time(NULL) + DAY / 2;

    (void)state;
    begin_list(&draft);
    add_deviation(&draft, view("", 0), VIEW(com_inconsistent), view("", 0));
    list = end_list(&draft);
    sign_list("1.dvl", list, &right), sign_list("2.dvl", list, &wrong), sign_list("3.dvl", list, &late);
    sign_list("4.dvl", list, &forged), sign_list("5.dvl", list, &foreign);
    assert_int_equal(file_read_whole("1.dvl", 65536, &der, &len), DR_OK);
    der[len - 1] ^= 1;
    assert_int_equal(atomic_file_write("6.dvl", bytes_of(der, len), false), DR_OK);
    free(der);
    add(&set, "d-root.der"), add(&set, "d-other.der");
    set.deviations_only = true;
    add(&set, "2.dvl"), add(&set, "4.dvl"), add(&set, "5.dvl"), add(&set, "6.dvl"), add(&set, "3.dvl");
    assert_int_equal(certificate_set_add(&set, "d-root.der", count_complaint, &complaints), DR_OK);
    assert_int_equal(complaints, 1); /* no anchors by that door */
    assert_int_equal(set.count, 2);
    assert_int_equal(anchors_select(&set, now, &count), DR_OK);
    expect(&set, "2.dvl", "it names no signer of deviation lists inside it");
    expect(&set, "3.dvl", NULL);
    expect(&set, "4.dvl", "no anchor of its state verifies its signer");
    expect(&set, "5.dvl", NULL);
    expect(&set, "6.dvl", "its signature does not verify");
    add(&set, "1.dvl");
    assert_int_equal(anchors_select(&set, now + 2 * DAY, &count), DR_OK);
    expect(&set, "1.dvl", NULL);
    expect(&set, "3.dvl", "its signer's certificate is not valid now");
    sleep(1); /* signing times have seconds */
    sign_list("7.dvl", list, &right);
    add(&set, "7.dvl");
    assert_int_equal(anchors_select(&set, now, &count), DR_OK);
    expect(&set, "1.dvl", "superseded"), expect(&set, "7.dvl", NULL), expect(&set, "5.dvl", NULL);
    certificate_set_free(&set);
    drop(&root), drop(&other), drop(&right), drop(&wrong), drop(&late), drop(&forged), drop(&foreign);
    EVP_PKEY_free(own.key);
}

static struct certificate read_made(const struct made *made, uint8_t **der)
{
    struct certificate certificate;
    int len;

    *der = NULL;
    len = i2d_X509(made->x509, der);
    assert_true(len > 0);
    assert_int_equal(certificate_read(bytes_of(*der, (size_t)len), &certificate), DR_OK);
    return certificate;
}

static struct deviations look_up(FILE *body, const struct manifest *manifest, const struct deviation_document *document)
{
    struct csca_store store = {.source = file_block_source(body, (uint32_t)(manifest->body_length / BLOCK_TREE_BLOCK))};
    uint8_t block[BLOCK_TREE_BLOCK];
    struct deviations found;

    memcpy(store.root, manifest->root, sizeof store.root);
    assert_int_equal(deviation_look_up(&store, document, block, &found), DR_OK);
    return found;
}

static bool nothing(const struct deviations *found)
{
    for (unsigned i = 0; i < DEVIATION_KINDS; i++) {
        if (found->parameters[i] != 0) {
            return false;
        }
    }
    return true;
}

/* DeviationDocuments by issuer and serial, tagged as the module says or once more. */
static struct bytes by_serial(uint8_t out[512], const struct certificate *signer, bool explicit)
{
    struct der_writer writer;
    size_t tagged, sequence = 0, len;

    der_write_begin(&writer, out, 512);
    der_write_item(&writer, DER_CONTEXT_PRIMITIVE(0U), view("P<", 2));
    tagged = der_write_open(&writer, DER_CONTEXT(1U));
    if (explicit) {
        sequence = der_write_open(&writer, DER_SEQUENCE);
    }
    der_write_raw(&writer, signer->issuer);
    der_write_item(&writer, DER_INTEGER, signer->serial);
    if (explicit) {
        der_write_close(&writer, sequence);
    }
    der_write_close(&writer, tagged);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    return bytes_of(out, len);
}

static void tells_what_is_listed(void **state)
{
    static const uint8_t dg15[] = {0x02, 0x01, 15}, validity[] = {0x02, 0x01, 5};
    static const uint8_t period[] = {0xA4, 34,  0x18, 15,  '2', '0', '2', '0',  '0', '1', '0', '1',
                                     '0',  '0', '0',  '0', '0', '0', 'Z', 0x18, 15,  '2', '0', '2',
                                     '1',  '0', '1',  '0', '1', '0', '0', '0',  '0', '0', '0', 'Z'};
    struct made root = make("t-root.der", "UT", "CSCA", NULL, NULL, "critical,CA:TRUE", 1000);
    struct made ds1 = make("t-ds1.tmp", "UT", "DS 1", &root, NULL, "critical,CA:FALSE", 100);
    struct made ds2 = make("t-ds2.tmp", "UT", "DS 2", &root, NULL, "critical,CA:FALSE", 100);
    struct made lists = make_signer("UT", &root, "2.23.136.1.1.8", 100);
    uint8_t *der1, *der2, octets[512], numbers[3000], usage[16], digest[2 + HASH_SHA256_SIZE] = {0x83, 0x20};
    struct certificate one = read_made(&ds1, &der1), two = read_made(&ds2, &der2);
    struct deviation_document document = {&one, "P", "L898902C3"};
    struct certificate_set set = {0};
    struct manifest manifest = {.number = 1};
    struct der_writer writer;
    struct anchor_count count;
    struct deviations found;
    struct draft draft;
    size_t len, tagged;
    FILE *body = tmpfile();

    (void)state;
    begin_list(&draft);
    add_deviation(&draft, by_serial(octets, &one, false), VIEW(ds_encoding), VIEW(validity));
    der_write_begin(&writer, usage, sizeof usage);
    der_write_item(&writer, DER_OID, VIEW(oid_key_usage));
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    add_deviation(&draft, by_serial(octets, &two, true), VIEW(ds_encoding), view(usage, len));
    assert_int_equal(hash_compute(HASH_SHA256, two.whole, digest + 2), DR_OK);
    add_deviation(&draft, VIEW(digest), VIEW(com_inconsistent), view("", 0));
    /* By the key identifier, some hundred numbers, of which the last is ours. */
    der_write_begin(&writer, numbers, sizeof numbers);
    der_write_item(&writer, DER_CONTEXT_PRIMITIVE(2U), one.subject_key_id);
    tagged = der_write_open(&writer, DER_CONTEXT(5U));
    for (unsigned i = 0; i < 200; i++) {
        char number[16];
        (void)snprintf(number, sizeof number, "C%08u", i);
        der_write_item(&writer, DER_PRINTABLE_STRING, view(i == 199 ? "L898902C3" : number, 9));
    }
    der_write_close(&writer, tagged);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    add_deviation(&draft, view(numbers, len), VIEW(dg_malformed), VIEW(dg15));
    /* A date of issue nobody can compare excuses nothing, and warns all the same. */
    add_deviation(&draft, VIEW(period), VIEW(com_inconsistent), view("", 0));
    add_deviation(&draft, VIEW(period), VIEW(aa_compromised), view("", 0));
    add_deviation(&draft, view("", 0), VIEW(national), view("", 0));
    sign_list("t.dvl", end_list(&draft), &lists);

    add(&set, "t-root.der"), add(&set, "t.dvl");
    assert_int_equal(anchors_select(&set, (int64_t)time(NULL), &count), DR_OK);
    expect(&set, "t.dvl", NULL);
    assert_int_equal(trust_build(&set, body, &manifest), DR_OK);
    assert_int_equal(set.deviations[0].taken, 5);
    assert_int_equal(set.deviations[0].left_out, 2);
    assert_int_equal(manifest.entry_count, 1 + 4 + 2); /* the numbers take two records */

    found = look_up(body, &manifest, &document);
    assert_int_equal(found.parameters[DEVIATION_DS_ENCODING], DEVIATION_FIELD_VALIDITY);
    assert_int_equal(found.parameters[DEVIATION_DG_MALFORMED], 1U << 15);
    assert_int_equal(found.parameters[DEVIATION_COM_INCONSISTENT], 0);
    assert_int_equal(found.parameters[DEVIATION_AA_KEY_COMPROMISED], 1);
    document.number = "L898902C4";
    found = look_up(body, &manifest, &document);
    assert_int_equal(found.parameters[DEVIATION_DG_MALFORMED], 0);
    assert_int_equal(found.parameters[DEVIATION_DS_ENCODING], DEVIATION_FIELD_VALIDITY);
    document.document_code = "PM";
    found = look_up(body, &manifest, &document);
    assert_int_equal(found.parameters[DEVIATION_DS_ENCODING], 0);
    document = (struct deviation_document){&two, NULL, NULL};
    found = look_up(body, &manifest, &document);
    assert_int_equal(found.parameters[DEVIATION_DS_ENCODING],
                     0); /* the type is not known: the criterion does not hold */
    assert_int_equal(found.parameters[DEVIATION_COM_INCONSISTENT], 1);
    document.document_code = "P";
    found = look_up(body, &manifest, &document);
    assert_int_equal(found.parameters[DEVIATION_DS_ENCODING], DEVIATION_FIELD_KEY_USAGE);
    /* Another state's signer of the same serial has nothing listed. */
    memcpy(two.issuer_country, "XX", 3);
    found = look_up(body, &manifest, &document);
    assert_true(nothing(&found));

    (void)fclose(body);
    certificate_set_free(&set);
    OPENSSL_free(der1), OPENSSL_free(der2);
    drop(&root), drop(&ds1), drop(&ds2), drop(&lists);
}

/* A list that cannot be read whole is not read in part. */
static void takes_no_broken_list(void **state)
{
    static const uint8_t unknown_criterion[] = {0xA7, 0x00}, short_period[] = {0xA4, 0x00};
    static const struct {
        const uint8_t *documents;
        size_t len;
    } cases[] = {{unknown_criterion, sizeof unknown_criterion}, {short_period, sizeof short_period}};
    struct made root = make("b-root.der", "UT", "CSCA", NULL, NULL, "critical,CA:TRUE", 1000);
    struct made lists = make_signer("UT", &root, "2.23.136.1.1.8", 100);
    struct certificate_set set = {0};
    struct draft draft;
    unsigned complaints = 0;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_list(&draft);
        add_deviation(&draft, view(cases[i].documents, cases[i].len), VIEW(com_inconsistent), view("", 0));
        sign_list("b.dvl", end_list(&draft), &lists);
        assert_int_equal(certificate_set_add(&set, "b.dvl", count_complaint, &complaints), DR_OK);
        assert_int_equal(complaints, i + 1);
    }
    assert_int_equal(set.deviation_count, 0);
    certificate_set_free(&set);
    drop(&root), drop(&lists);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(believes_the_state_only),
        cmocka_unit_test(tells_what_is_listed),
        cmocka_unit_test(takes_no_broken_list),
    };

    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
