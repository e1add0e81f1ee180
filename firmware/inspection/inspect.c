#include "inspection/inspect.h"

#include "crypto/memory.h"
#include "inspection/check_lists.h"
#include "inspection/conclude.h"
#include "inspection/read_chip.h"
#include "inspection/verify_chip.h"

static void check_time(const struct inspection_context *context, struct inspection_findings *findings)
{
    const volatile bool *confirmed = &context->time_confirmed;

    if (*confirmed) {
        if (*confirmed) {
            findings->proof[PROOF_TIME] = HARDENED_YES;
            return;
        }
    }
    inspection_add(findings, BECAUSE_TIME_UNCONFIRMED);
}

/* In the order of BSI TR-03135-1 5.6: access, reading, authenticity, comparison with the page, then the lists. */
void inspection_run(const struct inspection_context *context, const struct mrz *printed, struct inspection_work *work,
                    struct inspection *result)
{
    const struct port_system *system = context->system;
    uint32_t start = system->ticks_ms(system->ctx);
    struct inspection_findings findings = {.reasons = 0};

    for (unsigned i = 0; i < PROOF_COUNT; i++) {
        findings.proof[i] = HARDENED_NO;
    }

    check_time(context, &findings);
    inspection_read_chip(context, printed, work, &findings);
    /* Until here the last inspection could still be asked for. */
    *result = (struct inspection){.verdict = VERDICT_CANNOT_VERIFY};
    inspection_verify_chip(context, printed, work, &findings);
    inspection_check_lists(context, printed, work, &findings, result);

    result->verdict = inspection_conclude(&findings);
    result->reasons = findings.reasons;
    result->checks = findings.checks;
    result->date_by_officer = context->uncertainty > 0;
    result->cost = work->session.cost;
    result->sw = work->session.sw;
    result->milliseconds = system->ticks_ms(system->ctx) - start;
    crypto_wipe(&findings, sizeof findings);
    crypto_wipe(work, sizeof *work);
}
