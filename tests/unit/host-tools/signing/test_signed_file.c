/* Signed files on disk: whole or absent, bodies of the stated length, and each way to damage one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "signing/atomic_file.h"
#include "signing/officer_key.h"
#include "signing/signed_file.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/docrev-test-XXXXXX";
static struct officer_key *officer;
static const char *why;

static int begin(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL && chdir(folder) == 0 && officer_key_create("A", "P-256", &officer, &why) == DR_OK
               ? 0
               : -1;
}

static unsigned files_here(void)
{
    DIR *here = opendir(".");
    unsigned count = 0;
    const struct dirent *entry;

    while ((entry = readdir(here)) != NULL) {
        count += entry->d_name[0] != '.';
    }
    closedir(here);
    return count;
}

static int end(void **state)
{
    (void)state;
    officer_key_free(officer);
    (void)remove("e.drl");
    (void)remove("x.drl");
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

/* An edition with two blocks of body. The root is nobody's: this room does not look at it. */
static void make_edition(void)
{
    struct manifest manifest = {.list_id = "test",
                                .number = 1,
                                .this_update = 1795539909,
                                .next_update = 1795639909,
                                .entry_count = 1,
                                .block_size = BLOCK_TREE_BLOCK,
                                .body_length = 2 * BLOCK_TREE_BLOCK};
    uint8_t der[MANIFEST_MAX_SIZE];
    struct der_writer writer;
    size_t len = 0;
    FILE *body = tmpfile();

    der_write_begin(&writer, der, sizeof der);
    assert_int_equal(manifest_write(&manifest, &writer), DR_OK);
    assert_int_equal(der_write_finish(&writer, &len), DR_OK);
    for (unsigned i = 0; i < 2 * BLOCK_TREE_BLOCK; i++) {
        assert_true(fputc((int)(i / BLOCK_TREE_BLOCK + 1), body) != EOF);
    }
    assert_int_equal(signed_file_create("e.drl", OID_DOCREV_EDITION, bytes_of(der, len), body, &why), DR_OK);
    assert_int_equal(fclose(body), 0);
}

static void reads_what_it_wrote(void **state)
{
    struct signed_file file;
    uint8_t block[BLOCK_TREE_BLOCK];

    (void)state;
    make_edition();
    for (int signatures = 0; signatures < 2; signatures++) {
        assert_int_equal(signed_file_open(&file, "e.drl"), DR_OK);
        assert_int_equal(file.type, OID_DOCREV_EDITION);
        assert_true(file.has_manifest);
        assert_string_equal(file.manifest.list_id, "test");
        assert_int_equal(file.source.block_count, 2);
        for (uint32_t i = 0; i < 2; i++) {
            assert_int_equal(file.source.read(file.source.ctx, i, block), DR_OK);
            assert_int_equal(block[0], i + 1);
            assert_int_equal(block[BLOCK_TREE_BLOCK - 1], i + 1);
        }
        assert_int_equal(file.source.read(file.source.ctx, 2, block), DR_ERR_NOT_FOUND);
        signed_file_close(&file);
        /* Signing keeps the body, once only, and leaves no other file behind. */
        assert_int_equal(signed_file_sign("e.drl", officer, &why), signatures == 0 ? DR_OK : DR_ERR_STATE);
        assert_int_equal(files_here(), 1);
    }
}

static void refuses_damaged_files(void **state)
{
    static const struct {
        const char *what;
        long cut;  /* octets taken off the end */
        long more; /* octets added */
        long flip; /* octet whose bits are turned, -1 for none */
    } cases[] = {
        {"body cut", 1, 0, -1}, {"a block missing", 4096, 0, -1},   {"something after it", 0, 1, -1},
        {"not a CMS", 0, 0, 0}, {"another content type", 0, 0, 45},
    };
    uint8_t *whole = NULL;
    size_t len = 0;
    struct signed_file file;

    (void)state;
    make_edition();
    assert_int_equal(file_read_whole("e.drl", 1U << 20, &whole, &len), DR_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        FILE *out = fopen("x.drl", "wb");
        if (cases[i].flip >= 0) {
            whole[cases[i].flip] ^= 0x55;
        }
        assert_true(fwrite(whole, 1, len - (size_t)cases[i].cut, out) > 0);
        for (long j = 0; j < cases[i].more; j++) {
            assert_true(fputc(0, out) != EOF);
        }
        assert_int_equal(fclose(out), 0);
        if (cases[i].flip >= 0) {
            whole[cases[i].flip] ^= 0x55;
        }
        if (signed_file_open(&file, "x.drl") == DR_OK || file.why == NULL) {
            fail_msg("accepted: %s", cases[i].what);
        }
        assert_true(signed_file_sign("x.drl", officer, &why) != DR_OK);
    }
    /* Every cut of the CMS. */
    for (size_t cut = 0; cut < len - 2 * BLOCK_TREE_BLOCK; cut++) {
        assert_int_equal(atomic_file_write("x.drl", bytes_of(whole, cut), false), DR_OK);
        assert_true(signed_file_open(&file, "x.drl") != DR_OK);
    }
    free(whole);
}

static void leaves_the_old_file_when_writing_fails(void **state)
{
    struct atomic_file file;
    uint8_t *data = NULL;
    size_t len = 0;

    (void)state;
    assert_int_equal(atomic_file_write("x.drl", bytes_of("old", 3), false), DR_OK);
    assert_int_equal(atomic_file_open(&file, "x.drl", false), DR_OK);
    assert_true(fwrite("new", 1, 3, file.stream) == 3);
    atomic_file_abandon(&file);
    assert_int_equal(file_read_whole("x.drl", 100, &data, &len), DR_OK);
    assert_true(bytes_equal(bytes_of(data, len), bytes_of("old", 3)));
    free(data);
    assert_int_equal(file_read_whole("x.drl", 2, &data, &len), DR_ERR_TOO_LARGE);
    assert_int_equal(atomic_file_open(&file, "missing/x", false), DR_ERR_IO);
    assert_int_equal(atomic_file_write("missing/x", bytes_of("a", 1), false), DR_ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_it_wrote),
        cmocka_unit_test(refuses_damaged_files),
        cmocka_unit_test(leaves_the_old_file_when_writing_fails),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
