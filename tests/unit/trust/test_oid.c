/* Object identifiers: each found by its octets, and by nothing else. */
#include "fixture.h"

#include "trust/oid.h"

static void identifiers(void **state)
{
    (void)state;
    for (int id = OID_DATA; id <= OID_DOCREV_RECEIPT; id++) {
        struct bytes octets = oid_octets((enum oid_id)id);
        assert_true(octets.len > 0);
        assert_int_equal(oid_lookup(octets), id);
        assert_true(oid_is(octets, (enum oid_id)id));
        octets.len--;
        assert_int_equal(oid_lookup(octets), OID_UNKNOWN);
    }
    assert_int_equal(oid_octets(OID_UNKNOWN).len, 0);
    assert_false(oid_is(bytes_of(NULL, 0), OID_UNKNOWN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identifiers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
