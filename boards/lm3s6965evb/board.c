#include "board.h"

#include "buttons.h"
#include "common/heap.h"
#include "lm3s6965.h"
#include "noise.h"
#include "serial.h"
#include "ssi.h"

#include <string.h>

/* The longest that nothing can feed: one signature on brainpoolP512r1, 174 million instructions, some 5 s at 50 MHz. */
#define WATCHDOG_SECONDS 10U
#define AIRCR_KEY 0x05FA0000U
#define AIRCR_SYSRESETREQ (1U << 2)

extern const uint8_t factory_page_start[];

static volatile uint32_t ticks;

void board_systick(void)
{
    ticks++;
    buttons_sample();
}

uint32_t board_ticks(void)
{
    return ticks;
}

void board_alive(void)
{
    WDT_LOCK = WDT_LOCK_UNLOCK;
    WDT_LOAD = WATCHDOG_SECONDS * BOARD_CLOCK_HZ; /* counts anew */
    WDT_LOCK = 0;                                 /* code that runs wild does not switch it off by chance */
}

void board_restart(void)
{
    __asm__ volatile("cpsid i\n\tdsb" ::: "memory");
    SCB_AIRCR = AIRCR_KEY | AIRCR_SYSRESETREQ;
    for (;;) {
    }
}

/* The first time-out interrupts, so that a report can be written (fault.c); if even that hangs, the second one resets. */
static void watchdog_start(void)
{
    WDT_LOCK = WDT_LOCK_UNLOCK;
    WDT_LOAD = WATCHDOG_SECONDS * BOARD_CLOCK_HZ;
    WDT_CTL = WDT_CTL_RESEN;
    WDT_CTL = WDT_CTL_RESEN | WDT_CTL_INTEN;
    WDT_LOCK = 0;
    irq_enable(IRQ_WATCHDOG);
}

void board_start(void)
{
    buttons_start();
    SYST_RVR = BOARD_CLOCK_HZ / 1000U - 1U;
    SYST_CVR = 0;
    SYST_CSR = 7U;           /* core clock, exception, on */
    SCB_SHPR3 = 0x40000000U; /* the tick gives way to the UARTs, and they to the watchdog */
    irq_priority(IRQ_UART0, 0x20U);
    irq_priority(IRQ_UART1, 0x20U);
    irq_priority(IRQ_UART2, 0x20U);
    irq_priority(IRQ_WATCHDOG, 0);
    ssi_start();
    serial_start();
    watchdog_start();
}

static uint32_t ticks_ms(void *ctx)
{
    (void)ctx;
    return ticks;
}

static void alive(void *ctx)
{
    (void)ctx;
    board_alive();
}

static void idle(void *ctx)
{
    (void)ctx;
    serial_idle();
}

static void restart(void *ctx)
{
    (void)ctx;
    board_restart();
}

static size_t noise(void *ctx, uint8_t *data, size_t cap)
{
    (void)ctx;
    return noise_take(data, cap);
}

static enum dr_status factory_page(void *ctx, uint8_t page[BOARD_FACTORY_PAGE_SIZE])
{
    (void)ctx;
    memcpy(page, factory_page_start, BOARD_FACTORY_PAGE_SIZE);
    return DR_OK;
}

static void memory(void *ctx, struct port_memory *use)
{
    (void)ctx;
    use->libnfc_used = heap_high_water();
    use->libnfc_size = HEAP_SIZE;
    use->stack_used = board_stack_used();
    use->stack_size = board_stack_size();
}

const struct port_system board_system = {
    .ticks_ms = ticks_ms,
    .alive = alive,
    .idle = idle,
    .restart = restart,
    .noise = noise,
    .rtc = NULL,
    .factory_page = factory_page,
    .memory = memory,
};
