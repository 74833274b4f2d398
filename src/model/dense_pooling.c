/*
 * max:  y[c] = max over the window's taps inside the input of x[tap][c]
 * mean: y[c] = sum over the window's taps inside the input of x[tap][c] / kernel area
 */
#include "relif/dense_pooling.h"

#include <math.h>
#include <string.h>

#include "relif/patches.h"

/* One tap of one window: channels values of the input, of the output. */
typedef void (*forward_tap)(int channels, const float *in, float *out);
typedef void (*backward_tap)(int channels, const float *in, const float *out,
                             float *out_gradient, float *in_gradient);

static void raise_to(int channels, const float *restrict in, float *restrict out)
{
    /* a value that is not a number wins and stays, so that nobody overlooks it */
    for (int c = 0; c < channels; c++)
        out[c] = in[c] > out[c] || in[c] != in[c] ? in[c] : out[c];
}

static void add_to(int channels, const float *restrict in, float *restrict out)
{
    for (int c = 0; c < channels; c++) out[c] += in[c];
}

/* The first tap that equals the output is the winner; it leaves no gradient to others. */
static void give_to_winner(int channels, const float *restrict in,
                           const float *restrict out, float *restrict out_gradient,
                           float *restrict in_gradient)
{
    for (int c = 0; c < channels; c++) {
        const float gradient = out_gradient[c];
        const float taken = in[c] != out[c] ? 0.0f : gradient;
        out_gradient[c] = in[c] != out[c] ? gradient : 0.0f;
        in_gradient[c] += taken;
    }
}

static void give_to_all(int channels, const float *in, const float *out,
                        float *restrict out_gradient, float *restrict in_gradient)
{
    (void)in;
    (void)out;
    for (int c = 0; c < channels; c++) in_gradient[c] += out_gradient[c];
}

typedef struct window {
    relif_taps rows, columns;
} window;

static window window_at(const relif_layer *layer, int position)
{
    return (window){relif_taps_inside(layer, position / layer->out.width,
                                      layer->kernel_height, layer->in.height),
                    relif_taps_inside(layer, position % layer->out.width,
                                      layer->kernel_width, layer->in.width)};
}

/* Index in an image of the first value of a tap. */
static size_t tap_offset(const relif_layer *layer, window w, int row, int column)
{
    const size_t pixel = (size_t)(w.rows.origin + row) * (size_t)layer->in.width +
                         (size_t)(w.columns.origin + column);
    return pixel * (size_t)layer->in.channels;
}

static void fill(float value, size_t count, float *values)
{
    for (size_t i = 0; i < count; i++) values[i] = value;
}

static void divide(float divisor, size_t count, float *values)
{
    for (size_t i = 0; i < count; i++) values[i] /= divisor;
}

static float kernel_area(const relif_layer *layer)
{
    return (float)(layer->kernel_height * layer->kernel_width);
}

void relif_dense_pooling_forward(const relif_layer *layer, int n, const float *input,
                                 float *output)
{
    const bool max = layer->kind == RELIF_LAYER_MAX_POOL2D;
    const forward_tap visit = max ? raise_to : add_to;
    const int channels = layer->in.channels;
    const int positions = layer->out.height * layer->out.width;
    const size_t in_size = (size_t)relif_shape_size(layer->in);
    const size_t count = (size_t)n * (size_t)relif_shape_size(layer->out);
    fill(max ? -INFINITY : 0.0f, count, output);
    float *out = output;
    for (int i = 0; i < n; i++, input += in_size)
        for (int p = 0; p < positions; p++, out += channels) {
            const window w = window_at(layer, p);
            for (int row = w.rows.first; row < w.rows.end; row++)
                for (int column = w.columns.first; column < w.columns.end; column++)
                    visit(channels, input + tap_offset(layer, w, row, column), out);
        }
    if (!max) divide(kernel_area(layer), count, output);
}

void relif_dense_pooling_backward(const relif_layer *layer, int n, const float *input,
                                  const float *output, float *output_gradient,
                                  float *input_gradient)
{
    const bool max = layer->kind == RELIF_LAYER_MAX_POOL2D;
    const backward_tap visit = max ? give_to_winner : give_to_all;
    const int channels = layer->in.channels;
    const int positions = layer->out.height * layer->out.width;
    const size_t in_size = (size_t)relif_shape_size(layer->in);
    const size_t count = (size_t)n * (size_t)relif_shape_size(layer->out);
    memset(input_gradient, 0, (size_t)n * in_size * sizeof *input_gradient);
    if (!max) divide(kernel_area(layer), count, output_gradient);
    for (size_t at = 0; at < count; at += (size_t)channels) {
        const size_t position = at / (size_t)channels;
        const size_t image = position / (size_t)positions * in_size;
        const window w = window_at(layer, (int)(position % (size_t)positions));
        for (int row = w.rows.first; row < w.rows.end; row++)
            for (int column = w.columns.first; column < w.columns.end; column++) {
                const size_t tap = image + tap_offset(layer, w, row, column);
                visit(channels, input + tap, output + at, output_gradient + at,
                      input_gradient + tap);
            }
    }
}
