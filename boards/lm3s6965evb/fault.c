#include "fault.h"

#include "board.h"
#include "lm3s6965.h"

#include <string.h>

#define FAULT_MAGIC 0xFA017EDAU
#define CFSR_MMARVALID (1U << 7)
#define CFSR_BFARVALID (1U << 15)
#define EXCEPTION_IRQ0 16U

extern uint32_t stack_bottom[], stack_top[];

static struct fault_report kept __attribute__((section(".noinit")));

void fault_record(const uint32_t *frame, uint32_t exception);

static uint32_t check_of(const struct fault_report *report)
{
    const uint32_t words[] = {report->magic, report->exception, report->pc,      report->lr,       report->psr,
                              report->cfsr,  report->hfsr,      report->address, report->uptime_ms};
    uint32_t sum = 0x811C9DC5U;
    for (uint32_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        sum = (sum ^ words[i]) * 16777619U;
    }
    return sum;
}

static _Noreturn void finish(void)
{
    kept.magic = FAULT_MAGIC;
    kept.uptime_ms = board_ticks();
    kept.check = check_of(&kept);
    board_restart();
}

/* Called on an empty stack with the interrupted one, which may be unusable. */
__attribute__((used)) void fault_record(const uint32_t *frame, uint32_t exception)
{
    memset(&kept, 0, sizeof(kept));
    kept.exception = exception;
    if (frame >= stack_bottom && frame + 8 <= stack_top) {
        kept.lr = frame[5];
        kept.pc = frame[6];
        kept.psr = frame[7];
    }
    kept.cfsr = SCB_CFSR;
    kept.hfsr = SCB_HFSR;
    if ((kept.cfsr & CFSR_MMARVALID) != 0) {
        kept.address = SCB_MMFAR;
    } else if ((kept.cfsr & CFSR_BFARVALID) != 0) {
        kept.address = SCB_BFAR;
    }
    finish();
}

/* Moves to the top of the stack when little or nothing is left below SP (an overflow), before anything is pushed. The
 * interrupted frame is then at the bottom or outside, so the top can be overwritten. */
__attribute__((naked)) void fault_handler(void)
{
    __asm__ volatile("cpsid i\n\t"
                     "mrs r0, msp\n\t"
                     "mrs r1, ipsr\n\t"
                     "ldr r2, =stack_bottom + 512\n\t"
                     "cmp r0, r2\n\t"
                     "blo 1f\n\t"
                     "ldr r2, =stack_top\n\t"
                     "cmp r0, r2\n\t"
                     "bls 2f\n"
                     "1:\n\t"
                     "ldr r2, =stack_top\n\t"
                     "mov sp, r2\n"
                     "2:\n\t"
                     "b fault_record\n\t"
                     ".ltorg\n");
}

void fault_stop(uint32_t caller)
{
    __asm__ volatile("cpsid i" ::: "memory");
    memset(&kept, 0, sizeof(kept));
    kept.pc = caller;
    finish();
}

bool fault_take(struct fault_report *report)
{
    bool there = kept.magic == FAULT_MAGIC && kept.check == check_of(&kept);
    if (there) {
        *report = kept;
    }
    kept.magic = 0;
    return there;
}

static char *put_text(char *to, const char *text)
{
    while (*text != '\0') {
        *to++ = *text++;
    }
    return to;
}

static char *put_hex(char *to, uint32_t value)
{
    for (int shift = 28; shift >= 0; shift -= 4) {
        *to++ = "0123456789abcdef"[(value >> shift) & 0xFU];
    }
    return to;
}

static const char *cause(uint32_t exception)
{
    switch (exception) {
    case 0:
        return "abort";
    case 2:
        return "NMI";
    case 3:
        return "hard fault";
    case 4:
        return "memory fault";
    case 5:
        return "bus fault";
    case 6:
        return "usage fault";
    case EXCEPTION_IRQ0 + IRQ_WATCHDOG:
        return "watchdog";
    default:
        return "stray interrupt";
    }
}

void fault_text(const struct fault_report *report, char text[FAULT_TEXT_SIZE])
{
    char *to = put_text(text, "restarted after ");
    to = put_text(to, cause(report->exception));
    to = put_hex(put_text(to, " pc "), report->pc);
    to = put_hex(put_text(to, " lr "), report->lr);
    to = put_hex(put_text(to, " cfsr "), report->cfsr);
    to = put_hex(put_text(to, " hfsr "), report->hfsr);
    to = put_hex(put_text(to, " at "), report->address);
    to = put_hex(put_text(to, " ms "), report->uptime_ms);
    *to = '\0';
}
