/*
 * patch(y, x)[ky][kx][c] = image[y stride + ky - padding][x stride + kx - padding][c],
 * 0 outside of the image.
 */
#include "relif/patches.h"

#include <string.h>

bool relif_patches_are_input(const relif_layer *layer)
{
    const int height = layer->kernel_height, width = layer->kernel_width;
    if (layer->padding != 0) return false;
    return (height == layer->in.height && width == layer->in.width) ||
           (height == 1 && width == 1 && layer->stride == 1);
}

/* Most windows touch no border: a test is cheaper than a call for nothing. */
static void clear(float *values, size_t count)
{
    if (count > 0) memset(values, 0, count * sizeof *values);
}

static void gather_one(const relif_layer *layer, relif_taps rows, relif_taps columns,
                       const float *image, float *patch)
{
    const size_t channels = (size_t)layer->in.channels;
    const size_t run = (size_t)layer->kernel_width * channels;
    const size_t left = (size_t)columns.first * channels;
    const size_t right = (size_t)columns.end * channels;
    if (left == right) rows.end = rows.first;
    clear(patch, (size_t)rows.first * run);
    for (int tap = rows.first; tap < rows.end; tap++) {
        const size_t pixel = (size_t)(rows.origin + tap) * (size_t)layer->in.width +
                             (size_t)(columns.origin + columns.first);
        float *out = patch + (size_t)tap * run;
        clear(out, left);
        memcpy(out + left, image + pixel * channels, (right - left) * sizeof *out);
        clear(out + right, run - right);
    }
    clear(patch + (size_t)rows.end * run,
          (size_t)(layer->kernel_height - rows.end) * run);
}

void relif_patches_gather(const relif_layer *layer, int first_row, int n_rows,
                          const float *images, float *patches)
{
    const size_t size = (size_t)relif_shape_size(layer->in);
    const size_t length = (size_t)relif_patches_length(layer);
    for (int r = first_row; r < first_row + n_rows; r++) {
        const float *image = images + (size_t)(r / layer->out.height) * size;
        const relif_taps rows = relif_taps_inside(layer, r % layer->out.height,
                                                  layer->kernel_height, layer->in.height);
        for (int x = 0; x < layer->out.width; x++, patches += length) {
            const relif_taps columns =
                relif_taps_inside(layer, x, layer->kernel_width, layer->in.width);
            gather_one(layer, rows, columns, image, patches);
        }
    }
}

static void scatter_one(const relif_layer *layer, relif_taps rows, relif_taps columns,
                        const float *patch, float *image)
{
    const size_t channels = (size_t)layer->in.channels;
    const size_t count = (size_t)(columns.end - columns.first) * channels;
    if (count == 0) return;
    for (int tap = rows.first; tap < rows.end; tap++) {
        const size_t pixel = (size_t)(rows.origin + tap) * (size_t)layer->in.width +
                             (size_t)(columns.origin + columns.first);
        const float *restrict in =
            patch + (size_t)(tap * layer->kernel_width + columns.first) * channels;
        float *restrict out = image + pixel * channels;
        for (size_t i = 0; i < count; i++) out[i] += in[i];
    }
}

void relif_patches_scatter(const relif_layer *layer, int first_row, int n_rows,
                           const float *patches, float *images)
{
    const size_t size = (size_t)relif_shape_size(layer->in);
    const size_t length = (size_t)relif_patches_length(layer);
    for (int r = first_row; r < first_row + n_rows; r++) {
        float *image = images + (size_t)(r / layer->out.height) * size;
        const relif_taps rows = relif_taps_inside(layer, r % layer->out.height,
                                                  layer->kernel_height, layer->in.height);
        for (int x = 0; x < layer->out.width; x++, patches += length) {
            const relif_taps columns =
                relif_taps_inside(layer, x, layer->kernel_width, layer->in.width);
            scatter_one(layer, rows, columns, patches, image);
        }
    }
}
