/* EF.CardAccess, DG14 and EF.CardSecurity's content: whatever is chosen of them lies inside the file. */
#include "emrtd/security_infos.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void assert_inside(struct bytes view, const uint8_t *data, size_t size)
{
    if (view.len > 0 && (view.data < data || view.data + view.len > data + size)) {
        abort();
    }
}

static void choose_all(struct bytes infos, const uint8_t *data, size_t size)
{
    security_info_set tried = 0;
    struct chip_auth_info way;
    struct pace_info pace;
    enum hash_algorithm hash;
    enum curve_id curve;
    struct bytes point;
    unsigned place;

    while (pace_info_choose(infos, tried, &pace, &place) == DR_OK) {
        if (place >= SECURITY_INFOS_MAX || ((tried >> place) & 1U) != 0 || pace.parameter_id > 18) {
            abort();
        }
        assert_inside(pace.protocol, data, size);
        tried |= (security_info_set)1 << place;
    }
    tried = 0;
    while (chip_auth_info_choose(infos, tried, &way, &place) == DR_OK) {
        if (place >= SECURITY_INFOS_MAX || ((tried >> place) & 1U) != 0 || way.protocol.len != 10) {
            abort();
        }
        assert_inside(way.public_key, data, size);
        tried |= (security_info_set)1 << place;
    }
    if (chip_auth_key_find(infos, 13, &curve, &point) == DR_OK) {
        assert_inside(point, data, size);
    }
    (void)active_auth_info_find(infos, &hash);
    if (!security_infos_contain(infos, infos)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes infos;

    if (security_infos_open(bytes_of(data, size), &infos) == DR_OK) {
        choose_all(infos, data, size);
    }
    if (security_infos_open_dg14(bytes_of(data, size), &infos) == DR_OK) {
        choose_all(infos, data, size);
    }
    return 0;
}
