#include "visits.h"

#include <string.h>

row_span relif_visits_span(const relif_synapse *synapse, int row)
{
    const int width = synapse->out.width;
    const int first = synapse->slab.first_position - row * width;
    const int end = first + synapse->slab.n_positions;
    return (row_span){row, first < 0 ? 0 : first, end > width ? width : end};
}

relif_word *relif_visits_pending(const relif_lif *lif, int image, int block, int row)
{
    const relif_synapse *synapse = lif->synapse;
    const int first_row = synapse->slab.first_position / synapse->out.width;
    const size_t images = (size_t)image * (size_t)synapse->slab.n_blocks + (size_t)block;
    return lif->pending + images * lif->pending_words +
           (size_t)(row - first_row) *
               (size_t)relif_synapse_column_words(synapse->out.width);
}

/* Adds the output columns that see an input column. */
static void add_reached(const relif_synapse *synapse, int column, relif_word *visits)
{
    const relif_range columns = {0, synapse->out.width};
    const int first = synapse->reach_first[column];
    const int reached = synapse->reach_end[column] - first;
    if (reached >= RELIF_WORD_BITS)
        memset(visits, 0xff, (size_t)relif_spikes_words(columns) * sizeof *visits);
    else if (reached > 0)
        relif_spikes_put(visits, columns, first, ((relif_word)1 << reached) - 1);
}

/* Adds what is reached from the occupied columns of the input rows under an output row.
 */
static void add_row(const relif_synapse *synapse, const relif_arrivals *arrivals, int row)
{
    const int words = relif_synapse_column_words(synapse->in.width);
    int top = row * synapse->stride - synapse->padding;
    int bottom = top + synapse->kernel_height;
    if (top < 0) top = 0;
    if (bottom > synapse->in.height) bottom = synapse->in.height;
    for (int w = 0; w < words; w++) {
        relif_word band = 0;
        for (int y = top; y < bottom; y++) band |= arrivals->occupied[y * words + w];
        for (; band; band &= band - 1)
            add_reached(synapse, w * RELIF_WORD_BITS + __builtin_ctzll(band),
                        arrivals->visits);
    }
}

void relif_visits_choose(const relif_lif *lif, const relif_arrivals *arrivals,
                         const relif_word *pending, row_span span)
{
    const relif_synapse *synapse = lif->synapse;
    const int words = relif_synapse_column_words(synapse->out.width);
    const bool all = lif->leaky || lif->biased || (synapse->whole && arrivals->n_ids > 0);
    for (int w = 0; w < words; w++)
        arrivals->visits[w] = all ? ~(relif_word)0 : pending[w];
    if (!all && !synapse->whole) add_row(synapse, arrivals, span.row);
    for (int w = 0; w < words; w++)
        arrivals->visits[w] &= relif_spikes_edge((relif_range){span.first, span.end}, w);
}
