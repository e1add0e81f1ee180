/* Policies: what policy_read accepts, the iterators walk to the end, and no role holds over an empty CMS. */
#include "trust/policy.h"

#include <stdlib.h>

static void walk_role(const struct policy_role *role)
{
    struct cms nothing = {.content_type = oid_octets(OID_DOCREV_POLICY), .has_content = true};
    struct bytes rest = role->keys;
    struct bytes key_id;
    struct bytes spki;
    struct public_key key;
    enum dr_status status;
    unsigned count = 0;

    while ((status = policy_next_key(&rest, &key_id, &spki)) == DR_OK) {
        if (policy_read_key(spki, &key) != DR_OK) {
            abort();
        }
        count++;
    }
    if (status != DR_ERR_NOT_FOUND || count == 0 || count > POLICY_MAX_KEYS || role->threshold == 0 ||
        role->threshold > count) {
        abort();
    }
    if (policy_role_verify(role, &nothing, OID_DOCREV_POLICY, NULL) != HARDENED_NO) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct policy policy;
    struct policy_rule rule;
    struct bytes rest;
    enum dr_status status;

    if (policy_read(bytes_of(data, size), &policy) != DR_OK) {
        return 0;
    }
    walk_role(&policy.owner_role);
    for (uint8_t i = 0; i < policy.authority_count; i++) {
        walk_role(&policy.authorities[i].role);
        (void)policy_authority_covers(&policy.authorities[i], "UTO");
        if (policy_find_authority(&policy, policy.authorities[i].list_id) != &policy.authorities[i]) {
            abort();
        }
    }
    rest = policy.rules;
    do {
        status = policy_next_rule(&rest, &rule);
    } while (status == DR_OK);
    if (status != DR_ERR_NOT_FOUND) {
        abort();
    }
    return 0;
}
