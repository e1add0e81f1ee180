/* revlist/document: what is one document and how it is written in a list. */
#include "revlist/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct bytes text(const char *s)
{
    return bytes_of(s, strlen(s));
}

static void test_class_ignores_the_second_letter(void **state)
{
    (void)state;
    assert_int_equal(document_class("P"), 'P');
    assert_int_equal(document_class("PP"), 'P');
    assert_int_equal(document_class("PM"), 'P');
    assert_int_equal(document_class("pd"), 'P');
    assert_int_equal(document_class("V"), 'V');
    /* ICAO 9303-5 4.2.2.1: cards bear A, C or I */
    assert_int_equal(document_class("AC"), 'I');
    assert_int_equal(document_class("C"), 'I');
    assert_int_equal(document_class("ID"), 'I');
    assert_int_equal(document_class("1"), 0);
    assert_int_equal(document_class(""), 0);
}

static void test_number_is_normalised(void **state)
{
    static const struct {
        const char *in, *out;
        enum dr_status status;
    } cases[] = {{"L898902C3", "L898902C3", DR_OK},
                 {"l898902c3", "L898902C3", DR_OK},
                 {"AU-I 123.456/7'8", "AUI12345678", DR_OK},
                 {"L898902C<", "L898902C", DR_OK},
                 {"0", "0", DR_OK},
                 {"ABCDEFGHIJKLMNOPQRSTUV", "ABCDEFGHIJKLMNOPQRSTUV", DR_OK},
                 {"ABCDEFGHIJKLMNOPQRSTUVW", NULL, DR_ERR_TOO_LARGE},
                 {"", NULL, DR_ERR_MALFORMED},
                 {" - ", NULL, DR_ERR_MALFORMED},
                 {"12_3", NULL, DR_ERR_MALFORMED},
                 {"\xC3\x84"
                  "123",
                  NULL, DR_ERR_MALFORMED}};
    char number[MRZ_MAX_DOCUMENT_NUMBER + 1];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(document_normalise_number(text(cases[i].in), number), cases[i].status);
        if (cases[i].status == DR_OK) {
            assert_string_equal(number, cases[i].out);
        }
    }
    assert_int_equal(document_normalise_number(bytes_of("12\0"
                                                        "34",
                                                        5),
                                               number),
                     DR_ERR_MALFORMED);
}

static void test_states_of_9303_3(void **state)
{
    static const char *const same[] = {"GBR", "UTO", "EUE", "UNO", "UNA", "UNK", "XBA", "XIM", "XCC",
                                       "XCE", "XCO", "XEC", "XPO", "XES", "XMP", "XOM", "XDC", "XXA",
                                       "XXB", "XXC", "XXX", "GBD", "GBN", "GBO", "GBP", "GBS", "RKS",
                                       "ANT", "NTZ", "ABW", "ZWE", "D",   "CZE", "SSD", "USA"};
    static const char *const unknown[] = {"", "DE", "QQQ", "IAO", "AB", "GBRX", "D1", "1", "X", "AAA", "ZZZ", "DD"};
    char code[4];

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        assert_int_equal(document_normalise_state(text(same[i]), code), DR_OK);
        assert_string_equal(code, same[i]);
    }
    /* ICAO 9303-3 5, part A: Germany is D */
    assert_int_equal(document_normalise_state(text("DEU"), code), DR_OK);
    assert_string_equal(code, "D");
    assert_int_equal(document_normalise_state(text("D<<"), code), DR_OK);
    assert_string_equal(code, "D");
    assert_int_equal(document_normalise_state(text("fra"), code), DR_OK);
    assert_string_equal(code, "FRA");
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        assert_int_equal(document_normalise_state(text(unknown[i]), code), DR_ERR_NOT_FOUND);
        assert_string_equal(code, "");
    }
}

static void test_every_three_letters_once(void **state)
{
    unsigned known = 0;

    (void)state;
    for (unsigned i = 0; i < 26U * 26U * 26U; i++) {
        char in[4] = {(char)('A' + i / 676U), (char)('A' + i / 26U % 26U), (char)('A' + i % 26U), 0}, code[4];
        known += document_normalise_state(text(in), code) == DR_OK;
    }
    /* ISO 3166-1: 249 with DEU; 28 of ICAO's own */
    assert_int_equal(known, 249 + 28);
}

static void test_key_there_and_back(void **state)
{
    struct document_id id = {"D", 'P', "C01X0006H"}, back;
    uint8_t key[DOCUMENT_KEY_MAX];
    size_t len = document_key(&id, key);

    (void)state;
    assert_int_equal(len, 14);
    assert_memory_equal(key,
                        "D<<P\x09"
                        "C01X0006H",
                        14);
    assert_int_equal(document_from_key(bytes_of(key, len), &back), DR_OK);
    assert_string_equal(back.state, "D");
    assert_int_equal(back.type_class, 'P');
    assert_string_equal(back.number, "C01X0006H");
}

static void test_key_refuses_what_is_none(void **state)
{
    static const char *const bad[] = {"D<<P\x01",
                                      "D<<P\x02"
                                      "A",
                                      "D<<P\x01"
                                      "AB",
                                      "<<<P\x01"
                                      "A",
                                      "D<XP\x01"
                                      "A",
                                      "DE1P\x01"
                                      "A",
                                      "D<<A\x01"
                                      "A",
                                      "D<<1\x01"
                                      "A",
                                      "D<<P\x01"
                                      "a",
                                      "D<<P\x01"
                                      "<",
                                      "D<<P\x17"
                                      "ABCDEFGHIJKLMNOPQRSTUVW",
                                      ""};
    struct document_id id;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(document_from_key(text(bad[i]), &id), DR_ERR_MALFORMED);
    }
}

static void test_from_mrz(void **state)
{
    struct mrz mrz = {.format = MRZ_TD3, .document_code = "PM", .issuing_state = "UTO", .document_number = "L898902C3"};
    struct document_id id;

    (void)state;
    assert_int_equal(document_from_mrz(&mrz, &id), DR_OK);
    assert_string_equal(id.state, "UTO");
    assert_int_equal(id.type_class, 'P');
    assert_string_equal(id.number, "L898902C3");
    (void)strcpy(mrz.issuing_state, "D");
    (void)strcpy(mrz.document_code, "AC");
    assert_int_equal(document_from_mrz(&mrz, &id), DR_OK);
    assert_string_equal(id.state, "D");
    assert_int_equal(id.type_class, 'I');
    (void)strcpy(mrz.issuing_state, "DEU");
    assert_int_equal(document_from_mrz(&mrz, &id), DR_OK);
    assert_string_equal(id.state, "D");
    /* unknown, but a code: it is looked up and found absent */
    (void)strcpy(mrz.issuing_state, "ZZZ");
    assert_int_equal(document_from_mrz(&mrz, &id), DR_OK);
    assert_string_equal(id.state, "ZZZ");
    (void)strcpy(mrz.issuing_state, "Z1Z");
    assert_int_equal(document_from_mrz(&mrz, &id), DR_ERR_MALFORMED);
    (void)strcpy(mrz.issuing_state, "");
    assert_int_equal(document_from_mrz(&mrz, &id), DR_ERR_MALFORMED);
}

static void test_words(void **state)
{
    enum document_reason reason;
    enum document_basis basis;

    (void)state;
    for (unsigned i = REASON_STOLEN; i <= REASON_INVALID; i++) {
        assert_int_equal(document_reason_parse(text(document_reason_text((enum document_reason)i)), &reason), DR_OK);
        assert_int_equal(reason, i);
    }
    for (unsigned i = BASIS_NONE; i <= BASIS_NOT_STATED; i++) {
        assert_int_equal(document_basis_parse(text(document_basis_text((enum document_basis)i)), &basis), DR_OK);
        assert_int_equal(basis, i);
    }
    assert_null(document_reason_text((enum document_reason)0));
    assert_null(document_reason_text((enum document_reason)6));
    assert_null(document_basis_text((enum document_basis)5));
    assert_int_equal(document_reason_parse(text("stole"), &reason), DR_ERR_NOT_FOUND);
    assert_int_equal(document_basis_parse(text(""), &basis), DR_ERR_NOT_FOUND);
}

static void test_basis_is_for_cancellations(void **state)
{
    unsigned valid = 0;

    (void)state;
    for (unsigned reason = 0; reason < 8; reason++) {
        for (unsigned basis = 0; basis < 8; basis++) {
            struct document_record record = {(enum document_reason)reason, (enum document_basis)basis};
            valid += document_record_valid(&record);
        }
    }
    assert_int_equal(valid, 4 + 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_class_ignores_the_second_letter),
                                       cmocka_unit_test(test_number_is_normalised),
                                       cmocka_unit_test(test_states_of_9303_3),
                                       cmocka_unit_test(test_every_three_letters_once),
                                       cmocka_unit_test(test_key_there_and_back),
                                       cmocka_unit_test(test_key_refuses_what_is_none),
                                       cmocka_unit_test(test_from_mrz),
                                       cmocka_unit_test(test_words),
                                       cmocka_unit_test(test_basis_is_for_cancellations)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
