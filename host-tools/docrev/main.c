/* docrev: builds, signs and checks lists of documents, and brings them to checkpoint devices. */
#include "codec/calendar.h"
#include "codec/status_text.h"
#include "docrev/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const struct command *const tables[] = {init_commands,  key_commands,      policy_commands, list_commands,
                                               trust_commands, document_commands, device_commands, audit_commands};
#define TABLES (sizeof tables / sizeof tables[0])

static struct arguments given;

static void print_command(FILE *out, const struct command *command)
{
    fprintf(out, "  docrev %s %s%s%s\n      %s\n", command->noun, command->verb != NULL ? command->verb : "",
            command->verb != NULL ? " " : "", command->usage, command->summary);
}

/* All commands, or those of one noun. */
static void print_help(FILE *out, const char *noun)
{
    fprintf(out, "docrev NOUN VERB [options]; --json where something is reported\n");
    for (size_t i = 0; i < TABLES; i++) {
        for (const struct command *command = tables[i]; command->noun != NULL; command++) {
            if (noun == NULL || strcmp(noun, command->noun) == 0) {
                print_command(out, command);
            }
        }
    }
    fprintf(out, "exit status: 0 done (list check: not listed), 3 listed, 2 wrong usage, 1 failed\n");
}

static const struct command *find_command(const char *noun, const char *verb)
{
    for (size_t i = 0; i < TABLES; i++) {
        for (const struct command *command = tables[i]; command->noun != NULL; command++) {
            if (strcmp(noun, command->noun) == 0 &&
                (command->verb == NULL || (verb != NULL && strcmp(verb, command->verb) == 0))) {
                return command;
            }
        }
    }
    return NULL;
}

static bool noun_exists(const char *noun)
{
    for (size_t i = 0; i < TABLES; i++) {
        if (tables[i]->noun != NULL && strcmp(noun, tables[i]->noun) == 0) {
            return true;
        }
    }
    return false;
}

/* Does the command take this option, and with a value? */
static bool takes_option(const struct command *command, const char *name, size_t len, bool *with_value)
{
    const char *at = command->options;

    while (*at != '\0') {
        size_t word = strcspn(at, " "), bare = at[word - 1] == '=' ? word - 1 : word;
        if (bare == len && strncmp(at, name, len) == 0) {
            *with_value = bare != word;
            return true;
        }
        at += word + strspn(at + word, " ");
    }
    return false;
}

static bool add_argument(const char *name, const char *value)
{
    if (given.count == COMMAND_MAX_ARGUMENTS) {
        return false;
    }
    given.items[given.count].name = name;
    given.items[given.count++].value = value;
    return true;
}

/* Sorts argv into options and positional arguments; EXIT_DONE or EXIT_USAGE. */
static int parse(const struct command *command, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        size_t len = argv[i][0] == '-' && equals != NULL ? (size_t)(equals - argv[i]) : strlen(argv[i]);
        bool with_value = false, added;

        if (strcmp(argv[i], "--json") == 0) {
            given.json = true;
            continue;
        }
        if (argv[i][0] != '-' || argv[i][1] == '\0') {
            added = add_argument("", argv[i]);
        } else if (!takes_option(command, argv[i], len, &with_value)) {
            return wrong_usage("%s: unknown option", argv[i]);
        } else if (!with_value) {
            added = add_argument(argv[i], "");
        } else if (equals != NULL) {
            *equals = '\0';
            added = add_argument(argv[i], equals + 1);
        } else if (i + 1 < argc) {
            added = add_argument(argv[i], argv[i + 1]);
            i++;
        } else {
            return wrong_usage("%s: a value must follow", argv[i]);
        }
        if (!added) {
            return wrong_usage("too many arguments");
        }
    }
    return EXIT_DONE;
}

const char *argument_nth(const struct arguments *arguments, const char *name, size_t n)
{
    for (size_t i = 0; i < arguments->count; i++) {
        if (strcmp(arguments->items[i].name, name) == 0 && n-- == 0) {
            return arguments->items[i].value;
        }
    }
    return NULL;
}

size_t argument_count(const struct arguments *arguments, const char *name)
{
    size_t count = 0;

    while (argument_nth(arguments, name, count) != NULL) {
        count++;
    }
    return count;
}

const char *argument(const struct arguments *arguments, const char *name)
{
    size_t count = argument_count(arguments, name);

    return count > 0 ? argument_nth(arguments, name, count - 1) : NULL;
}

bool argument_flag(const struct arguments *arguments, const char *name)
{
    return argument(arguments, name) != NULL;
}

bool argument_number(const struct arguments *arguments, const char *name, uint64_t low, uint64_t high, uint64_t *value)
{
    const char *text = argument(arguments, name);
    char *end;

    if (text == NULL) {
        return true;
    }
    errno = 0;
    *value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || *value < low || *value > high) {
        (void)wrong_usage("%s: a number from %llu to %llu is wanted, not '%s'", name, (unsigned long long)low,
                          (unsigned long long)high, text);
        return false;
    }
    return true;
}

bool argument_time(const struct arguments *arguments, const char *name, int64_t *value)
{
    const char *text = argument(arguments, name);

    if (text != NULL && calendar_parse(bytes_of(text, strlen(text)), value) != DR_OK) {
        (void)wrong_usage("%s: a time like 2026-11-24T17:05:09Z is wanted, not '%s'", name, text);
        return false;
    }
    return true;
}

int fail(const char *what, const char *why)
{
    fflush(stdout);
    fprintf(stderr, "docrev: %s: %s\n", what, why);
    return EXIT_FAILED;
}

int fail_status(const char *what, enum dr_status status)
{
    return fail(what, dr_status_text(status));
}

int wrong_usage(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    fflush(stdout);
    fputs("docrev: ", stderr);
    /* clang-tidy 14 believes so when it looks at several files in one run. NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    vfprintf(stderr, format, values);
    va_end(values);
    fputs(" (docrev help)\n", stderr);
    return EXIT_USAGE;
}

static struct json_writer report;
static char report_text[1U << 24]; /* a trust store names every certificate */

struct json_writer *report_begin(void)
{
    json_begin(&report, report_text, sizeof report_text);
    json_object(&report, NULL);
    return &report;
}

void report_end(void)
{
    size_t len;

    json_end_object(&report);
    if (json_finish(&report, &len) == DR_OK) {
        puts(report_text);
    } else {
        (void)fail("--json", "the report is too long");
    }
}

int64_t time_now(void)
{
    return (int64_t)time(NULL);
}

int main(int argc, char **argv)
{
    const struct command *command;
    int status, first;

    if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0) {
        print_help(argc < 2 ? stderr : stdout, argc > 2 ? argv[2] : NULL);
        return argc < 2 ? EXIT_USAGE : EXIT_DONE;
    }
    command = find_command(argv[1], argc > 2 ? argv[2] : NULL);
    if (command == NULL) {
        return noun_exists(argv[1]) ? wrong_usage("%s: which verb?", argv[1])
                                    : wrong_usage("%s: unknown noun", argv[1]);
    }
    first = command->verb != NULL ? 3 : 2;
    if (argc > first && strcmp(argv[first], "--help") == 0) {
        print_command(stdout, command);
        return EXIT_DONE;
    }
    status = parse(command, argc - first, argv + first);
    if (status == EXIT_DONE) {
        status = command->run(&given);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        status = fail("standard output", strerror(errno));
    }
    return status;
}
