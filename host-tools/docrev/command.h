/* The command line: docrev NOUN VERB, its options, and how results and errors are reported. */
#ifndef DOCREV_DOCREV_COMMAND_H
#define DOCREV_DOCREV_COMMAND_H

#include "codec/json_write.h"

#include <stdarg.h>

/* Exit status; never renumber. */
enum exit_status { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_LISTED = 3 };

#define COMMAND_MAX_ARGUMENTS 4096

/* Options in the order given, positional arguments among them with an empty name. */
struct arguments {
    size_t count;
    struct {
        const char *name, *value;
    } items[COMMAND_MAX_ARGUMENTS];
    bool json;
};

struct command {
    const char *noun, *verb; /* verb is NULL for a noun alone (init) */
    const char *usage;       /* what follows the verb */
    const char *summary;
    const char *options; /* names the command takes, blank-separated; with '=' when a value follows */
    int (*run)(const struct arguments *arguments);
};

/* NULL-terminated by a command without a noun. */
extern const struct command init_commands[], key_commands[], policy_commands[], list_commands[], trust_commands[],
    document_commands[], device_commands[], audit_commands[];

/* The n-th value of an option (from 0), or of the positional arguments with name "". NULL when there is none. */
const char *argument_nth(const struct arguments *arguments, const char *name, size_t n);
/* The last value of the option, NULL when absent. */
const char *argument(const struct arguments *arguments, const char *name);
bool argument_flag(const struct arguments *arguments, const char *name);
size_t argument_count(const struct arguments *arguments, const char *name);
/* A whole number in a range; *value keeps its default when the option is absent. False after an error was printed. */
bool argument_number(const struct arguments *arguments, const char *name, uint64_t low, uint64_t high, uint64_t *value);
/* A time as YYYY-MM-DDThh:mm:ssZ, likewise. */
bool argument_time(const struct arguments *arguments, const char *name, int64_t *value);

/* "docrev: what: why" on stderr; returns EXIT_FAILED. */
int fail(const char *what, const char *why);
int fail_status(const char *what, enum dr_status status);
/* "docrev: why" and how to ask for help; returns EXIT_USAGE. */
int wrong_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One JSON object on a line of its own: begin, write members, end. */
struct json_writer *report_begin(void);
void report_end(void);

/* Now, as seconds since 1970. */
int64_t time_now(void);

#endif
