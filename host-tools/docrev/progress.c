#include "docrev/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BAR 30
#define REDRAW 0.1 /* seconds */

static double steady_seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void progress_begin(struct progress *progress, const char *label, const char *unit, uint64_t from)
{
    const char *term = getenv("TERM");

    *progress = (struct progress){.label = label, .unit = unit, .from = from};
    progress->terminal = isatty(STDERR_FILENO) == 1 && term != NULL && strcmp(term, "dumb") != 0;
    progress->began = steady_seconds();
}

static void draw_bar(const struct progress *progress, uint64_t done, uint64_t total, double now)
{
    double seconds = now - progress->began;
    double rate = seconds > 0.2 ? (double)(done - progress->from) / seconds : 0;
    int filled = total > 0 ? (int)(BAR * done / total) : 0;

    fprintf(stderr, "\r%-10s [%.*s%*s] ", progress->label, filled, "##############################", BAR - filled, "");
    if (total > 0) {
        fprintf(stderr, "%3u %%  ", (unsigned)(100 * done / total));
    }
    fprintf(stderr, "%llu %s", (unsigned long long)done, progress->unit);
    if (rate > 0) {
        fprintf(stderr, ", %.0f %s/s", rate, progress->unit);
        if (total > done) {
            unsigned left = (unsigned)((double)(total - done) / rate + 0.5);
            fprintf(stderr, ", %u:%02u left", left / 60, left % 60);
        }
    }
    fputs("\033[K", stderr);
    fflush(stderr);
}

void progress_show(struct progress *progress, uint64_t done, uint64_t total)
{
    double now = steady_seconds();

    if (progress->terminal) {
        if (now - progress->drawn >= REDRAW || done == total) {
            draw_bar(progress, done, total, now);
            progress->drawn = now;
            progress->shown = true;
        }
    } else if (total > 0) {
        unsigned tenths = (unsigned)(10 * done / total);
        if (tenths > progress->tenths) {
            progress->tenths = tenths;
            fprintf(stderr, "%s: %u %%, %llu of %llu %s\n", progress->label, 10 * tenths, (unsigned long long)done,
                    (unsigned long long)total, progress->unit);
        }
    }
}

void progress_end(struct progress *progress)
{
    if (progress->shown) {
        fputc('\n', stderr);
        progress->shown = false;
    }
}
