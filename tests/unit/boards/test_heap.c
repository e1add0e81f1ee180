/* The fixed pool behind malloc: nothing overlaps, everything comes back, the mark is right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/heap.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEADER 8U

static void what_is_too_large_or_nothing_gives_nothing(void **state)
{
    (void)state;
    assert_null(heap_allocate(0));
    assert_null(heap_allocate(HEAP_SIZE));
    assert_null(heap_allocate(SIZE_MAX));
    assert_null(heap_allocate(SIZE_MAX - 6U)); /* rounding up would wrap */
    heap_release(NULL);
}

static void the_whole_pool_comes_back(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) {
        void *all = heap_allocate(HEAP_SIZE - HEADER);
        assert_non_null(all);
        assert_null(heap_allocate(1));
        heap_release(all);

        /* In pieces, released in another order than they came: the free parts join. */
        void *pieces[5];
        for (size_t i = 0; i < 5; i++) {
            pieces[i] = heap_allocate(HEAP_SIZE / 5U - 2U * HEADER);
            assert_non_null(pieces[i]);
        }
        static const size_t order[] = {3, 0, 4, 1, 2};
        for (size_t i = 0; i < 5; i++) {
            heap_release(pieces[order[i]]);
        }
    }
    assert_int_equal(heap_high_water(), HEAP_SIZE);
}

static void a_hole_is_used_again(void **state)
{
    (void)state;
    void *first = heap_allocate(100), *second = heap_allocate(100);
    heap_release(first);
    assert_ptr_equal(heap_allocate(60), first);
    assert_int_equal(heap_size_of(first), 60);
    heap_release(first);
    heap_release(second);
}

/* Many sizes at once, each filled with its own byte; a linear congruence decides what happens. */
static void blocks_do_not_overlap(void **state)
{
    (void)state;
    uint8_t *blocks[12] = {NULL};
    size_t sizes[12] = {0};
    uint32_t number = 1;
    for (int step = 0; step < 20000; step++) {
        number = number * 1664525U + 1013904223U;
        size_t slot = (number >> 24) % 12U;
        if (blocks[slot] == NULL) {
            sizes[slot] = 1U + (number >> 8) % 500U;
            blocks[slot] = heap_allocate(sizes[slot]);
            if (blocks[slot] != NULL) {
                assert_int_equal((uintptr_t)blocks[slot] % 8U, 0);
                memset(blocks[slot], (int)slot + 1, sizes[slot]);
            }
        } else {
            for (size_t i = 0; i < sizes[slot]; i++) {
                assert_int_equal(blocks[slot][i], slot + 1U);
            }
            heap_release(blocks[slot]);
            blocks[slot] = NULL;
        }
    }
    for (size_t slot = 0; slot < 12; slot++) {
        heap_release(blocks[slot]);
    }
    void *all = heap_allocate(HEAP_SIZE - HEADER);
    assert_non_null(all);
    heap_release(all);
}

static void assert_release_aborts(void *memory)
{
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        heap_release(memory);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void releasing_twice_or_what_is_not_ours_aborts(void **state)
{
    (void)state;
    uint8_t *memory = heap_allocate(64);
    static uint8_t elsewhere[64];
    assert_release_aborts(memory + 1);
    assert_release_aborts(elsewhere + 32);
    heap_release(memory);
    assert_release_aborts(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_too_large_or_nothing_gives_nothing),
        cmocka_unit_test(the_whole_pool_comes_back),
        cmocka_unit_test(a_hole_is_used_again),
        cmocka_unit_test(blocks_do_not_overlap),
        cmocka_unit_test(releasing_twice_or_what_is_not_ours_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
