/* Registers of the LM3S6965 that docrev uses (TI data sheet SPMS278; ARMv7-M ARM for the core's own). */
#ifndef DOCREV_LM3S6965_H
#define DOCREV_LM3S6965_H

#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(address))

/* System control (SPMS278 5.5). */
#define SYSCTL_RIS REG(0x400FE050U)
#define SYSCTL_MISC REG(0x400FE058U)
#define SYSCTL_RESC REG(0x400FE05CU)
#define SYSCTL_RCC REG(0x400FE060U)
#define SYSCTL_RCGC0 REG(0x400FE100U)
#define SYSCTL_RCGC1 REG(0x400FE104U)
#define SYSCTL_RCGC2 REG(0x400FE108U)

#define SYSCTL_RIS_PLLLRIS (1U << 6)
#define SYSCTL_RCC_MOSCDIS (1U << 0)
#define SYSCTL_RCC_OSCSRC_MASK (3U << 4)
#define SYSCTL_RCC_XTAL_MASK (0xFU << 6)
#define SYSCTL_RCC_XTAL_8MHZ (0xEU << 6)
#define SYSCTL_RCC_BYPASS (1U << 11)
#define SYSCTL_RCC_PWRDN (1U << 13)
#define SYSCTL_RCC_USESYSDIV (1U << 22)
#define SYSCTL_RCC_SYSDIV_MASK (0xFU << 23)
#define SYSCTL_RCC_SYSDIV_4 (3U << 23) /* 200 MHz / 4 */

#define SYSCTL_RCGC0_WDT (1U << 3)
#define SYSCTL_RCGC1_UART0 (1U << 0)
#define SYSCTL_RCGC1_UART1 (1U << 1)
#define SYSCTL_RCGC1_UART2 (1U << 2)
#define SYSCTL_RCGC1_SSI0 (1U << 4)
#define SYSCTL_RCGC2_GPIO_A_TO_G 0x7FU

/* Watchdog (SPMS278 11.4). */
#define WDT_LOAD REG(0x40000000U)
#define WDT_CTL REG(0x40000008U)
#define WDT_ICR REG(0x4000000CU)
#define WDT_LOCK REG(0x40000C00U)
#define WDT_CTL_INTEN (1U << 0)
#define WDT_CTL_RESEN (1U << 1)
#define WDT_LOCK_UNLOCK 0x1ACCE551U

/* GPIO ports (SPMS278 8.4). A data access reaches only the pins whose bit is set in address bits 9:2. */
#define GPIO_A 0x40004000U
#define GPIO_C 0x40006000U
#define GPIO_D 0x40007000U
#define GPIO_E 0x40024000U
#define GPIO_F 0x40025000U
#define GPIO_G 0x40026000U
#define GPIO_DATA(port, pins) REG((port) + ((uint32_t)(pins) << 2))
#define GPIO_DIR(port) REG((port) + 0x400U)
#define GPIO_AFSEL(port) REG((port) + 0x420U)
#define GPIO_DR8R(port) REG((port) + 0x508U)
#define GPIO_PUR(port) REG((port) + 0x510U)
#define GPIO_DEN(port) REG((port) + 0x51CU)
#define PIN(n) (1U << (n))

/* UARTs (SPMS278 13.5). */
#define UART0_BASE 0x4000C000U
#define UART1_BASE 0x4000D000U
#define UART2_BASE 0x4000E000U
#define UART_DR(base) REG((base) + 0x000U)
#define UART_FR(base) REG((base) + 0x018U)
#define UART_IBRD(base) REG((base) + 0x024U)
#define UART_FBRD(base) REG((base) + 0x028U)
#define UART_LCRH(base) REG((base) + 0x02CU)
#define UART_CTL(base) REG((base) + 0x030U)
#define UART_IFLS(base) REG((base) + 0x034U)
#define UART_IM(base) REG((base) + 0x038U)
#define UART_ICR(base) REG((base) + 0x044U)
#define UART_DR_ERRORS 0xF00U /* overrun, break, parity, framing */
#define UART_FR_BUSY (1U << 3)
#define UART_FR_RXFE (1U << 4)
#define UART_FR_TXFF (1U << 5)
#define UART_LCRH_FEN (1U << 4)
#define UART_LCRH_8BIT (3U << 5)
#define UART_CTL_UARTEN (1U << 0)
#define UART_CTL_TXE (1U << 8)
#define UART_CTL_RXE (1U << 9)
#define UART_INT_RX (1U << 4)
#define UART_INT_RT (1U << 6) /* receive time-out: bytes below the FIFO's trigger level */
#define UART_INT_ALL 0x7F0U

/* SSI0 (SPMS278 14.6). */
#define SSI0_CR0 REG(0x40008000U)
#define SSI0_CR1 REG(0x40008004U)
#define SSI0_DR REG(0x40008008U)
#define SSI0_SR REG(0x4000800CU)
#define SSI0_CPSR REG(0x40008010U)
#define SSI_CR1_SSE (1U << 1)
#define SSI_SR_TNF (1U << 1)
#define SSI_SR_RNE (1U << 2)
#define SSI_SR_BSY (1U << 4)

/* Core (ARMv7-M ARM B3). */
#define SYST_CSR REG(0xE000E010U)
#define SYST_RVR REG(0xE000E014U)
#define SYST_CVR REG(0xE000E018U)
#define NVIC_ISER(n) REG(0xE000E100U + 4U * (n))
#define NVIC_IPR8(n) (*(volatile uint8_t *)(0xE000E400U + (n)))
#define SCB_ICSR REG(0xE000ED04U)
#define SCB_VTOR REG(0xE000ED08U)
#define SCB_AIRCR REG(0xE000ED0CU)
#define SCB_CCR REG(0xE000ED14U)
#define SCB_SHPR3 REG(0xE000ED20U)
#define SCB_SHCSR REG(0xE000ED24U)
#define SCB_CFSR REG(0xE000ED28U)
#define SCB_HFSR REG(0xE000ED2CU)
#define SCB_MMFAR REG(0xE000ED34U)
#define SCB_BFAR REG(0xE000ED38U)
#define MPU_TYPE REG(0xE000ED90U)
#define MPU_CTRL REG(0xE000ED94U)
#define MPU_RBAR REG(0xE000ED9CU)
#define MPU_RASR REG(0xE000EDA0U)

#define IRQ_UART0 5U
#define IRQ_UART1 6U
#define IRQ_WATCHDOG 18U
#define IRQ_UART2 33U

static inline void irq_enable(uint32_t irq)
{
    NVIC_ISER(irq / 32U) = 1U << (irq % 32U);
}

/* 3 bits, in the top of the byte; 0 is the most urgent. */
static inline void irq_priority(uint32_t irq, uint8_t priority)
{
    NVIC_IPR8(irq) = priority;
}

static inline void wait_for_interrupt(void)
{
    __asm__ volatile("wfi" ::: "memory");
}

#endif
