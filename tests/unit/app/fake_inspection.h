/* Takes the place of inspection_run where only the device around it is tested. */
#ifndef DOCREV_TESTS_FAKE_INSPECTION_H
#define DOCREV_TESTS_FAKE_INSPECTION_H

#include "inspection/inspect.h"

static struct fake_inspection {
    unsigned runs;
    struct inspection result; /* to be given */
    struct mrz printed;       /* was given */
    bool confirmed, mounted;
    uint32_t uncertainty;
    unsigned waits;        /* turns of waiting for the chip */
    void (*at_wait)(void); /* once, before the first of them */
} fake_inspection;

void inspection_run(const struct inspection_context *context, const struct mrz *printed, struct inspection_work *work,
                    struct inspection *result)
{
    fake_inspection.runs++;
    fake_inspection.printed = *printed;
    fake_inspection.confirmed = context->time_confirmed;
    fake_inspection.uncertainty = context->uncertainty;
    fake_inspection.mounted = context->store->mounted;
    if (fake_inspection.at_wait != NULL) {
        fake_inspection.at_wait();
        fake_inspection.at_wait = NULL;
    }
    for (unsigned i = 0; i < fake_inspection.waits; i++) {
        context->progress(context->progress_ctx, STEP_WAIT_CHIP, i);
    }
    context->progress(context->progress_ctx, STEP_READ_SOD, 50);
    memset(work, 0, sizeof *work);
    *result = fake_inspection.result;
}

#endif
