#include "emrtd/card_security.h"

#include "emrtd/signed_file.h"

/* id-SecurityObject 0.4.0.127.0.7.3.2.1 (TR-03110-3 A.1.2.5). */
static const uint8_t security_object[] = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x03, 0x02, 0x01};

enum dr_status card_security_read(struct bytes file, struct lds_sod *signed_file, struct bytes *infos)
{
    enum dr_status status;

    memset(signed_file, 0, sizeof *signed_file);
    status = lds_open_signed(file, signed_file);
    if (status != DR_OK) {
        return status;
    }
    if (!bytes_equal(signed_file->cms.content_type, bytes_of(security_object, sizeof security_object))) {
        return DR_ERR_MALFORMED;
    }
    return security_infos_open(signed_file->cms.content, infos);
}

enum dr_status card_security_check_mapping(struct bytes infos, const struct pace_chip_auth *chip_auth)
{
    enum curve_id curve;
    struct bytes point;
    enum dr_status status = chip_auth_key_find(infos, chip_auth->parameter_id, &curve, &point);

    if (status != DR_OK) {
        return status;
    }
    if (curve != ec_agree_curve(chip_auth->parameter_id)) {
        return DR_ERR_SIGNATURE; /* a key of another domain can have no part in this mapping */
    }
    return ec_agree_check_mapping(curve, bytes_of(chip_auth->data, chip_auth->data_len), point,
                                  bytes_of(chip_auth->mapping_key, chip_auth->mapping_key_len));
}
