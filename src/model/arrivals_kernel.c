/* The next batch of arrivals, for one instruction set (see listing.h for how). */
#include <string.h>

#include "isa.h"
#include "listing.h"

typedef int group __attribute__((vector_size(LIST_GROUP * sizeof(int)),
                                 aligned(sizeof(int)), may_alias));

#define INLINE static inline __attribute__((always_inline))

/* Fills starts from entry x, that of a column, up to and with entry end. */
INLINE int fill_starts(int *starts, int x, int end, int value)
{
    for (; x <= end; x += LIST_GROUP) *(group *)(starts + x) = value - (group){0};
    return end + 1;
}

/* The spikes of one step of a row, appended to the n before; returns their number. */
static int list_step(const struct relif_listing *listing, int y, int step,
                     struct listed_row *to, int n)
{
    const relif_shape in = listing->synapse->in;
    const relif_range input = listing->input.range;
    const int first = y * in.width * in.channels;
    const relif_range row = relif_range_intersect(
        (relif_range){first, first + in.width * in.channels}, input);
    const relif_word *mask = relif_raster_mask(&listing->input, listing->image, step);
    int *starts = to->starts + (size_t)step * listing->starts_pitch;
    const int end = relif_range_size(row) ? (row.end - 1) / RELIF_WORD_BITS + 1 : 0;
    int x = 0;
    for (int w = row.first / RELIF_WORD_BITS; w < end; w++) {
        relif_word bits = mask[w - input.first / RELIF_WORD_BITS];
        for (bits &= relif_spikes_edge(row, w); bits; bits &= bits - 1) {
            const int id = w * RELIF_WORD_BITS + __builtin_ctzll(bits) - first;
            const int column = (int)((id + 0.5) * listing->columns_per_id);
            x = fill_starts(starts, x, column, n);
            to->busy[column] |= (relif_word)1 << step;
            to->ids[n++] = id;
        }
    }
    fill_starts(starts, x, in.width, n);
    return n;
}

static void list_row(const struct relif_listing *listing, int y)
{
    const relif_shape in = listing->synapse->in;
    struct listed_row *to = &listing->listed[y % listing->synapse->kernel_height];
    if (to->image == listing->image && to->y == y) return;
    to->image = listing->image;
    to->y = y;
    memset(to->busy, 0, (size_t)in.width * sizeof *to->busy);
    for (int s = 0, n = 0; s < listing->input.steps; s++)
        n = list_step(listing, y, s, to, n);
}

/* What of a kernel that begins at a row or column lies inside an input of some size. */
INLINE relif_range inside(int begin, int kernel, int size)
{
    return relif_range_intersect((relif_range){begin, begin + kernel},
                                 (relif_range){0, size});
}

/* Lists the input rows under an output row, and when their columns have spikes. */
static void prepare_band(struct relif_listing *listing, int row)
{
    const relif_synapse *synapse = listing->synapse;
    const int width = synapse->in.width;
    const int top = row * synapse->stride - synapse->padding;
    const relif_range rows = inside(top, synapse->kernel_height, synapse->in.height);
    listing->band_image = listing->image;
    listing->band_row = row;
    listing->band_rows = 0;
    memset(listing->band, 0, (size_t)width * sizeof *listing->band);
    for (int y = rows.first; y < rows.end; y++) {
        const struct listed_row *from = &listing->listed[y % synapse->kernel_height];
        list_row(listing, y);
        for (int x = 0; x < width; x++) listing->band[x] |= from->busy[x];
        listing->rows[listing->band_rows++] =
            (struct band_row){from->ids, from->starts,
                              (y - top) * synapse->field_width * synapse->in.channels};
    }
}

/* Copies the weight rows of a field in a step; returns their number. left is the weight
 * row at which column 0 of the input would be. */
INLINE int copy_field(const struct relif_listing *listing, relif_range columns, int left,
                      int step, int *to)
{
    const size_t at = (size_t)step * listing->starts_pitch;
    int n = 0;
    for (int r = 0; r < listing->band_rows; r++) {
        const struct band_row *row = &listing->rows[r];
        const int *starts = row->starts + at, *ids = row->ids + starts[columns.first];
        const int count = starts[columns.end] - starts[columns.first];
        const int shift = row->first + left;
        *(group *)(to + n) = *(const group *)ids + shift;
        for (int i = LIST_GROUP; __builtin_expect(i < count, 0); i += LIST_GROUP)
            *(group *)(to + n + i) = *(const group *)(ids + i) + shift;
        n += count;
    }
    return n;
}

/* A field's lists, step after step; returns the steps that have any. */
static relif_word append_field(relif_arrivals *arrivals, int row, int column)
{
    struct relif_listing *listing = arrivals->listing;
    const relif_synapse *synapse = listing->synapse;
    const int left = column * synapse->stride - synapse->padding;
    const relif_range columns = inside(left, synapse->field_width, synapse->in.width);
    relif_word busy = 0;
    if (listing->band_image != listing->image || listing->band_row != row)
        prepare_band(listing, row);
    for (int x = columns.first; x < columns.end; x++) busy |= listing->band[x];
    for (relif_word left_over = busy; left_over; left_over &= left_over - 1) {
        const int n =
            copy_field(listing, columns, -left * synapse->in.channels,
                       __builtin_ctzll(left_over), arrivals->rows + arrivals->n_rows);
        arrivals->counts[arrivals->n_counts++] = n;
        arrivals->n_rows += n;
    }
    return busy;
}

/* All inputs, as in a linear layer: every spike is its own weight row. */
static relif_word append_whole(relif_arrivals *arrivals)
{
    struct relif_listing *listing = arrivals->listing;
    const relif_range input = listing->input.range;
    relif_word busy = 0;
    for (int s = 0; s < listing->input.steps; s++) {
        const int n =
            relif_spikes_list(relif_raster_mask(&listing->input, listing->image, s),
                              input, input, arrivals->rows + arrivals->n_rows);
        if (n == 0) continue;
        busy |= (relif_word)1 << s;
        arrivals->counts[arrivals->n_counts++] = n;
        arrivals->n_rows += n;
    }
    return busy;
}

/* Does the tile wait? It does not any more. */
INLINE bool take_waiting(const struct relif_listing *listing)
{
    relif_word *word = listing->waiting +
                       (size_t)listing->image * listing->waiting_words +
                       listing->tile / RELIF_WORD_BITS;
    const relif_word bit = (relif_word)1 << (listing->tile % RELIF_WORD_BITS);
    const bool waits = *word & bit;
    *word &= ~bit;
    return waits;
}

static void add_tile(relif_arrivals *arrivals)
{
    struct relif_listing *listing = arrivals->listing;
    const relif_slab *slab = &listing->synapse->slab;
    const int at = slab->first_tile + listing->tile;
    relif_visit visit = {.image = listing->image,
                         .tile = listing->tile,
                         .waits = take_waiting(listing),
                         .first_count = arrivals->n_counts,
                         .first_row = arrivals->n_rows};
    visit.busy = listing->synapse->whole
                     ? append_whole(arrivals)
                     : append_field(arrivals, at / slab->row_tiles,
                                    at % slab->row_tiles * slab->tile_width);
    if (visit.busy || visit.waits || listing->everywhere)
        arrivals->visits[arrivals->n_visits++] = visit;
}

INLINE bool is_full(const relif_arrivals *arrivals)
{
    const struct relif_listing *listing = arrivals->listing;
    return arrivals->n_visits == MOST_VISITS ||
           arrivals->n_rows >= listing->enough_rows ||
           arrivals->n_counts >= listing->enough_counts;
}

bool RELIF_OF_ISA(relif_arrivals_next)(relif_arrivals *arrivals)
{
    struct relif_listing *listing = arrivals->listing;
    arrivals->n_visits = arrivals->n_counts = arrivals->n_rows = 0;
    for (; listing->image < listing->input.n_images; listing->image++) {
        for (; listing->tile < listing->synapse->slab.n_tiles; listing->tile++) {
            if (is_full(arrivals)) return true;
            add_tile(arrivals);
        }
        listing->tile = 0;
    }
    return arrivals->n_visits > 0;
}
