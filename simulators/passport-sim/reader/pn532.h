/* A PN532 (NXP UM0701-02): power modes, frames in and out, commands, and at most one card in its field. */
#ifndef PASSPORT_SIM_READER_PN532_H
#define PASSPORT_SIM_READER_PN532_H

#include "reader/card.h"
#include "reader/isodep.h"
#include "reader/pn532_frame.h"

#define PN532_TARGETS 1U /* cards the field can hold here; the chip could do two */

enum pn532_power {
    PN532_LOW_VBAT,   /* since power-up: SAMConfiguration is the only command taken */
    PN532_POWER_DOWN, /* after PowerDown: nothing but the wake-up preamble is seen */
    PN532_NORMAL
};

/* A target command that waits for a card: InListPassiveTarget with endless retries, InAutoPoll. */
struct pn532_pending {
    uint8_t command; /* 0: none */
    uint8_t types[15];
    size_t type_count;
    int64_t deadline_ms; /* -1: until a card comes or the host gives up */
};

struct pn532 {
    struct pn532_decoder decoder;
    enum pn532_power power;
    bool silent; /* answers nothing at all, as with a cable that came off */
    bool hung;   /* nor here: a fault that a card's profile plays */
    bool wake_by_uart;

    bool field;
    uint8_t parameters;         /* SetParameters: bit 4 automatic RATS */
    uint8_t activation_retries; /* MxRtyPassiveActivation */
    uint8_t registers[0x10000]; /* whatever was written */

    struct card *card;                    /* in the field; NULL: none */
    bool target_known;                    /* Tg 1 is initialised */
    bool activated;                       /* and answered RATS or ATTRIB */
    uint8_t rate_to_card, rate_to_reader; /* 0 to 2: 106, 212, 424 kbit/s */
    int64_t away_until_ms;                /* the card slipped off and comes back then */
    uint32_t delay_ms;                    /* how long the exchange of this command took on the air */
    int64_t due_ms;                       /* last_response goes out then; 0: it did */
    uint8_t frame_fault;                  /* of this command's answer: enum pn532_frame_fault */
    struct isodep isodep;
    struct buffer chained_command;  /* InDataExchange with MI from the host */
    struct buffer rest_of_response; /* what did not fit one frame */

    struct pn532_pending pending;
    struct buffer last_response; /* frame, for NACK */
    int64_t now_ms;
};

enum pn532_outcome {
    PN532_ANSWER,
    PN532_SYNTAX_ERROR, /* error frame */
    PN532_LATER,        /* ACK only; pending has it */
    PN532_NOTHING       /* the chip hangs */
};

void pn532_init(struct pn532 *pn532);
void pn532_free(struct pn532 *pn532);

/* Octets from the host; appends what the chip sends to *out. `now_ms` is any monotonic clock. */
void pn532_receive(struct pn532 *pn532, struct slice octets, int64_t now_ms, struct buffer *out);
/* Time went by or the card changed: completes a pending command. */
void pn532_tick(struct pn532 *pn532, int64_t now_ms, struct buffer *out);
/* Milliseconds until pn532_tick has something to do; -1: nothing. */
int pn532_timeout_ms(const struct pn532 *pn532, int64_t now_ms);

/* Puts a card on the reader or, with NULL, takes it away. The card must outlive its stay. */
void pn532_place(struct pn532 *pn532, struct card *card);

/* -- Between the files of the chip -- */

/* Status octets of UM0701-02 7.1 (table 15). */
#define PN532_STATUS_OK 0x00U
#define PN532_STATUS_TIMEOUT 0x01U
#define PN532_STATUS_RF_PROTOCOL 0x0BU
#define PN532_STATUS_PARAMETER 0x10U
#define PN532_STATUS_FORMAT 0x13U
#define PN532_STATUS_CONTEXT 0x27U

/* Commands; each appends its answer, without the response code. `data` is what follows the command code. */
typedef enum pn532_outcome pn532_command(struct pn532 *pn532, struct slice data, struct buffer *answer);
pn532_command pn532_diagnose, pn532_get_firmware_version, pn532_get_general_status, pn532_read_register,
    pn532_write_register, pn532_read_gpio, pn532_write_gpio, pn532_set_serial_baud_rate, pn532_set_parameters,
    pn532_sam_configuration, pn532_power_down, pn532_rf_configuration;
pn532_command pn532_in_list_passive_target, pn532_in_data_exchange, pn532_in_communicate_thru, pn532_in_deselect,
    pn532_in_release, pn532_in_select, pn532_in_psl, pn532_in_jump_for_dep, pn532_in_auto_poll;

void pn532_set_field(struct pn532 *pn532, bool on);
/* Tries the pending command again. True: *answer is complete. */
bool pn532_retry_pending(struct pn532 *pn532, struct buffer *answer);
/* A card is there and not away for the moment. */
bool pn532_sees_card(const struct pn532 *pn532);
void pn532_forget_target(struct pn532 *pn532);

#endif
