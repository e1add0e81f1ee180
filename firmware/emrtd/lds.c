#include "emrtd/lds.h"

#define TAG_COM 0x60U
#define TAG_DG1 0x61U
#define TAG_TAG_LIST 0x5CU
#define TAG_MRZ 0x5F1FU

/* ICAO 9303-10 Tables 35, 36 and 38; index = enum lds_file. */
static const struct lds_file_info files[LDS_FILE_COUNT] = {
    [LDS_DG1] = {0x0101, 0x01, 0x61, "DG1"},
    [LDS_DG2] = {0x0102, 0x02, 0x75, "DG2"},
    [LDS_DG3] = {0x0103, 0x03, 0x63, "DG3"},
    [LDS_DG4] = {0x0104, 0x04, 0x76, "DG4"},
    [LDS_DG5] = {0x0105, 0x05, 0x65, "DG5"},
    [LDS_DG6] = {0x0106, 0x06, 0x66, "DG6"},
    [LDS_DG7] = {0x0107, 0x07, 0x67, "DG7"},
    [LDS_DG8] = {0x0108, 0x08, 0x68, "DG8"},
    [LDS_DG9] = {0x0109, 0x09, 0x69, "DG9"},
    [LDS_DG10] = {0x010A, 0x0A, 0x6A, "DG10"},
    [LDS_DG11] = {0x010B, 0x0B, 0x6B, "DG11"},
    [LDS_DG12] = {0x010C, 0x0C, 0x6C, "DG12"},
    [LDS_DG13] = {0x010D, 0x0D, 0x6D, "DG13"},
    [LDS_DG14] = {0x010E, 0x0E, 0x6E, "DG14"},
    [LDS_DG15] = {0x010F, 0x0F, 0x6F, "DG15"},
    [LDS_DG16] = {0x0110, 0x10, 0x70, "DG16"},
    [LDS_COM] = {0x011E, 0x1E, 0x60, "EF.COM"},
    [LDS_SOD] = {0x011D, 0x1D, 0x77, "EF.SOD"},
    [LDS_CARD_ACCESS] = {0x011C, 0x1C, 0, "EF.CardAccess"},
    [LDS_CARD_SECURITY] = {0x011D, 0x1D, 0, "EF.CardSecurity"},
};

const struct lds_file_info *lds_file_info(enum lds_file file)
{
    if ((int)file < LDS_DG1 || file >= LDS_FILE_COUNT) {
        return NULL;
    }
    return &files[file];
}

/* A file is one template with this tag, and nothing after it. */
static enum dr_status open_template(struct bytes file, uint16_t tag, struct bytes *value)
{
    struct tlv_item item;
    enum dr_status status = tlv_next(&file, &item);

    if (status != DR_OK) {
        return status;
    }
    if (item.tag != tag || file.len != 0) {
        return DR_ERR_MALFORMED;
    }
    *value = item.value;
    return DR_OK;
}

static enum dr_status find_object(struct bytes template_value, uint16_t tag, struct bytes *value)
{
    enum dr_status status = tlv_find(template_value, tag, value);

    return status == DR_ERR_NOT_FOUND ? DR_ERR_MALFORMED : status;
}

enum dr_status lds_read_com(struct bytes file, uint32_t *groups)
{
    struct bytes value, tags;
    enum dr_status status = open_template(file, TAG_COM, &value);
    size_t i;
    int group;

    *groups = 0;
    if (status == DR_OK) {
        status = find_object(value, TAG_TAG_LIST, &tags);
    }
    if (status != DR_OK) {
        return status;
    }
    for (i = 0; i < tags.len; i++) { /* tags that are no group's are passed over: chips list such */
        for (group = LDS_DG1; group <= LDS_DG16; group++) {
            if (files[group].tag == tags.data[i]) {
                *groups |= (uint32_t)1 << group;
            }
        }
    }
    return DR_OK;
}

enum dr_status lds_read_dg1(struct bytes file, struct mrz *mrz)
{
    struct bytes value, text;
    enum dr_status status = open_template(file, TAG_DG1, &value);

    if (status == DR_OK) {
        status = find_object(value, TAG_MRZ, &text);
    }
    return status == DR_OK ? mrz_parse(text, mrz) : status;
}
