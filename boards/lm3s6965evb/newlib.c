/* What newlib and libnfc expect of an operating system, as far as it makes sense here. */
#include "common/heap.h"
#include "fault.h"

#include <reent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int _close(int file);
int _lseek(int file, int offset, int whence);
int _read(int file, char *data, int len);
int _write(int file, char *data, int len);

void *malloc(size_t size)
{
    return heap_allocate(size);
}

void free(void *memory)
{
    heap_release(memory);
}

void *calloc(size_t count, size_t size)
{
    void *memory = size == 0 || count > HEAP_SIZE / size ? NULL : heap_allocate(count * size);
    return memory == NULL ? NULL : memset(memory, 0, count * size);
}

void *realloc(void *memory, size_t size)
{
    void *other = heap_allocate(size);
    if (memory != NULL && other != NULL) {
        size_t old = heap_size_of(memory);
        memcpy(other, memory, old < size ? old : size);
        heap_release(memory);
    }
    return other;
}

/* The names that newlib itself calls: defined, so that its own heap is not linked. */
void *_malloc_r(struct _reent *reent, size_t size)
{
    (void)reent;
    return heap_allocate(size);
}

void _free_r(struct _reent *reent, void *memory)
{
    (void)reent;
    heap_release(memory);
}

void *_calloc_r(struct _reent *reent, size_t count, size_t size)
{
    (void)reent;
    return calloc(count, size);
}

void *_realloc_r(struct _reent *reent, void *memory, size_t size)
{
    (void)reent;
    return realloc(memory, size);
}

/* libnfc gives up so on answers it never expects (a NAD, for one): report and start anew. */
void abort(void)
{
    fault_stop((uint32_t)(uintptr_t)__builtin_return_address(0));
}

/* mbedTLS ends so when it finds its pool damaged. */
void exit(int status)
{
    (void)status;
    fault_stop((uint32_t)(uintptr_t)__builtin_return_address(0));
}

/* libnfc calls it when malloc failed, and then returns the failure too. UART0 carries frames, so nothing is printed. */
void perror(const char *text)
{
    (void)text;
}

/* libnfc's way to abort a command from another thread; there is none, and uart_receive has a deadline instead. */
int pipe(int ends[2])
{
    ends[0] = ends[1] = -1;
    return 0;
}

int close(int file)
{
    (void)file;
    return 0;
}

/* snprintf and sscanf bring stdio with them, though no file is ever open. */
int _close(int file)
{
    (void)file;
    return -1;
}

int _lseek(int file, int offset, int whence)
{
    (void)file, (void)offset, (void)whence;
    return -1;
}

int _read(int file, char *data, int len)
{
    (void)file, (void)data, (void)len;
    return -1;
}

int _write(int file, char *data, int len)
{
    (void)file, (void)data, (void)len;
    return -1;
}
