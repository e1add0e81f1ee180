/* LDIF as RFC 2849 and the ICAO directory write it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "trust_import/ldif.h"

static struct bytes text_of(const char *text)
{
    return bytes_of(text, strlen(text));
}

static void knows_ldif(void **state)
{
    (void)state;
    assert_true(ldif_is(text_of("dn: c=UT\n")));
    assert_true(ldif_is(text_of("# comment\r\nversion: 1\r\nDN:: Yz1VVA==\r\n")));
    assert_false(ldif_is(text_of("adn: c=UT\n")));
    assert_false(ldif_is(text_of("")));
    assert_false(ldif_is(bytes_of("\0\ndn: c\n", 8)));
}

static void reads_values(void **state)
{
    static const char text[] = "version: 1\n"
                               "# userCertificate;binary:: QQ==\n"
                               "dn: cn=a,\n"
                               " userCertificate;binary:: QQ==\n" /* goes on from the line before */
                               "objectClass: top\n"
                               "sn:: QQ==\n"
                               "userCertificate;binary:: QUJ\n"
                               " DREU\n"
                               " =\n"
                               "\n"
                               "dn: cn=b\r\n"
                               "certificateRevocationList;binary::QUI=\r\n"
                               "cacertificate;binary:: Q!==\n"
                               "pkdMasterListContent:: QUJDR\n"
                               "CscaMasterListData:: \n"
                               "userCertificate: QQ==\n"
                               "userCertificateX:: QQ==\n"
                               "userCertificate;binary:: QQ=A\n"
                               "userCertificate;binary:: Qg==";
    struct ldif ldif = ldif_of(bytes_of(text, sizeof text - 1));
    struct bytes value;

    (void)state;
    assert_int_equal(ldif_next(&ldif, &value), DR_OK);
    assert_int_equal(value.len, 5);
    assert_memory_equal(value.data, "ABCDE", 5);
    assert_int_equal(ldif.line, 9);
    assert_int_equal(ldif_next(&ldif, &value), DR_OK);
    assert_true(bytes_equal(value, text_of("AB")));
    assert_int_equal(ldif_next(&ldif, &value), DR_ERR_MALFORMED); /* ! */
    assert_int_equal(ldif_next(&ldif, &value), DR_ERR_MALFORMED); /* cut off */
    assert_int_equal(ldif_next(&ldif, &value), DR_ERR_MALFORMED); /* nothing */
    assert_int_equal(ldif_next(&ldif, &value), DR_ERR_MALFORMED); /* something behind the padding */
    assert_int_equal(ldif_next(&ldif, &value), DR_OK);
    assert_true(bytes_equal(value, text_of("B")));
    assert_int_equal(ldif_next(&ldif, &value), DR_ERR_NOT_FOUND);
    ldif_free(&ldif);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_ldif),
        cmocka_unit_test(reads_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
