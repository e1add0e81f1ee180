#include "issuer/document.h"

#define IN_MF true

static const struct lds_file_info files[LDS_FILES] = {
    [1] = {0x0101, 0x01, 0x61, false, "DG1"},
    [2] = {0x0102, 0x02, 0x75, false, "DG2"},
    [3] = {0x0103, 0x03, 0x63, false, "DG3"},
    [4] = {0x0104, 0x04, 0x76, false, "DG4"},
    [5] = {0x0105, 0x05, 0x65, false, "DG5"},
    [6] = {0x0106, 0x06, 0x66, false, "DG6"},
    [7] = {0x0107, 0x07, 0x67, false, "DG7"},
    [8] = {0x0108, 0x08, 0x68, false, "DG8"},
    [9] = {0x0109, 0x09, 0x69, false, "DG9"},
    [10] = {0x010A, 0x0A, 0x6A, false, "DG10"},
    [11] = {0x010B, 0x0B, 0x6B, false, "DG11"},
    [12] = {0x010C, 0x0C, 0x6C, false, "DG12"},
    [13] = {0x010D, 0x0D, 0x6D, false, "DG13"},
    [14] = {0x010E, 0x0E, 0x6E, false, "DG14"},
    [15] = {0x010F, 0x0F, 0x6F, false, "DG15"},
    [16] = {0x0110, 0x10, 0x70, false, "DG16"},
    [LDS_COM] = {0x011E, 0x1E, 0x60, false, "EF_COM"},
    [LDS_SOD] = {0x011D, 0x1D, 0x77, false, "EF_SOD"},
    [LDS_ATR] = {0x2F01, 0x01, 0x00, IN_MF, "EF_ATR"},
    [LDS_CARD_ACCESS] = {0x011C, 0x1C, 0x31, IN_MF, "EF_CardAccess"},
    [LDS_CARD_SECURITY] = {0x011D, 0x1D, 0x30, IN_MF, "EF_CardSecurity"},
};

const struct lds_file_info *lds_file_info(unsigned file)
{
    return file < LDS_FILES && files[file].name != NULL ? &files[file] : NULL;
}

void document_free(struct document *document)
{
    for (unsigned file = 0; file < LDS_FILES; file++) {
        buffer_free(&document->files[file]);
    }
    for (unsigned i = 0; i < OFFERS_MAX; i++) {
        EVP_PKEY_free(document->ca_keys[i].key);
        document->ca_keys[i].key = NULL;
    }
    EVP_PKEY_free(document->active_auth_key);
    EVP_PKEY_free(document->cam_key);
    document->active_auth_key = NULL;
    document->cam_key = NULL;
}
