/*
 * Deliver and integrate, for one instruction set (the build compiles this file once for
 * each).
 *
 *   I = i_bias dt + sum_i w_i s_i        gathered into registers, spikes ascending
 *   H = V exp(-dt/tau_m) + I / C_m       (3)
 *   S = H >= V_th                        (6)
 *   V = H - V_th S  or  H (1 - S)        (7)
 *
 * A visit takes the neurons of a block of lanes of one tile through all steps of a
 * stretch, potentials in registers. Weights that do not stay in cache come in parts: each
 * part is delivered to all steps of a batch of visits before the next one is, and the
 * sums are kept meanwhile; the order in which a sum grows is the same.
 *
 * Only additions, one multiplication, one division and comparisons per lane, never fused:
 * every instruction set gives the same bits. What cannot change a bit is left out: a
 * decay of 1, a division by 1, steps without arrivals of neurons that neither have a bias
 * nor are at the threshold (where there is a leak, such a step is its multiplication
 * alone).
 */
#include <string.h>

#include "isa.h"
#include "relif/lif.h"

#if defined(__AVX512F__) || defined(__AVX2__) || defined(__SSE2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
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

enum { MAX_VECTORS = RELIF_BLOCK_LANES / LANES };

#define INLINE static inline __attribute__((always_inline))

INLINE lanes splat(float x)
{
    return x - (lanes){0};
}

/* Sixteen neurons' comparisons, all bits of a lane 0 or 1, to one bit each. */
INLINE relif_word bits_of_16(const int_lanes *is)
{
#if defined(__AVX512F__)
    return _mm512_movepi32_mask((__m512i)is[0]);
#elif defined(__AVX2__)
    const __m256i pairs = _mm256_packs_epi32((__m256i)is[0], (__m256i)is[1]);
    const __m256i in_order = _mm256_permute4x64_epi64(pairs, 0xd8);
    const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(in_order),
                                          _mm256_extracti128_si256(in_order, 1));
    return (unsigned)_mm_movemask_epi8(bytes);
#elif defined(__SSE2__)
    const __m128i low = _mm_packs_epi32((__m128i)is[0], (__m128i)is[1]);
    const __m128i high = _mm_packs_epi32((__m128i)is[2], (__m128i)is[3]);
    return (unsigned)_mm_movemask_epi8(_mm_packs_epi16(low, high));
#else
    relif_word bits = 0;
    for (int i = 0; i < 16; i++) bits |= (relif_word)(is[i / LANES][i % LANES] & 1) << i;
    return bits;
#endif
}

INLINE relif_word bits_of_32(const int_lanes *is)
{
#if defined(__AVX2__) && !defined(__AVX512F__)
    const __m256i low = _mm256_packs_epi32((__m256i)is[0], (__m256i)is[1]);
    const __m256i high = _mm256_packs_epi32((__m256i)is[2], (__m256i)is[3]);
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    const __m256i bytes =
        _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high), order);
    return (unsigned)_mm256_movemask_epi8(bytes);
#else
    return bits_of_16(is) | bits_of_16(is + 16 / LANES) << 16;
#endif
}

/* Bit i: comparison i. */
INLINE relif_word bits_of(const int_lanes *is, int n_vectors)
{
    const int n = n_vectors * LANES;
    relif_word bits = 0;
#pragma GCC unroll 2
    for (int i = 0; i + 32 <= n; i += 32) bits |= bits_of_32(is + i / LANES) << i;
    if (n % 32) bits |= bits_of_16(is + n / 32 * 32 / LANES) << n / 32 * 32;
    return bits;
}

INLINE lanes larger(lanes a, lanes b)
{
#if defined(__AVX512F__)
    return (lanes)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (lanes)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined(__SSE2__)
    return (lanes)_mm_max_ps((__m128)a, (__m128)b);
#else
    const int_lanes is = a > b;
    return (lanes)((is & (int_lanes)a) | (~is & (int_lanes)b));
#endif
}

INLINE bool any(int_lanes is)
{
#if defined(__AVX512F__)
    return _mm512_movepi32_mask((__m512i)is) != 0;
#elif defined(__AVX2__)
    return _mm256_movemask_ps((__m256)is) != 0;
#elif defined(__SSE2__)
    return _mm_movemask_ps((__m128)is) != 0;
#else
    return (is[0] | is[1] | is[2] | is[3]) != 0;
#endif
}

/* The dynamics of a layer; constants in the specialised copies of the loop below. */
typedef struct dynamics {
    bool leaky, biased, divided, linear;
    bool average, parts; /* of the synapses */
} dynamics;

/* Charge, fire, reset of the neurons of one block of a tile. Returns the spikes. */
INLINE relif_word integrate(const relif_lif *lif, dynamics d, const lanes *current,
                            int n_vectors, lanes *v, const lanes *decay)
{
    const lanes v_th = splat(lif->v_th);
    int_lanes fires[MAX_VECTORS];
#pragma GCC unroll 16
    for (int i = 0; i < n_vectors; i++) {
        lanes h = v[i];
        if (d.leaky) h *= decay[i];
        lanes rise = current[i];
        if (d.divided) rise /= splat(lif->c_m);
        h += rise;
        fires[i] = h >= v_th;
        if (d.linear)
            h -= (lanes)(fires[i] & (int_lanes)v_th);
        else
            h = (lanes)(~fires[i] & (int_lanes)h);
        v[i] = h;
    }
    return bits_of(fires, n_vectors);
}

/* Is a potential still at the threshold? */
INLINE bool waits_at(const relif_lif *lif, int n_vectors, const lanes *v)
{
    lanes highest = v[0];
#pragma GCC unroll 16
    for (int i = 1; i < n_vectors; i++) highest = larger(v[i], highest);
    return any(highest >= splat(lif->v_th));
}

/* Where the spikes of a block of a tile go in the masks. */
typedef struct target {
    relif_word *word; /* in the mask of step 0; of bit 0 of keep */
    size_t pitch;     /* words to the next step */
    relif_word keep;  /* owned neurons, shifted by skip */
    int skip, shift;
    bool carries; /* into the next word */
} target;

INLINE target target_of(const relif_lif *lif, int block, const relif_visit *visit,
                        const relif_raster *fired)
{
    const relif_slab *slab = &lif->synapse->slab;
    const relif_range tile = relif_slab_tile(slab, visit->tile);
    const int first = tile.first + block * RELIF_BLOCK_LANES;
    const int width = relif_slab_block_width(slab, block);
    relif_range mine = relif_range_intersect(tile, slab->owned);
    mine = relif_range_intersect(mine, (relif_range){first, first + width});
    const int left = relif_range_size(mine), shift = mine.first % RELIF_WORD_BITS;
    relif_word *masks = relif_raster_mask(fired, visit->image, visit->first_step);
    if (left == 0) return (target){.word = masks};
    return (target){.word = masks + (mine.first / RELIF_WORD_BITS -
                                     slab->owned.first / RELIF_WORD_BITS),
                    .pitch = fired->step_pitch,
                    .keep = ~(relif_word)0 >> (RELIF_WORD_BITS - left),
                    .skip = mine.first - first,
                    .shift = shift,
                    .carries = shift + left > RELIF_WORD_BITS};
}

INLINE void emit(const target *to, int step, relif_word bits)
{
    relif_word *word = to->word + (size_t)step * to->pitch;
    bits = bits >> to->skip & to->keep;
    word[0] |= bits << to->shift;
    if (to->carries) word[1] |= bits >> (RELIF_WORD_BITS - to->shift);
}

/* Deliver: the listed weight rows of a block into registers. */
INLINE void deliver(const float *weights, int n_vectors, const int *rows, int n,
                    lanes *current)
{
    const size_t width = (size_t)n_vectors * LANES;
    for (int r = 0; r < n; r++) {
        const lanes *row = (const lanes *)(weights + (unsigned)rows[r] * width);
        __asm__("" : "+r"(row)); /* one address for all lanes */
#pragma GCC unroll 16
        for (int i = 0; i < n_vectors; i++) current[i] += row[i];
    }
}

/* Average pooling: every spike brings the same weight to the neuron of its own channel.
 */
INLINE void deliver_average(const relif_synapse *synapse, int block, int n_vectors,
                            const int *rows, int n, lanes *current)
{
    const int first = synapse->slab.first_channel + block * RELIF_BLOCK_LANES;
    float *sums = (float *)current;
    for (int r = 0; r < n; r++) {
        const int channel = rows[r] % synapse->in.channels - first;
        if (channel >= 0 && channel < n_vectors * LANES) sums[channel] += synapse->weight;
    }
}

/* Steps in which nothing arrives and nothing fires. A zero of either sign and then the
 * current 0 make +0, as if it had been added in every step. */
INLINE void leak(const lanes *decay, int n_vectors, int steps, lanes *v)
{
    for (int s = 0; s < steps; s++)
#pragma GCC unroll 16
        for (int i = 0; i < n_vectors; i++) v[i] *= decay[i];
    if (steps > 0)
#pragma GCC unroll 16
        for (int i = 0; i < n_vectors; i++) v[i] += splat(0);
}

/* The currents of all counts before anything has arrived: the bias charge, or nothing. */
INLINE void begin_currents(const relif_lif *lif, dynamics d, int block, int n_vectors,
                           const relif_arrivals *arrivals)
{
    const relif_slab *slab = &lif->synapse->slab;
    lanes *to = (lanes *)arrivals->currents;
    int row = 0;
    for (int i = 0; i < arrivals->n_visits; i++) {
        const relif_visit *visit = &arrivals->visits[i];
        const lanes *charge =
            (const lanes *)(lif->charge + (size_t)visit->tile * (size_t)slab->pitch +
                            (size_t)block * RELIF_BLOCK_LANES);
        const int end = visit->first_count + relif_word_count(visit->busy);
        for (int c = visit->first_count; c < end; c++, to += MAX_VECTORS) {
#pragma GCC unroll 16
            for (int k = 0; k < n_vectors; k++) to[k] = d.biased ? charge[k] : splat(0);
            arrivals->reached[c] = row;
            row += arrivals->counts[c];
        }
    }
}

/* Weights that are about to be read, a piece at a time while others are. */
typedef struct ahead {
    const char *next;
    int lines; /* of a piece */
} ahead;

enum { LINE_BYTES = 64 };

INLINE void fetch_piece(ahead *weights)
{
    for (int i = 0; i < weights->lines; i++, weights->next += LINE_BYTES)
        __builtin_prefetch(weights->next, 0, 2);
}

/* The part after weight row end, in as many pieces as there are counts, if most of it
 * will be read. */
INLINE ahead part_after(const relif_synapse *synapse, const float *weights, int n_vectors,
                        int end, const relif_arrivals *arrivals)
{
    const int width = n_vectors * LANES;
    const int left = synapse->taps - end;
    const int rows = left < synapse->part_taps ? left : synapse->part_taps;
    const int lines = rows * width / (LINE_BYTES / (int)sizeof *weights);
    if (rows <= 0 || arrivals->n_rows < synapse->taps) return (ahead){0};
    return (ahead){(const char *)(weights + (size_t)end * (size_t)width),
                   (lines + arrivals->n_counts - 1) / arrivals->n_counts};
}

/* Deliver the weight rows before end, those of a part, to all counts. */
INLINE void deliver_part(const relif_synapse *synapse, const float *weights,
                         int n_vectors, int end, const relif_arrivals *arrivals)
{
    lanes *to = (lanes *)arrivals->currents;
    const int *rows = arrivals->rows;
    ahead after = part_after(synapse, weights, n_vectors, end, arrivals);
    for (int c = 0, last = 0; c < arrivals->n_counts; c++, to += MAX_VECTORS) {
        int r = arrivals->reached[c];
        lanes current[MAX_VECTORS];
        last += arrivals->counts[c];
        fetch_piece(&after);
#pragma GCC unroll 16
        for (int i = 0; i < n_vectors; i++) current[i] = to[i];
        for (; r < last && rows[r] < end; r++)
            deliver(weights, n_vectors, &rows[r], 1, current);
#pragma GCC unroll 16
        for (int i = 0; i < n_vectors; i++) to[i] = current[i];
        arrivals->reached[c] = r;
    }
}

/* Deliver everything to the currents, part after part. */
INLINE void deliver_parts(const relif_lif *lif, dynamics d, int block, int n_vectors,
                          const relif_arrivals *arrivals)
{
    const relif_synapse *synapse = lif->synapse;
    const float *weights = relif_synapse_block(synapse, block);
    begin_currents(lif, d, block, n_vectors, arrivals);
    for (int end = synapse->part_taps; end < synapse->taps + synapse->part_taps;
         end += synapse->part_taps)
        deliver_part(synapse, weights, n_vectors, end, arrivals);
}

/* One block of a tile through a stretch. Is a potential at the threshold before it, and
 * after it? */
INLINE bool run_visit(const relif_lif *lif, dynamics d, int block, int n_vectors,
                      const relif_arrivals *arrivals, const relif_visit *visit,
                      bool waits, const relif_raster *fired)
{
    const relif_synapse *synapse = lif->synapse;
    const relif_slab *slab = &synapse->slab;
    const size_t at =
        (size_t)visit->tile * (size_t)slab->pitch + (size_t)block * RELIF_BLOCK_LANES;
    lanes *const state =
        (lanes *)(lif->v + (size_t)visit->image * relif_slab_size(slab) + at);
    const lanes *decay = (const lanes *)(lif->decay + at);
    const lanes *charge = (const lanes *)(lif->charge + at);
    const float *weights = d.average ? NULL : relif_synapse_block(synapse, block);
    const relif_word all = ~(relif_word)0 >> (RELIF_WORD_BITS - visit->steps);
    const target to = target_of(lif, block, visit, fired);
    const int *count = arrivals->counts + visit->first_count;
    const int *rows = arrivals->rows + visit->first_row;
    const lanes *arrived = d.parts ? (const lanes *)arrivals->currents +
                                         (ptrdiff_t)visit->first_count * MAX_VECTORS
                                   : NULL;
    relif_word todo = d.biased ? all : visit->busy | waits;
    lanes v[MAX_VECTORS];
    int done = 0;
    waits = false;
#pragma GCC unroll 16
    for (int i = 0; i < n_vectors; i++) v[i] = state[i];
    while (todo) {
        const int step = __builtin_ctzll(todo);
        const relif_word bit = todo & -todo;
        const bool busy = visit->busy & bit;
        const int n = busy && !d.parts ? *count++ : 0;
        const lanes *from = d.biased ? charge : NULL;
        lanes current[MAX_VECTORS];
        if (d.parts && busy) {
            from = arrived;
            arrived += MAX_VECTORS;
        }
#pragma GCC unroll 16
        for (int i = 0; i < n_vectors; i++) current[i] = from ? from[i] : splat(0);
        if (d.average)
            deliver_average(synapse, block, n_vectors, rows, n, current);
        else
            deliver(weights, n_vectors, rows, n, current);
        rows += n;
        if (d.leaky) leak(decay, n_vectors, step - done, v);
        emit(&to, step, integrate(lif, d, current, n_vectors, v, decay));
        done = step + 1;
        todo ^= bit;
        if (todo & bit << 1) continue;
        waits = waits_at(lif, n_vectors, v);
        todo |= -(relif_word)waits & bit << 1 & all;
    }
    if (d.leaky) leak(decay, n_vectors, visit->steps - done, v);
#pragma GCC unroll 16
    for (int i = 0; i < n_vectors; i++) state[i] = v[i];
    return waits;
}

INLINE void run_block(const relif_lif *lif, dynamics d, int block, int n_vectors,
                      const relif_arrivals *arrivals, const relif_raster *fired)
{
    bool waits = false;
    if (d.parts) deliver_parts(lif, d, block, n_vectors, arrivals);
    for (int i = 0; i < arrivals->n_visits; i++) {
        const relif_visit *visit = &arrivals->visits[i];
        waits = visit->waits | (visit->follows & waits);
        waits = run_visit(lif, d, block, n_vectors, arrivals, visit, waits, fired);
        if (i + 1 < arrivals->n_visits && visit[1].follows) continue;
        relif_word *word = lif->waiting + (size_t)visit->image * lif->waiting_words +
                           visit->tile / RELIF_WORD_BITS;
        *word |= (relif_word)waits << (visit->tile % RELIF_WORD_BITS);
    }
}

/* One copy of the loop for each block width, so that the currents stay in registers. */
#define SWITCH_WIDTH(d)                                                                  \
    switch (relif_slab_block_width(&lif->synapse->slab, block)) {                        \
    case 64: run_block(lif, d, block, 64 / LANES, arrivals, fired); break;               \
    case 48: run_block(lif, d, block, 48 / LANES, arrivals, fired); break;               \
    case 32: run_block(lif, d, block, 32 / LANES, arrivals, fired); break;               \
    default: run_block(lif, d, block, 16 / LANES, arrivals, fired); break;               \
    }

static void run_plain(const relif_lif *lif, int block, const relif_arrivals *arrivals,
                      const relif_raster *fired)
{
    const dynamics d = {.linear = true};
    SWITCH_WIDTH(d)
}

static void run_plain_parts(const relif_lif *lif, int block,
                            const relif_arrivals *arrivals, const relif_raster *fired)
{
    const dynamics d = {.linear = true, .parts = true};
    SWITCH_WIDTH(d)
}

static void run_any(const relif_lif *lif, dynamics d, int block,
                    const relif_arrivals *arrivals, const relif_raster *fired)
{
    SWITCH_WIDTH(d)
}

static void run(const relif_lif *lif, int block, const relif_arrivals *arrivals,
                const relif_raster *fired)
{
    const dynamics d = {.leaky = lif->leaky,
                        .biased = lif->biased,
                        .divided = lif->c_m != 1,
                        .linear = lif->reset == RELIF_RESET_LINEAR,
                        .average = lif->synapse->kind == RELIF_LAYER_AVG_POOL2D,
                        .parts = lif->synapse->part_taps < lif->synapse->taps};
    const bool plain = !d.leaky && !d.biased && !d.divided && d.linear && !d.average;
    if (plain && d.parts)
        run_plain_parts(lif, block, arrivals, fired);
    else if (plain)
        run_plain(lif, block, arrivals, fired);
    else
        run_any(lif, d, block, arrivals, fired);
}

static void gather(const float *weights, const int *rows, int n,
                   float sums[RELIF_BLOCK_LANES])
{
    lanes current[MAX_VECTORS];
    memcpy(current, sums, sizeof current);
    deliver(weights, MAX_VECTORS, rows, n, current);
    memcpy(sums, current, sizeof current);
}

#define TEXT_OF(isa)     TEXT_OF_ISA(isa)
#define TEXT_OF_ISA(isa) #isa

const relif_kernel RELIF_OF_ISA(relif_kernel) = {
    TEXT_OF(RELIF_ISA),        RELIF_OF_ISA(relif_arrivals_next), run, gather,
    RELIF_OF_ISA(relif_count), RELIF_OF_ISA(relif_list)};
