#include "app/device.h"

#include "app/console.h"
#include "app/version.h"
#include "codec/hex.h"
#include "crypto/drbg.h"
#include "crypto/memory.h"

#define CHIP_WAIT_MS 12000U  /* to lay the document on the reader */
#define MOUNT_RETRY_MS 2000U /* looking for a card takes its time */

static void alive(const struct device *device)
{
    const struct port_system *system = device->ports.system;

    if (system->alive != NULL) {
        system->alive(system->ctx);
    }
}

void device_mrz_byte(struct device *device, struct mrz_collector *collector, uint8_t byte)
{
    char text[MRZ_MAX_LEN];
    size_t len = 0;
    enum dr_status status = mrz_collect(collector, byte, text, &len);

    if (status == DR_OK) {
        device->has_pending = mrz_parse(bytes_of(text, len), &device->pending) == DR_OK;
        crypto_wipe(collector, sizeof *collector);
        mrz_collector_reset(collector);
    } else if (status == DR_ERR_CHECK_DIGIT) {
        link_print(&device->link, "mrz: a check digit is wrong, scan again");
        if (!device->inspecting) {
            view_message(device, "MRZ WRONG", "A check digit of the\nMRZ is wrong.\nScan it again");
        }
    } else if (status == DR_ERR_MALFORMED) {
        link_print(&device->link, "mrz: not the lines of an MRZ, scan again");
        if (!device->inspecting) {
            view_message(device, "MRZ WRONG", "These are not the\nlines of an MRZ.\nScan it again");
        }
    }
    crypto_wipe(text, sizeof text);
}

/* The owner's name is shown in `status`; it is kept so that the policy need not be read for that. */
static void load_owner(struct device *device)
{
    struct policy policy;

    device->owner[0] = '\0';
    device->officer_date.allowed = false;
    if (update_load_policy(&device->store, &device->work.update, &policy) == DR_OK) {
        size_t len = policy.owner.len < DEVICE_OWNER_MAX ? policy.owner.len : DEVICE_OWNER_MAX;

        memcpy(device->owner, policy.owner.data, len);
        device->owner[len] = '\0';
        device->officer_date.allowed = policy.device.officer_time;
        audit_log_policy(device, &policy);
    }
    if (!device->officer_date.allowed) {
        clock_forget_date(&device->clock);
    }
}

void device_object_changed(struct device *device, enum store_object object)
{
    if (object == STORE_POLICY) {
        load_owner(device);
    }
    if (!device->inspecting && device->view.kind != SCREEN_VERDICT) {
        view_idle(device);
    }
}

void device_time_confirmed(struct device *device)
{
    link_print(&device->link, "time: confirmed");
    if (device->view.kind != SCREEN_VERDICT) {
        view_idle(device);
    }
}

/* While it waits for a document the device goes on to answer its host; later the chip would have to wait. */
static void on_progress(void *ctx, enum inspection_step step, unsigned percent)
{
    struct device *device = ctx;

    view_progress(device, step, percent);
    if (step == STEP_WAIT_CHIP) {
        link_poll(device, &device->link);
    }
}

/* What was found out is counted; the document is not. */
static void count(struct device *device)
{
    struct store_counters *counters = &device->store.state.counters;

    device->inspections++;
    switch (device->inspection.verdict) {
    case VERDICT_NO_RECORD:
        counters->no_record++;
        break;
    case VERDICT_ADVISORY:
        counters->advisory++;
        break;
    case VERDICT_REFER:
        counters->refer++;
        break;
    default:
        counters->cannot_verify++;
        break;
    }
    if (device->store.mounted) {
        (void)store_counted(&device->store); /* a card that fails shows at the next look-up */
    }
}

/* Without the factory page or the persisted seed there is nothing random, so no chip is opened. */
static void refuse(struct device *device)
{
    reason_set reasons = BECAUSE_BIT(device->storage == DEVICE_NO_FACTORY_PAGE ? BECAUSE_DEVICE_NOT_PROVISIONED
                                                                               : BECAUSE_STORAGE_MISSING);

    if (!clock_confirmed(&device->clock) && !clock_by_officer(&device->clock)) {
        reasons |= BECAUSE_BIT(BECAUSE_TIME_UNCONFIRMED);
    }
    device->inspection = (struct inspection){.verdict = VERDICT_CANNOT_VERIFY, .reasons = reasons};
}

static void inspect(struct device *device)
{
    struct inspection_context context = {
        .nfc = device->ports.nfc,
        .system = device->ports.system,
        .store = &device->store,
        .now = clock_reckoned(&device->clock),
        .uncertainty = clock_uncertainty(&device->clock),
        .time_confirmed = clock_confirmed(&device->clock) || clock_by_officer(&device->clock),
        .wait_ms = CHIP_WAIT_MS,
        .tops = &device->tops,
        .progress = on_progress,
        .progress_ctx = device,
    };
    struct mrz printed = device->pending;

    crypto_wipe(&device->pending, sizeof device->pending);
    device->has_pending = false;
    if (device->storage == DEVICE_NO_FACTORY_PAGE || !drbg_ready()) {
        refuse(device);
    } else {
        link_print(&device->link, "inspection: place the document on the reader");
        update_suspend(&device->update);
        device->inspecting = true;
        inspection_run(&context, &printed, &device->work.inspection, &device->inspection);
        device->inspecting = false;
    }
    count(device);
    audit_log_inspection(device, &printed);
    crypto_wipe(&printed, sizeof printed);
    console_inspection(device);
    view_verdict(device);
    if ((device->inspection.reasons & BECAUSE_BIT(BECAUSE_STORAGE_MISSING)) != 0) {
        device->store.mounted = false; /* look for the card anew */
        device->ports.block->sector_count = device->ports.block->probe != NULL ? 0 : device->ports.block->sector_count;
    }
}

static void poll_reader(struct device *device)
{
    const struct port_stream *stream = device->ports.mrz;
    uint8_t chunk[64];
    size_t len;

    if (stream == NULL) {
        return;
    }
    len = stream->read(stream->ctx, chunk, sizeof chunk);
    for (size_t i = 0; i < len; i++) {
        device_mrz_byte(device, &device->reader_mrz, chunk[i]);
    }
    crypto_wipe(chunk, sizeof chunk);
}

static void mind_storage(struct device *device)
{
    const struct port_system *system = device->ports.system;

    if (device->store.mounted && device->storage == DEVICE_STORAGE_READY) {
        if (clock_confirmed(&device->clock)) {
            (void)store_raise_time_floor(&device->store, clock_now(&device->clock));
        }
        audit_log_step(device);
    } else if (system->ticks_ms(system->ctx) - device->storage_tried >= MOUNT_RETRY_MS) {
        device_mount(device);
    }
}

void device_init(struct device *device, const struct device_ports *ports)
{
    memset(device, 0, sizeof *device);
    device->ports = *ports;
    link_init(&device->link, ports->link);
    mrz_collector_reset(&device->console_mrz);
    mrz_collector_reset(&device->reader_mrz);
    clock_init(&device->clock, &device->store, ports->system);
    update_init(&device->update, &device->store, &device->clock);
    alive(device);
    link_print(&device->link, "docrev " DOCREV_VERSION);
    device_mount(device);
}

void device_step(struct device *device)
{
    const struct port_buttons *buttons = device->ports.buttons;

    alive(device);
    link_poll(device, &device->link);
    poll_reader(device);
    if (device->has_pending) {
        inspect(device);
    }
    mind_storage(device);
    view_step(device, buttons != NULL ? buttons->released(buttons->ctx) : 0);
}

_Noreturn void device_run(struct device *device, const struct device_ports *ports)
{
    device_init(device, ports);
    for (;;) {
        device_step(device);
        if (ports->system->idle != NULL) {
            ports->system->idle(ports->system->ctx);
        }
    }
}
