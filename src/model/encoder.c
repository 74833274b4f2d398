/* Equation (15) on the grid: spike j of a train of r spikes per step falls on the first
 * step t with floor(r t + 1e-9) >= j. */
#include "relif/encoder.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

struct relif_encoder {
    relif_coding coding;
    relif_range range;
    int steps, n_images;
    relif_word *trains; /* [n_images][steps][words of range] */
};

relif_encoder *relif_encoder_create(const relif_coding *coding, relif_range range,
                                    int n_images)
{
    relif_encoder *encoder = relif_calloc(1, sizeof *encoder);
    encoder->coding = *coding;
    encoder->range = range;
    encoder->steps = relif_coding_steps(coding);
    encoder->n_images = n_images;
    encoder->trains = relif_calloc((size_t)n_images * (size_t)encoder->steps *
                                       (size_t)relif_spikes_words(range),
                                   sizeof(relif_word));
    return encoder;
}

void relif_encoder_destroy(relif_encoder *encoder)
{
    if (!encoder) return;
    free(encoder->trains);
    free(encoder);
}

static relif_word *train_at(const relif_encoder *encoder, int image, int t)
{
    return encoder->trains + ((size_t)image * (size_t)encoder->steps + (size_t)t) *
                                 (size_t)relif_spikes_words(encoder->range);
}

/* The step of spike j: a first guess by division, corrected by the rule itself. */
static int step_of_spike(double r, int j)
{
    int t = (int)ceil(((double)j - 1e-9) / r);
    while (t > 1 && floor(r * (double)(t - 1) + 1e-9) >= j) t--;
    while (floor(r * (double)t + 1e-9) < j) t++;
    return t;
}

void relif_encoder_load(relif_encoder *encoder, int image, const float *pixels)
{
    memset(train_at(encoder, image, 0), 0,
           (size_t)encoder->steps * (size_t)relif_spikes_words(encoder->range) *
               sizeof(relif_word));
    for (int i = encoder->range.first; i < encoder->range.end; i++) {
        if (pixels[i] == 0) continue;
        const double r =
            relif_coding_spikes_per_step(&encoder->coding, (double)pixels[i]);
        const int n = (int)floor(r * (double)encoder->steps + 1e-9);
        for (int j = 1; j <= n; j++)
            relif_spikes_set(train_at(encoder, image, step_of_spike(r, j) - 1),
                             encoder->range, i);
    }
}

const relif_word *relif_encoder_spikes(const relif_encoder *encoder, int image, int t)
{
    return train_at(encoder, image, t);
}
