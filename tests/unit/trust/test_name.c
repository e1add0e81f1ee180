/* Names compared as RFC 5280 7.1 asks, in the part that occurs: by attribute, string types mixed, case and spaces folded. */
#include "fixture.h"

#include "codec/der_write.h"
#include "trust/certificate.h"
#include "trust/csca_store.h"
#include "trust/name.h"

struct part {
    uint8_t arc; /* 2.5.4.arc: 3 CN, 6 C, 10 O */
    uint8_t tag;
    const char *text;
    bool joined; /* in the set of the part before */
};

static uint8_t buffers[2][256];

static struct bytes name_of(unsigned buffer, const struct part *parts, size_t count)
{
    struct der_writer w;
    size_t name;
    size_t set = 0;
    size_t len = 0;

    der_write_begin(&w, buffers[buffer], sizeof buffers[buffer]);
    name = der_write_open(&w, DER_SEQUENCE);
    for (size_t i = 0; i < count; i++) {
        const uint8_t oid[] = {0x55, 0x04, parts[i].arc};
        size_t attribute;
        if (!parts[i].joined) {
            if (i > 0) {
                der_write_close(&w, set);
            }
            set = der_write_open(&w, DER_SET);
        }
        attribute = der_write_open(&w, DER_SEQUENCE);
        der_write_item(&w, DER_OID, bytes_of(oid, sizeof oid));
        der_write_item(&w, parts[i].tag, bytes_of(parts[i].text, strlen(parts[i].text)));
        der_write_close(&w, attribute);
    }
    if (count > 0) {
        der_write_close(&w, set);
    }
    der_write_close(&w, name);
    assert_int_equal(der_write_finish(&w, &len), DR_OK);
    return bytes_of(buffers[buffer], len);
}

#define NAME(buffer, ...)                                                                                              \
    name_of((buffer), (const struct part[]){__VA_ARGS__},                                                              \
            sizeof((const struct part[]){__VA_ARGS__}) / sizeof(struct part))

#define C(text)                                                                                                        \
    {                                                                                                                  \
        6, DER_PRINTABLE_STRING, text, false                                                                           \
    }
#define CN(text)                                                                                                       \
    {                                                                                                                  \
        3, DER_UTF8_STRING, text, false                                                                                \
    }
#define EQUAL(a, b)                                                                                                    \
    do {                                                                                                               \
        struct bytes one_ = (a), two_ = (b);                                                                           \
        assert_true(certificate_name_equal(one_, two_));                                                               \
    } while (0)
#define DIFFER(a, b)                                                                                                   \
    do {                                                                                                               \
        struct bytes one_ = (a), two_ = (b);                                                                           \
        assert_false(certificate_name_equal(one_, two_));                                                              \
    } while (0)

static void equal(void **state)
{
    (void)state;
    EQUAL(NAME(0, C("UT"), CN("CSCA")), NAME(1, C("UT"), CN("CSCA")));
    EQUAL(NAME(0, C("UT")), NAME(1, C("ut")));
    EQUAL(NAME(0, CN("A B")), NAME(1, CN("  a   b ")));
    EQUAL(NAME(0, {3, DER_PRINTABLE_STRING, "CSCA", false}), NAME(1, CN("CSCA")));
    EQUAL(NAME(0, {3, 0x14, "CSCA", false}), NAME(1, CN("CSCA")));
    EQUAL(NAME(0, CN("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz  abcdefghijklmn")),
          NAME(1, CN("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ ABCDEFGHIJKLMN")));
}

static void different(void **state)
{
    (void)state;
    DIFFER(NAME(0, C("UT")), NAME(1, C("UX")));
    DIFFER(NAME(0, C("UT"), CN("A")), NAME(1, CN("A"), C("UT"))); /* the order counts */
    DIFFER(NAME(0, CN("AB")), NAME(1, CN("A B")));
    DIFFER(NAME(0, CN("A")), NAME(1, {10, DER_UTF8_STRING, "A", false}));
    DIFFER(NAME(0, CN("A")), NAME(1, CN("A"), CN("A")));
    DIFFER(NAME(0, CN("A"), CN("B")), NAME(1, CN("A"), {3, DER_UTF8_STRING, "B", true})); /* two sets or one */
    DIFFER(NAME(0, CN("\xC3\x84")), NAME(1, CN("\xC3\xA4")));                             /* no folding outside ASCII */
    DIFFER(NAME(0, {3, 0x1E, "AB", false}), NAME(1, CN("AB")));                           /* a BMPString is not ASCII */
    DIFFER(NAME(0, CN("A")), NAME(1, CN("")));
}

static void zero_octet(void **state)
{
    static const uint8_t name[] = {0x30, 0x10, 0x31, 0x0E, 0x30, 0x0C, 0x06, 0x03, 0x55,
                                   0x04, 0x03, 0x0C, 0x05, 'A',  'B',  0x00, 'C',  'D'};
    uint8_t digest[HASH_SHA256_SIZE];

    (void)state;
    assert_int_equal(certificate_name_hash(VIEW(name), digest), DR_ERR_MALFORMED);
    for (size_t i = 0; i < sizeof name; i++) {
        assert_int_not_equal(certificate_name_hash(bytes_of(name, i), digest), DR_OK);
    }
}

static void countries(void **state)
{
    char country[4];

    (void)state;
    assert_int_equal(name_country(NAME(0, CN("x"), C("de")), country), DR_OK);
    assert_string_equal(country, "DE");
    assert_int_equal(name_country(NAME(0, C("DEU")), country), DR_OK);
    assert_string_equal(country, "DEU");
    assert_int_equal(name_country(NAME(0, CN("DE")), country), DR_OK);
    assert_string_equal(country, "");
    assert_int_equal(name_country(NAME(0, C("D")), country), DR_OK);
    assert_string_equal(country, "");
    assert_int_equal(name_country(NAME(0, C("DE1")), country), DR_OK);
    assert_string_equal(country, "");
    assert_int_equal(name_country(NAME(0, C("DEUT")), country), DR_OK);
    assert_string_equal(country, "");
    assert_int_equal(name_country(NAME(0, C("DE"), C("FR")), country), DR_OK);
    assert_string_equal(country, "DE");
    assert_int_not_equal(name_country(bytes_of("\x30\x02\x31\x00", 4), country), DR_OK); /* an empty set */
    assert_int_not_equal(name_country(bytes_of(NULL, 0), country), DR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal),
        cmocka_unit_test(different),
        cmocka_unit_test(zero_octet),
        cmocka_unit_test(countries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
