/* Point p of axes with n_0, n_1, ... values: p = (i_0 n_1 + i_1) n_2 + i_2 ... */
#include "relif/config_sweep.h"

#include <string.h>

#include "config_keys.h"
#include "config_value.h"

int64_t relif_config_points(const relif_config_sweep *sweep)
{
    int64_t n = 1;
    for (int a = 0; a < sweep->count; a++) n *= sweep->axes[a].count;
    return n;
}

int relif_config_point_value(const relif_config_sweep *sweep, int axis, int64_t point)
{
    for (int a = sweep->count - 1; a > axis; a--) point /= sweep->axes[a].count;
    return (int)(point % sweep->axes[axis].count);
}

static void set(const relif_config_axis *axis, int value, relif_config *config)
{
    int n_keys;
    const relif_config_key *keys = relif_config_keys(&n_keys);
    const relif_config_key *key = &keys[relif_config_key_find(keys, n_keys, axis->key)];
    const double number = axis->numbers[value];
    const int integer = (int)number;
    if (key->type == RELIF_CONFIG_NUMBER)
        memcpy(relif_config_value_of(key, config), &number, sizeof number);
    else
        memcpy(relif_config_value_of(key, config), &integer, sizeof integer);
}

relif_config relif_config_at(const relif_config *config, int64_t point)
{
    relif_config at = *config;
    for (int a = 0; a < config->sweep.count; a++)
        set(&config->sweep.axes[a], relif_config_point_value(&config->sweep, a, point),
            &at);
    return at;
}

void relif_config_point_print(const relif_config_sweep *sweep, int64_t point,
                              relif_text *out)
{
    for (int a = 0; a < sweep->count; a++)
        relif_text_append(
            out, "%s%s=%s", a ? ", " : "", sweep->axes[a].key,
            sweep->axes[a].texts[relif_config_point_value(sweep, a, point)]);
}
