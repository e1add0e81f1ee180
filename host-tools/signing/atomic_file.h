/* Files that appear whole or not at all. */
#ifndef DOCREV_SIGNING_ATOMIC_FILE_H
#define DOCREV_SIGNING_ATOMIC_FILE_H

#include "codec/bytes.h"
#include "port/status.h"

#include <stdio.h>

/* A file being written under a temporary name in the folder of its final one. */
struct atomic_file {
    FILE *stream;
    char *path, *temporary; /* owned */
};

/* `secret`: only its owner may read it. DR_ERR_IO with errno set. */
enum dr_status atomic_file_open(struct atomic_file *file, const char *path, bool secret);
/* Makes it durable and gives it its name, replacing what was there. DR_ERR_IO: nothing has changed (errno says why). */
enum dr_status atomic_file_commit(struct atomic_file *file);
/* Gives it up; also right after atomic_file_commit and for a file never opened (all zero). */
void atomic_file_abandon(struct atomic_file *file);

/* Both in one. */
enum dr_status atomic_file_write(const char *path, struct bytes content, bool secret);

/* A whole file into memory; *data is the caller's to free. DR_ERR_IO; DR_ERR_TOO_LARGE over `limit`. */
enum dr_status file_read_whole(const char *path, size_t limit, uint8_t **data, size_t *len);

#endif
