/*
 * Equations (3), (6), (7), (15), (18), a neuron at a time:
 *   I = i_bias dt + sum_i w_i s_i[t],  H = V exp(-dt/tau_m) + I/C_m,  S = H >= V_th,
 *   V = H - V_th S (linear) or H (1 - S) (to zero).
 */
#include "relif/reference.h"

#include <stdlib.h>

#include "relif/memory.h"

static relif_reference_layer make_layer(int size, int steps, bool has_potential)
{
    const size_t all = (size_t)size * (size_t)steps;
    return (relif_reference_layer){
        .size = size,
        .spikes = relif_calloc(all, 1),
        .potential = has_potential ? relif_calloc(all, sizeof(float)) : NULL,
        .counts = relif_calloc((size_t)size, sizeof(int))};
}

static void free_layer(relif_reference_layer *layer)
{
    free(layer->spikes);
    free(layer->potential);
    free(layer->counts);
}

static void encode(const relif_coding *coding, int steps, const float *pixels,
                   relif_reference_layer *input)
{
    for (int i = 0; i < input->size; i++) {
        const double r = relif_coding_spikes_per_step(coding, (double)pixels[i]);
        for (int t = 0; t < steps; t++) {
            const bool fires = relif_coding_fires(r, t + 1);
            input->spikes[(size_t)t * (size_t)input->size + (size_t)i] = fires;
            input->counts[i] += fires;
        }
    }
}

/* A tap of the kernel at an output position: the input neuron of channel 0, or -1 in the
 * padding. */
static int input_at(const relif_layer *layer, int row, int column, int ky, int kx)
{
    const int y = row * layer->stride - layer->padding + ky;
    const int x = column * layer->stride - layer->padding + kx;
    if (y < 0 || y >= layer->in.height || x < 0 || x >= layer->in.width) return -1;
    return (y * layer->in.width + x) * layer->in.channels;
}

static float weight_of(const relif_layer *layer, int out, int in, int ky, int kx)
{
    if (layer->kind == RELIF_LAYER_AVG_POOL2D)
        return out == in ? 1.0f / (float)(layer->kernel_height * layer->kernel_width) : 0;
    const size_t kernel = (size_t)layer->kernel_height * (size_t)layer->kernel_width;
    return layer
        ->weight[((size_t)out * (size_t)layer->in.channels + (size_t)in) * kernel +
                 (size_t)(ky * layer->kernel_width + kx)];
}

/* I of one neuron at one step. */
static float current(const relif_layer *layer, const uint8_t *arriving, float charge,
                     int row, int column, int channel)
{
    float sum = charge;
    for (int ky = 0; ky < layer->kernel_height; ky++)
        for (int kx = 0; kx < layer->kernel_width; kx++) {
            const int base = input_at(layer, row, column, ky, kx);
            for (int c = 0; base >= 0 && c < layer->in.channels; c++)
                if (arriving[base + c]) sum += weight_of(layer, channel, c, ky, kx);
        }
    return sum;
}

static void run_neuron(const relif_layer *layer, const relif_mapping *mapping, int l,
                       int steps, const relif_reference_layer *from, int neuron,
                       relif_reference_layer *to)
{
    const relif_layer_mapping *mapped = &mapping->layers[l];
    const int channel = neuron % layer->out.channels;
    const int row = neuron / layer->out.channels / layer->out.width;
    const int column = neuron / layer->out.channels % layer->out.width;
    const float v_th = (float)mapped->v_th, c_m = (float)mapped->c_m;
    const float decay =
        (float)relif_mapping_decay(mapped->g_l[neuron], mapped->c_m, mapping->dt);
    const float charge = (float)(mapped->i_bias[neuron] * mapping->dt);
    float v = (float)mapping->v_init;
    for (int t = 0; t < steps; t++) {
        const uint8_t *arriving = from->spikes + (size_t)t * (size_t)from->size;
        const float h =
            v * decay + current(layer, arriving, charge, row, column, channel) / c_m;
        const bool fires = h >= v_th;
        if (!fires)
            v = h;
        else
            v = mapping->reset == RELIF_RESET_LINEAR ? h - v_th : 0;
        const size_t at = (size_t)t * (size_t)to->size + (size_t)neuron;
        to->spikes[at] = fires;
        to->potential[at] = v;
        to->counts[neuron] += fires;
    }
}

/* The window's neuron that leads by the given counts; ties to the first in row-major
 * order. */
static int leader(const relif_layer *layer, const int *counts, int neuron)
{
    const int channel = neuron % layer->out.channels;
    const int row = neuron / layer->out.channels / layer->out.width;
    const int column = neuron / layer->out.channels % layer->out.width;
    int best = -1;
    for (int ky = 0; ky < layer->kernel_height; ky++)
        for (int kx = 0; kx < layer->kernel_width; kx++) {
            const int base = input_at(layer, row, column, ky, kx);
            if (base < 0) continue;
            if (best < 0 || counts[base + channel] > counts[best]) best = base + channel;
        }
    return best;
}

static void run_max_pool(const relif_layer *layer, relif_pooling_mode mode, int steps,
                         const relif_reference_layer *from, relif_reference_layer *to)
{
    int *so_far = relif_calloc((size_t)from->size, sizeof *so_far);
    const int *counts = mode == RELIF_POOLING_WINDOW ? from->counts : so_far;
    for (int t = 0; t < steps; t++) {
        const uint8_t *arriving = from->spikes + (size_t)t * (size_t)from->size;
        for (int i = 0; i < from->size; i++) so_far[i] += arriving[i];
        for (int neuron = 0; neuron < to->size; neuron++) {
            const uint8_t fires = arriving[leader(layer, counts, neuron)];
            to->spikes[(size_t)t * (size_t)to->size + (size_t)neuron] = fires;
            to->counts[neuron] += fires;
        }
    }
    free(so_far);
}

relif_reference *relif_reference_run(const relif_network *network,
                                     const relif_mapping *mapping,
                                     const relif_coding *coding,
                                     relif_pooling_mode pooling, const float *pixels)
{
    relif_reference *reference = relif_calloc(1, sizeof *reference);
    const int steps = relif_coding_steps(coding);
    reference->steps = steps;
    reference->n_layers = network->n_layers;
    reference->layers =
        relif_calloc((size_t)network->n_layers, sizeof *reference->layers);
    reference->input = make_layer(relif_shape_size(network->input), steps, false);
    encode(coding, steps, pixels, &reference->input);
    const relif_reference_layer *from = &reference->input;
    for (int l = 0; l < network->n_layers; l++) {
        const relif_layer *layer = &network->layers[l];
        relif_reference_layer *to = &reference->layers[l];
        *to = make_layer(relif_shape_size(layer->out), steps, relif_layer_spikes(layer));
        if (!relif_layer_spikes(layer))
            run_max_pool(layer, pooling, steps, from, to);
        else
            for (int neuron = 0; neuron < to->size; neuron++)
                run_neuron(layer, mapping, l, steps, from, neuron, to);
        from = to;
    }
    return reference;
}

void relif_reference_destroy(relif_reference *reference)
{
    if (!reference) return;
    for (int l = 0; l < reference->n_layers; l++) free_layer(&reference->layers[l]);
    free_layer(&reference->input);
    free(reference->layers);
    free(reference);
}
