/*
 * arrived = sum_i w_i n_i + i_bias T; a product of a float and a count is exact in
 * double.
 *
 * Step t turns V[t-1] into decay V[t-1] before anything arrives, and what is lost of the
 * charge C_m V[t-1] is C_m (1 - decay) V[t-1]; V[0] + ... + V[T-1] is the sum of the
 * potentials after each step, plus V(0), minus V(T). The decay is the simulation's, which
 * is in single precision.
 */
#include "relif/charge.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

struct relif_charge {
    relif_layer shape;    /* shapes, kernel, stride and padding only */
    float *weight;        /* tap-major */
    const double *i_bias; /* borrowed */
    relif_range owned;
};

const char *relif_charge_obstacle(const relif_network *network,
                                  const relif_mapping *mapping, int layer)
{
    if (!relif_layer_has_weights(&network->layers[layer]))
        return "it is a pooling layer, which has no weights of its own";
    if (mapping->reset != RELIF_RESET_LINEAR)
        return "it needs neuron.reset: linear, a reset to zero loses charge";
    return NULL;
}

relif_charge *relif_charge_create(const relif_layer *layer, const double *i_bias,
                                  relif_range owned)
{
    relif_charge *charge = relif_calloc(1, sizeof *charge);
    charge->shape = *layer;
    charge->shape.name = NULL;
    charge->shape.weight = charge->shape.bias = NULL;
    charge->weight = relif_layer_tap_major(layer);
    charge->i_bias = i_bias;
    charge->owned = owned;
    return charge;
}

void relif_charge_destroy(relif_charge *charge)
{
    if (!charge) return;
    free(charge->weight);
    free(charge);
}

/* Some channels of one output position: first <= channel < first + n. */
typedef struct site {
    int row, column, first, n;
} site;

/* The inputs under one tap of the kernel, at an input position. */
static void add_tap(const relif_charge *charge, const site *at, int tap,
                    const int32_t *counts, double *sums)
{
    const relif_layer *shape = &charge->shape;
    const int channels = shape->out.channels;
    for (int c = 0; c < shape->in.channels; c++) {
        if (counts[c] == 0) continue;
        const size_t row = (size_t)tap * (size_t)shape->in.channels + (size_t)c;
        const float *weight = charge->weight + row * (size_t)channels + (size_t)at->first;
        for (int o = 0; o < at->n; o++) sums[o] += counts[c] * (double)weight[o];
    }
}

static void add_site(const relif_charge *charge, const site *at, const int32_t *counts,
                     double *sums)
{
    const relif_layer *shape = &charge->shape;
    for (int i = 0; i < shape->kernel_height; i++)
        for (int j = 0; j < shape->kernel_width; j++) {
            const int row = at->row * shape->stride - shape->padding + i;
            const int column = at->column * shape->stride - shape->padding + j;
            if (row < 0 || row >= shape->in.height) continue;
            if (column < 0 || column >= shape->in.width) continue;
            const size_t position =
                (size_t)row * (size_t)shape->in.width + (size_t)column;
            add_tap(charge, at, i * shape->kernel_width + j,
                    counts + position * (size_t)shape->in.channels, sums);
        }
}

void relif_charge_arrived(const relif_charge *charge, const int32_t *counts,
                          double seconds, double *arrived)
{
    const relif_range owned = charge->owned;
    const relif_shape out = charge->shape.out;
    memset(arrived, 0, (size_t)relif_range_size(owned) * sizeof *arrived);
    for (int n = owned.first; n < owned.end;) {
        const int position = n / out.channels, channel = n % out.channels;
        const int left = owned.end - n, to_next = out.channels - channel;
        const site at = {position / out.width, position % out.width, channel,
                         left < to_next ? left : to_next};
        add_site(charge, &at, counts, arrived + (n - owned.first));
        n += at.n;
    }
    for (int n = owned.first; n < owned.end; n++)
        arrived[n - owned.first] += charge->i_bias[n] * seconds;
}

bool relif_charge_leaks(const relif_mapping *mapping, int layer)
{
    const relif_layer_mapping *mapped = &mapping->layers[layer];
    for (int n = 0; n < mapped->n_neurons; n++)
        if (mapped->g_l[n] != 0) return true;
    return false;
}

void relif_charge_leaked(const relif_mapping *mapping, int layer, relif_range owned,
                         const double *sums, const float *potentials, double *leaked)
{
    const relif_layer_mapping *mapped = &mapping->layers[layer];
    const double v_init = (float)mapping->v_init;
    for (int n = owned.first; n < owned.end; n++, sums++, potentials++) {
        const float decay =
            (float)relif_mapping_decay(mapped->g_l[n], mapped->c_m, mapping->dt);
        const double lost = mapped->c_m * (1 - (double)decay);
        *leaked++ = lost != 0 ? lost * (v_init + *sums - (double)*potentials) : 0;
    }
}
