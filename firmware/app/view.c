#include "app/view.h"

#include "app/device.h"

#define PAGE_MS 4000U
#define MESSAGE_MS 8000U
#define VERDICT_MS 120000U
#define IDLE_REDRAW_MS 15000U

static uint32_t ticks(const struct device *device)
{
    return device->ports.system->ticks_ms(device->ports.system->ctx);
}

static void fill_lists(struct device *device, struct screen_model *model)
{
    model->now = clock_now(&device->clock);
    model->time_confirmed = clock_confirmed(&device->clock);
    model->date_by_officer = clock_by_officer(&device->clock);
    model->date_possible = officer_date_possible(device);
    for (unsigned i = STORE_LIST_0; i < STORE_OBJECTS; i++) {
        const struct store_entry *entry = &device->store.state.objects[i];
        const struct manifest *manifest = &entry->manifest;

        if (!entry->present) {
            continue;
        }
        if (model->list_count++ == 0 || manifest->this_update < model->list_date) {
            model->list_date = manifest->this_update;
        }
        if (model->list_count == 1 || manifest->next_update < model->list_end) {
            model->list_end = manifest->next_update;
        }
    }
    model->stale =
        model->list_count > 0 && clock_reckoned(&device->clock) + clock_uncertainty(&device->clock) >= model->list_end;
}

static void draw(struct device *device, enum inspection_step step, unsigned percent)
{
    struct view *view = &device->view;
    struct screen_model model = {.kind = view->kind,
                                 .title = view->title,
                                 .text = view->text,
                                 .step = step,
                                 .percent = percent,
                                 .inspection = &device->inspection,
                                 .page = view->page,
                                 .date = device->officer_date.date,
                                 .asking = device->officer_date.asking};

    fill_lists(device, &model);
    screen_draw(&model, &view->frame);
    device->ports.display->show(device->ports.display->ctx, &view->frame);
}

static void enter(struct device *device, enum screen_kind kind)
{
    struct view *view = &device->view;

    view->kind = kind;
    view->page = 0;
    view->since = view->page_since = ticks(device);
    draw(device, STEP_WAIT_CHIP, 0);
}

void view_message(struct device *device, const char *title, const char *text)
{
    device->view.title = title;
    device->view.text = text;
    enter(device, SCREEN_MESSAGE);
}

void view_idle(struct device *device)
{
    switch (device->storage) {
    case DEVICE_NO_FACTORY_PAGE:
        view_message(device, "NOT SETUP", "No factory page.\nThe device was not\nset up in production");
        break;
    case DEVICE_NO_CARD:
        view_message(device, "NO CARD", "Storage not readable.\nInsert its card");
        break;
    case DEVICE_FOREIGN_CARD:
        view_message(device, "WRONG CARD", "Card of another\ndevice, or altered.\nInsert the right one");
        break;
    case DEVICE_SMALL_CARD:
        view_message(device, "SMALL CARD", "The card is too small\nfor the lists");
        break;
    default:
        if (!device->store.state.objects[STORE_POLICY].present) {
            view_message(device, "NO POLICY", "Storage is ready.\nProvision the device\nfrom the host");
        } else {
            enter(device, SCREEN_IDLE);
        }
        break;
    }
}

void view_progress(struct device *device, enum inspection_step step, unsigned percent)
{
    struct view *view = &device->view;
    unsigned progress = (unsigned)step * 16U + percent / 25U;

    if (view->kind == SCREEN_PROGRESS && (view->progress == progress || step == STEP_WAIT_CHIP)) {
        return;
    }
    view->kind = SCREEN_PROGRESS;
    view->progress = progress;
    draw(device, step, percent);
}

void view_verdict(struct device *device)
{
    enter(device, SCREEN_VERDICT);
}

void view_date(struct device *device)
{
    enter(device, SCREEN_DATE);
}

static void turn_page(struct device *device, unsigned by)
{
    struct view *view = &device->view;
    unsigned pages = screen_pages(&device->inspection);

    view->page_since = ticks(device);
    if (pages > 1) {
        view->page = (view->page + by) % pages;
        draw(device, STEP_WAIT_CHIP, 0);
    }
}

static void step_verdict(struct device *device, uint32_t buttons)
{
    const struct view *view = &device->view;
    unsigned pages = screen_pages(&device->inspection);

    if ((buttons & PORT_BUTTON_SELECT) != 0 || ticks(device) - view->since >= VERDICT_MS) {
        view_idle(device);
    } else if ((buttons & (PORT_BUTTON_UP | PORT_BUTTON_LEFT)) != 0) {
        turn_page(device, pages - 1);
    } else if ((buttons & (PORT_BUTTON_DOWN | PORT_BUTTON_RIGHT)) != 0 || ticks(device) - view->page_since >= PAGE_MS) {
        turn_page(device, 1);
    }
}

void view_step(struct device *device, uint32_t buttons)
{
    const struct view *view = &device->view;
    uint32_t age = ticks(device) - view->since;

    if (view->kind == SCREEN_VERDICT) {
        step_verdict(device, buttons);
    } else if (view->kind == SCREEN_DATE && buttons != 0) {
        officer_date_press(device, buttons);
    } else if (view->kind == SCREEN_DATE) {
        if (age >= OFFICER_DATE_MS) {
            view_idle(device);
        }
    } else if (view->kind == SCREEN_IDLE && (buttons & PORT_BUTTON_SELECT) != 0 && officer_date_possible(device)) {
        officer_date_begin(device);
    } else if (buttons != 0 || (view->kind == SCREEN_MESSAGE && age >= MESSAGE_MS) ||
               (view->kind == SCREEN_IDLE && age >= IDLE_REDRAW_MS)) {
        view_idle(device);
    }
}
