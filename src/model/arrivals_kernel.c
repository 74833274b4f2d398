/* The next batch of arrivals, for one instruction set (see listing.h for how). */
#include <string.h>

#include "isa.h"
#include "listing.h"

typedef int group __attribute__((vector_size(LIST_GROUP * sizeof(int)),
                                 aligned(sizeof(int)), may_alias));
typedef uint16_t short_group __attribute__((vector_size(LIST_GROUP * sizeof(uint16_t)),
                                            aligned(sizeof(uint16_t)), may_alias));

#define INLINE static inline __attribute__((always_inline))

/* Fills starts from entry x, that of a column, up to and with entry end. */
INLINE int fill_starts(unsigned *starts, int x, int end, int value)
{
    int to = x;
    do *(group *)(starts + to) = value - (group){0};
    while ((to += LIST_GROUP) <= end);
    return end + 1;
}

/* The spikes of one step of a row, appended to the n before; returns their number. */
INLINE int list_step(const struct relif_listing *listing, relif_range row, int first,
                     int step, struct listed_row *to, int n)
{
    const relif_range input = listing->input.range;
    const relif_word *mask = relif_raster_mask(&listing->input, listing->image, step);
    unsigned *starts = to->starts + (size_t)step * listing->starts_pitch;
    int *ids = to->ids, x = 0;
    const int end = n + relif_spikes_list(mask, input, row, ids + n);
    for (; n < end; n++) {
        const int id = ids[n] - first;
        const int column = (int)(((uint64_t)id * listing->column_per_id) >> COLUMN_SHIFT);
        x = fill_starts(starts, x, column, n);
        to->busy[column] |= (relif_word)1 << step;
        ids[n] = id;
    }
    fill_starts(starts, x, listing->synapse->in.width, n);
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
    const int first = y * in.width * in.channels;
    const relif_range row = relif_range_intersect(
        (relif_range){first, first + in.width * in.channels}, listing->input.range);
    for (int s = 0, n = 0; s < listing->input.steps; s++)
        n = list_step(listing, row, first, s, to, n);
}

/* Lists the input rows under an output row, and when their columns have spikes. */
static void prepare_band(struct relif_listing *listing, int row)
{
    const relif_synapse *synapse = listing->synapse;
    const int width = synapse->in.width;
    const int top = row * synapse->stride - synapse->padding;
    const relif_range rows =
        relif_range_window(top, synapse->kernel_height, synapse->in.height);
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

/* Copies the weight rows of a field in a step; returns the end of them. The field's
 * columns end at starts[span]. */
INLINE int *copy_field(const struct field_row *rows, int n_rows, size_t at, size_t span,
                       int *to)
{
#pragma GCC unroll 8
    for (int r = 0; r < n_rows; r++) {
        const unsigned *starts = rows[r].starts + at;
        const unsigned count = starts[span] - starts[0];
        const int *ids = rows[r].ids + starts[0];
        const group shift = *(const group *)rows[r].shift;
        *(group *)to = *(const group *)ids + shift;
        for (unsigned i = LIST_GROUP; __builtin_expect(i < count, 0); i += LIST_GROUP)
            *(group *)(to + i) = *(const group *)(ids + i) + shift;
        to += count;
    }
    return to;
}

/* The rows under a tile. left is the weight row at which column 0 of the input would be.
 */
INLINE void narrow_band(const struct relif_listing *listing, int first_column, int left)
{
    for (int r = 0; r < listing->band_rows; r++) {
        const struct band_row *row = &listing->rows[r];
        struct field_row *to = &listing->field[r];
        to->ids = row->ids;
        to->starts = row->starts + first_column;
        *(group *)to->shift = row->first + left - (group){0};
    }
}

/* Lists a field of n_rows rows in some steps. */
INLINE void copy_steps(relif_arrivals *arrivals, int n_rows, size_t span,
                       relif_word steps)
{
    const struct relif_listing *listing = arrivals->listing;
    const struct field_row *rows = listing->field;
    const size_t pitch = listing->starts_pitch;
    int *to = arrivals->rows + arrivals->n_rows;
    int *count = arrivals->counts + arrivals->n_counts;
    for (; steps; steps &= steps - 1) {
        int *const begin = to;
        const size_t step = (size_t)__builtin_ctzll(steps);
        to = copy_field(rows, n_rows, step * pitch, span, to);
        *count++ = (int)(to - begin);
    }
    arrivals->n_rows = (int)(to - arrivals->rows);
    arrivals->n_counts = (int)(count - arrivals->counts);
}

/* A field's lists, step after step; returns the steps that have any. */
static relif_word append_field(relif_arrivals *arrivals, int row, int column)
{
    struct relif_listing *listing = arrivals->listing;
    const relif_synapse *synapse = listing->synapse;
    const int left = column * synapse->stride - synapse->padding;
    const relif_range columns =
        relif_range_window(left, synapse->field_width, synapse->in.width);
    const size_t span = (size_t)relif_range_size(columns);
    relif_word busy = 0;
    if (listing->band_image != listing->image || listing->band_row != row)
        prepare_band(listing, row);
    for (int x = columns.first; x < columns.end; x++) busy |= listing->band[x];
    if (!busy) return 0;
    narrow_band(listing, columns.first, -left * synapse->in.channels);
    switch (listing->band_rows) { /* the usual ones without a loop over rows */
    case 3: copy_steps(arrivals, 3, span, busy); break;
    case 5: copy_steps(arrivals, 5, span, busy); break;
    default: copy_steps(arrivals, listing->band_rows, span, busy); break;
    }
    return busy;
}

INLINE int *copy_ids(const uint16_t *ids, int n, int *to)
{
    for (int i = 0; i < n; i += LIST_GROUP)
        *(group *)(to + i) =
            __builtin_convertvector(*(const short_group *)(ids + i), group);
    return to + n;
}

/* One after the other, the lists of some steps are one list. */
static relif_word append_list(relif_arrivals *arrivals, const relif_spike_lists *list,
                              int first, int steps)
{
    const int *starts = list->starts + first;
    const int n = starts[steps] - starts[0];
    relif_word busy = 0;
    copy_ids(list->ids + starts[0], n, arrivals->rows + arrivals->n_rows);
    for (int s = 0; s < steps; s++) {
        const int count = starts[s + 1] - starts[s];
        arrivals->counts[arrivals->n_counts] = count;
        arrivals->n_counts += count > 0;
        busy |= (relif_word)(count > 0) << s;
    }
    arrivals->n_rows += n;
    return busy;
}

/* Each step is a piece of each list. */
static relif_word append_lists(relif_arrivals *arrivals, int first, int steps)
{
    const struct relif_listing *listing = arrivals->listing;
    const relif_raster *input = &listing->input;
    int *to = arrivals->rows + arrivals->n_rows;
    relif_word busy = 0;
    for (int s = 0; s < steps; s++) {
        int *const begin = to;
        for (int k = 0; k < input->n_lists; k++) {
            const relif_spike_lists *list = relif_raster_lists(input, k) + listing->image;
            const int *starts = list->starts + input->first_step + first + s;
            to = copy_ids(list->ids + starts[0], starts[1] - starts[0], to);
        }
        arrivals->counts[arrivals->n_counts] = (int)(to - begin);
        arrivals->n_counts += to > begin;
        busy |= (relif_word)(to > begin) << s;
    }
    arrivals->n_rows = (int)(to - arrivals->rows);
    return busy;
}

static relif_word append_masks(relif_arrivals *arrivals, int first, int steps)
{
    const struct relif_listing *listing = arrivals->listing;
    const relif_raster *input = &listing->input;
    relif_word busy = 0;
    for (int s = 0; s < steps; s++) {
        const int n = relif_spikes_list(
            relif_raster_mask(input, listing->image, first + s), input->range,
            input->range, arrivals->rows + arrivals->n_rows);
        if (n == 0) continue;
        busy |= (relif_word)1 << s;
        arrivals->counts[arrivals->n_counts++] = n;
        arrivals->n_rows += n;
    }
    return busy;
}

/* All inputs, as in a linear layer: every spike is its own weight row. */
static relif_word append_whole(relif_arrivals *arrivals, int first, int steps)
{
    const struct relif_listing *listing = arrivals->listing;
    const relif_raster *input = &listing->input;
    const relif_spike_lists *list = input->lists ? &input->lists[listing->image] : NULL;
    if (!list || !list->ids) return append_masks(arrivals, first, steps);
    return input->n_lists == 1
               ? append_list(arrivals, list, input->first_step + first, steps)
               : append_lists(arrivals, first, steps);
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
    const int left = listing->input.steps - listing->step;
    const bool all = listing->everywhere || listing->input.steps > listing->longest;
    relif_visit visit = {.image = listing->image,
                         .tile = listing->tile,
                         .first_step = listing->step,
                         .steps = left < listing->longest ? left : listing->longest,
                         .follows = listing->step > 0 && arrivals->n_visits > 0,
                         .waits = take_waiting(listing),
                         .first_count = arrivals->n_counts,
                         .first_row = arrivals->n_rows};
    visit.busy = listing->synapse->whole
                     ? append_whole(arrivals, visit.first_step, visit.steps)
                     : append_field(arrivals, at / slab->row_tiles,
                                    at % slab->row_tiles * slab->tile_width);
    if (visit.busy || visit.waits || all) arrivals->visits[arrivals->n_visits++] = visit;
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
        for (; listing->step < listing->input.steps; listing->step += listing->longest) {
            for (; listing->tile < listing->synapse->slab.n_tiles; listing->tile++) {
                if (is_full(arrivals)) return true;
                add_tile(arrivals);
            }
            listing->tile = 0;
        }
        listing->step = 0;
    }
    return arrivals->n_visits > 0;
}

/* The set bits of a word, counted from start, as relif_word_list lists them. */
INLINE uint16_t *list_word(relif_word bits, int start, uint16_t *ids)
{
    uint16_t *const end = ids + relif_word_count(bits);
#pragma GCC unroll 8
    for (int i = 0; i < RELIF_SPIKES_FEW; i++, bits &= bits - 1)
        ids[i] = (uint16_t)(start + relif_word_lowest(bits));
    for (ids += RELIF_SPIKES_FEW; bits; bits &= bits - 1)
        *ids++ = (uint16_t)(start + __builtin_ctzll(bits));
    return end;
}

void RELIF_OF_ISA(relif_list)(const relif_raster *raster, const relif_spike_lists *lists)
{
    const int words = relif_spikes_words(raster->range);
    const int first = raster->range.first / RELIF_WORD_BITS * RELIF_WORD_BITS;
    for (int i = 0; i < raster->n_images; i++) {
        int *starts = lists[i].starts + raster->first_step;
        uint16_t *to = lists[i].ids + *starts;
        for (int s = 0; s < raster->steps; s++) {
            const relif_word *mask = relif_raster_mask(raster, i, s);
            for (int w = 0; w < words; w++)
                to = list_word(mask[w], first + w * RELIF_WORD_BITS, to);
            *++starts = (int)(to - lists[i].ids);
        }
    }
}
