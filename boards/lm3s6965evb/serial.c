#include "serial.h"

#include "board.h"
#include "lm3s6965.h"
#include "noise.h"

#define BAUD 115200U

/* One writer (the interrupt) and one reader (main): each moves its own index only. */
struct indices {
    uint32_t head, tail;
    uint32_t lost;
};

/* In flash: whatever happens to RAM, an interrupt writes into the ring and its indices only. */
struct serial {
    uint32_t base;
    uint8_t *ring;
    uint32_t size; /* a power of two */
    volatile struct indices *at;
};

static uint8_t ring0[2048], ring1[1024], ring2[256];
static volatile struct indices at0, at1, at2;

const struct serial serial_host = {.base = UART0_BASE, .ring = ring0, .size = sizeof(ring0), .at = &at0};
const struct serial serial_nfc = {.base = UART1_BASE, .ring = ring1, .size = sizeof(ring1), .at = &at1};
const struct serial serial_mrz = {.base = UART2_BASE, .ring = ring2, .size = sizeof(ring2), .at = &at2};

static void drain(const struct serial *serial)
{
    UART_ICR(serial->base) = UART_INT_ALL; /* first: a byte that arrives while we drain interrupts again */
    while ((UART_FR(serial->base) & UART_FR_RXFE) == 0) {
        uint32_t word = UART_DR(serial->base);
        noise_add(word);
        if ((word & UART_DR_ERRORS) != 0 || serial->at->head - serial->at->tail == serial->size) {
            serial->at->lost++;
        } else {
            serial->ring[serial->at->head & (serial->size - 1U)] = (uint8_t)word;
            serial->at->head++;
        }
    }
}

void serial0_interrupt(void)
{
    drain(&serial_host);
}

void serial1_interrupt(void)
{
    drain(&serial_nfc);
}

void serial2_interrupt(void)
{
    drain(&serial_mrz);
}

/* SPMS278 13.3.2: the divisor has 6 fractional bits; BRD = clock / (16 * baud). */
void serial_baud(const struct serial *serial, uint32_t baud)
{
    uint32_t divisor = (BOARD_CLOCK_HZ * 4U + baud / 2U) / baud;
    while ((UART_FR(serial->base) & UART_FR_BUSY) != 0) {
    }
    UART_CTL(serial->base) = 0;
    UART_IBRD(serial->base) = divisor >> 6;
    UART_FBRD(serial->base) = divisor & 63U;
    UART_LCRH(serial->base) = UART_LCRH_8BIT | UART_LCRH_FEN;
    UART_IFLS(serial->base) = 2U << 3; /* receive: half full; the time-out takes the rest */
    UART_IM(serial->base) = UART_INT_RX | UART_INT_RT;
    UART_CTL(serial->base) = UART_CTL_UARTEN | UART_CTL_TXE | UART_CTL_RXE;
}

static void pins(uint32_t port, uint32_t mask)
{
    GPIO_AFSEL(port) |= mask;
    GPIO_DEN(port) |= mask;
}

void serial_start(void)
{
    pins(GPIO_A, PIN(0) | PIN(1));
    pins(GPIO_D, PIN(2) | PIN(3));
    pins(GPIO_G, PIN(0) | PIN(1));
    serial_baud(&serial_host, BAUD);
    serial_baud(&serial_nfc, BAUD);
    serial_baud(&serial_mrz, BAUD);
    irq_enable(IRQ_UART0);
    irq_enable(IRQ_UART1);
    irq_enable(IRQ_UART2);
}

size_t serial_read(const struct serial *serial, uint8_t *data, size_t cap)
{
    size_t len = 0;
    while (len < cap && serial->at->tail != serial->at->head) {
        data[len++] = serial->ring[serial->at->tail & (serial->size - 1U)];
        serial->at->tail++;
    }
    return len;
}

void serial_write(const struct serial *serial, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        while ((UART_FR(serial->base) & UART_FR_TXFF) != 0) {
        }
        UART_DR(serial->base) = data[i];
    }
}

void serial_drop_input(const struct serial *serial)
{
    serial->at->tail = serial->at->head;
}

static bool is_empty(const struct serial *serial)
{
    return serial->at->tail == serial->at->head;
}

/* Interrupts are off from the look to the sleep: one that comes between still wakes. */
static void sleep_while_empty(const struct serial *one, const struct serial *other)
{
    __asm__ volatile("cpsid i" ::: "memory");
    if (is_empty(one) && is_empty(other)) {
        wait_for_interrupt();
    }
    __asm__ volatile("cpsie i" ::: "memory");
}

void serial_wait(const struct serial *serial)
{
    sleep_while_empty(serial, serial);
}

void serial_idle(void)
{
    sleep_while_empty(&serial_host, &serial_mrz);
}

uint32_t serial_lost(const struct serial *serial)
{
    return serial->at->lost;
}

static size_t stream_read(void *ctx, uint8_t *data, size_t cap)
{
    return serial_read(ctx, data, cap);
}

static void stream_write(void *ctx, const uint8_t *data, size_t len)
{
    serial_write(ctx, data, len);
}

const struct port_stream serial_host_stream = {
    .ctx = (void *)(uintptr_t)&serial_host, .read = stream_read, .write = stream_write};
const struct port_stream serial_mrz_stream = {
    .ctx = (void *)(uintptr_t)&serial_mrz, .read = stream_read, .write = stream_write};
