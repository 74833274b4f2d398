/*
 * How arrivals are found in the masks of a stretch. Private to src/model.
 *
 * A row of the input is listed once a stretch: for each step its spikes, ascending, and
 * where each column begins among them; for each column the steps in which it has any.
 * The part of a receptive field in that row is then one piece of a list, to be copied
 * with an offset: spike (column, channel) is weight row
 *     (ky field_width + column - left) channels + channel.
 * The rows under one output row stay listed while the next output row needs them.
 */
#ifndef RELIF_LISTING_H
#define RELIF_LISTING_H

#include "relif/arrivals.h"

/* Copies go in groups, and may write that many beyond the end. */
enum { LIST_GROUP = RELIF_LIST_GROUP };

/* A batch ends with the visit that reaches one of these. Where weights come in parts,
 * each part is brought into the cache once for all of it. */
enum {
    MOST_VISITS = 512,
    ROWS_IN_CACHE = 16 << 10,
    ROWS_FOR_PARTS = 256 << 10,
    COUNTS_FOR_PARTS = 1 << 10
};

/* Spike id of a row is in column id * column_per_id >> COLUMN_SHIFT = id / channels:
 * exact while id * channels < 2^40. */
enum { COLUMN_SHIFT = 40 };

/* An input row through the stretch. */
struct listed_row {
    int image, y;     /* image -1: nothing is listed here */
    int *ids;         /* column * channels + channel of the spikes, step after step */
    unsigned *starts; /* [steps][starts_pitch] first entry of ids at or after a column */
    relif_word *busy; /* [in.width] steps in which a column has spikes */
};

/* The same, as part of the fields of an output row: its first tap is weight row first. */
struct band_row {
    const int *ids;
    const unsigned *starts;
    int first;
};

/* The same, as part of one field. */
struct field_row {
    const int *ids;
    const unsigned *starts; /* of the field's first column in step 0 */
    int shift[LIST_GROUP];  /* from ids to weight rows, the same for all */
};

struct relif_listing {
    const relif_synapse *synapse;
    relif_raster input;
    relif_word *waiting;
    bool everywhere;
    int longest;                    /* steps of a stretch, at most */
    int image, step, tile;          /* what comes next: step begins a stretch */
    int enough_rows, enough_counts; /* to end a batch */
    size_t waiting_words;           /* of an image */
    size_t starts_pitch;            /* columns and their end, and room for a group */
    uint64_t column_per_id;         /* 1 / in.channels, shifted and rounded up */
    struct listed_row *listed; /* [kernel_height] input row y is at y % kernel_height */
    /* what the tiles of an output row have under them */
    int band_image, band_row, band_rows;
    struct band_row *rows;   /* [kernel_height] */
    relif_word *band;        /* [in.width] steps in which a column has spikes */
    struct field_row *field; /* [kernel_height] the rows under the current tile */
};

#endif
