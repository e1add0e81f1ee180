#include "inspection/conclude.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct inspection_findings all_good(void)
{
    struct inspection_findings findings = {.reasons = 0};

    for (unsigned i = 0; i < PROOF_COUNT; i++) {
        findings.proof[i] = HARDENED_YES;
    }
    return findings;
}

static struct inspection_findings with(enum because because)
{
    struct inspection_findings findings = all_good();

    inspection_add(&findings, because);
    return findings;
}

static bool is_listing(unsigned because)
{
    return because >= BECAUSE_LISTED_STOLEN && because <= BECAUSE_LISTED_INVALID;
}

static void everything_proven_is_no_record(void **state)
{
    struct inspection_findings findings = all_good();

    (void)state;
    assert_int_equal(inspection_conclude(&findings), VERDICT_NO_RECORD);
}

static void nothing_found_is_cannot_verify(void **state)
{
    struct inspection_findings findings = {.reasons = 0};

    (void)state;
    assert_int_equal(inspection_conclude(&findings), VERDICT_CANNOT_VERIFY);
}

/* A proof that is missing, refused, or off by any one bit. */
static void each_proof_is_needed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PROOF_COUNT; i++) {
        struct inspection_findings findings = all_good();

        findings.proof[i] = HARDENED_NO;
        assert_int_equal(inspection_conclude(&findings), VERDICT_CANNOT_VERIFY);
        findings.proof[i] = 0;
        assert_int_equal(inspection_conclude(&findings), VERDICT_CANNOT_VERIFY);
        for (unsigned bit = 0; bit < 32; bit++) {
            findings.proof[i] = HARDENED_YES ^ (hardened)1 << bit;
            assert_int_equal(inspection_conclude(&findings), VERDICT_CANNOT_VERIFY);
        }
    }
}

static void no_reason_goes_with_no_record(void **state)
{
    (void)state;
    for (unsigned i = 0; i < BECAUSE_COUNT; i++) {
        struct inspection_findings findings = with((enum because)i);

        assert_int_equal(inspection_conclude(&findings),
                         i == BECAUSE_DOCUMENT_EXPIRED ? VERDICT_REFER : VERDICT_CANNOT_VERIFY);
    }
}

/* Whether genuine or not. */
static void a_hit_that_refers_goes_before_everything(void **state)
{
    (void)state;
    for (unsigned i = 0; i < BECAUSE_COUNT; i++) {
        struct inspection_findings findings = with((enum because)i);

        findings.refers = true;
        findings.advises = true;
        findings.proof[PROOF_GENUINE] = HARDENED_NO;
        findings.proof[PROOF_LISTS_CLEAR] = HARDENED_NO;
        assert_int_equal(inspection_conclude(&findings), VERDICT_REFER);
    }
}

static void a_hit_that_advises_comes_last(void **state)
{
    (void)state;
    for (unsigned i = 0; i < BECAUSE_COUNT; i++) {
        struct inspection_findings findings = with(BECAUSE_LISTED_CANCELLED);

        inspection_add(&findings, (enum because)i);
        findings.advises = true;
        findings.proof[PROOF_LISTS_CLEAR] = HARDENED_NO;
        assert_int_equal(inspection_conclude(&findings), i == BECAUSE_DOCUMENT_EXPIRED ? VERDICT_REFER
                                                         : is_listing(i)               ? VERDICT_ADVISORY
                                                                                       : VERDICT_CANNOT_VERIFY);
    }
}

/* ADVISORY, too, says that the document is genuine and the lists fresh. */
static void advisory_needs_the_other_proofs(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PROOF_COUNT; i++) {
        struct inspection_findings findings = with(BECAUSE_LISTED_CANCELLED);

        findings.advises = true;
        findings.proof[i] = HARDENED_NO;
        assert_int_equal(inspection_conclude(&findings),
                         i == PROOF_LISTS_CLEAR ? VERDICT_ADVISORY : VERDICT_CANNOT_VERIFY);
    }
}

static void before_is_strict(void **state)
{
    volatile int64_t earlier = 99, limit = 100, later = 101;

    (void)state;
    assert_int_equal(inspection_before(&earlier, &limit), HARDENED_YES);
    assert_int_equal(inspection_before(&limit, &limit), HARDENED_NO);
    assert_int_equal(inspection_before(&later, &limit), HARDENED_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_proven_is_no_record),
        cmocka_unit_test(nothing_found_is_cannot_verify),
        cmocka_unit_test(each_proof_is_needed),
        cmocka_unit_test(no_reason_goes_with_no_record),
        cmocka_unit_test(a_hit_that_refers_goes_before_everything),
        cmocka_unit_test(a_hit_that_advises_comes_last),
        cmocka_unit_test(advisory_needs_the_other_proofs),
        cmocka_unit_test(before_is_strict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
