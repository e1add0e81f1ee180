/* passport-sim: a PN532 on a serial line with a virtual passport behind it. */
#include "control.h"
#include "export.h"
#include "line.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const char usage[] =
    "usage: passport-sim --pty LINK | --socket PATH [--profile NAME] [--control PATH] [--state DIR]\n"
    "       passport-sim [--state DIR] --export DIR [--profile NAME]  CSCA certificates and documents as files\n"
    "       passport-sim [--state DIR] --print-mrz NAME               what an optical reader would see\n"
    "       passport-sim --list [--json]                              the passports, and what each must lead to\n"
    "\n"
    "  --pty LINK      serve a pty, LINK being a symbolic link to it\n"
    "  --socket PATH   serve a Unix stream socket, one client at a time\n"
    "  --profile NAME  this passport lies on the reader from the start, or is the only one exported\n"
    "  --control PATH  Unix socket for lines: profile NAME, remove, silent on|off, mrz, stats, quit\n"
    "  --state DIR     keep the issuer's keys, so that CSCAs stay the same from run to run\n";

struct options {
    const char *pty, *socket, *control, *state, *export, *print_mrz, *profile;
    bool list, json;
};

_Noreturn static void wrong_usage(void)
{
    fputs(usage, stderr);
    exit(2);
}

static void parse(int argc, char **argv, struct options *options)
{
    enum { PTY = 256, SOCKET, PROFILE, CONTROL, STATE, EXPORT, PRINT_MRZ, LIST, JSON, HELP };
    static const struct option table[] = {
        {"pty", required_argument, NULL, PTY},
        {"socket", required_argument, NULL, SOCKET},
        {"profile", required_argument, NULL, PROFILE},
        {"control", required_argument, NULL, CONTROL},
        {"state", required_argument, NULL, STATE},
        {"export", required_argument, NULL, EXPORT},
        {"print-mrz", required_argument, NULL, PRINT_MRZ},
        {"list", no_argument, NULL, LIST},
        {"json", no_argument, NULL, JSON},
        {"help", no_argument, NULL, HELP},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        switch (option) {
        case PTY:
            options->pty = optarg;
            break;
        case SOCKET:
            options->socket = optarg;
            break;
        case PROFILE:
            options->profile = optarg;
            break;
        case CONTROL:
            options->control = optarg;
            break;
        case STATE:
            options->state = optarg;
            break;
        case EXPORT:
            options->export = optarg;
            break;
        case PRINT_MRZ:
            options->print_mrz = optarg;
            break;
        case LIST:
            options->list = true;
            break;
        case JSON:
            options->json = true;
            break;
        case HELP:
            fputs(usage, stdout);
            exit(EXIT_SUCCESS);
        default:
            wrong_usage();
        }
    }
    /* One thing at a time, and only the options that belong to it. */
    bool serve = options->pty != NULL || options->socket != NULL;
    int tasks = (options->pty != NULL) + (options->socket != NULL) + (options->export != NULL) +
                (options->print_mrz != NULL) + options->list;
    if (optind != argc || tasks != 1 || (options->json && !options->list) || (!serve && options->control != NULL) ||
        (!serve && options->export == NULL && options->profile != NULL) || (options->list && options->state != NULL)) {
        wrong_usage();
    }
}

static const struct profile *need_profile(const char *name)
{
    const struct profile *profile = profile_find(name);
    if (profile == NULL) {
        die("%s: no such profile; --list shows them", name);
    }
    return profile;
}

static int catch_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
        die("signals: %s", strerror(errno));
    }
    int fd = signalfd(-1, &set, SFD_CLOEXEC);
    if (fd < 0) {
        die("signals: %s", strerror(errno));
    }
    return fd;
}

static void run(struct station *station, struct line *line, struct control *control, int signals)
{
    struct buffer in = {0};
    while (!control->quit) {
        struct pollfd entries[LINE_POLL_MAX + CONTROL_POLL_MAX + 1];
        size_t line_count = line_poll(line, entries);
        size_t control_count = control_poll(control, entries + line_count);
        size_t count = line_count + control_count;
        entries[count] = (struct pollfd){.fd = signals, .events = POLLIN};
        if (poll(entries, count + 1, station_timeout_ms(station)) < 0 && errno != EINTR) {
            die("poll: %s", strerror(errno));
        }
        if (entries[count].revents != 0) {
            break;
        }
        line_serve(line, entries, line_count, &in);
        station_receive(station, buffer_view(&in), &line->out);
        in.len = 0;
        control_serve(control, entries + line_count, control_count, station);
        station_tick(station, &line->out);
        line_serve(line, NULL, 0, &in); /* sends what has come together */
    }
    buffer_free(&in);
}

static void serve(struct station *station, const struct options *options)
{
    struct line line;
    struct control control;
    int signals = catch_signals();
    if (options->profile != NULL) {
        const char *problem = station_place(station, need_profile(options->profile));
        if (problem != NULL) {
            die("%s: %s", options->profile, problem);
        }
    }
    /* The line comes last: who waits for the link finds everything ready. */
    control_open(&control, options->control);
    if (options->pty != NULL) {
        line_open_pty(&line, options->pty);
    } else {
        line_open_socket(&line, options->socket);
    }
    printf("passport-sim: PN532 at %s (%s)\n", options->pty != NULL ? options->pty : options->socket, line.device);
    fflush(stdout);
    run(station, &line, &control, signals);
    line_close(&line);
    control_close(&control);
    close(signals);
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct station *station = malloc(sizeof(*station));
    if (station == NULL) {
        die("out of memory");
    }
    parse(argc, argv, &options);
    if (options.list) {
        print_profiles(options.json);
        free(station);
        return EXIT_SUCCESS;
    }
    station_open(station, options.state);
    if (options.export != NULL) {
        export_documents(station, options.export, options.profile != NULL ? need_profile(options.profile) : NULL);
    } else if (options.print_mrz != NULL) {
        print_mrz(station, need_profile(options.print_mrz));
    } else {
        serve(station, &options);
    }
    station_close(station);
    free(station);
    return EXIT_SUCCESS;
}
