#include "signing/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum dr_status atomic_file_open(struct atomic_file *file, const char *path, bool secret)
{
    int fd = -1;
    mode_t mask;

    *file = (struct atomic_file){.path = strdup(path)};
    if (file->path == NULL || asprintf(&file->temporary, "%s.XXXXXX", path) < 0) {
        file->temporary = NULL;
        goto fail;
    }
    fd = mkstemp(file->temporary);
    if (fd < 0) {
        goto fail;
    }
    mask = umask(0);
    (void)umask(mask);
    if ((!secret && fchmod(fd, 0666 & ~mask) != 0) || (file->stream = fdopen(fd, "w+b")) == NULL) {
        goto fail;
    }
    return DR_OK;
fail:
    if (fd >= 0) {
        (void)close(fd);
        (void)unlink(file->temporary);
    }
    free(file->temporary);
    file->temporary = NULL;
    atomic_file_abandon(file);
    return DR_ERR_IO;
}

/* The rename itself is durable only when the folder is. */
static bool sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    int fd = folder != NULL ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    bool done = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL); /* EINVAL: a file system that cannot */

    if (fd >= 0) {
        (void)close(fd);
    }
    free(folder);
    return done;
}

enum dr_status atomic_file_commit(struct atomic_file *file)
{
    enum dr_status status = DR_ERR_IO;

    if (fflush(file->stream) != 0 || fsync(fileno(file->stream)) != 0) {
        goto out;
    }
    if (fclose(file->stream) != 0) {
        file->stream = NULL;
        goto out;
    }
    file->stream = NULL;
    if (rename(file->temporary, file->path) != 0) {
        goto out;
    }
    free(file->temporary);
    file->temporary = NULL;
    if (sync_folder(file->path)) {
        status = DR_OK;
    }
out:
    atomic_file_abandon(file);
    return status;
}

void atomic_file_abandon(struct atomic_file *file)
{
    int saved = errno;

    if (file->stream != NULL) {
        (void)fclose(file->stream);
    }
    if (file->temporary != NULL) {
        (void)unlink(file->temporary);
    }
    free(file->temporary);
    free(file->path);
    *file = (struct atomic_file){0};
    errno = saved;
}

enum dr_status atomic_file_write(const char *path, struct bytes content, bool secret)
{
    struct atomic_file file;
    enum dr_status status = atomic_file_open(&file, path, secret);

    if (status != DR_OK) {
        return status;
    }
    if (content.len > 0 && fwrite(content.data, 1, content.len, file.stream) != content.len) {
        atomic_file_abandon(&file);
        return DR_ERR_IO;
    }
    return atomic_file_commit(&file);
}

enum dr_status file_read_whole(const char *path, size_t limit, uint8_t **data, size_t *len)
{
    FILE *file = fopen(path, "rb");
    enum dr_status status = DR_ERR_IO;
    uint8_t *buffer = NULL;
    struct stat info;

    *data = NULL;
    if (file == NULL || fstat(fileno(file), &info) != 0) {
        goto out;
    }
    if (S_ISDIR(info.st_mode)) {
        errno = EISDIR;
        goto out;
    }
    if (info.st_size < 0 || (uint64_t)info.st_size > limit) {
        errno = EFBIG;
        status = DR_ERR_TOO_LARGE;
        goto out;
    }
    *len = (size_t)info.st_size;
    buffer = malloc(*len + 1);
    if (buffer == NULL || fread(buffer, 1, *len, file) != *len) {
        goto out;
    }
    *data = buffer;
    buffer = NULL;
    status = DR_OK;
out:
    free(buffer);
    if (file != NULL) {
        (void)fclose(file);
    }
    return status;
}
