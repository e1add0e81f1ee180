/* docrev device audit */
#include "docrev/device.h"
#include "link/audit_export.h"
#include "signing/atomic_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

int run_device_audit(const struct arguments *arguments)
{
    struct device_session session;
    const char *path = argument(arguments, "-o"), *why = "";
    uint8_t *data = NULL;
    size_t len = 0;
    int status;

    if (path == NULL) {
        return wrong_usage("device audit: -o is needed");
    }
    status = device_session_open(&session, arguments);
    if (status != EXIT_DONE) {
        return status;
    }
    if (audit_export_fetch(&session.client, &data, &len, &why) != DR_OK) {
        status = fail("device", why);
    } else if (atomic_file_write(path, bytes_of(data, len), false) != DR_OK) {
        status = fail(path, strerror(errno));
    } else if (arguments->json) {
        struct json_writer *out = report_begin();
        json_text(out, "file", path);
        json_int(out, "bytes", (int64_t)len);
        report_end();
    } else {
        printf("%s: %zu bytes, encrypted to the oversight\n", path, len);
    }
    free(data);
    device_session_close(&session);
    return status;
}
