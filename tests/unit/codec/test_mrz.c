/* The specimens of ICAO 9303-4, -5, -6 and 9303-11 App. D, and what can go wrong with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "codec/calendar.h"
#include "codec/mrz.h"

#define TD3_SPECIMEN "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"
#define TD1_SPECIMEN "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
#define TD2_SPECIMEN "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6"
#define TD1_LONG "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<"
#define TD2_LONG "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<D23145890<UTO3407127M95071227349<<<8"

static struct bytes text_of(const char *text)
{
    return bytes_of(text, strlen(text));
}

static void computes_check_digits(void **state)
{
    /* ICAO 9303-3 4.9 examples 1 to 3, 9303-4 App. B. */
    static const char *const cases[][2] = {
        {"520727", "3"},    {"AB2134<<<", "5"}, {"HA672242<658022549601086<<<<<<<", "8"},
        {"L898902C3", "6"}, {"L898902C<", "3"}, {"<<<<<<", "0"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(mrz_check_digit(text_of(cases[i][0])), cases[i][1][0]);
    }
}

static void reads_specimens(void **state)
{
    static const struct {
        const char *text;
        struct mrz mrz;
        const char *information; /* ICAO 9303-11 App. D.2 */
    } cases[] = {
        {TD3_SPECIMEN, {MRZ_TD3, "P", "UTO", "L898902C3", "UTO", "740812", "120415"}, "L898902C3674081221204159"},
        {TD1_SPECIMEN, {MRZ_TD1, "I", "UTO", "D23145890", "UTO", "740812", "120415"}, "D23145890774081221204159"},
        {TD2_SPECIMEN, {MRZ_TD2, "I", "UTO", "D23145890", "UTO", "740812", "120415"}, "D23145890774081221204159"},
        {TD1_LONG, {MRZ_TD1, "I", "UTO", "D23145890734", "UTO", "340712", "950712"}, "D23145890734934071279507122"},
        {TD2_LONG, {MRZ_TD2, "I", "UTO", "D23145890734", "UTO", "340712", "950712"}, "D23145890734934071279507122"},
        /* BSI TR-03105-5 reference data set: a state of one letter, document number of nine. */
        {"P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<C11T002JM4D<<9608122F1310317<<<<<<<<<<<<<<<6",
         {MRZ_TD3, "P", "D", "C11T002JM", "D", "960812", "131031"},
         "C11T002JM496081221310317"},
        /* ICAO 9303-11 App. D.2 with a number of eight. */
        {"I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<L898902C<3UTO6908061F9406236<<<<<<<2",
         {MRZ_TD2, "I", "UTO", "L898902C", "UTO", "690806", "940623"},
         "L898902C<369080619406236"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct mrz mrz;
        uint8_t information[MRZ_INFORMATION_MAX];
        size_t len = 0;

        if (mrz_parse(text_of(cases[i].text), &mrz) != DR_OK) {
            fail_msg("refused %s", cases[i].text);
        }
        assert_int_equal(mrz.format, cases[i].mrz.format);
        assert_string_equal(mrz.document_code, cases[i].mrz.document_code);
        assert_string_equal(mrz.issuing_state, cases[i].mrz.issuing_state);
        assert_string_equal(mrz.document_number, cases[i].mrz.document_number);
        assert_string_equal(mrz.nationality, cases[i].mrz.nationality);
        assert_string_equal(mrz.date_of_birth, cases[i].mrz.date_of_birth);
        assert_string_equal(mrz.date_of_expiry, cases[i].mrz.date_of_expiry);
        assert_int_equal(mrz_information(&mrz, information, &len), DR_OK);
        assert_true(bytes_equal(bytes_of(information, len), text_of(cases[i].information)));
        assert_true(mrz_same_document(&mrz, &cases[i].mrz));
    }
}

/* Each character that a check digit covers, changed to its neighbour, is noticed. */
static void notices_every_changed_digit(void **state)
{
    static const struct {
        const char *text;
        size_t first, last;
    } lines[] = {{TD3_SPECIMEN, 44, 53}, {TD3_SPECIMEN, 57, 63}, {TD3_SPECIMEN, 65, 87}, {TD1_SPECIMEN, 5, 14},
                 {TD1_SPECIMEN, 30, 36}, {TD1_SPECIMEN, 38, 44}, {TD1_SPECIMEN, 59, 59}, {TD2_SPECIMEN, 36, 45},
                 {TD2_SPECIMEN, 49, 55}, {TD2_SPECIMEN, 57, 71}, {TD1_LONG, 5, 13},      {TD1_LONG, 15, 18},
                 {TD2_LONG, 36, 44},     {TD2_LONG, 64, 67}};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        for (size_t at = lines[i].first; at <= lines[i].last; at++) {
            char text[MRZ_MAX_LEN + 1];
            struct mrz mrz;

            strcpy(text, lines[i].text);
            text[at] = text[at] == '<' ? '1' : text[at] == '9' ? '8' : text[at] == 'Z' ? 'Y' : (char)(text[at] + 1);
            if (mrz_parse(text_of(text), &mrz) == DR_OK) {
                fail_msg("accepted %s", text);
            }
        }
    }
}

static void says_what_is_wrong(void **state)
{
    static const struct {
        const char *text;
        enum dr_status status;
    } cases[] = {
        /* The long number ends too early for its digit, or has none (9303-5 4.2.2.2 note j). */
        {"I<UTOD23145890<7<<<<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<",
         DR_ERR_CHECK_DIGIT},
        {"I<UTOD23145890<<<<<<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<",
         DR_ERR_CHECK_DIGIT},
        {"I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<D23145890<UTO3407127M95071227<<<<<<8", DR_ERR_CHECK_DIGIT},
        /* A TD3 number has no long form. */
        {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C3<UTO7408122F1204159ZE184226B<<<<<10",
         DR_ERR_CHECK_DIGIT},
        {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<20",
         DR_ERR_CHECK_DIGIT},
        {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<12",
         DR_ERR_CHECK_DIGIT},
        /* No document number at all. */
        {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<<<<<<<<<0UTO7408122F1204159<<<<<<<<<<<<<<00", DR_ERR_MALFORMED},
        {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO74O8122F1204159ZE184226B<<<<<10", DR_ERR_MALFORMED},
        {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<l898902C36UTO7408122F1204159ZE184226B<<<<<10", DR_ERR_MALFORMED},
        {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<1", DR_ERR_MALFORMED},
        {TD3_SPECIMEN "0", DR_ERR_MALFORMED},
        {"", DR_ERR_MALFORMED},
    };
    struct mrz mrz;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum dr_status status = mrz_parse(text_of(cases[i].text), &mrz);
        if (status != cases[i].status) {
            fail_msg("case %zu: status %d", i, (int)status);
        }
    }
}

/* Puts the composite check digit right, so that only what a test is about is wrong. */
static char *with_composite(char *text)
{
    static const struct {
        size_t len, at;
        struct {
            size_t at, len;
        } part[4];
    } formats[] = {{90, 59, {{5, 25}, {30, 7}, {38, 7}, {48, 11}}},
                   {72, 71, {{36, 10}, {49, 7}, {57, 14}, {0, 0}}},
                   {88, 87, {{44, 10}, {57, 7}, {65, 22}, {0, 0}}}};

    for (size_t i = 0; i < 3; i++) {
        char covered[MRZ_MAX_LEN];
        size_t len = 0;

        if (strlen(text) != formats[i].len) {
            continue;
        }
        for (size_t j = 0; j < 4; j++) {
            memcpy(covered + len, text + formats[i].part[j].at, formats[i].part[j].len);
            len += formats[i].part[j].len;
        }
        text[formats[i].at] = mrz_check_digit(bytes_of(covered, len));
    }
    return text;
}

static void takes_unused_personal_numbers_and_unknown_births(void **state)
{
    /* 9303-4 4.2.2.2: the digit of an empty field is 0 or a filler; 9303-3 4.8: unknown parts of a birth are fillers. */
    static const char *const cases[] = {
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159<<<<<<<<<<<<<<08",
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159<<<<<<<<<<<<<<<8",
    };
    char unknown[] = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO74<<<<0F1204159<<<<<<<0";
    struct mrz mrz;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(mrz_parse(text_of(cases[i]), &mrz), DR_OK);
    }
    unknown[55] = mrz_check_digit(bytes_of("74<<<<", 6));
    assert_int_equal(mrz_parse(text_of(with_composite(unknown)), &mrz), DR_OK);
    assert_string_equal(mrz.date_of_birth, "74<<<<");
    /* But a personal number that is there has a digit. */
    char digitless[] = TD3_SPECIMEN;
    digitless[86] = '<';
    assert_int_equal(mrz_parse(text_of(with_composite(digitless)), &mrz), DR_ERR_CHECK_DIGIT);
}

/* The longest number there is: nine characters, thirteen more, digit and filler. */
static void reads_the_longest_number(void **state)
{
    char text[] = "I<UTOABCDEFGHI<1234567890123?<7408122F1204159UTO<<<<<<<<<<<?ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    struct mrz mrz;
    uint8_t information[MRZ_INFORMATION_MAX];
    size_t len = 0;

    (void)state;
    text[28] = mrz_check_digit(text_of("ABCDEFGHI1234567890123"));
    assert_int_equal(mrz_parse(text_of(with_composite(text)), &mrz), DR_OK);
    assert_string_equal(mrz.document_number, "ABCDEFGHI1234567890123");
    assert_int_equal(mrz_information(&mrz, information, &len), DR_OK);
    assert_int_equal(len, 37);
    /* One more leaves no room for the filler that ends it. */
    text[28] = '4';
    text[29] = mrz_check_digit(text_of("ABCDEFGHI12345678901234"));
    assert_int_equal(mrz_parse(text_of(with_composite(text)), &mrz), DR_ERR_CHECK_DIGIT);
    /* A number that fits its field has its digit there and nowhere else. */
    char displaced[] = "I<UTOD23145890<7<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<?ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    assert_int_equal(mrz_parse(text_of(with_composite(displaced)), &mrz), DR_ERR_CHECK_DIGIT);
}

static enum dr_status feed(struct mrz_collector *collector, const char *input, char out[MRZ_MAX_LEN], size_t *len)
{
    enum dr_status last = DR_ERR_TRUNCATED;

    for (; *input != '\0'; input++) {
        enum dr_status status = mrz_collect(collector, (uint8_t)*input, out, len);
        if (status != DR_ERR_TRUNCATED) {
            last = status;
        }
    }
    return last;
}

static void collects_lines(void **state)
{
    static const struct {
        const char *what, *input;
        enum dr_status status;
        const char *text;
    } cases[] = {
        {"two lines",
         "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\r\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\r\n", DR_OK,
         TD3_SPECIMEN},
        {"three lines",
         "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<\n", DR_OK,
         TD1_SPECIMEN},
        {"TD2", "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\rD231458907UTO7408122F1204159<<<<<<<6\r", DR_OK, TD2_SPECIMEN},
        {"typed in lower case with spaces, and corrected",
         "p<uto eriksson<<anna<maria<<<<<<<<<<<<<<<<<<<\nl898902c36 uto7408122 f1204158\b9ze184226b<<<<<10\n", DR_OK,
         TD3_SPECIMEN},
        {"control characters of an optical reader",
         "\002P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\rL898902C36UTO7408122F1204159ZE184226B<<<<<10\r\003", DR_OK,
         TD3_SPECIMEN},
        {"other text before it",
         "boot 1.0: ready\nstatus\n\nP<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
         "L898902C36UTO7408122F1204159ZE184226B<<<<<10\n",
         DR_OK, TD3_SPECIMEN},
        {"a lone line of another size before it",
         "7408122F1204159UTO<<<<<<<<<<<6\nP<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
         "L898902C36UTO7408122F1204159ZE184226B<<<<<10\n",
         DR_OK, TD3_SPECIMEN},
        {"text between the lines parts them",
         "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nstatus\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n",
         DR_ERR_TRUNCATED, NULL},
        {"a wrong digit",
         "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<11\n",
         DR_ERR_CHECK_DIGIT, NULL},
        {"a character too few", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<\n", DR_ERR_MALFORMED, NULL},
        {"far too long", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n",
         DR_ERR_TRUNCATED, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct mrz_collector collector;
        char text[MRZ_MAX_LEN];
        size_t len = 0;

        mrz_collector_reset(&collector);
        enum dr_status status = feed(&collector, cases[i].input, text, &len);
        if (status != cases[i].status ||
            (cases[i].text != NULL && !bytes_equal(bytes_of(text, len), text_of(cases[i].text)))) {
            fail_msg("%s: status %d", cases[i].what, (int)status);
        }
        /* Whatever came before, the next document is read after at most one new line of text. */
        assert_int_equal(feed(&collector,
                              "\n-\nI<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6\n", text,
                              &len),
                         DR_OK);
    }
}

static void compares_documents(void **state)
{
    struct mrz a, b;

    (void)state;
    assert_int_equal(mrz_parse(text_of(TD3_SPECIMEN), &a), DR_OK);
    b = a;
    strcpy(b.document_code, "PM"); /* issuers change the second letter (9303-3 7.3.6) */
    assert_true(mrz_same_document(&a, &b));
    b.document_code[0] = 'V';
    assert_false(mrz_same_document(&a, &b));
    b = a;
    b.issuing_state[0] = 'X';
    assert_false(mrz_same_document(&a, &b));
    b = a;
    b.document_number[8] = '4';
    assert_false(mrz_same_document(&a, &b));
    b = a;
    b.date_of_birth[0] = '8';
    assert_false(mrz_same_document(&a, &b));
    b = a;
    b.date_of_expiry[0] = '2';
    assert_false(mrz_same_document(&a, &b));
}

static void dates_expiry(void **state)
{
    static const struct {
        const char *now, *expiry, *first_second_after; /* NULL: no date */
    } cases[] = {
        {"2026-11-24T00:00:00Z", "120415", "2012-04-16T00:00:00Z"},
        {"2026-11-24T00:00:00Z", "361231", "2037-01-01T00:00:00Z"},
        {"2026-11-24T00:00:00Z", "761231", "2077-01-01T00:00:00Z"},
        {"2026-11-24T00:00:00Z", "770101", "1977-01-02T00:00:00Z"},
        {"2026-11-24T00:00:00Z", "991231", "2000-01-01T00:00:00Z"},
        {"2099-01-01T00:00:00Z", "050228", "2105-03-01T00:00:00Z"},
        {"2099-01-01T00:00:00Z", "490101", "2149-01-02T00:00:00Z"},
        {"2099-01-01T00:00:00Z", "500101", "2050-01-02T00:00:00Z"},
        {"2026-11-24T00:00:00Z", "280229", "2028-03-01T00:00:00Z"},
        {"2026-11-24T00:00:00Z", "270229", NULL},
        {"2026-11-24T00:00:00Z", "<<<<<<", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct mrz mrz = {.format = MRZ_TD3};
        char text[CALENDAR_ISO8601_SIZE];
        int64_t now = 0, seconds = 0;

        strcpy(mrz.date_of_expiry, cases[i].expiry);
        assert_int_equal(calendar_parse(text_of(cases[i].now), &now), DR_OK);
        enum dr_status status = mrz_expiry_seconds(&mrz, now, &seconds);
        assert_int_equal(status, cases[i].first_second_after != NULL ? DR_OK : DR_ERR_MALFORMED);
        if (status == DR_OK) {
            calendar_format(seconds, text);
            assert_string_equal(text, cases[i].first_second_after);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(computes_check_digits),
        cmocka_unit_test(reads_specimens),
        cmocka_unit_test(notices_every_changed_digit),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(takes_unused_personal_numbers_and_unknown_births),
        cmocka_unit_test(reads_the_longest_number),
        cmocka_unit_test(collects_lines),
        cmocka_unit_test(compares_documents),
        cmocka_unit_test(dates_expiry),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
