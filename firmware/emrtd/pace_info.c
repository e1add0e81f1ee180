/* PACEInfo (ICAO 9303-11 9.2.1) and the choice among several. */
#include "emrtd/security_infos_parts.h"

#define PACE_VERSION 2U

/* The arc before the last: 1 DH-GM, 2 ECDH-GM, 3 DH-IM, 4 ECDH-IM, 6 ECDH-CAM (9.2.3). */
static bool read_mapping(uint8_t arc, struct pace_info *pace)
{
    static const struct {
        uint8_t arc, mapping;
        bool is_ec;
    } mappings[] = {{1, PACE_GENERIC, false},
                    {2, PACE_GENERIC, true},
                    {3, PACE_INTEGRATED, false},
                    {4, PACE_INTEGRATED, true},
                    {6, PACE_CHIP_AUTH, true}};
    size_t i;

    for (i = 0; i < sizeof mappings / sizeof mappings[0]; i++) {
        if (mappings[i].arc == arc) {
            pace->mapping = (enum pace_mapping)mappings[i].mapping;
            pace->is_ec = mappings[i].is_ec;
            return true;
        }
    }
    return false;
}

/* An algorithm of Tables 2 or 3? */
static bool read_algorithm(const struct security_info *info, struct pace_info *pace)
{
    return info->kind == SECURITY_INFO_PACE && read_mapping(info->protocol.data[info->protocol.len - 2], pace) &&
           security_info_cipher(info->protocol, &pace->cipher) &&
           (pace->mapping != PACE_CHIP_AUTH || pace->cipher != CIPHER_3DES_2KEY);
}

bool pace_info_offered(struct bytes infos)
{
    struct security_info info;
    struct pace_info pace;

    while (security_infos_next(&infos, &info) == DR_OK) {
        if (read_algorithm(&info, &pace)) {
            return true;
        }
    }
    return false;
}

/* False for what cannot be used. */
static bool read_pace_info(const struct security_info *info, struct pace_info *pace)
{
    struct agreement_domain domain;
    uint64_t version, id;
    bool has_id;

    if (!read_algorithm(info, pace) || security_info_read_version(info, &version, &has_id, &id) != DR_OK ||
        version != PACE_VERSION || !has_id) {
        return false;
    }
    /* Without an id the parameters are explicit ones, as are those of ids that Table 12 does not have (9.5.1). */
    if (id > UINT8_MAX || agreement_standard_domain((unsigned)id, &domain) != DR_OK ||
        (domain.curve != CURVE_NONE) != pace->is_ec) {
        return false;
    }
    if (pace->mapping == PACE_INTEGRATED && domain.curve == CURVE_P224) { /* 9.5.1: p is not 3 mod 4 */
        return false;
    }
    pace->protocol = info->protocol;
    pace->parameter_id = (uint8_t)id;
    return true;
}

static unsigned rank(const struct pace_info *pace)
{
    return (pace->mapping == PACE_CHIP_AUTH ? 32U : 0U) + (pace->cipher != CIPHER_3DES_2KEY ? 16U : 0U) +
           (pace->is_ec ? 8U : 0U) + (unsigned)pace->cipher;
}

enum dr_status pace_info_choose(struct bytes infos, security_info_set tried, struct pace_info *best, unsigned *place)
{
    struct security_info info;
    struct pace_info pace;
    unsigned at, best_rank = 0;

    for (at = 0; at < SECURITY_INFOS_MAX && security_infos_next(&infos, &info) == DR_OK; at++) {
        if (((tried >> at) & 1U) == 0 && read_pace_info(&info, &pace) && rank(&pace) > best_rank) {
            best_rank = rank(&pace);
            *best = pace;
            *place = at;
        }
    }
    return best_rank > 0 ? DR_OK : DR_ERR_NOT_FOUND;
}
