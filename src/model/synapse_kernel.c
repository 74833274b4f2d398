/*
 * Deliver and integrate, for one instruction set (the build compiles this file once for
 * each).
 *
 *   I = i_bias dt + sum_i w_i s_i        gathered into registers, spikes ascending
 *   H = V exp(-dt/tau_m) + I / C_m       (3)
 *   S = H >= V_th                        (6)
 *   V = H - V_th S  or  H (1 - S)        (7)
 *
 * Only additions, one division and comparisons per lane, never fused: every instruction
 * set gives the same bits. Steps that cannot change a bit are left out (a decay of 1, a
 * division by 1, a position without arrivals whose neurons neither leak nor have a bias).
 */
#include <string.h>

#include "kernel.h"
#include "visits.h"

#if defined(__AVX512F__) || defined(__AVX2__) || defined(__SSE2__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
enum { LANES = 16 };
#elif defined(__AVX2__)
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif

typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), may_alias));
typedef int int_lanes __attribute__((vector_size(LANES * sizeof(int)), may_alias));
typedef int group __attribute__((vector_size(8 * sizeof(int)), aligned(4), may_alias));

enum { MAX_VECTORS = RELIF_BLOCK_CHANNELS / LANES, GROUP = 8 };

#define INLINE static inline __attribute__((always_inline))

/* Bit i: lane i of a is at least b. */
INLINE relif_word lanes_at_least(lanes a, lanes b)
{
#if defined(__AVX512F__)
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_GE_OQ);
#elif defined(__AVX2__)
    return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps((__m256)a, (__m256)b, _CMP_GE_OQ));
#elif defined(__SSE2__)
    return (unsigned)_mm_movemask_ps(_mm_cmpge_ps((__m128)a, (__m128)b));
#else
    relif_word bits = 0;
    for (int i = 0; i < LANES; i++) bits |= (relif_word)(a[i] >= b[i]) << i;
    return bits;
#endif
}

INLINE lanes splat(float x)
{
    return x - (lanes){0};
}

/* The dynamics of a layer; constants in the specialised copies of the loop below. */
typedef struct dynamics {
    bool leaky, biased, divided, linear, average;
} dynamics;

/*
 * Charge, fire, reset of the neurons of one block at one position, straight from the
 * registers. Returns the spikes; *pending says whether a potential is still at the
 * threshold.
 */
INLINE relif_word integrate(const relif_lif *lif, dynamics d, const lanes *current,
                            int n_vectors, float *v, const float *decay, bool *pending)
{
    const lanes v_th = splat(lif->v_th);
    relif_word fired = 0, still = 0;
#pragma GCC unroll 16
    for (int i = 0; i < n_vectors; i++) {
        lanes h = *(const lanes *)(v + i * LANES);
        if (d.leaky) h *= *(const lanes *)(decay + i * LANES);
        lanes rise = current[i];
        if (d.divided) rise /= splat(lif->c_m);
        h += rise;
        const int_lanes fires = h >= v_th;
        lanes after = splat(0);
        if (d.linear) after = h - v_th;
        fired |= lanes_at_least(h, v_th) << (i * LANES);
        h = (lanes)((fires & (int_lanes)after) | (~fires & (int_lanes)h));
        still |= lanes_at_least(h, v_th) << (i * LANES);
        *(lanes *)(v + i * LANES) = h;
    }
    *pending = still != 0;
    return fired;
}

/* Where the receptive field of a position begins in the input; may be negative (padding).
 */
typedef struct corner {
    int y, x;
} corner;

/* Lists the weight rows of the spikes in a receptive field, in ascending canonical order.
 */
INLINE int gather_rows(const relif_synapse *synapse, const relif_arrivals *arrivals,
                       corner at)
{
    const int width = synapse->in.width, channels = synapse->in.channels;
    const int left = at.x < 0 ? 0 : at.x;
    const int right =
        at.x + synapse->kernel_width > width ? width : at.x + synapse->kernel_width;
    const int top = at.y < 0 ? 0 : at.y;
    const int bottom = at.y + synapse->kernel_height > synapse->in.height
                           ? synapse->in.height
                           : at.y + synapse->kernel_height;
    int n = 0;
    if (left >= right) return 0;
    for (int y = top; y < bottom; y++) {
        const int *start = arrivals->column_start + y * (width + 1);
        const int first = start[left], count = start[right] - first;
        /* tap (y - at.y, x - at.x), channel c is weight row id + shift */
        const int shift =
            ((y - at.y) * synapse->kernel_width - at.x - y * width) * channels;
        int i = 0;
        do { /* mostly at most one group: no branch to mispredict */
            *(group *)(arrivals->rows + n + i) =
                *(const group *)(arrivals->ids + first + i) + shift;
            i += GROUP;
        } while (i < count);
        n += count;
    }
    return n;
}

/* Spikes of a block at a position: counted, and added to the mask, if they are owned. */
static void emit(const relif_lif *lif, int block, int p, relif_word bits, int *counts,
                 relif_word *fired)
{
    const relif_slab *slab = &lif->synapse->slab;
    const int channel = block * RELIF_BLOCK_CHANNELS;
    const int position = slab->first_position + p;
    const int neuron = position * slab->layer_channels + slab->first_channel + channel;
    const relif_range block_range = {neuron, neuron + slab->n_channels - channel};
    const relif_range mine = relif_range_intersect(block_range, slab->owned);
    const int skipped = mine.first - neuron, left = relif_range_size(mine);
    if (left <= 0 || skipped >= RELIF_WORD_BITS) return;
    bits >>= skipped;
    counts += skipped;
    if (left < RELIF_WORD_BITS) bits &= ((relif_word)1 << left) - 1;
    if (!bits) return;
    relif_spikes_put(fired, slab->owned, mine.first, bits);
    for (; bits; bits &= bits - 1) counts[__builtin_ctzll(bits)]++;
}

/* Deliver: the listed weight rows of a block into registers. */
INLINE void deliver(const relif_lif *lif, dynamics d, int block, int n_vectors, size_t at,
                    const int *list, int n, lanes *current)
{
    const relif_synapse *synapse = lif->synapse;
    const size_t width = (size_t)(n_vectors * LANES);
    const size_t taps = (size_t)synapse->kernel_height * (size_t)synapse->kernel_width *
                        (size_t)synapse->in.channels;
    const float *rows = synapse->rows + taps * (size_t)(block * RELIF_BLOCK_CHANNELS);
#pragma GCC unroll 16
    for (int i = 0; i < n_vectors; i++) {
        current[i] = splat(0);
        if (d.biased) current[i] = *(const lanes *)(lif->charge + at + i * LANES);
    }
    for (int s = 0; s < n; s++) {
        const float *row = rows + (size_t)list[s] * width;
#pragma GCC unroll 16
        for (int i = 0; i < n_vectors; i++)
            current[i] += *(const lanes *)(row + i * LANES);
    }
}

/* Average pooling: every spike brings the same weight to the neuron of its own channel.
 */
INLINE void deliver_average(const relif_lif *lif, int block, int n_vectors, size_t at,
                            const relif_arrivals *arrivals, corner field, lanes *current)
{
    const relif_synapse *synapse = lif->synapse;
    const relif_shape in = synapse->in;
    const int first_channel = synapse->slab.first_channel + block * RELIF_BLOCK_CHANNELS;
    float *sums = (float *)current;
    memcpy(current, lif->charge + at, (size_t)(n_vectors * LANES) * sizeof(float));
    for (int y = field.y; y < field.y + synapse->kernel_height; y++)
        for (int x = field.x; x < field.x + synapse->kernel_width; x++) {
            if (y < 0 || y >= in.height || x < 0 || x >= in.width) continue;
            const int *start = arrivals->column_start + y * (in.width + 1) + x;
            const int base = (y * in.width + x) * in.channels + first_channel;
            for (int e = start[0]; e < start[1]; e++) {
                const int channel = arrivals->ids[e] - base;
                if (channel >= 0 && channel < n_vectors * LANES)
                    sums[channel] += synapse->weight;
            }
        }
}

/* One block at one position: deliver, integrate, emit. Is a potential still pending? */
INLINE bool step_position(const relif_lif *lif, dynamics d, int block, int n_vectors,
                          relif_arrivals *arrivals, int image, int p, corner field,
                          relif_word *fired)
{
    const relif_synapse *synapse = lif->synapse;
    const relif_slab *slab = &synapse->slab;
    const size_t at =
        (size_t)p * (size_t)slab->pitch + (size_t)(block * RELIF_BLOCK_CHANNELS);
    const size_t state = (size_t)image * relif_slab_size(slab) + at;
    lanes current[MAX_VECTORS];
    bool pending;
    if (d.average) {
        deliver_average(lif, block, n_vectors, at, arrivals, field, current);
    } else {
        const int n =
            synapse->whole ? arrivals->n_ids : gather_rows(synapse, arrivals, field);
        const int *list = synapse->whole ? arrivals->ids : arrivals->rows;
        deliver(lif, d, block, n_vectors, at, list, n, current);
    }
    const relif_word bits =
        integrate(lif, d, current, n_vectors, lif->v + state, lif->decay + at, &pending);
    if (bits) emit(lif, block, p, bits, lif->counts + state, fired);
    return pending;
}

static inline void note_pending(relif_word *word, int column, bool still)
{
    const relif_word bit = (relif_word)1 << (column % RELIF_WORD_BITS);
    *word = still ? *word | bit : *word & ~bit;
}

INLINE void step_block(const relif_lif *lif, dynamics d, int block, int n_vectors,
                       relif_arrivals *arrivals, int image, relif_word *fired)
{
    const relif_synapse *synapse = lif->synapse;
    const relif_slab *slab = &synapse->slab;
    const int width = synapse->out.width, words = relif_synapse_column_words(width);
    const int first_row = slab->first_position / width;
    const int last_row = (slab->first_position + slab->n_positions - 1) / width;
    for (int row = first_row; row <= last_row; row++) {
        relif_word *pending = relif_visits_pending(lif, image, block, row);
        relif_visits_choose(lif, arrivals, pending, relif_visits_span(synapse, row));
        for (int w = 0; w < words; w++)
            for (relif_word left = arrivals->visits[w]; left; left &= left - 1) {
                const int column = w * RELIF_WORD_BITS + __builtin_ctzll(left);
                const int p = row * width + column - slab->first_position;
                const corner field = {row * synapse->stride - synapse->padding,
                                      column * synapse->stride - synapse->padding};
                note_pending(&pending[w], column,
                             step_position(lif, d, block, n_vectors, arrivals, image, p,
                                           field, fired));
            }
    }
}

/* One copy of the loop for each block width, so that the currents stay in registers. */
#define SWITCH_WIDTH(d)                                                                  \
    switch (relif_slab_block_width(&lif->synapse->slab, block)) {                        \
    case 64: step_block(lif, d, block, 64 / LANES, arrivals, image, fired); break;       \
    case 48: step_block(lif, d, block, 48 / LANES, arrivals, image, fired); break;       \
    case 32: step_block(lif, d, block, 32 / LANES, arrivals, image, fired); break;       \
    default: step_block(lif, d, block, 16 / LANES, arrivals, image, fired); break;       \
    }

static void step_plain(const relif_lif *lif, int block, relif_arrivals *arrivals,
                       int image, relif_word *fired)
{
    const dynamics d = {.linear = true};
    SWITCH_WIDTH(d)
}

static void step_any(const relif_lif *lif, dynamics d, int block,
                     relif_arrivals *arrivals, int image, relif_word *fired)
{
    SWITCH_WIDTH(d)
}

static void step(const relif_lif *lif, int block, relif_arrivals *arrivals, int image,
                 relif_word *fired)
{
    const dynamics d = {.leaky = lif->leaky,
                        .biased = lif->biased,
                        .divided = lif->c_m != 1,
                        .linear = lif->reset == RELIF_RESET_LINEAR,
                        .average = lif->synapse->kind == RELIF_LAYER_AVG_POOL2D};
    if (!d.leaky && !d.biased && !d.divided && d.linear && !d.average)
        step_plain(lif, block, arrivals, image, fired);
    else
        step_any(lif, d, block, arrivals, image, fired);
}

#define NAME_OF(kernel)      NAME_OF_TEXT(kernel)
#define NAME_OF_TEXT(kernel) #kernel

const relif_kernel RELIF_KERNEL = {NAME_OF(RELIF_KERNEL) + sizeof "relif_kernel_" - 1,
                                   step};
