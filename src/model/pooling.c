/*
 * Equation (18): the window's neuron with most spikes over the coding time forwards its
 * train.
 *
 * window: once the winners are known, they are turned into moves: all bits that go from
 * one word of an input mask to one word of an output mask by the same rotation. A step is
 * a pass over the moves, whatever the spikes.
 *
 * online: work follows the spikes, not the neurons: a spike knows the windows that it is
 * in.
 */
#include "relif/pooling.h"

#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

/* out[to] |= in[from] turned left, where mask is set. */
struct move {
    relif_word mask;
    int from, to;
    unsigned turn;
};

struct moves {
    struct move *list; /* [room], n of them, ascending by to */
    size_t n, room;
};

struct relif_pooling {
    relif_shape in, out;
    int kernel_height, kernel_width, stride, padding;
    relif_range owned, input;
    int n_kept;  /* images whose counts and winners are kept */
    int *counts; /* [n_kept][input] spikes of each input neuron */
    int *winner; /* [n_kept][owned] canonical input index that is forwarded */
    /* window only */
    relif_raster trains; /* all input spikes */
    int *most;           /* [out.channels] spikes of the best of a window so far */
    struct moves *moves; /* [n_images] */
    /* online only */
    int *ids; /* room for the spikes of a step */
};

/* Output rows (or columns) whose window covers an input row (or column). */
typedef struct span {
    int first, end;
} span;

static span covering(int at, int kernel, int stride, int padding, int outputs)
{
    const int shifted = at + padding;
    const int low = shifted - kernel + 1;
    span covers = {low <= 0 ? 0 : (low + stride - 1) / stride, shifted / stride + 1};
    if (covers.end > outputs) covers.end = outputs;
    return covers;
}

static size_t inputs(const relif_pooling *pooling)
{
    return (size_t)relif_range_size(pooling->input);
}

static size_t outputs(const relif_pooling *pooling)
{
    return (size_t)relif_range_size(pooling->owned);
}

relif_pooling *relif_pooling_create(const relif_layer *layer, relif_range owned,
                                    relif_range input, relif_pooling_mode mode,
                                    int n_images, int steps)
{
    relif_pooling *pooling = relif_calloc(1, sizeof *pooling);
    *pooling = (relif_pooling){.in = layer->in,
                               .out = layer->out,
                               .kernel_height = layer->kernel_height,
                               .kernel_width = layer->kernel_width,
                               .stride = layer->stride,
                               .padding = layer->padding,
                               .owned = owned,
                               .input = input,
                               .n_kept = mode == RELIF_POOLING_WINDOW ? 1 : n_images};
    const size_t kept = (size_t)pooling->n_kept;
    pooling->counts = relif_calloc(kept * inputs(pooling), sizeof(int));
    pooling->winner = relif_calloc(kept * outputs(pooling), sizeof(int));
    if (mode == RELIF_POOLING_WINDOW) {
        const size_t words = (size_t)n_images * relif_raster_words(input, steps);
        pooling->trains = relif_raster_of(input, relif_calloc(words, sizeof(relif_word)),
                                          n_images, steps);
        pooling->most = relif_calloc((size_t)layer->out.channels, sizeof(int));
        pooling->moves = relif_calloc((size_t)n_images, sizeof *pooling->moves);
    } else {
        pooling->ids = relif_calloc(relif_spikes_capacity(input), sizeof(int));
    }
    return pooling;
}

void relif_pooling_destroy(relif_pooling *pooling)
{
    if (!pooling) return;
    for (int i = 0; pooling->moves && i < pooling->trains.n_images; i++)
        free(pooling->moves[i].list);
    free(pooling->counts);
    free(pooling->winner);
    free(pooling->trains.masks);
    free(pooling->most);
    free(pooling->moves);
    free(pooling->ids);
    free(pooling);
}

/* The input rows (or columns) of an output's window. */
static relif_range window(int at, int kernel, int stride, int padding, int inputs)
{
    return relif_range_window(at * stride - padding, kernel, inputs);
}

static relif_range window_rows(const relif_pooling *pooling, int position)
{
    return window(position / pooling->out.width, pooling->kernel_height, pooling->stride,
                  pooling->padding, pooling->in.height);
}

static relif_range window_columns(const relif_pooling *pooling, int position)
{
    return window(position % pooling->out.width, pooling->kernel_width, pooling->stride,
                  pooling->padding, pooling->in.width);
}

/* Canonical index of the first input neuron of an output's window, in row-major order. */
static int first_of_window(const relif_pooling *pooling, int output)
{
    const int channel = output % pooling->out.channels;
    const int position = output / pooling->out.channels;
    const int y = window_rows(pooling, position).first;
    const int x = window_columns(pooling, position).first;
    return (y * pooling->in.width + x) * pooling->in.channels + channel;
}

void relif_pooling_reset(relif_pooling *pooling)
{
    if (pooling->moves) return; /* a window's winners are chosen from nothing */
    const size_t kept = (size_t)pooling->n_kept;
    memset(pooling->counts, 0, kept * inputs(pooling) * sizeof(int));
    for (int i = 0; i < relif_range_size(pooling->owned); i++) {
        const int first = first_of_window(pooling, pooling->owned.first + i);
        for (size_t image = 0; image < kept; image++)
            pooling->winner[image * outputs(pooling) + (size_t)i] = first;
    }
}

/* Does input a lead input b, given the spike counts? */
static bool leads(const relif_pooling *pooling, const int *counts, int a, int b)
{
    const int count_a = counts[a - pooling->input.first];
    const int count_b = counts[b - pooling->input.first];
    return count_a > count_b || (count_a == count_b && a < b);
}

/* What is done with a spike in each owned window that holds its neuron: a constant, so
 * that each gets its own copy of the loop. */
enum visit { CHALLENGE, FORWARD };

static inline __attribute__((always_inline)) void visit_windows(relif_pooling *pooling,
                                                                enum visit visit,
                                                                int image, int input,
                                                                relif_word *out)
{
    const size_t start = (size_t)image * outputs(pooling);
    const int *counts = pooling->counts + (size_t)image * inputs(pooling);
    const int channel = input % pooling->in.channels;
    const int position = input / pooling->in.channels;
    const span rows = covering(position / pooling->in.width, pooling->kernel_height,
                               pooling->stride, pooling->padding, pooling->out.height);
    const span columns = covering(position % pooling->in.width, pooling->kernel_width,
                                  pooling->stride, pooling->padding, pooling->out.width);
    for (int row = rows.first; row < rows.end; row++)
        for (int column = columns.first; column < columns.end; column++) {
            const int output =
                (row * pooling->out.width + column) * pooling->out.channels + channel;
            if (output < pooling->owned.first || output >= pooling->owned.end) continue;
            const size_t i = start + (size_t)(output - pooling->owned.first);
            if (visit == CHALLENGE) {
                if (leads(pooling, counts, input, pooling->winner[i]))
                    pooling->winner[i] = input;
            } else if (pooling->winner[i] == input) {
                relif_spikes_set(out, pooling->owned, output);
            }
        }
}

static void step(relif_pooling *pooling, int image, const relif_word *input,
                 relif_word *out)
{
    int *counts = pooling->counts + (size_t)image * inputs(pooling);
    const int n = relif_spikes_list(input, pooling->input, pooling->input, pooling->ids);
    for (int i = 0; i < n; i++) counts[pooling->ids[i] - pooling->input.first]++;
    for (int i = 0; i < n; i++)
        visit_windows(pooling, CHALLENGE, image, pooling->ids[i], out);
    for (int i = 0; i < n; i++)
        visit_windows(pooling, FORWARD, image, pooling->ids[i], out);
}

void relif_pooling_run(relif_pooling *pooling, const relif_raster *input,
                       const relif_raster *out)
{
    for (int i = 0; i < input->n_images; i++)
        for (int s = 0; s < input->steps; s++)
            step(pooling, input->first_image + i, relif_raster_mask(input, i, s),
                 relif_raster_mask(out, i, s));
}

void relif_pooling_collect(relif_pooling *pooling, int first, const relif_raster *input)
{
    const relif_raster kept =
        relif_raster_steps(&pooling->trains, first, first + input->steps);
    const relif_raster to = relif_raster_images(&kept, input->first_image,
                                                input->first_image + input->n_images);
    relif_raster_copy(&to, input);
}

/* The winners of the owned windows of a position. */
static void choose_at(relif_pooling *pooling, int position)
{
    const int first = position * pooling->out.channels;
    const relif_range mine = relif_range_intersect(
        (relif_range){first, first + pooling->out.channels}, pooling->owned);
    const relif_range rows = window_rows(pooling, position);
    const relif_range columns = window_columns(pooling, position);
    const int n = relif_range_size(mine);
    int *const most = pooling->most;
    int *const winner = pooling->winner + (mine.first - pooling->owned.first);
    for (int c = 0; c < n; c++) most[c] = -1;
    for (int y = rows.first; y < rows.end; y++)
        for (int x = columns.first; x < columns.end; x++) {
            const int at =
                (y * pooling->in.width + x) * pooling->in.channels + (mine.first - first);
            const int *from = pooling->counts + (at - pooling->input.first);
            for (int c = 0; c < n; c++) {
                const bool leads = from[c] > most[c];
                most[c] = leads ? from[c] : most[c];
                winner[c] = leads ? at + c : winner[c];
            }
        }
}

/* Adds a bit, given by its place in the masks, to the moves from first on. */
static void add_move(struct moves *moves, size_t first, int from, int to)
{
    const struct move new = {(relif_word)1 << (to % RELIF_WORD_BITS),
                             from / RELIF_WORD_BITS, to / RELIF_WORD_BITS,
                             (unsigned)(to - from) % RELIF_WORD_BITS};
    for (size_t m = first; m < moves->n; m++)
        if (moves->list[m].from == new.from && moves->list[m].turn == new.turn) {
            moves->list[m].mask |= new.mask;
            return;
        }
    if (moves->n == moves->room) {
        moves->room = 2 * moves->room + 64;
        moves->list = relif_realloc(moves->list, moves->room, sizeof *moves->list);
    }
    moves->list[moves->n++] = new;
}

/* The moves of all winners that have spikes. */
static void plan_moves(const relif_pooling *pooling, struct moves *moves)
{
    const int in_start = pooling->input.first / RELIF_WORD_BITS * RELIF_WORD_BITS;
    const int out_start = pooling->owned.first / RELIF_WORD_BITS * RELIF_WORD_BITS;
    size_t first = moves->n = 0; /* of the current word */
    for (int o = pooling->owned.first; o < pooling->owned.end; o++) {
        const int winner = pooling->winner[o - pooling->owned.first];
        if (o % RELIF_WORD_BITS == 0) first = moves->n;
        if (pooling->counts[winner - pooling->input.first] > 0)
            add_move(moves, first, winner - in_start, o - out_start);
    }
}

/* The input neurons of a counter. */
static void read_counts(relif_pooling *pooling, const relif_counter *counter, int image)
{
    const relif_range part =
        relif_range_intersect(relif_counter_range(counter), pooling->input);
    if (relif_range_size(part) == 0) return;
    relif_counter_values(counter, image, part,
                         pooling->counts + (part.first - pooling->input.first));
}

void relif_pooling_choose(relif_pooling *pooling, const relif_counter *const *arrived,
                          int n_arrived, int first_image, int n_images)
{
    const int channels = pooling->out.channels;
    for (int i = first_image; i < first_image + n_images; i++) {
        for (int k = 0; k < n_arrived; k++) read_counts(pooling, arrived[k], i);
        for (int p = pooling->owned.first / channels; p * channels < pooling->owned.end;
             p++)
            choose_at(pooling, p);
        plan_moves(pooling, &pooling->moves[i]);
    }
}

static inline relif_word turn_left(relif_word bits, unsigned turn)
{
    return bits << turn | bits >> (-turn % RELIF_WORD_BITS);
}

static void make_moves(const struct moves *moves, const relif_word *in, relif_word *out)
{
    for (size_t m = 0; m < moves->n; m++) {
        const struct move *move = &moves->list[m];
        const relif_word bits = in[move->from];
        out[move->to] |= turn_left(bits, move->turn) & move->mask;
    }
}

void relif_pooling_replay(const relif_pooling *pooling, int first,
                          const relif_raster *out)
{
    for (int i = 0; i < out->n_images; i++)
        for (int s = 0; s < out->steps; s++) {
            const int image = out->first_image + i;
            make_moves(&pooling->moves[image],
                       relif_raster_mask(&pooling->trains, image, first + s),
                       relif_raster_mask(out, i, s));
        }
}

const char *relif_pooling_mode_name(relif_pooling_mode mode)
{
    switch (mode) {
#define RELIF_POOLING_MODE_CASE(name, word)                                              \
    case RELIF_POOLING_##name: return word;
        RELIF_POOLING_MODE_LIST(RELIF_POOLING_MODE_CASE)
#undef RELIF_POOLING_MODE_CASE
    case RELIF_N_POOLING_MODES: break;
    }
    return "unknown";
}
