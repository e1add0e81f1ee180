/* What newlib and libnfc expect of an operating system, as far as it makes sense here. */
#include "fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

int _close(int file);
int _lseek(int file, int offset, int whence);
int _read(int file, char *data, int len);
int _write(int file, char *data, int len);

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
