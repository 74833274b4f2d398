/* Equation (15) on the grid: spike j of a train of r spikes per step falls on the first
 * step t with floor(r t + 1e-9) >= j. */
#include "relif/encoder.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

struct relif_encoder {
    relif_coding coding;
    relif_raster trains;
    struct pixel_train *known; /* [N_KNOWN] */
    int *known_steps;          /* [N_KNOWN][steps] in which such a pixel fires */
    relif_spike_lists *lists;  /* [n_images]; NULL: masks, and all that follows */
    size_t *room;              /* [n_images] spikes that fit into a list */
    int *next;                 /* [steps] where the next spike of a step goes */
    int *active;               /* [range] pixels of an image that are not 0 */
};

/* The train of a value met before, kept where the bits of the value lead, or a little
 * further if others are there. */
struct pixel_train {
    float value;
    bool there;
    int n; /* spikes */
};

enum { LOG_N_KNOWN = 11, N_KNOWN = 1 << LOG_N_KNOWN, PROBES = 8 };

static void create_lists(relif_encoder *encoder)
{
    const size_t n = (size_t)encoder->trains.n_images;
    const size_t steps = (size_t)encoder->trains.steps;
    encoder->lists = relif_calloc(n, sizeof *encoder->lists);
    encoder->room = relif_calloc(n, sizeof *encoder->room);
    encoder->next = relif_calloc(steps, sizeof *encoder->next);
    encoder->active = relif_calloc((size_t)relif_range_size(encoder->trains.range),
                                   sizeof *encoder->active);
    for (size_t i = 0; i < n; i++)
        encoder->lists[i] =
            (relif_spike_lists){.ids = relif_calloc(RELIF_LIST_GROUP, sizeof(int)),
                                .starts = relif_calloc(steps + 1, sizeof(int))};
    encoder->trains.lists = encoder->lists;
}

relif_encoder *relif_encoder_create(const relif_coding *coding, relif_range range,
                                    int n_images, bool as_lists)
{
    relif_encoder *encoder = relif_calloc(1, sizeof *encoder);
    const int steps = relif_coding_steps(coding);
    const size_t words = (size_t)n_images * relif_raster_words(range, steps);
    encoder->coding = *coding;
    encoder->trains =
        relif_raster_of(range, as_lists ? NULL : relif_calloc(words, sizeof(relif_word)),
                        n_images, steps);
    if (as_lists) create_lists(encoder);
    encoder->known = relif_calloc(N_KNOWN, sizeof *encoder->known);
    encoder->known_steps =
        relif_calloc(N_KNOWN * (size_t)steps, sizeof *encoder->known_steps);
    return encoder;
}

void relif_encoder_destroy(relif_encoder *encoder)
{
    if (!encoder) return;
    for (int i = 0; encoder->lists && i < encoder->trains.n_images; i++) {
        free(encoder->lists[i].ids);
        free(encoder->lists[i].starts);
    }
    free(encoder->lists);
    free(encoder->room);
    free(encoder->next);
    free(encoder->trains.masks);
    free(encoder->active);
    free(encoder->known);
    free(encoder->known_steps);
    free(encoder);
}

/* The step of spike j: a first guess by division, corrected by the rule itself. */
static int step_of_spike(double r, int j)
{
    int t = (int)ceil(((double)j - 1e-9) / r);
    while (t > 1 && floor(r * (double)(t - 1) + 1e-9) >= j) t--;
    while (floor(r * (double)t + 1e-9) < j) t++;
    return t;
}

/* Finds the steps in which a pixel fires; returns their number. */
static int find_steps(const relif_encoder *encoder, float value, int *steps)
{
    const double r = relif_coding_spikes_per_step(&encoder->coding, (double)value);
    const int n = relif_coding_count(r, encoder->trains.steps);
    for (int j = 1; j <= n; j++) steps[j - 1] = step_of_spike(r, j) - 1;
    return n;
}

/* The steps in which a pixel fires, n of them; known until another pixel is asked for. */
static inline const int *steps_of(relif_encoder *encoder, float value, int *n)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const size_t first = bits * UINT32_C(0x9e3779b1) >> (32 - LOG_N_KNOWN);
    size_t k = first;
    for (int i = 1; i < PROBES && encoder->known[k].there; i++) {
        if (encoder->known[k].value == value) break;
        k = (first + (size_t)i) % N_KNOWN;
    }
    struct pixel_train *known = &encoder->known[k];
    int *steps = encoder->known_steps + k * (size_t)encoder->trains.steps;
    if (!known->there || known->value != value)
        *known = (struct pixel_train){value, true, find_steps(encoder, value, steps)};
    *n = known->n;
    return steps;
}

static void load_masks(relif_encoder *encoder, int image, const float *pixels)
{
    const relif_raster trains = relif_raster_image(&encoder->trains, image);
    const relif_range range = trains.range;
    relif_raster_clear(&trains);
    for (int i = range.first, n; i < range.end; i++) {
        if (pixels[i] == 0) continue;
        const int *steps = steps_of(encoder, pixels[i], &n);
        for (int j = 0; j < n; j++)
            relif_spikes_set(relif_raster_mask(&trains, 0, steps[j]), range, i);
    }
}

/* Where the list of each step begins, after so many spikes in each. */
static void lay_out(relif_encoder *encoder, int image, const int *counts)
{
    relif_spike_lists *lists = &encoder->lists[image];
    const int steps = encoder->trains.steps;
    for (int s = 0; s < steps; s++) lists->starts[s + 1] = lists->starts[s] + counts[s];
    const size_t all = (size_t)lists->starts[steps];
    if (all <= encoder->room[image]) return;
    encoder->room[image] = all + all / 2;
    lists->ids = relif_realloc(lists->ids, encoder->room[image] + RELIF_LIST_GROUP,
                               sizeof *lists->ids);
}

/* Twice over the pixels that fire: how many spikes a step has, and which. */
static void load_lists(relif_encoder *encoder, int image, const float *pixels)
{
    const relif_range range = encoder->trains.range;
    const relif_spike_lists *lists = &encoder->lists[image];
    int *const active = encoder->active, *const next = encoder->next;
    const size_t bytes = (size_t)encoder->trains.steps * sizeof *next;
    int n_active = 0;
    memset(next, 0, bytes);
    for (int i = range.first, n; i < range.end; i++) {
        if (pixels[i] == 0) continue;
        const int *steps = steps_of(encoder, pixels[i], &n);
        active[n_active++] = i;
        for (int j = 0; j < n; j++) next[steps[j]]++;
    }
    lay_out(encoder, image, next);
    memcpy(next, lists->starts, bytes);
    for (int a = 0, n; a < n_active; a++) {
        const int *steps = steps_of(encoder, pixels[active[a]], &n);
        for (int j = 0; j < n; j++) lists->ids[next[steps[j]]++] = active[a];
    }
}

void relif_encoder_load(relif_encoder *encoder, int image, const float *pixels)
{
    if (encoder->lists)
        load_lists(encoder, image, pixels);
    else
        load_masks(encoder, image, pixels);
}

relif_raster relif_encoder_trains(const relif_encoder *encoder)
{
    return encoder->trains;
}
