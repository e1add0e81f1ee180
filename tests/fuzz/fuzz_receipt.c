/* What a host reads of a device's receipts, and of the details of its log. */
#include "store/audit_detail.h"
#include "update/receipt.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = bytes_of(data, size);
    struct receipt receipt;
    struct audit_record record;
    struct audit_inspection inspection;
    struct audit_object object;
    struct audit_refusal refusal;
    struct audit_time time;

    if (receipt_read(input, &receipt) == DR_OK &&
        (receipt.object_count > STORE_OBJECTS || receipt.nonce.len > RECEIPT_MAX_NONCE)) {
        abort();
    }
    if (size >= AUDIT_PLAINTEXT && audit_record_read(data, &record) == DR_OK) {
        input = record.detail;
    }
    if (audit_inspection_read(input, &inspection) == DR_OK && inspection.hit_count > AUDIT_MAX_HITS) {
        abort();
    }
    (void)audit_object_read(input, &object);
    (void)audit_refusal_read(input, &refusal);
    (void)audit_time_read(input, &time);
    return 0;
}
