/* A chip that knows one dialogue by heart: each command must be the written one, octet for octet. */
#ifndef DOCREV_TESTS_SCRIPTED_CHIP_H
#define DOCREV_TESTS_SCRIPTED_CHIP_H

#include "emrtd/hex_bytes.h"

#include "emrtd/session.h"

struct script_line {
    const char *command;  /* hexadecimal; NULL: whatever comes */
    const char *response; /* with status word */
};

struct scripted_chip {
    struct port_nfc port;
    const struct script_line *lines;
    size_t count, at;
};

static inline enum dr_status scripted_transceive(void *ctx, const uint8_t *command, size_t command_len,
                                                 uint8_t *response, size_t *response_len, uint32_t timeout_ms)
{
    struct scripted_chip *chip = ctx;
    const struct script_line *line;

    assert_true(timeout_ms > 0);
    assert_true(chip->at < chip->count);
    line = &chip->lines[chip->at++];
    if (line->command != NULL) {
        assert_hex(bytes_of(command, command_len), line->command);
    }
    *response_len = hex_bytes(line->response, response, *response_len).len;
    return DR_OK;
}

static inline enum dr_status scripted_activate(void *ctx, struct port_nfc_target *target)
{
    (void)ctx;
    memset(target, 0, sizeof *target);
    return DR_OK;
}

static inline void scripted_release(void *ctx)
{
    (void)ctx;
}

/* Sets the session up with the chip activated. */
static inline void scripted_chip_start(struct scripted_chip *chip, struct session *session,
                                       const struct script_line *lines, size_t count)
{
    *chip =
        (struct scripted_chip){{chip, NULL, scripted_activate, scripted_transceive, scripted_release}, lines, count, 0};
    session_init(session, &chip->port, NULL, NULL);
    assert_int_equal(session_activate(session), DR_OK);
}

#endif
