#include "ssi.h"

#include "lm3s6965.h"
#include "noise.h"

/* On the board: PA2 clock, PA3 the OLED's chip select, PA4 in, PA5 out, PD0 the card's chip select (both active low).
 * QEMU has one select line, PD0, which means the OLED when high; so both are always driven. */
#define OLED_CS PIN(3)
#define CARD_CS PIN(0)

#define FRAME_8BIT 7U
#define SPI_MODE_3 (3U << 6)
#define PRESCALER 2U

void ssi_start(void)
{
    GPIO_DATA(GPIO_A, OLED_CS) = OLED_CS;
    GPIO_DATA(GPIO_D, CARD_CS) = CARD_CS;
    GPIO_DIR(GPIO_A) |= OLED_CS;
    GPIO_DIR(GPIO_D) |= CARD_CS;
    GPIO_AFSEL(GPIO_A) |= PIN(2) | PIN(4) | PIN(5);
    GPIO_PUR(GPIO_A) |= PIN(4); /* an empty card slot reads ones */
    GPIO_DEN(GPIO_A) |= PIN(2) | OLED_CS | PIN(4) | PIN(5);
    GPIO_DEN(GPIO_D) |= CARD_CS;
    ssi_select(SSI_NONE, SSI_400_KHZ);
}

/* SPMS278 14.3.1: rate = clock / (prescaler * (1 + SCR)). */
static uint32_t clock_rate(enum ssi_speed speed)
{
    switch (speed) {
    case SSI_12_MHZ:
        return 1U << 8;
    case SSI_3_MHZ:
        return 6U << 8;
    case SSI_400_KHZ:
    default:
        return 62U << 8;
    }
}

void ssi_select(enum ssi_device device, enum ssi_speed speed)
{
    while ((SSI0_SR & SSI_SR_BSY) != 0) {
    }
    noise_add((uint32_t)device);
    GPIO_DATA(GPIO_A, OLED_CS) = OLED_CS;
    GPIO_DATA(GPIO_D, CARD_CS) = CARD_CS;
    SSI0_CR1 = 0;
    SSI0_CPSR = PRESCALER;
    SSI0_CR0 = FRAME_8BIT | clock_rate(speed) | (device == SSI_OLED ? SPI_MODE_3 : 0U);
    SSI0_CR1 = SSI_CR1_SSE;
    if (device == SSI_OLED) {
        GPIO_DATA(GPIO_A, OLED_CS) = 0;
    } else if (device == SSI_CARD) {
        GPIO_DATA(GPIO_D, CARD_CS) = 0;
    }
}

uint8_t ssi_exchange(uint8_t out)
{
    while ((SSI0_SR & SSI_SR_TNF) == 0) {
    }
    SSI0_DR = out;
    while ((SSI0_SR & SSI_SR_RNE) == 0) {
    }
    return (uint8_t)SSI0_DR;
}
