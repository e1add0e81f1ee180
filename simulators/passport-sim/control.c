#include "control.h"

#include "listener.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void say(struct buffer *answer, const char *text)
{
    buffer_append(answer, text, strlen(text));
}

static void refuse(struct buffer *answer, const char *why)
{
    say(answer, "error: ");
    say(answer, why);
    say(answer, "\n");
}

static void show_profile(struct station *station, const char *name, struct buffer *answer)
{
    const struct profile *profile = profile_find(name);
    const char *problem = profile == NULL ? "no such profile" : station_place(station, profile);
    if (problem != NULL) {
        refuse(answer, problem);
        return;
    }
    say(answer, "ok\n");
}

static void show_mrz(const struct station *station, struct buffer *answer)
{
    if (station->profile == NULL) {
        refuse(answer, "no passport was shown yet");
        return;
    }
    for (size_t i = 0; i < MRZ_LINES && station->document.printed[i][0] != '\0'; i++) {
        say(answer, station->document.printed[i]);
        say(answer, "\n");
    }
    say(answer, "ok\n");
}

static void show_stats(const struct station *station, struct buffer *answer)
{
    char line[512];
    const struct icc_stats *stats = &station->icc.stats;
    snprintf(line, sizeof(line),
             "{\"profile\":\"%s\",\"present\":%s,\"apdus\":%u,\"command_bytes\":%u,\"response_bytes\":%u,"
             "\"line_bytes_from_host\":%llu,\"line_bytes_to_host\":%llu}\nok\n",
             station->profile != NULL ? station->profile->name : "", station->pn532.card != NULL ? "true" : "false",
             stats->apdus, stats->command_bytes, stats->response_bytes, (unsigned long long)station->host_bytes,
             (unsigned long long)station->reader_bytes);
    say(answer, line);
}

bool control_command(struct station *station, const char *line, struct buffer *answer)
{
    if (strncmp(line, "profile ", 8) == 0) {
        show_profile(station, line + 8, answer);
    } else if (strcmp(line, "remove") == 0) {
        station_remove(station);
        say(answer, "ok\n");
    } else if (strcmp(line, "silent on") == 0 || strcmp(line, "silent off") == 0) {
        station->pn532.silent = strcmp(line, "silent on") == 0;
        station->pn532.hung = false;
        say(answer, "ok\n");
    } else if (strcmp(line, "mrz") == 0) {
        show_mrz(station, answer);
    } else if (strcmp(line, "stats") == 0) {
        show_stats(station, answer);
    } else if (strcmp(line, "quit") == 0) {
        say(answer, "ok\n");
        return false;
    } else {
        refuse(answer, "commands: profile NAME, remove, silent on|off, mrz, stats, quit");
    }
    return true;
}

void control_open(struct control *control, const char *path)
{
    *control = (struct control){.path = path, .listener = path != NULL ? listener_open(path) : -1};
    for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
        control->clients[i].fd = -1;
    }
}

void control_close(struct control *control)
{
    for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
        if (control->clients[i].fd >= 0) {
            close(control->clients[i].fd);
        }
    }
    if (control->listener >= 0) {
        close(control->listener);
        unlink(control->path);
    }
}

static struct control_client *client_of(struct control *control, int fd)
{
    for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
        if (control->clients[i].fd == fd) {
            return &control->clients[i];
        }
    }
    return NULL;
}

size_t control_poll(const struct control *control, struct pollfd *entries)
{
    size_t count = 0;
    bool room = false;
    if (control->listener < 0) {
        return 0;
    }
    for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
        if (control->clients[i].fd >= 0) {
            entries[count++] = (struct pollfd){.fd = control->clients[i].fd, .events = POLLIN};
        } else {
            room = true;
        }
    }
    if (room) {
        entries[count++] = (struct pollfd){.fd = control->listener, .events = POLLIN};
    }
    return count;
}

static void hang_up(struct control_client *client)
{
    close(client->fd);
    client->fd = -1;
    client->len = 0;
}

/* Answers are short and the client waits for them: a blocking send is enough, a stuck client is dropped. */
static void send_answer(struct control_client *client, struct slice answer)
{
    while (answer.len > 0) {
        ssize_t count = send(client->fd, answer.data, answer.len, MSG_NOSIGNAL);
        if (count <= 0) {
            hang_up(client);
            return;
        }
        answer.data += count;
        answer.len -= (size_t)count;
    }
}

static void run_line(struct control *control, struct control_client *client, struct station *station)
{
    struct buffer answer = {0};
    client->line[client->len] = '\0';
    if (client->len > 0 && client->line[client->len - 1] == '\r') {
        client->line[client->len - 1] = '\0';
    }
    client->len = 0;
    if (!control_command(station, client->line, &answer)) {
        control->quit = true;
    }
    send_answer(client, buffer_view(&answer));
    buffer_free(&answer);
}

static void receive(struct control *control, struct control_client *client, struct station *station)
{
    char octets[CONTROL_LINE_MAX];
    ssize_t count = read(client->fd, octets, sizeof(octets));
    if (count <= 0) {
        if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            hang_up(client);
        }
        return;
    }
    for (ssize_t i = 0; i < count && client->fd >= 0; i++) {
        if (octets[i] == '\n') {
            run_line(control, client, station);
        } else if (client->len + 1 < sizeof(client->line)) {
            client->line[client->len++] = octets[i];
        } else {
            hang_up(client);
        }
    }
}

void control_serve(struct control *control, const struct pollfd *entries, size_t count, struct station *station)
{
    for (size_t i = 0; i < count; i++) {
        if (entries[i].revents == 0) {
            continue;
        }
        if (entries[i].fd == control->listener) {
            struct control_client *client = client_of(control, -1);
            int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC);
            if (client == NULL || fd < 0) {
                continue;
            }
            client->fd = fd;
            client->len = 0;
        } else {
            struct control_client *client = client_of(control, entries[i].fd);
            if (client != NULL) {
                receive(control, client, station);
            }
        }
    }
}
