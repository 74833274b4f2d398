/* Equation (15) on the grid: spike j of a train of r spikes per step falls on the first
 * step t with floor(r t + 1e-9) >= j. */
#include "relif/encoder.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

struct relif_encoder {
    relif_coding coding;
    relif_range range;
    int steps;
    bool as_lists;
    struct pixel_train *known; /* [N_KNOWN] */
    int *known_steps;          /* [N_KNOWN][steps] in which such a pixel fires */
    int *next;   /* for lists: [steps] where the next spike of a step goes */
    int *active; /* for lists: [range] pixels of an image that are not 0 */
};

/* The train of a value met before, kept where the bits of the value lead, or a little
 * further if others are there. */
struct pixel_train {
    float value;
    bool there;
    int n; /* spikes */
};

enum { LOG_N_KNOWN = 11, N_KNOWN = 1 << LOG_N_KNOWN, PROBES = 8 };
enum { LINE_WORDS = 8 };

/* Trains as lists begin with where the list of each step begins. Masks of all steps
 * follow, or the lists themselves, where they need no more room and the ids are small. */
static size_t starts_words(int steps, bool as_lists)
{
    const size_t ints = sizeof(relif_word) / sizeof(int);
    return as_lists ? ((size_t)steps + ints) / ints : 0;
}

size_t relif_trains_words(relif_range range, int steps, bool as_lists)
{
    const size_t words = starts_words(steps, as_lists) + relif_raster_words(range, steps);
    return (words + LINE_WORDS - 1) / LINE_WORDS * LINE_WORDS;
}

size_t relif_encoder_words(const relif_encoder *encoder)
{
    return relif_trains_words(encoder->range, encoder->steps, encoder->as_lists);
}

relif_encoder *relif_encoder_create(const relif_coding *coding, relif_range range,
                                    bool as_lists)
{
    relif_encoder *encoder = relif_calloc(1, sizeof *encoder);
    const int steps = relif_coding_steps(coding);
    encoder->coding = *coding;
    encoder->range = range;
    encoder->steps = steps;
    encoder->as_lists = as_lists;
    encoder->known = relif_calloc(N_KNOWN, sizeof *encoder->known);
    encoder->known_steps =
        relif_calloc(N_KNOWN * (size_t)steps, sizeof *encoder->known_steps);
    if (!as_lists) return encoder;
    encoder->next = relif_calloc((size_t)steps, sizeof *encoder->next);
    encoder->active =
        relif_calloc((size_t)relif_range_size(range), sizeof *encoder->active);
    return encoder;
}

void relif_encoder_destroy(relif_encoder *encoder)
{
    if (!encoder) return;
    free(encoder->next);
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
    const int n = relif_coding_count(r, encoder->steps);
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
    int *steps = encoder->known_steps + k * (size_t)encoder->steps;
    if (!known->there || known->value != value)
        *known = (struct pixel_train){value, true, find_steps(encoder, value, steps)};
    *n = known->n;
    return steps;
}

static void encode_masks(relif_encoder *encoder, const float *pixels, relif_word *masks)
{
    const relif_range range = encoder->range;
    const relif_raster trains = relif_raster_of(range, masks, 1, encoder->steps);
    relif_raster_clear(&trains);
    for (int i = range.first, n; i < range.end; i++) {
        if (pixels[i] == 0) continue;
        const int *steps = steps_of(encoder, pixels[i], &n);
        for (int j = 0; j < n; j++)
            relif_spikes_set(relif_raster_mask(&trains, 0, steps[j]), range, i);
    }
}

/* Finds the pixels that fire, and where the list of each step begins; returns the number
 * of pixels. */
static int lay_out(relif_encoder *encoder, const float *pixels, int *starts)
{
    const relif_range range = encoder->range;
    const int all = encoder->steps;
    int *const counts = encoder->next, n_active = 0;
    memset(counts, 0, (size_t)all * sizeof *counts);
    for (int i = range.first, n; i < range.end; i++) {
        if (pixels[i] == 0) continue;
        const int *steps = steps_of(encoder, pixels[i], &n);
        encoder->active[n_active++] = i;
        for (int j = 0; j < n; j++) counts[steps[j]]++;
    }
    starts[0] = 0;
    for (int s = 0; s < all; s++) starts[s + 1] = starts[s] + counts[s];
    return n_active;
}

static void fill_lists(relif_encoder *encoder, const float *pixels, int n_active,
                       const int *starts, uint16_t *ids)
{
    const int *const active = encoder->active;
    int *const next = encoder->next;
    memcpy(next, starts, (size_t)encoder->steps * sizeof *next);
    for (int a = 0, n; a < n_active; a++) {
        const int *steps = steps_of(encoder, pixels[active[a]], &n);
        for (int j = 0; j < n; j++) ids[next[steps[j]]++] = (uint16_t)active[a];
    }
}

/* There is room for lists of so many spikes, and for what may be read beyond them. */
static bool fit(const relif_encoder *encoder, int n_spikes)
{
    const size_t words = relif_raster_words(encoder->range, encoder->steps);
    return encoder->range.end <= UINT16_MAX + 1 &&
           ((size_t)n_spikes + RELIF_LIST_GROUP) * sizeof(uint16_t) <=
               words * sizeof(relif_word);
}

void relif_encoder_encode(relif_encoder *encoder, const float *pixels, relif_word *trains)
{
    int *const starts = (int *)trains;
    trains += starts_words(encoder->steps, encoder->as_lists);
    const int n_active = encoder->as_lists ? lay_out(encoder, pixels, starts) : 0;
    if (encoder->as_lists && fit(encoder, starts[encoder->steps]))
        fill_lists(encoder, pixels, n_active, starts, (uint16_t *)trains);
    else
        encode_masks(encoder, pixels, trains);
}

relif_raster relif_encoder_raster(const relif_encoder *encoder, relif_word *trains, int n,
                                  relif_spike_lists *lists)
{
    const size_t pitch = relif_encoder_words(encoder);
    relif_word *const masks = trains + starts_words(encoder->steps, encoder->as_lists);
    relif_raster raster = relif_raster_of(encoder->range, masks, n, encoder->steps);
    raster.image_pitch = pitch;
    if (!encoder->as_lists) return raster;
    for (int i = 0; i < n; i++) {
        int *starts = (int *)(trains + (size_t)i * pitch);
        const bool is_list = fit(encoder, starts[encoder->steps]);
        lists[i] = (relif_spike_lists){
            is_list ? (uint16_t *)relif_raster_mask(&raster, i, 0) : NULL, starts};
    }
    raster.lists = lists;
    raster.n_lists = 1;
    return raster;
}
