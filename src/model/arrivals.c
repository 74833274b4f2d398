#include "relif/arrivals.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>

#include "listing.h"
#include "relif/memory.h"

static void create_rows(struct relif_listing *listing, int longest)
{
    const relif_synapse *synapse = listing->synapse;
    const size_t width = (size_t)synapse->in.width, steps = (size_t)longest;
    const size_t height = (size_t)synapse->kernel_height;
    const size_t spikes = steps * width * (size_t)synapse->in.channels;
    listing->starts_pitch = width + 1 + LIST_GROUP;
    listing->rows = relif_calloc(height, sizeof *listing->rows);
    listing->band = relif_calloc(width, sizeof *listing->band);
    listing->field = relif_calloc(height, sizeof *listing->field);
    listing->listed = relif_calloc(height, sizeof *listing->listed);
    for (size_t k = 0; k < height; k++)
        listing->listed[k] = (struct listed_row){
            .ids = relif_calloc(spikes + LIST_GROUP, sizeof(int)),
            .starts = relif_calloc(steps * listing->starts_pitch, sizeof(unsigned)),
            .busy = relif_calloc(width, sizeof(relif_word))};
}

static void create_currents(relif_arrivals *arrivals, int longest)
{
    const size_t counts = COUNTS_FOR_PARTS + (size_t)longest;
    arrivals->currents =
        relif_calloc_aligned(counts * RELIF_BLOCK_LANES, sizeof *arrivals->currents);
    arrivals->reached = relif_calloc(counts, sizeof *arrivals->reached);
}

relif_arrivals *relif_arrivals_create(const relif_synapse *synapse, int longest)
{
    relif_arrivals *arrivals = relif_calloc(1, sizeof *arrivals);
    struct relif_listing *listing = relif_calloc(1, sizeof *listing);
    const relif_range tiles = {0, synapse->slab.n_tiles};
    const size_t most_rows = (size_t)longest * (size_t)synapse->taps;
    const bool parts = synapse->part_taps < synapse->taps;
    listing->synapse = synapse;
    listing->column_per_id =
        (((uint64_t)1 << COLUMN_SHIFT) + (uint64_t)synapse->in.channels - 1) /
        (uint64_t)synapse->in.channels;
    listing->waiting_words = (size_t)relif_spikes_words(tiles);
    listing->enough_rows = parts ? ROWS_FOR_PARTS : ROWS_IN_CACHE;
    listing->enough_counts = parts ? COUNTS_FOR_PARTS : INT_MAX;
    listing->longest = longest;
    arrivals->listing = listing;
    arrivals->visits = relif_calloc(MOST_VISITS, sizeof *arrivals->visits);
    arrivals->counts =
        relif_calloc(MOST_VISITS * (size_t)longest, sizeof *arrivals->counts);
    arrivals->rows = relif_calloc((size_t)listing->enough_rows + most_rows + LIST_GROUP,
                                  sizeof *arrivals->rows);
    if (parts) create_currents(arrivals, longest);
    if (!synapse->whole) create_rows(listing, longest);
    return arrivals;
}

void relif_arrivals_destroy(relif_arrivals *arrivals)
{
    if (!arrivals) return;
    struct relif_listing *listing = arrivals->listing;
    for (int k = 0; listing->listed && k < listing->synapse->kernel_height; k++) {
        free(listing->listed[k].ids);
        free(listing->listed[k].starts);
        free(listing->listed[k].busy);
    }
    free(listing->listed);
    free(listing->rows);
    free(listing->band);
    free(listing->field);
    free(listing);
    free(arrivals->visits);
    free(arrivals->counts);
    free(arrivals->rows);
    free(arrivals->currents);
    free(arrivals->reached);
    free(arrivals);
}

void relif_arrivals_begin(relif_arrivals *arrivals, const relif_raster *input,
                          relif_word *waiting, bool everywhere)
{
    struct relif_listing *listing = arrivals->listing;
    assert(input->steps <= listing->longest || listing->synapse->whole);
    listing->input = *input;
    listing->waiting = waiting;
    listing->everywhere = everywhere;
    listing->image = listing->step = listing->tile = 0;
    listing->band_image = -1;
    for (int k = 0; listing->listed && k < listing->synapse->kernel_height; k++)
        listing->listed[k].image = -1;
}
