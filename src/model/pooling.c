/*
 * Equation (18): the window's neuron with most spikes over the coding time forwards its
 * train. All work follows the spikes, not the neurons: a spike knows the windows that it
 * is in.
 */
#include "relif/pooling.h"

#include <stdlib.h>
#include <string.h>

#include "relif/counter.h"
#include "relif/memory.h"

struct relif_pooling {
    relif_shape in, out;
    int kernel_height, kernel_width, stride, padding;
    relif_range owned, input;
    int n_images;
    int *counts; /* [n_images][input] spikes of each input neuron */
    int *winner; /* [n_images][owned] canonical input index that is forwarded */
    int *ids;    /* [input] room for the spikes of a step */
    /* window only */
    relif_raster trains; /* all input spikes */
    relif_counter *counter;
    int *first_window; /* [n_images][input] an output that this input wins, -1: none */
    int *next_window;  /* [n_images][owned] another output that the same input wins, or -1
                        */
    relif_word *chosen; /* [n_images][words of input] inputs that win anything */
};

/* Output rows (or columns) whose window covers an input row (or column). */
typedef struct span {
    int first, end;
} span;

static span covering(int at, int kernel, int stride, int padding, int outputs)
{
    const int shifted = at + padding;
    const int low = shifted - kernel + 1;
    span covers = {low <= 0 ? 0 : (low + stride - 1) / stride, shifted / stride + 1};
    if (covers.end > outputs) covers.end = outputs;
    return covers;
}

static size_t words(const relif_pooling *pooling)
{
    return (size_t)relif_spikes_words(pooling->input);
}

static size_t inputs(const relif_pooling *pooling)
{
    return (size_t)relif_range_size(pooling->input);
}

static size_t outputs(const relif_pooling *pooling)
{
    return (size_t)relif_range_size(pooling->owned);
}

relif_pooling *relif_pooling_create(const relif_layer *layer, relif_range owned,
                                    relif_range input, relif_pooling_mode mode,
                                    int n_images, int steps)
{
    relif_pooling *pooling = relif_calloc(1, sizeof *pooling);
    *pooling = (relif_pooling){.in = layer->in,
                               .out = layer->out,
                               .kernel_height = layer->kernel_height,
                               .kernel_width = layer->kernel_width,
                               .stride = layer->stride,
                               .padding = layer->padding,
                               .owned = owned,
                               .input = input,
                               .n_images = n_images};
    const size_t images = (size_t)n_images;
    pooling->counts = relif_calloc(images * inputs(pooling), sizeof(int));
    pooling->winner = relif_calloc(images * outputs(pooling), sizeof(int));
    pooling->ids = relif_calloc(inputs(pooling), sizeof(int));
    if (mode == RELIF_POOLING_WINDOW) {
        relif_word *masks =
            relif_calloc(images * relif_raster_words(input, steps), sizeof(relif_word));
        pooling->trains = relif_raster_of(input, masks, n_images, steps);
        pooling->counter = relif_counter_create(input, n_images, steps);
        pooling->first_window = relif_calloc(images * inputs(pooling), sizeof(int));
        pooling->next_window = relif_calloc(images * outputs(pooling), sizeof(int));
        pooling->chosen = relif_calloc(images * words(pooling), sizeof(relif_word));
    }
    return pooling;
}

void relif_pooling_destroy(relif_pooling *pooling)
{
    if (!pooling) return;
    free(pooling->counts);
    free(pooling->winner);
    free(pooling->ids);
    free(pooling->trains.masks);
    relif_counter_destroy(pooling->counter);
    free(pooling->first_window);
    free(pooling->next_window);
    free(pooling->chosen);
    free(pooling);
}

/* Canonical index of the first input neuron of an output's window, in row-major order. */
static int first_of_window(const relif_pooling *pooling, int output)
{
    const int channel = output % pooling->out.channels;
    const int position = output / pooling->out.channels;
    int y = position / pooling->out.width * pooling->stride - pooling->padding;
    int x = position % pooling->out.width * pooling->stride - pooling->padding;
    if (y < 0) y = 0;
    if (x < 0) x = 0;
    return (y * pooling->in.width + x) * pooling->in.channels + channel;
}

void relif_pooling_reset(relif_pooling *pooling)
{
    const size_t images = (size_t)pooling->n_images;
    memset(pooling->counts, 0, images * inputs(pooling) * sizeof(int));
    if (pooling->counter) relif_counter_reset(pooling->counter);
    for (int i = 0; i < relif_range_size(pooling->owned); i++) {
        const int first = first_of_window(pooling, pooling->owned.first + i);
        for (size_t image = 0; image < images; image++)
            pooling->winner[image * outputs(pooling) + (size_t)i] = first;
    }
}

/* Does input a lead input b, given the spike counts? */
static bool leads(const relif_pooling *pooling, const int *counts, int a, int b)
{
    const int count_a = counts[a - pooling->input.first];
    const int count_b = counts[b - pooling->input.first];
    return count_a > count_b || (count_a == count_b && a < b);
}

/*
 * Calls for every owned window that holds an input neuron. A macro would hide the loop, a
 * callback would cost a call per spike: the body is chosen by a constant that the
 * compiler folds.
 */
enum visit { CHALLENGE, FORWARD };

static inline __attribute__((always_inline)) void visit_windows(relif_pooling *pooling,
                                                                enum visit visit,
                                                                int image, int input,
                                                                relif_word *out)
{
    const size_t start = (size_t)image * outputs(pooling);
    const int *counts = pooling->counts + (size_t)image * inputs(pooling);
    const int channel = input % pooling->in.channels;
    const int position = input / pooling->in.channels;
    const span rows = covering(position / pooling->in.width, pooling->kernel_height,
                               pooling->stride, pooling->padding, pooling->out.height);
    const span columns = covering(position % pooling->in.width, pooling->kernel_width,
                                  pooling->stride, pooling->padding, pooling->out.width);
    for (int row = rows.first; row < rows.end; row++)
        for (int column = columns.first; column < columns.end; column++) {
            const int output =
                (row * pooling->out.width + column) * pooling->out.channels + channel;
            if (output < pooling->owned.first || output >= pooling->owned.end) continue;
            const size_t i = start + (size_t)(output - pooling->owned.first);
            if (visit == CHALLENGE) {
                if (leads(pooling, counts, input, pooling->winner[i]))
                    pooling->winner[i] = input;
            } else if (pooling->winner[i] == input) {
                relif_spikes_set(out, pooling->owned, output);
            }
        }
}

/* Where bit 0 of word w of an input mask stands in an array over the input range. */
static int word_start(const relif_pooling *pooling, size_t w)
{
    const int first_word = pooling->input.first / RELIF_WORD_BITS;
    return (first_word + (int)w) * RELIF_WORD_BITS - pooling->input.first;
}

static void step(relif_pooling *pooling, int image, const relif_word *input,
                 relif_word *out)
{
    int *counts = pooling->counts + (size_t)image * inputs(pooling);
    const int n = relif_spikes_list(input, pooling->input, pooling->input, pooling->ids);
    for (int i = 0; i < n; i++) counts[pooling->ids[i] - pooling->input.first]++;
    for (int i = 0; i < n; i++)
        visit_windows(pooling, CHALLENGE, image, pooling->ids[i], out);
    for (int i = 0; i < n; i++)
        visit_windows(pooling, FORWARD, image, pooling->ids[i], out);
}

void relif_pooling_run(relif_pooling *pooling, const relif_raster *input,
                       const relif_raster *out)
{
    for (int i = 0; i < input->n_images; i++)
        for (int s = 0; s < input->steps; s++)
            step(pooling, input->first_image + i, relif_raster_mask(input, i, s),
                 relif_raster_mask(out, i, s));
}

void relif_pooling_collect(relif_pooling *pooling, int first, const relif_raster *input)
{
    const relif_raster kept =
        relif_raster_steps(&pooling->trains, first, first + input->steps);
    const relif_raster to = relif_raster_images(&kept, input->first_image,
                                                input->first_image + input->n_images);
    relif_raster_copy(&to, input);
    relif_counter_add(pooling->counter, input);
}

static void choose(relif_pooling *pooling, int image)
{
    int *counts = pooling->counts + (size_t)image * inputs(pooling);
    const int *winner = pooling->winner + (size_t)image * outputs(pooling);
    int *first = pooling->first_window + (size_t)image * inputs(pooling);
    int *next = pooling->next_window + (size_t)image * outputs(pooling);
    relif_word *chosen = pooling->chosen + (size_t)image * words(pooling);
    relif_counter_values(pooling->counter, image, counts);
    for (int i = pooling->input.first; i < pooling->input.end; i++) {
        first[i - pooling->input.first] = -1;
        if (counts[i - pooling->input.first])
            visit_windows(pooling, CHALLENGE, image, i, NULL);
    }
    memset(chosen, 0, words(pooling) * sizeof *chosen);
    for (int o = relif_range_size(pooling->owned) - 1; o >= 0; o--) {
        int *head = &first[winner[o] - pooling->input.first];
        next[o] = *head;
        *head = o;
        relif_spikes_set(chosen, pooling->input, winner[o]);
    }
}

void relif_pooling_choose(relif_pooling *pooling, int first_image, int n_images)
{
    for (int i = 0; i < n_images; i++) choose(pooling, first_image + i);
}

static void replay(const relif_pooling *pooling, int image, const relif_word *train,
                   relif_word *out)
{
    const int *first = pooling->first_window + (size_t)image * inputs(pooling);
    const int *next = pooling->next_window + (size_t)image * outputs(pooling);
    const relif_word *chosen = pooling->chosen + (size_t)image * words(pooling);
    for (size_t w = 0; w < words(pooling); w++)
        for (relif_word bits = train[w] & chosen[w]; bits; bits &= bits - 1) {
            const int input = word_start(pooling, w) + __builtin_ctzll(bits);
            for (int o = first[input]; o >= 0; o = next[o])
                relif_spikes_set(out, pooling->owned, pooling->owned.first + o);
        }
}

void relif_pooling_replay(const relif_pooling *pooling, int first,
                          const relif_raster *out)
{
    for (int i = 0; i < out->n_images; i++)
        for (int s = 0; s < out->steps; s++) {
            const int image = out->first_image + i;
            replay(pooling, image, relif_raster_mask(&pooling->trains, image, first + s),
                   relif_raster_mask(out, i, s));
        }
}

const char *relif_pooling_mode_name(relif_pooling_mode mode)
{
    switch (mode) {
#define RELIF_POOLING_MODE_CASE(name, word)                                              \
    case RELIF_POOLING_##name: return word;
        RELIF_POOLING_MODE_LIST(RELIF_POOLING_MODE_CASE)
#undef RELIF_POOLING_MODE_CASE
    case RELIF_N_POOLING_MODES: break;
    }
    return "unknown";
}
