/* docrev key create|show */
#include "codec/hex.h"
#include "crypto/hash.h"
#include "docrev/command.h"
#include "docrev/officer_files.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

char *certificate_path(const char *key_path)
{
    size_t len = strlen(key_path);
    char *path = NULL;

    if (len > 4 && strcmp(key_path + len - 4, ".pem") == 0) {
        len -= 4;
    }
    return asprintf(&path, "%.*s.crt", (int)len, key_path) < 0 ? NULL : path;
}

int officer_files_create(const char *name, const char *curve, const char *path, const char *passphrase,
                         struct officer_key **key)
{
    const char *why = "no memory";
    char *certificate = certificate_path(path);
    enum dr_status status = certificate != NULL ? officer_key_create(name, curve, key, &why) : DR_ERR_NO_SPACE;
    int result = EXIT_DONE;

    if (status == DR_OK) {
        status = officer_key_save(*key, path, passphrase, &why);
    }
    if (status != DR_OK) {
        result = fail(path, why);
    } else if (officer_certificates_save(key, 1, certificate, &why) != DR_OK) {
        result = fail(certificate, why);
    }
    free(certificate);
    return result;
}

static void show(const struct officer_key *key, bool json)
{
    static const char *const curves[] = {[CURVE_P256] = "P-256",
                                         [CURVE_P384] = "P-384",
                                         [CURVE_P521] = "P-521",
                                         [CURVE_BP256] = "brainpoolP256r1",
                                         [CURVE_BP384] = "brainpoolP384r1",
                                         [CURVE_BP512] = "brainpoolP512r1"};
    const struct certificate *certificate = &key->certificate;
    uint8_t digest[HASH_SHA256_SIZE];
    char algorithm[32], id[2 * 64 + 1], spki[2 * HASH_SHA256_SIZE + 1];
    size_t curve = (size_t)certificate->key.curve;

    if (certificate->key.type == KEY_RSA) {
        (void)snprintf(algorithm, sizeof algorithm, "RSA-%zu", 8 * certificate->key.rsa_modulus.len);
    } else {
        (void)snprintf(algorithm, sizeof algorithm, "EC %s",
                       curve < sizeof curves / sizeof curves[0] && curves[curve] != NULL ? curves[curve] : "unknown");
    }
    (void)hash_compute(HASH_SHA256, certificate->spki, digest);
    hex_encode(bytes_of(digest, sizeof digest), spki);
    hex_encode(bytes_of(certificate->subject_key_id.data,
                        certificate->subject_key_id.len < 64 ? certificate->subject_key_id.len : 64),
               id);
    if (json) {
        struct json_writer *out = report_begin();
        json_text(out, "name", key->name);
        json_text(out, "algorithm", algorithm);
        json_text(out, "key_id", id);
        json_text(out, "spki_sha256", spki);
        json_time(out, "not_before", certificate->not_before);
        json_time(out, "not_after", certificate->not_after);
        report_end();
    } else {
        printf("name         %s\nalgorithm    %s\nkey id       %s\nspki sha256  %s\n", key->name, algorithm, id, spki);
    }
}

static int run_create(const struct arguments *arguments)
{
    const char *path = argument(arguments, "-o"), *name = argument(arguments, "--name");
    const char *curve = argument(arguments, "--curve");
    char passphrase[256];
    struct officer_key *key = NULL;
    int status;

    if (path == NULL || name == NULL || argument_count(arguments, "") > 0) {
        return wrong_usage("key create: --name and -o are needed");
    }
    if (argument_flag(arguments, "--encrypt") &&
        EVP_read_pw_string(passphrase, sizeof passphrase, "Passphrase for the key: ", 1) != 0) {
        return fail(path, "no passphrase was given, or not the same one twice");
    }
    status = officer_files_create(name, curve != NULL ? curve : "P-256", path,
                                  argument_flag(arguments, "--encrypt") ? passphrase : NULL, &key);
    OPENSSL_cleanse(passphrase, sizeof passphrase);
    if (status == EXIT_DONE && key != NULL) {
        show(key, arguments->json);
    }
    officer_key_free(key);
    return status;
}

static int run_show(const struct arguments *arguments)
{
    const char *path = argument(arguments, ""), *why = "";
    struct officer_key *key = NULL;

    if (argument_count(arguments, "") != 1) {
        return wrong_usage("key show: one file is needed");
    }
    if (officer_certificate_load(path, &key, &why) != DR_OK) {
        return fail(path, why);
    }
    show(key, arguments->json);
    officer_key_free(key);
    return EXIT_DONE;
}

const struct command key_commands[] = {
    {"key", "create", "--name NAME -o KEY.pem [--curve CURVE] [--encrypt]",
     "makes an officer's key and certificate; KEY.crt gets the certificate alone, for the policy",
     "--name= -o= --curve= --encrypt", run_create},
    {"key", "show", "KEY.pem|CERTIFICATE", "name, algorithm and identifiers of a key", "", run_show},
    {0}};
