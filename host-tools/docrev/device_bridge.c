/* docrev device bridge */
#include "docrev/device.h"
#include "link/bridge.h"

#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

static void say_ready(const char *listen)
{
    printf("listening on %s\n", listen);
    fflush(stdout);
}

int run_device_bridge(const struct arguments *arguments)
{
    struct device_session session;
    const char *listen = argument(arguments, "--listen"), *why = "";
    struct sigaction action = {.sa_handler = on_signal};
    struct bridge_count count;
    enum dr_status result;
    int status = device_session_open(&session, arguments);

    if (status != EXIT_DONE) {
        return status;
    }
    listen = listen != NULL ? listen : "127.0.0.1:5683";
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    result = bridge_run(&session.line, listen, say_ready, &stop, &count, &why);
    if (result != DR_OK) {
        status = fail(listen, why);
    } else {
        printf("%llu requests, %llu answers, %llu dropped\n", (unsigned long long)count.requests,
               (unsigned long long)count.answers, (unsigned long long)count.dropped);
    }
    device_session_close(&session);
    return status;
}
