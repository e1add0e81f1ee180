/* Runs a fuzz target over the files of its corpus folders: a regression test where no fuzzing engine is at hand. */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    long size;
    int rc = -1;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
        goto out;
    }
    rewind(file);
    data = malloc((size_t)size + 1U);
    if (data == NULL || fread(data, 1, (size_t)size, file) != (size_t)size) {
        goto out;
    }
    /* Both whole and cut short: truncation is the most common damage. */
    LLVMFuzzerTestOneInput(data, (size_t)size);
    LLVMFuzzerTestOneInput(data, (size_t)size / 2U);
    rc = 0;
out:
    if (rc != 0) {
        fprintf(stderr, "replay: %s: cannot be read\n", path);
    }
    free(data);
    if (file != NULL) {
        fclose(file);
    }
    return rc;
}

int main(int argc, char **argv)
{
    unsigned count = 0;

    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        const struct dirent *entry;
        if (folder == NULL) {
            fprintf(stderr, "replay: %s: no such folder\n", argv[i]);
            return 1;
        }
        while ((entry = readdir(folder)) != NULL) {
            char path[PATH_MAX];
            if (entry->d_name[0] == '.') {
                continue;
            }
            (void)snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            if (replay_file(path) != 0) {
                closedir(folder);
                return 1;
            }
            count++;
        }
        closedir(folder);
    }
    printf("replayed %u inputs\n", count);
    return count > 0 ? 0 : 1;
}
