#include "issuer/vault.h"

#include "util/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATH_MAX_LEN 4096U

struct vault_entry {
    struct vault_entry *next;
    char *name;
    EVP_PKEY *key;
    X509 *certificate;
};

static void path_of(const struct vault *vault, const char *name, const char *suffix, char path[PATH_MAX_LEN])
{
    int len = snprintf(path, PATH_MAX_LEN, "%s/%s%s", vault->directory, name, suffix);
    if (len < 0 || (unsigned)len >= PATH_MAX_LEN) {
        die("%s: name too long", vault->directory);
    }
}

static struct vault_entry *entry_of(struct vault *vault, const char *name)
{
    struct vault_entry *entry = vault->entries;
    while (entry != NULL && strcmp(entry->name, name) != 0) {
        entry = entry->next;
    }
    if (entry == NULL) {
        entry = calloc(1, sizeof(*entry));
        char *copy = strdup(name);
        if (entry == NULL || copy == NULL) {
            die("out of memory");
        }
        entry->name = copy;
        entry->next = vault->entries;
        vault->entries = entry;
    }
    return entry;
}

static int this_year(void)
{
    struct tm now;
    time_t seconds = time(NULL);
    if (gmtime_r(&seconds, &now) == NULL) {
        die("no calendar date");
    }
    return now.tm_year + 1900;
}

/* The year of personalisation, from the folder or, in a new one, from the clock. */
static int read_year(struct vault *vault)
{
    char path[PATH_MAX_LEN];
    struct buffer text = {0};
    int year = this_year();
    path_of(vault, "year", "", path);
    if (buffer_read_file(&text, path)) {
        buffer_append_byte(&text, '\0');
        long stored = strtol((const char *)text.data, NULL, 10);
        if (stored < 2000 || stored > 2999) {
            die("%s: not a year", path);
        }
        year = (int)stored;
    } else {
        char line[16];
        int len = snprintf(line, sizeof(line), "%d\n", year);
        if (!slice_write_file((struct slice){(const uint8_t *)line, (size_t)len}, path, 0644)) {
            die("%s: %s", path, strerror(errno));
        }
    }
    buffer_free(&text);
    return year;
}

void vault_open(struct vault *vault, const char *directory)
{
    *vault = (struct vault){.directory = directory, .lock = -1, .year = this_year()};
    if (directory == NULL) {
        return;
    }
    if (mkdir(directory, 0700) != 0 && errno != EEXIST) {
        die("%s: %s", directory, strerror(errno));
    }
    vault_lock(vault);
    vault->year = read_year(vault);
    vault_unlock(vault);
}

void vault_close(struct vault *vault)
{
    while (vault->entries != NULL) {
        struct vault_entry *entry = vault->entries;
        vault->entries = entry->next;
        EVP_PKEY_free(entry->key);
        X509_free(entry->certificate);
        free(entry->name);
        free(entry);
    }
}

void vault_lock(struct vault *vault)
{
    if (vault->directory == NULL) {
        return;
    }
    vault->lock = open(vault->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (vault->lock < 0 || flock(vault->lock, LOCK_EX) != 0) {
        die("%s: %s", vault->directory, strerror(errno));
    }
}

void vault_unlock(struct vault *vault)
{
    if (vault->lock >= 0) {
        close(vault->lock);
        vault->lock = -1;
    }
}

static EVP_PKEY *generate_dh(const char *specification)
{
    EVP_PKEY *key = NULL;
    char group[32];
    const char *name = strchr(specification, ':') + 1;
    snprintf(group, sizeof(group), "%s", name);
    const OSSL_PARAM choice[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                                 OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, name - specification == 4 ? "DHX" : "DH", NULL);
    if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1 || EVP_PKEY_CTX_set_params(ctx, choice) != 1 ||
        EVP_PKEY_generate(ctx, &key) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static EVP_PKEY *generate(const char *specification)
{
    EVP_PKEY *key = NULL;
    if (strncmp(specification, "rsa:", 4) == 0) {
        key = EVP_RSA_gen((unsigned)strtoul(specification + 4, NULL, 10));
    } else if (strncmp(specification, "ec:", 3) == 0) {
        key = EVP_EC_gen(specification + 3);
        if (key != NULL && EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, "explicit") != 1) {
            EVP_PKEY_free(key);
            key = NULL;
        }
    }
    if (strncmp(specification, "named:", 6) == 0) {
        key = EVP_EC_gen(specification + 6);
    } else if (strncmp(specification, "dhx:", 4) == 0 || strncmp(specification, "dh:", 3) == 0) {
        key = generate_dh(specification);
    }
    if (key == NULL) {
        die("OpenSSL: no key of kind %s", specification);
    }
    return key;
}

static void store_key(const char *path, EVP_PKEY *key)
{
    uint8_t *pem = NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    if (bio == NULL || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1) {
        die("OpenSSL: a key cannot be written");
    }
    long len = BIO_get_mem_data(bio, &pem);
    if (!slice_write_file((struct slice){pem, (size_t)len}, path, 0600)) {
        die("%s: %s", path, strerror(errno));
    }
    BIO_free(bio);
}

static EVP_PKEY *load_key(const char *path)
{
    struct buffer pem = {0};
    EVP_PKEY *key = NULL;
    if (buffer_read_file(&pem, path)) {
        BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
        key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
        if (key == NULL) {
            die("%s: not a private key", path);
        }
        BIO_free(bio);
    }
    buffer_free(&pem);
    return key;
}

EVP_PKEY *vault_key(struct vault *vault, const char *name, const char *specification)
{
    char path[PATH_MAX_LEN] = "";
    struct vault_entry *entry = entry_of(vault, name);
    if (entry->key == NULL && vault->directory != NULL) {
        path_of(vault, name, ".key", path);
        entry->key = load_key(path);
    }
    if (entry->key == NULL) {
        entry->key = generate(specification);
        if (vault->directory != NULL) {
            store_key(path, entry->key);
        }
    }
    return entry->key;
}

X509 *vault_certificate(struct vault *vault, const char *name)
{
    struct vault_entry *entry = entry_of(vault, name);
    if (entry->certificate == NULL && vault->directory != NULL) {
        char path[PATH_MAX_LEN];
        struct buffer der = {0};
        path_of(vault, name, ".cer", path);
        if (buffer_read_file(&der, path)) {
            const uint8_t *at = der.data;
            entry->certificate = d2i_X509(NULL, &at, (long)der.len);
            if (entry->certificate == NULL) {
                die("%s: not a certificate", path);
            }
        }
        buffer_free(&der);
    }
    return entry->certificate;
}

void vault_keep_certificate(struct vault *vault, const char *name, X509 *certificate)
{
    struct vault_entry *entry = entry_of(vault, name);
    X509_free(entry->certificate);
    entry->certificate = certificate;
    if (vault->directory != NULL) {
        char path[PATH_MAX_LEN];
        uint8_t *der = NULL;
        path_of(vault, name, ".cer", path);
        int len = i2d_X509(certificate, &der);
        if (len <= 0 || !slice_write_file((struct slice){der, (size_t)len}, path, 0644)) {
            die("%s: %s", path, strerror(errno));
        }
        OPENSSL_free(der);
    }
}
