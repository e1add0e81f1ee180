#include "buttons.h"

#include "lm3s6965.h"
#include "noise.h"

/* PE0 up, PE1 down, PE2 left, PE3 right, PF1 select; pressed reads 0. */
#define DIRECTIONS (PIN(0) | PIN(1) | PIN(2) | PIN(3))
#define SELECT PIN(1)
#define STABLE_MS 10U

static const uint8_t meaning[5] = {PORT_BUTTON_UP, PORT_BUTTON_DOWN, PORT_BUTTON_LEFT, PORT_BUTTON_RIGHT,
                                   PORT_BUTTON_SELECT};
static uint32_t last, stable, same_for;
static volatile uint32_t releases; /* set by the tick, cleared by main with the tick held off */

static uint32_t released_now(void)
{
    return GPIO_DATA(GPIO_E, DIRECTIONS) | ((GPIO_DATA(GPIO_F, SELECT) & SELECT) != 0 ? PIN(4) : 0U);
}

void buttons_start(void)
{
    GPIO_PUR(GPIO_E) |= DIRECTIONS;
    GPIO_DEN(GPIO_E) |= DIRECTIONS;
    GPIO_PUR(GPIO_F) |= SELECT;
    GPIO_DEN(GPIO_F) |= SELECT;
    last = stable = released_now();
}

/* A level counts once it has held for a few milliseconds; the change to released is the event. */
void buttons_sample(void)
{
    uint32_t now = released_now();
    if (now != last) {
        last = now;
        same_for = 0;
        noise_add(now);
    } else if (same_for < STABLE_MS) {
        same_for++;
    } else if (now != stable) {
        releases |= now & ~stable;
        stable = now;
    }
}

static uint32_t take(void *ctx)
{
    (void)ctx;
    __asm__ volatile("cpsid i" ::: "memory");
    uint32_t pins = releases;
    releases = 0;
    __asm__ volatile("cpsie i" ::: "memory");
    uint32_t mask = 0;
    for (uint32_t i = 0; i < sizeof(meaning); i++) {
        if ((pins & PIN(i)) != 0) {
            mask |= meaning[i];
        }
    }
    return mask;
}

const struct port_buttons board_buttons = {.released = take};
