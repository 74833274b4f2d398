/*
 * ReLU outputs beside spike counts of image 0: every recorded layer with rows and columns
 * as tiles, one a channel; of the dense layers the last hidden one (the last of all if
 * there is no other), its neurons in rows of a square.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "heat_pair.h"
#include "recorded_layer.h"
#include "relif/memory.h"
#include "relif/text.h"
#include "report.h"
#include "vector.h"

enum { PATH_SIZE = 512 };

typedef struct shape {
    int64_t channels, height, width;
} shape;

static relif_err read_shape(const relif_recorded_layer *layer, shape *found)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "/layers/%s", layer->name);
    *found = (shape){layer->n_neurons, 1, 1};
    if (!relif_archive_has_attribute(layer->archive, path, "height")) return RELIF_OK;
    relif_err err =
        relif_archive_get_int(layer->archive, path, "channels", &found->channels);
    if (err == RELIF_OK)
        err = relif_archive_get_int(layer->archive, path, "height", &found->height);
    if (err == RELIF_OK)
        err = relif_archive_get_int(layer->archive, path, "width", &found->width);
    if (err == RELIF_OK &&
        (found->channels < 1 || found->height < 1 || found->width < 1 ||
         found->channels * found->height * found->width != layer->n_neurons))
        err = relif_fail(RELIF_ERR_FORMAT,
                         "layer '%s': its shape is not that of its %lld neurons",
                         layer->name, (long long)layer->n_neurons);
    return err;
}

static int64_t square_side(int64_t n)
{
    int64_t side = 1;
    while (side * side < n) side++;
    return side;
}

/* A dense layer is one tile whose cells are its neurons. */
static relif_heat_tiles tiles_of(const shape *of)
{
    const int across = (int)square_side(of->channels);
    const int down = (int)((of->channels + across - 1) / across);
    if (of->height * of->width == 1)
        return (relif_heat_tiles){
            .across = 1, .down = 1, .width = across, .height = down};
    return (relif_heat_tiles){.across = across,
                              .down = down,
                              .width = (int)of->width,
                              .height = (int)of->height};
}

/* Canonical order (row, column, channel) into rows of the picture. */
static void arrange(const shape *of, const relif_heat_tiles *tiles, const double *values,
                    double *cells)
{
    const bool dense = of->height * of->width == 1;
    const int64_t per_row = dense ? tiles->width : tiles->across;
    const int64_t columns = (int64_t)tiles->across * tiles->width;
    const int64_t n = columns * tiles->down * tiles->height;
    for (int64_t i = 0; i < n; i++) cells[i] = (double)NAN;
    for (int64_t y = 0; y < of->height; y++)
        for (int64_t x = 0; x < of->width; x++)
            for (int64_t c = 0; c < of->channels; c++)
                cells[((c / per_row) * of->height + y) * columns +
                      (c % per_row) * of->width + x] =
                    values[(y * of->width + x) * of->channels + c];
}

static relif_err draw(const relif_recorded_layer *layer, const shape *of,
                      const char *folder, const char *name)
{
    const relif_heat_tiles tiles = tiles_of(of);
    const size_t n_cells = (size_t)tiles.across * (size_t)tiles.width *
                           (size_t)tiles.down * (size_t)tiles.height;
    double *values = relif_calloc((size_t)layer->n_neurons, sizeof *values);
    double *cells = relif_calloc(2 * n_cells, sizeof *cells);
    const relif_layer_box box = {0, 1, 0, layer->n_neurons};
    relif_err err = RELIF_OK;
    for (int p = 0; p < 2 && err == RELIF_OK; p++) {
        err = relif_recorded_layer_read(
            layer, p == 0 ? RELIF_SERIES_RELU : RELIF_SERIES_SPIKES, box, values);
        arrange(of, &tiles, values, cells + (size_t)p * n_cells);
    }
    const relif_heat_panel panels[] = {{"ReLU outputs", cells},
                                       {"spike counts", cells + n_cells}};
    if (err == RELIF_OK) err = relif_heat_pair_draw(folder, name, &tiles, panels);
    free(values);
    free(cells);
    return err;
}

static relif_err add_layer(const relif_report_source *source, relif_page *page,
                           const relif_recorded_layer *layer, const shape *of)
{
    relif_text what = {0};
    relif_text_append(&what, "%s_image_0_%s", source->stem, layer->name);
    char *name = relif_page_figure_name(page, what.bytes);
    relif_err err = draw(layer, of, relif_page_folder(page), name);
    if (err == RELIF_OK && of->height * of->width > 1)
        err = relif_page_figure(
            page, name,
            "Layer %s for image 0: feature maps of the ReLU network (left) beside the "
            "spike counts of the spiking network (right), one tile for each of %lld "
            "channels of %lld x %lld neurons.",
            layer->name, (long long)of->channels, (long long)of->height,
            (long long)of->width);
    else if (err == RELIF_OK)
        err = relif_page_figure(
            page, name,
            "Layer %s for image 0: ReLU outputs (left) beside spike counts (right) of "
            "%lld neurons, in rows from the top left.",
            layer->name, (long long)of->channels);
    free(name);
    relif_text_release(&what);
    return err;
}

static bool is_recorded(relif_archive *archive, const char *name)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "/layers/%s/activations", name);
    if (!relif_archive_has(archive, path)) return false;
    snprintf(path, sizeof path, "/layers/%s/spike_counts", name);
    return relif_archive_has(archive, path);
}

/* The layer if it has rows and columns, or if it is the dense one that is shown. */
static relif_err add_if_shown(const relif_report_source *source, relif_page *page,
                              const char *name, bool shown_if_dense)
{
    relif_recorded_layer layer;
    shape of;
    relif_err err = relif_recorded_layer_find(source->archive, name, &layer);
    if (err != RELIF_OK) return err;
    err = read_shape(&layer, &of);
    if (err == RELIF_OK && (of.height * of.width > 1 || shown_if_dense))
        err = add_layer(source, page, &layer, &of);
    relif_recorded_layer_release(&layer);
    return err;
}

relif_err relif_report_layers(const relif_report_source *source, relif_page *page)
{
    char **names = NULL;
    int n = 0, dense = -1;
    bool any = false;
    relif_err err = relif_archive_read_names(source->archive, "/layer_names", &names, &n);
    for (int l = 0; l < n; l++) {
        if (!is_recorded(source->archive, names[l])) continue;
        any = true;
        if (l < n - 1 || dense < 0) dense = l;
    }
    if (any) relif_page_heading(page, "Spike counts beside ReLU outputs");
    for (int l = 0; l < n && err == RELIF_OK; l++)
        if (is_recorded(source->archive, names[l]))
            err = add_if_shown(source, page, names[l], l == dense);
    relif_names_release(names, n);
    return err;
}
