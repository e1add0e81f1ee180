/* BER-TLV as ISO 7816-4 and the LDS use it: tags of one or two octets, lengths of up to four (ICAO 9303-10 4.3). */
#ifndef DOCREV_CODEC_TLV_H
#define DOCREV_CODEC_TLV_H

#include "codec/bytes.h"
#include "port/status.h"

struct tlv_item {
    uint16_t tag;      /* 0x61, 0x5F1F, 0x7F49, ... */
    size_t header_len; /* octets of tag and length */
    struct bytes value;
};

/* Takes the next TLV from *rest and moves it on. Non-minimal lengths are accepted (chips send them), indefinite ones are not. */
enum dr_status tlv_next(struct bytes *rest, struct tlv_item *item);

/* First TLV with this tag among consecutive ones. DR_ERR_NOT_FOUND when the bytes end without it. */
enum dr_status tlv_find(struct bytes input, uint16_t tag, struct bytes *value);

/*
 * Header only: from the first bytes of a file, its tag and the length of the whole file (header and value).
 * DR_ERR_TRUNCATED when more bytes are needed to tell. Used to read the exact length of an EF.
 */
enum dr_status tlv_file_length(struct bytes head, uint16_t *tag, size_t *whole_len);

/* Writes tag and length; returns octets written, 0 when they do not fit. */
size_t tlv_write_header(uint8_t *out, size_t cap, uint16_t tag, size_t value_len);

#endif
