/* From reset to main: vectors, MPU, clock, memory. */
#include "board.h"
#include "fault.h"
#include "lm3s6965.h"
#include "noise.h"
#include "serial.h"

#include <stddef.h>

extern uint32_t stack_guard[], stack_bottom[], stack_top[];
extern uint32_t data_start[], data_end[], bss_start[], bss_end[];
extern const uint32_t data_load[];

int main(void);
_Noreturn void reset_handler(void);

#define RAM_BASE 0x20000000U
#define STACK_PAINT 0xDEADBEEFU

typedef void (*handler)(void);

struct vector_table {
    uint32_t *initial_sp;
    handler exceptions[15];
    handler irqs[44];
};

/* An interrupt that nothing enables is a fault like any other. */
__attribute__((section(".vectors"), used)) static const struct vector_table vectors = {
    .initial_sp = stack_top,
    .exceptions =
        {
            [0] = reset_handler,
            [1] = fault_handler, /* NMI */
            [2] = fault_handler, /* HardFault */
            [3] = fault_handler, /* MemManage */
            [4] = fault_handler, /* BusFault */
            [5] = fault_handler, /* UsageFault */
            [6] = fault_handler,
            [7] = fault_handler,
            [8] = fault_handler,
            [9] = fault_handler,
            [10] = fault_handler, /* SVCall */
            [11] = fault_handler, /* DebugMonitor */
            [12] = fault_handler,
            [13] = fault_handler, /* PendSV */
            [14] = board_systick,
        },
    .irqs =
        {
            [0 ... 4] = fault_handler,
            [IRQ_UART0] = serial0_interrupt,
            [IRQ_UART1] = serial1_interrupt,
            [7 ... 17] = fault_handler,
            [IRQ_WATCHDOG] = fault_handler, /* first time-out: the report says where it hung */
            [19 ... 32] = fault_handler,
            [IRQ_UART2] = serial2_interrupt,
            [34 ... 43] = fault_handler,
        },
};

/* MPU_RASR fields (ARMv7-M ARM B3.5.9). */
#define RASR_SIZE(log2) (((log2)-1U) << 1)
#define RASR_ENABLE 1U
#define RASR_XN (1U << 28)
#define RASR_NO_ACCESS (0U << 24)
#define RASR_READ_WRITE (3U << 24)
#define RASR_READ_ONLY (6U << 24)
#define RASR_NORMAL ((0U << 19) | (1U << 17))              /* write-through, not shared */
#define RASR_DEVICE ((0U << 19) | (1U << 18) | (1U << 16)) /* shared device */

static void mpu_region(uint32_t number, uint32_t base, uint32_t attributes)
{
    MPU_RBAR = base | (1U << 4) | number;
    MPU_RASR = attributes | RASR_ENABLE;
}

/* Nothing in RAM is executable, nothing in flash writable; NULL and the end of the stack fault. */
static void mpu_start(void)
{
    if (((MPU_TYPE >> 8) & 0xFFU) < 6U) {
        return;
    }
    mpu_region(0, 0x00000000U, RASR_SIZE(18U) | RASR_READ_ONLY | RASR_NORMAL);
    mpu_region(1, 0x00000000U,
               RASR_SIZE(8U) | RASR_NO_ACCESS | RASR_NORMAL | RASR_XN); /* the core reads vectors past it */
    mpu_region(2, RAM_BASE, RASR_SIZE(16U) | RASR_READ_WRITE | RASR_NORMAL | RASR_XN);
    mpu_region(3, RAM_BASE, RASR_SIZE(5U) | RASR_NO_ACCESS | RASR_NORMAL | RASR_XN); /* stack_guard */
    mpu_region(4, 0x40000000U, RASR_SIZE(20U) | RASR_READ_WRITE | RASR_DEVICE | RASR_XN);
    mpu_region(5, 0x0003FC00U, RASR_SIZE(10U) | RASR_READ_ONLY | RASR_NORMAL | RASR_XN); /* factory page */
    MPU_CTRL = 1U; /* on, also for privileged code; the core's own registers stay reachable */
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

/* SPMS278 5.3: 8 MHz crystal through the PLL to 200 MHz, divided by 4. */
static void clock_start(void)
{
    uint32_t rcc = SYSCTL_RCC;
    rcc |= SYSCTL_RCC_BYPASS;
    rcc &= ~SYSCTL_RCC_USESYSDIV;
    SYSCTL_RCC = rcc;
    rcc &= ~(SYSCTL_RCC_MOSCDIS | SYSCTL_RCC_OSCSRC_MASK | SYSCTL_RCC_XTAL_MASK | SYSCTL_RCC_PWRDN |
             SYSCTL_RCC_SYSDIV_MASK);
    rcc |= SYSCTL_RCC_XTAL_8MHZ | SYSCTL_RCC_SYSDIV_4 | SYSCTL_RCC_USESYSDIV;
    SYSCTL_MISC = SYSCTL_RIS_PLLLRIS;
    SYSCTL_RCC = rcc;
    for (uint32_t wait = 0; wait < 32768U && (SYSCTL_RIS & SYSCTL_RIS_PLLLRIS) == 0; wait++) {
    }
    SYSCTL_RCC = rcc & ~SYSCTL_RCC_BYPASS;

    SYSCTL_RCGC0 |= SYSCTL_RCGC0_WDT;
    SYSCTL_RCGC1 |= SYSCTL_RCGC1_UART0 | SYSCTL_RCGC1_UART1 | SYSCTL_RCGC1_UART2 | SYSCTL_RCGC1_SSI0;
    SYSCTL_RCGC2 |= SYSCTL_RCGC2_GPIO_A_TO_G;
    (void)SYSCTL_RCGC2; /* the clocks need three cycles before the first access (SPMS278 5.5) */
    (void)SYSCTL_RCGC2;
}

/* The used part of the stack, found by the paint that is gone. */
uint32_t board_stack_used(void)
{
    const uint32_t *word = stack_bottom;
    while (word < stack_top && *word == STACK_PAINT) {
        word++;
    }
    return (uint32_t)((uintptr_t)stack_top - (uintptr_t)word);
}

uint32_t board_stack_size(void)
{
    return (uint32_t)((uintptr_t)stack_top - (uintptr_t)stack_bottom);
}

void reset_handler(void)
{
    /* Before anything is written: what RAM holds at power-up differs a little from time to time. */
    uint32_t leftover = noise_hash_leftover_ram();

    uint32_t *here = __builtin_frame_address(0);
    for (uint32_t *word = stack_bottom; word < here - 32; word++) {
        *word = STACK_PAINT;
    }
    const uint32_t *from = data_load;
    for (uint32_t *to = data_start; to < data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = bss_start; to < bss_end; to++) {
        *to = 0;
    }
    mpu_start();
    SCB_SHCSR |= (1U << 16) | (1U << 17) | (1U << 18); /* MemManage, BusFault and UsageFault as themselves */
    SCB_CCR |= (1U << 4);                              /* trap division by zero */
    clock_start();
    noise_add(leftover);
    board_start();
    (void)main();
    board_restart();
}
