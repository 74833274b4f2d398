#include "relif/input.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "relif/encoder.h"
#include "relif/memory.h"
#include "relif/shared.h"

static void read_array(const void *self, int image, float *pixels)
{
    const relif_pixel_array *array = self;
    const size_t size = (size_t)array->image_size;
    memcpy(pixels, array->pixels + (size_t)image * size, size * sizeof *pixels);
}

relif_pixel_source relif_pixel_array_source(const relif_pixel_array *array)
{
    return (relif_pixel_source){read_array, array};
}

struct batch {
    int n;                /* images */
    MPI_Request complete; /* all ranks that share have encoded their images */
};

/* What ranks share; trains of all batches follow. */
struct board {
    _Alignas(64) _Atomic int64_t taken; /* images of all batches so far */
};

static void await_all(struct batch *batch)
{
    /* The checker does not know that MPI_Ibarrier makes requests.
     * NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker) */
    MPI_Wait(&batch->complete, MPI_STATUS_IGNORE);
}

struct relif_input {
    relif_encoder *encoder;
    relif_range needed;
    relif_context *sharers; /* ranks that encode for each other; NULL: alone */
    relif_shared *memory;   /* board, [RELIF_INPUT_BATCHES][images_in_flight][words] */
    int images_in_flight;
    float *pixels; /* of an image */
    struct batch batches[RELIF_INPUT_BATCHES];
    int64_t loaded, begun;    /* batches so far */
    int64_t images;           /* of all batches that are loaded */
    relif_spike_lists *lists; /* [images_in_flight] of the batch that has begun */
    relif_raster trains;
};

/* The ranks of the node that need the same as this one; NULL: alone. */
static relif_context *find_sharers(const relif_input_setup *setup)
{
    if (!setup->node) return NULL;
    const bool shares = setup->as_lists && relif_range_size(setup->needed) > 0;
    relif_context *sharers = relif_context_split(setup->node, shares);
    if (shares && sharers->size > 1) return sharers;
    relif_context_destroy(sharers);
    return NULL;
}

static size_t batch_words(const relif_input *input)
{
    return (size_t)input->images_in_flight * relif_encoder_words(input->encoder);
}

static struct board *board_of(const relif_input *input)
{
    return relif_shared_bytes(input->memory);
}

relif_input *relif_input_create(const relif_input_setup *setup)
{
    relif_input *input = relif_calloc(1, sizeof *input);
    input->encoder = relif_encoder_create(setup->coding, setup->needed, setup->as_lists);
    input->needed = setup->needed;
    input->images_in_flight = setup->images_in_flight;
    input->pixels = relif_calloc((size_t)setup->image_size, sizeof *input->pixels);
    input->sharers = find_sharers(setup);
    input->memory = relif_shared_create(
        input->sharers, sizeof(struct board) + RELIF_INPUT_BATCHES * batch_words(input) *
                                                   sizeof(relif_word));
    if (relif_shared_fills(input->memory)) atomic_init(&board_of(input)->taken, 0);
    relif_shared_publish(input->memory);
    if (!relif_shared_is_common(input->memory)) {
        relif_context_destroy(input->sharers);
        input->sharers = NULL;
    }
    for (int b = 0; b < RELIF_INPUT_BATCHES; b++)
        input->batches[b].complete = MPI_REQUEST_NULL;
    input->lists = relif_calloc((size_t)setup->images_in_flight, sizeof *input->lists);
    return input;
}

void relif_input_destroy(relif_input *input)
{
    if (!input) return;
    for (int b = 0; b < RELIF_INPUT_BATCHES; b++) await_all(&input->batches[b]);
    relif_shared_destroy(input->memory);
    relif_context_destroy(input->sharers);
    relif_encoder_destroy(input->encoder);
    free(input->pixels);
    free(input->lists);
    free(input);
}

static relif_word *trains_of(const relif_input *input, int64_t batch)
{
    return (relif_word *)(board_of(input) + 1) +
           (size_t)(batch % RELIF_INPUT_BATCHES) * batch_words(input);
}

static struct batch *batch_at(relif_input *input, int64_t number)
{
    return &input->batches[number % RELIF_INPUT_BATCHES];
}

static void await(relif_input *input, int64_t number, relif_clock *clock)
{
    double mark = relif_clock_now();
    await_all(batch_at(input, number));
    relif_shared_sync(input->memory);
    relif_clock_charge(clock, RELIF_PHASE_WAIT, &mark);
}

/* An image of the last n that nobody encodes yet, or -1. */
static int take_image(relif_input *input, int n)
{
    _Atomic int64_t *const taken = &board_of(input)->taken;
    const int64_t first = input->images - n;
    int64_t next = atomic_load(taken);
    while (next < input->images && !atomic_compare_exchange_weak(taken, &next, next + 1))
        continue;
    return next < input->images ? (int)(next - first) : -1;
}

static void encode_some(relif_input *input, int n, const relif_pixel_source *source,
                        relif_word *trains)
{
    const size_t words = relif_encoder_words(input->encoder);
    if (relif_range_size(input->needed) == 0) return;
    for (int i = take_image(input, n); i >= 0; i = take_image(input, n)) {
        source->read(source->self, i, input->pixels);
        relif_encoder_encode(input->encoder, input->pixels, trains + (size_t)i * words);
    }
}

/* Where the new batch goes, the third last was: all ranks have left that one before they
 * loaded the last. */
void relif_input_load(relif_input *input, int n, const relif_pixel_source *source,
                      relif_clock *clock)
{
    const int64_t number = input->loaded++;
    struct batch *batch = batch_at(input, number);
    assert(n <= input->images_in_flight && number <= input->begun + 1);
    if (number > 0) await(input, number - 1, clock);
    double mark = relif_clock_now();
    batch->n = n;
    input->images += n;
    encode_some(input, n, source, trains_of(input, number));
    relif_shared_sync(input->memory);
    if (input->sharers) MPI_Ibarrier(input->sharers->comm, &batch->complete);
    relif_clock_charge(clock, RELIF_PHASE_ENCODE, &mark);
}

int relif_input_begin(relif_input *input, relif_clock *clock)
{
    const int64_t number = input->begun++;
    const int n = batch_at(input, number)->n;
    assert(number < input->loaded);
    await(input, number, clock);
    input->trains =
        relif_encoder_raster(input->encoder, trains_of(input, number), n, input->lists);
    return n;
}

relif_raster relif_input_trains(const relif_input *input)
{
    return input->trains;
}
