/* Any text as a list in CSV: every line is a record in normal form or an error with its line. */
#include "builder/list_csv.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct list_csv csv;
    struct list_record record;
    FILE *file = size > 0 ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
    enum dr_status status;

    if (file == NULL) {
        return 0;
    }
    list_csv_begin(&csv, file, BASIS_NONE);
    while ((status = list_csv_next(&csv, &record)) != DR_ERR_NOT_FOUND && status != DR_ERR_IO) {
        uint8_t key[DOCUMENT_KEY_MAX];
        struct document_id id;
        if (status == DR_OK ? document_from_key(bytes_of(key, document_key(&record.id, key)), &id) != DR_OK ||
                                  !document_record_valid(&record.record)
                            : status != DR_ERR_MALFORMED || csv.why[0] == 0 || csv.line == 0) {
            abort();
        }
    }
    (void)fclose(file);
    return 0;
}
