#include "profiles/tables.h"

#include <string.h>

static const struct profile *const tables[] = {profiles_basic,          profiles_mechanism,
                                               profiles_quirk,          profiles_hostile_transport,
                                               profiles_hostile_access, profiles_hostile_data};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

const struct profile *profile_next(const struct profile *last)
{
    size_t table = 0;
    const struct profile *next = tables[0];
    if (last != NULL) {
        next = last + 1;
        while (next->name == NULL) { /* at the end of a table: which one, and on with the next */
            for (table = 0; table < TABLES; table++) {
                const struct profile *end = tables[table];
                while (end->name != NULL) {
                    end++;
                }
                if (end == next) {
                    break;
                }
            }
            if (table + 1 >= TABLES) {
                return NULL;
            }
            next = tables[table + 1];
        }
    }
    return next;
}

const struct profile *profile_find(const char *name)
{
    for (const struct profile *profile = profile_next(NULL); profile != NULL; profile = profile_next(profile)) {
        if (strcmp(profile->name, name) == 0) {
            return profile;
        }
    }
    return NULL;
}
