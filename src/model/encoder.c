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
    size_t *known_places;      /* [N_KNOWN][steps] of the masks of the steps in which such
                                  a pixel fires, in an image's */
};

/* The train of a value met before, kept where the bits of the value lead. */
struct pixel_train {
    float value;
    bool there;
    int n; /* spikes */
};

enum { LOG_N_KNOWN = 10, N_KNOWN = 1 << LOG_N_KNOWN };

relif_encoder *relif_encoder_create(const relif_coding *coding, relif_range range,
                                    int n_images)
{
    relif_encoder *encoder = relif_calloc(1, sizeof *encoder);
    const int steps = relif_coding_steps(coding);
    relif_word *masks =
        relif_calloc((size_t)n_images * relif_raster_words(range, steps), sizeof *masks);
    encoder->coding = *coding;
    encoder->trains = relif_raster_of(range, masks, n_images, steps);
    encoder->known = relif_calloc(N_KNOWN, sizeof *encoder->known);
    encoder->known_places =
        relif_calloc(N_KNOWN * (size_t)steps, sizeof *encoder->known_places);
    return encoder;
}

void relif_encoder_destroy(relif_encoder *encoder)
{
    if (!encoder) return;
    free(encoder->trains.masks);
    free(encoder->known);
    free(encoder->known_places);
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

/* Finds the masks of the steps in which a pixel fires; returns their number. */
static int find_places(const relif_encoder *encoder, float value, size_t *places)
{
    const double r = relif_coding_spikes_per_step(&encoder->coding, (double)value);
    const int n = relif_coding_count(r, encoder->trains.steps);
    for (int j = 1; j <= n; j++)
        places[j - 1] = (size_t)(step_of_spike(r, j) - 1) * encoder->trains.step_pitch;
    return n;
}

static const size_t *places_of(relif_encoder *encoder, float value, int *n)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const size_t k = bits * UINT32_C(0x9e3779b1) >> (32 - LOG_N_KNOWN);
    struct pixel_train *known = &encoder->known[k];
    size_t *places = encoder->known_places + k * (size_t)encoder->trains.steps;
    if (!known->there || known->value != value)
        *known = (struct pixel_train){value, true, find_places(encoder, value, places)};
    *n = known->n;
    return places;
}

void relif_encoder_load(relif_encoder *encoder, int image, const float *pixels)
{
    const relif_raster trains = relif_raster_image(&encoder->trains, image);
    const relif_range range = trains.range;
    relif_raster_clear(&trains);
    for (int i = range.first; i < range.end; i++) {
        if (pixels[i] == 0) continue;
        int n;
        const size_t *places = places_of(encoder, pixels[i], &n);
        for (int j = 0; j < n; j++) relif_spikes_set(trains.masks + places[j], range, i);
    }
}

relif_raster relif_encoder_trains(const relif_encoder *encoder)
{
    return encoder->trains;
}
