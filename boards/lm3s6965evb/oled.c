#include "oled.h"

#include "lm3s6965.h"
#include "ssi.h"

#define DATA_NOT_COMMAND PIN(7) /* port C */
#define PANEL_POWER PIN(6)      /* port C: the panel's 15 V */

#define LIT 0xFU
#define COLUMN_LAST ((PORT_DISPLAY_WIDTH / 2U) - 1U) /* a column of the controller is two pixels */

/* SSD0323 data sheet, command table. Contrast and phases as the panel's maker gives them. */
static const uint8_t set_up[] = {
    0xAE,                                                 /* off */
    0x81, 0x37, 0x85,                                     /* contrast, current range */
    0xA0, 0x52,                                           /* remap: left pixel in the high nibble, rows from the top */
    0xA1, 0x00, 0xA2, 0x00, 0xA4,                         /* start line, offset, normal display */
    0xA8, 0x3F, 0xB1, 0x22, 0xB2, 0x46, 0xB3, 0xF1,       /* 64 rows, phase length, row period, clock */
    0xBF, 0x0D, 0xBE, 0x02, 0xBC, 0x10,                   /* VSL, VCOMH, VP */
    0xB8, 0x01, 0x11, 0x22, 0x32, 0x43, 0x54, 0x65, 0x76, /* grey scale */
    0xAD, 0x03,                                           /* DC-DC converter */
    0xAF,                                                 /* on */
};

static void send_commands(const uint8_t *bytes, size_t len)
{
    GPIO_DATA(GPIO_C, DATA_NOT_COMMAND) = 0;
    for (size_t i = 0; i < len; i++) {
        (void)ssi_exchange(bytes[i]);
    }
}

void oled_start(void)
{
    GPIO_DATA(GPIO_C, DATA_NOT_COMMAND | PANEL_POWER) = PANEL_POWER;
    GPIO_DIR(GPIO_C) |= DATA_NOT_COMMAND | PANEL_POWER;
    GPIO_DR8R(GPIO_C) |= DATA_NOT_COMMAND | PANEL_POWER;
    GPIO_DEN(GPIO_C) |= DATA_NOT_COMMAND | PANEL_POWER;
    ssi_select(SSI_OLED, SSI_3_MHZ);
    send_commands(set_up, sizeof(set_up));
    ssi_select(SSI_NONE, SSI_400_KHZ);
}

static void show(void *ctx, const struct port_frame *frame)
{
    (void)ctx;
    static const uint8_t whole[] = {0x15, 0, COLUMN_LAST, 0x75, 0, PORT_DISPLAY_HEIGHT - 1U};
    ssi_select(SSI_OLED, SSI_3_MHZ);
    send_commands(whole, sizeof(whole));
    GPIO_DATA(GPIO_C, DATA_NOT_COMMAND) = DATA_NOT_COMMAND;
    for (uint32_t y = 0; y < PORT_DISPLAY_HEIGHT; y++) {
        for (uint32_t x = 0; x < PORT_DISPLAY_WIDTH; x += 2U) {
            uint32_t pair = ((uint32_t)frame->rows[y][x / 8U] >> (6U - x % 8U)) & 3U;
            uint8_t shades = (uint8_t)(((pair & 2U) != 0 ? LIT << 4 : 0U) | ((pair & 1U) != 0 ? LIT : 0U));
            (void)ssi_exchange(shades);
        }
    }
    ssi_select(SSI_NONE, SSI_400_KHZ);
}

const struct port_display oled_display = {.show = show};
