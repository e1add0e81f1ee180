/* EF.COM, DG1 and EF.SOD as a chip sends them; what a SOD yields lies inside the file. */
#include "crypto/hash.h"
#include "emrtd/lds.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void assert_inside(struct bytes view, const uint8_t *data, size_t size)
{
    if (view.len > 0 && (view.data < data || view.data + view.len > data + size)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes file = bytes_of(data, size);
    struct lds_sod sod;
    struct mrz mrz;
    uint32_t groups;
    unsigned group;

    if (lds_read_com(file, &groups) == DR_OK && (groups & ~0x1FFFEU) != 0) {
        abort();
    }
    if (lds_read_dg1(file, &mrz) == DR_OK && strlen(mrz.document_number) > MRZ_MAX_DOCUMENT_NUMBER) {
        abort();
    }
    if (lds_read_sod(file, &sod) != DR_OK) {
        return 0;
    }
    assert_inside(sod.signer_certificate, data, size);
    assert_inside(sod.signer.signature, data, size);
    for (group = 1; group <= LDS_GROUPS; group++) {
        assert_inside(sod.group_hash[group], data, size);
        if (sod.group_hash[group].len != 0 && sod.group_hash[group].len != hash_size(sod.digest)) {
            abort();
        }
    }
    return 0;
}
