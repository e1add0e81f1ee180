#include "crypto/agreement.h"

#include "crypto/drbg.h"

enum dr_status agreement_standard_domain(unsigned parameter_id, struct agreement_domain *domain)
{
    memset(domain, 0, sizeof *domain);
    domain->curve = ec_agree_curve(parameter_id);
    return domain->curve != CURVE_NONE || dh_standard_group(parameter_id, &domain->group) ? DR_OK : DR_ERR_UNSUPPORTED;
}

enum dr_status agreement_begin(struct agreement *agreement, const struct agreement_domain *domain)
{
    agreement->random = drbg_mbedtls;
    agreement->random_ctx = NULL;
    agreement->is_ec = domain->curve != CURVE_NONE;
    return agreement->is_ec ? ec_agree_begin(&agreement->with.ec, domain->curve)
                            : dh_begin(&agreement->with.dh, &domain->group);
}

void agreement_end(struct agreement *agreement)
{
    if (agreement->is_ec) {
        ec_agree_end(&agreement->with.ec);
    } else {
        dh_end(&agreement->with.dh);
    }
}

enum dr_status agreement_generate(struct agreement *agreement, uint8_t *out, size_t *len)
{
    return agreement->is_ec ? ec_agree_generate(&agreement->with.ec, agreement->random, agreement->random_ctx, out, len)
                            : dh_generate(&agreement->with.dh, agreement->random, agreement->random_ctx, out, len);
}

enum dr_status agreement_shared(const struct agreement *agreement, struct bytes peer, uint8_t *out, size_t *len)
{
    return agreement->is_ec ? ec_agree_shared(&agreement->with.ec, peer, out, len)
                            : dh_shared(&agreement->with.dh, peer, out, len);
}

enum dr_status agreement_map_generic(struct agreement *agreement, struct bytes nonce, struct bytes peer)
{
    return agreement->is_ec ? ec_agree_map_generic(&agreement->with.ec, nonce, peer)
                            : dh_map_generic(&agreement->with.dh, nonce, peer);
}

enum dr_status agreement_map_integrated(struct agreement *agreement, struct bytes number)
{
    return agreement->is_ec ? ec_agree_map_integrated(&agreement->with.ec, number)
                            : dh_map_integrated(&agreement->with.dh, number);
}

size_t agreement_field_bits(const struct agreement *agreement)
{
    return agreement->is_ec ? agreement->with.ec.group.pbits : 8 * agreement->with.dh.size;
}
