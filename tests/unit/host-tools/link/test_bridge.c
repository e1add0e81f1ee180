/* Two clients behind one serial line: each gets its own answers, whatever ids they choose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four before it. */
#include <cmocka.h>

#include "fake_device.h"

#include "link/bridge.h"
#include "link/coap_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>

struct running {
    struct fake_device *fake;
    struct device_link line;
    char listen[32];
    volatile sig_atomic_t stop;
    struct bridge_count count;
    pthread_t thread;
    enum dr_status status;
};

static void *run_bridge(void *ctx)
{
    struct running *running = ctx;
    const char *why = NULL;

    running->status = bridge_run(&running->line, running->listen, NULL, &running->stop, &running->count, &why);
    return NULL;
}

/* A port that nobody has now. */
static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    (void)close(fd);
    return ntohs(address.sin_port);
}

static struct running *start(uint16_t port)
{
    struct running *running = calloc(1, sizeof *running);
    const char *why = "";

    running->fake = calloc(1, sizeof *running->fake);
    running->fake->id = running->fake->root = "";
    running->fake->cms_sha256 = "";
    fake_start(running->fake);
    assert_int_equal(device_link_open(&running->line, running->fake->spec, &why), DR_OK);
    (void)snprintf(running->listen, sizeof running->listen, "127.0.0.1:%u", port);
    assert_int_equal(pthread_create(&running->thread, NULL, run_bridge, running), 0);
    (void)usleep(50000);
    return running;
}

static void end(struct running *running)
{
    running->stop = 1;
    assert_int_equal(pthread_join(running->thread, NULL), 0);
    assert_int_equal(running->status, DR_OK);
    device_link_close(&running->line);
    fake_stop(running->fake);
    free(running->fake);
    free(running);
}

static int client(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void ask(int fd, const char *path, uint16_t id, uint8_t token)
{
    struct coap_message request = {.code = COAP_GET, .id = id, .token_len = 1, .token = {token}};
    uint8_t out[64];
    size_t len = sizeof out;

    strcpy(request.path, path);
    assert_int_equal(coap_encode(&request, out, &len), DR_OK);
    assert_int_equal(send(fd, out, len, 0), (ssize_t)len);
}

static struct coap_message hear(int fd, uint8_t *buffer, size_t capacity)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    struct coap_message message;
    ssize_t len;

    assert_int_equal(poll(&ready, 1, 5000), 1);
    len = recv(fd, buffer, capacity, 0);
    assert_true(len > 0);
    assert_int_equal(coap_decode(bytes_of(buffer, (size_t)len), &message), DR_OK);
    return message;
}

static void tells_clients_apart(void **state)
{
    uint16_t port = free_port();
    struct running *running = start(port);
    int one = client(port), other = client(port);
    uint8_t first[2048], second[2048];

    (void)state;
    /* The same message id and token on purpose. */
    ask(one, "status", 77, 5);
    ask(other, "none", 77, 5);
    struct coap_message a = hear(one, first, sizeof first), b = hear(other, second, sizeof second);
    assert_int_equal(a.code, COAP_CONTENT);
    assert_int_equal(b.code, COAP_NOT_FOUND);
    assert_int_equal(a.id, 77);
    assert_int_equal(b.id, 77);
    (void)close(one);
    (void)close(other);
    end(running);
}

static void drops_what_is_no_coap(void **state)
{
    uint16_t port = free_port();
    struct running *running = start(port);
    int fd = client(port);
    uint8_t buffer[2048];

    (void)state;
    assert_int_equal(send(fd, "\xFF\xFF\xFF\xFF\xFF", 5, 0), 5);
    assert_int_equal(send(fd, "ab", 2, 0), 2);
    ask(fd, "status", 1, 1);
    assert_int_equal(hear(fd, buffer, sizeof buffer).code, COAP_CONTENT);
    assert_int_equal(running->fake->requests, 1);
    (void)close(fd);
    end(running);
}

static void opens_the_line_again(void **state)
{
    uint16_t port = free_port();
    struct running *running = start(port);
    int fd = client(port);
    uint8_t buffer[2048];
    struct pollfd ready = {.fd = fd, .events = POLLIN};

    (void)state;
    running->fake->break_after = 1;
    for (uint16_t id = 0; id < 20; id++) {
        ask(fd, "status", (uint16_t)(100 + id), 1);
        if (poll(&ready, 1, 500) == 1) {
            break;
        }
    }
    assert_int_equal(hear(fd, buffer, sizeof buffer).code, COAP_CONTENT);
    assert_int_equal(running->fake->connections, 2);
    (void)close(fd);
    end(running);
}

static void says_why_it_cannot_listen(void **state)
{
    static struct device_link line;
    struct bridge_count count;
    volatile sig_atomic_t stop = 0;
    const char *why = NULL;

    (void)state;
    line.fd = -1;
    assert_int_equal(bridge_run(&line, "nonsense", NULL, &stop, &count, &why), DR_ERR_IO);
    assert_non_null(why);
    assert_int_equal(bridge_run(&line, "not-an-address:5683", NULL, &stop, &count, &why), DR_ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_clients_apart),
        cmocka_unit_test(drops_what_is_no_coap),
        cmocka_unit_test(opens_the_line_again),
        cmocka_unit_test(says_why_it_cannot_listen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
