#include "station.h"

#include "issuer/personalise.h"

#include <string.h>
#include <time.h>

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void station_open(struct station *station, const char *state_directory)
{
    memset(station, 0, sizeof(*station));
    vault_open(&station->vault, state_directory);
    pn532_init(&station->pn532);
}

void station_close(struct station *station)
{
    pn532_place(&station->pn532, NULL);
    icc_free(&station->icc);
    document_free(&station->document);
    pn532_free(&station->pn532);
    vault_close(&station->vault);
}

const char *station_place(struct station *station, const struct profile *profile)
{
    struct document document = {0};
    const char *problem = personalise(&station->vault, profile, &document);
    if (problem != NULL) {
        document_free(&document);
        return problem;
    }
    pn532_place(&station->pn532, NULL);
    icc_free(&station->icc);
    document_free(&station->document);
    station->document = document;
    station->profile = profile;
    station->host_bytes = 0;
    station->reader_bytes = 0;
    icc_init(&station->icc, &station->document, &profile->chip);
    station->pn532.hung = false; /* a fault of the passport before ends with it */
    pn532_place(&station->pn532, &station->icc.card);
    return NULL;
}

void station_remove(struct station *station)
{
    pn532_place(&station->pn532, NULL);
}

void station_receive(struct station *station, struct slice octets, struct buffer *out)
{
    size_t before = out->len;
    pn532_receive(&station->pn532, octets, now_ms(), out);
    station->host_bytes += octets.len;
    station->reader_bytes += out->len - before;
}

void station_tick(struct station *station, struct buffer *out)
{
    size_t before = out->len;
    pn532_tick(&station->pn532, now_ms(), out);
    station->reader_bytes += out->len - before;
}

int station_timeout_ms(const struct station *station)
{
    return pn532_timeout_ms(&station->pn532, now_ms());
}
