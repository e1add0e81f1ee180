#include "docrev/verify.h"

#include "docrev/command.h"
#include "signing/officer_key.h"

#include <stdlib.h>

int policy_file_open(struct policy_file *policy, const char *path)
{
    if (signed_file_open(&policy->file, path) != DR_OK) {
        return fail(path, policy->file.why);
    }
    if (policy->file.type != OID_DOCREV_POLICY) {
        signed_file_close(&policy->file);
        return fail(path, "not a policy");
    }
    if (policy_read(policy->file.cms.content, &policy->policy) != DR_OK) {
        signed_file_close(&policy->file);
        return fail(path, "malformed policy, or of another version");
    }
    if (!count_signers(&policy->policy.owner_role, &policy->file).enough) {
        signed_file_close(&policy->file);
        return fail(path, "the policy is not signed by as many of its owner's officers as it asks for");
    }
    return EXIT_DONE;
}

void policy_file_close(struct policy_file *policy)
{
    signed_file_close(&policy->file);
}

struct signer_count count_signers(const struct policy_role *role, const struct signed_file *file)
{
    struct signer_count count = {.threshold = role->threshold};
    hardened enough = policy_role_verify(role, &file->cms, file->type, &count.verified);

    count.enough = hardened_is_yes(&enough) && count.verified >= role->threshold;
    return count;
}

enum dr_status body_verify(const struct signed_file *file)
{
    struct block_tree_stream stream;
    uint8_t *blocks = malloc((size_t)2 * BLOCK_TREE_BLOCK);
    enum dr_status status = blocks != NULL ? DR_OK : DR_ERR_NO_SPACE;

    block_tree_stream_begin(&stream, file->manifest.root, file->source.block_count);
    for (uint32_t i = 0; status == DR_OK && i < file->source.block_count; i++) {
        status = file->source.read(file->source.ctx, i, blocks);
        if (status == DR_OK) {
            status = block_tree_stream_accept(&stream, &file->source, blocks, blocks + BLOCK_TREE_BLOCK);
        }
    }
    if (status == DR_OK) {
        status = block_tree_stream_finish(&stream);
    }
    free(blocks);
    return status;
}

int sign_with_keys(const struct arguments *arguments, const char *path)
{
    const char *name, *why = "";

    for (size_t i = 0; (name = argument_nth(arguments, "--key", i)) != NULL; i++) {
        struct officer_key *key = NULL;
        enum dr_status status;
        if (officer_key_load(name, &key, &why) != DR_OK) {
            return fail(name, why);
        }
        status = signed_file_sign(path, key, &why);
        officer_key_free(key);
        if (status != DR_OK) {
            return fail(path, why);
        }
    }
    return EXIT_DONE;
}
