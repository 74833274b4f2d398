/*
 * The batch is walked through in spans of ticks in which the same layers fire:
 *
 *     seconds = sum over spans of ticks(span) * tick(span)
 *
 * Layer l fires from tick delay(l) on, once for each portion. Spikes need two ticks to
 * another rank; a window pooling waits for the last block of an image's steps.
 */
#include "relif/scaling.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "relif/exchange.h"
#include "relif/footprint.h"
#include "relif/memory.h"
#include "relif/slab.h"

relif_machine relif_machine_default(void)
{
    return (relif_machine){.latency = 2e-6,
                           .bandwidth = 1e9,
                           .message_cost = 0.5e-6,
                           .mask_cost = 35e-9,
                           .byte_cost = 2e-9,
                           .shared_mask_cost = 6e-9,
                           .shared_byte_cost = 0.3e-9,
                           .node_ranks = 1,
                           .layer_cost = 0.3e-6};
}

double relif_scaling_speed(const relif_scaling *scaling)
{
    double operations = 0, seconds = scaling->encode_seconds;
    for (int l = 0; l < scaling->network->n_layers; l++) {
        operations += scaling->layers[l].operations;
        seconds += scaling->layers[l].seconds;
    }
    return operations / (seconds * scaling->slowdown);
}

void relif_scaling_set_speed(relif_scaling *scaling, double speed)
{
    scaling->slowdown = 1;
    scaling->slowdown = relif_scaling_speed(scaling) / speed;
}

/* A placement while it is being looked at. */
struct placement {
    const relif_scaling *scaling;
    const relif_partition *partition;
    double *densities; /* [n_layers] */
    int *delays;       /* [n_layers] ticks before a layer fires */
    relif_portions portions;
    relif_scaling_point *point;
};

/* Seconds of one image in a rank's part of a layer, whole coding time. */
static double image_seconds(const relif_scaling *scaling,
                            const relif_partition *partition, int l, int rank)
{
    const relif_layer *layer = &scaling->network->layers[l];
    const relif_scaling_layer *work = &scaling->layers[l];
    const relif_range owned = relif_partition_range(partition, l, rank);
    if (partition->n_ranks == 1) return work->seconds;
    if (!relif_layer_spikes(layer))
        return work->seconds * relif_range_size(owned) / relif_shape_size(layer->out);
    const relif_slab slab = relif_slab_create(layer, owned);
    return slab.n_tiles * (work->visit + slab.pitch * work->lane);
}

relif_portions relif_scaling_portions(const relif_scaling *scaling,
                                      const relif_partition *partition)
{
    relif_portions portions = relif_portions_choose(
        &(relif_portion_options){.network = scaling->network,
                                 .partition = partition,
                                 .pooling = scaling->pooling,
                                 .images_in_flight = scaling->images_in_flight,
                                 .exchange_interval = scaling->exchange_interval},
        scaling->steps);
    portions.n_images = scaling->images_in_flight;
    return portions;
}

double relif_scaling_share(const relif_portions *portions)
{
    return portions->images * (double)portions->steps / relif_portions_blocks(portions);
}

double relif_scaling_work(const relif_scaling *scaling, const relif_partition *partition,
                          double share, int first, int end, int rank)
{
    double seconds = 0;
    for (int l = first; l < end; l++)
        seconds += image_seconds(scaling, partition, l, rank);
    seconds *= share / scaling->steps;
    if (partition->n_ranks > 1) seconds += (end - first) * scaling->machine.layer_cost;
    return seconds * scaling->slowdown;
}

double relif_scaling_handling(const relif_scaling *scaling, double share,
                              const relif_traffic_load *load)
{
    const relif_machine *machine = &scaling->machine;
    const double moved = (double)load->moved.masks * machine->mask_cost +
                         load->moved.bytes * machine->byte_cost;
    const double shared = (double)load->shared.masks * machine->shared_mask_cost +
                          load->shared.bytes * machine->shared_byte_cost;
    return scaling->slowdown *
           ((double)load->messages * machine->message_cost + share * (moved + shared));
}

relif_traffic_setup relif_scaling_traffic(const relif_scaling *scaling,
                                          const relif_partition *partition,
                                          const double *densities, int first, int end)
{
    return (relif_traffic_setup){.network = scaling->network,
                                 .partition = partition,
                                 .densities = densities,
                                 .first = first,
                                 .end = end,
                                 .node_ranks = scaling->machine.node_ranks};
}

/* One tick of a group. */
struct tick {
    double seconds, computing; /* computing: sum over ranks */
    double bytes, most_bytes;  /* sent by all ranks, by the busiest */
    int64_t messages, most_messages;
};

/* Two ticks are on their way at a time. */
static double tick_seconds(double busy, double latency, double flow, bool one_way)
{
    const double arrival = (busy + latency) / RELIF_EXCHANGE_OUTSTANDING;
    if (!one_way) return fmax(busy, arrival + flow);
    return fmax(fmax(busy, flow), arrival + flow / RELIF_EXCHANGE_OUTSTANDING);
}

static void add_rank(struct tick *tick, const struct placement *placement,
                     const relif_traffic *traffic, int first, int end, int rank)
{
    const relif_scaling *scaling = placement->scaling;
    const relif_traffic_load *out = &traffic->sent[rank], *in = &traffic->received[rank];
    const double portion = relif_scaling_share(&placement->portions);
    const double work =
        relif_scaling_work(scaling, placement->partition, portion, first, end, rank);
    const double handling = relif_scaling_handling(scaling, portion, out) +
                            relif_scaling_handling(scaling, portion, in);
    const double flow =
        portion * fmax(out->moved.bytes, in->moved.bytes) / scaling->machine.bandwidth;
    const double bytes = portion * relif_traffic_bytes(out);
    const double latency = in->messages > 0 ? scaling->machine.latency : 0;
    const bool one_way = placement->point->scheme == RELIF_SCHEME_PIPELINE;
    const double seconds = tick_seconds(work + handling, latency, flow, one_way);
    tick->seconds = fmax(tick->seconds, seconds);
    tick->computing += work;
    tick->bytes += bytes;
    tick->most_bytes = fmax(tick->most_bytes, bytes);
    tick->messages += out->messages;
    if (out->messages > tick->most_messages) tick->most_messages = out->messages;
}

static struct tick tick_of(const struct placement *placement, int first, int end)
{
    const relif_scaling *scaling = placement->scaling;
    const relif_partition *partition = placement->partition;
    const relif_traffic_setup setup =
        relif_scaling_traffic(scaling, partition, placement->densities, first, end);
    struct tick tick = {0};
    relif_traffic *traffic = relif_traffic_create(&setup);
    for (int r = 0; r < partition->n_ranks; r++)
        add_rank(&tick, placement, traffic, first, end, r);
    relif_traffic_destroy(traffic);
    return tick;
}

static void set_delays(struct placement *placement)
{
    const relif_scaling *scaling = placement->scaling;
    int delay = 0;
    for (int l = 0; l < scaling->network->n_layers; l++) {
        const bool pools = !relif_layer_spikes(&scaling->network->layers[l]);
        if (l > 0 && relif_partition_crosses(placement->partition, scaling->network, l))
            delay += RELIF_EXCHANGE_OUTSTANDING;
        if (pools && scaling->pooling == RELIF_POOLING_WINDOW)
            delay += relif_portions_blocks(&placement->portions) - 1;
        placement->delays[l] = delay;
    }
}

/* What a batch adds up to: one group's. */
struct batch {
    double seconds, computing, bytes;
    int64_t messages;
};

/* What some ranks together, or one alone, encode of n images before the first tick.
 * Returns the seconds of the slowest. */
static double add_encoders(struct batch *batch, const struct placement *placement,
                           relif_range ranks, int n)
{
    const relif_scaling *scaling = placement->scaling;
    const int inputs = relif_shape_size(scaling->network->input);
    int sharers = 0, needed = 0;
    for (int r = ranks.first; r < ranks.end; r++) {
        const int needs = relif_range_size(
            relif_partition_needs(placement->partition, scaling->network, 0, r));
        sharers += needs > 0;
        needed = needs > needed ? needs : needed;
    }
    const double image = scaling->slowdown * scaling->encode_seconds * needed / inputs;
    const int most = sharers > 0 ? (n + sharers - 1) / sharers : 0;
    batch->computing += n * image;
    return most * image;
}

/* Ranks of a node share the encoding for a linear layer, of which each needs all
 * (input.h). */
static void add_encoding(struct batch *batch, const struct placement *placement, int n)
{
    const relif_scaling *scaling = placement->scaling;
    const bool shared = scaling->network->layers[0].kind == RELIF_LAYER_LINEAR;
    const int together = shared ? scaling->machine.node_ranks : 1;
    const relif_range all = {0, placement->partition->n_ranks};
    double longest = 0;
    for (int first = 0; first < all.end; first += together) {
        const relif_range ranks =
            relif_range_intersect((relif_range){first, first + together}, all);
        longest = fmax(longest, add_encoders(batch, placement, ranks, n));
    }
    batch->seconds += longest;
}

/* A span of ticks of a batch; portions of images that are not there cost nothing. */
static void add_span(struct batch *batch, const struct tick *tick, int ticks, double full)
{
    batch->seconds += ticks * tick->seconds * full;
    batch->computing += ticks * tick->computing * full;
    batch->bytes += ticks * tick->bytes * full;
    batch->messages += ticks * tick->messages;
}

static struct batch batch_of(const struct placement *placement, int n)
{
    const relif_scaling *scaling = placement->scaling;
    const int n_layers = scaling->network->n_layers, *delays = placement->delays;
    relif_portions of_batch = placement->portions;
    of_batch.n_images = n;
    const int portions = relif_portions_count(&of_batch);
    const int parts = portions / relif_portions_blocks(&of_batch);
    const double full = n > 0 ? (double)n / (parts * of_batch.images) : 0;
    struct batch batch = {0};
    if (n == 0) return batch;
    add_encoding(&batch, placement, n);
    for (int at = 0, first = 0, end = 0; first < n_layers;) {
        while (end < n_layers && delays[end] <= at) end++;
        while (first < end && delays[first] + portions <= at) first++;
        if (first == n_layers) break;
        int next = end < n_layers ? delays[end] : INT32_MAX;
        if (first < end && delays[first] + portions < next)
            next = delays[first] + portions;
        const struct tick tick = tick_of(placement, first, end);
        add_span(&batch, &tick, next - at, full);
        at = next;
    }
    return batch;
}

/* Rows are dealt as the schedule deals them: the last replicas have fewer, or none. */
static void add_batches(struct placement *placement)
{
    relif_scaling_point *point = placement->point;
    const int in_flight = placement->scaling->images_in_flight;
    const int64_t n_images = placement->scaling->n_images;
    const int64_t rows = (n_images + point->replicas - 1) / point->replicas;
    const int64_t whole_replicas = n_images / rows, left = n_images % rows;
    const int64_t batches = rows / in_flight;
    const struct batch full = batch_of(placement, batches ? in_flight : 0);
    const struct batch rest = batch_of(placement, (int)(rows % in_flight));
    const struct batch last = batch_of(placement, (int)(left % in_flight));
    const int64_t all_batches = whole_replicas * batches + left / in_flight;
    point->seconds = (double)batches * full.seconds + rest.seconds;
    const double computing = (double)batches * full.computing + rest.computing;
    point->exchange_share = 1 - computing / (point->seconds * point->group);
    point->messages =
        all_batches * full.messages + whole_replicas * rest.messages + last.messages;
    point->bytes = (double)all_batches * full.bytes +
                   (double)whole_replicas * rest.bytes + last.bytes;
}

static void set_memory(struct placement *placement, const relif_traffic *traffic)
{
    const relif_scaling *scaling = placement->scaling;
    const relif_portions *portions = &placement->portions;
    const relif_footprint_setup setup = {.network = scaling->network,
                                         .partition = placement->partition,
                                         .pooling = scaling->pooling,
                                         .steps = scaling->steps,
                                         .images_in_flight = scaling->images_in_flight,
                                         .message_images = portions->images,
                                         .message_steps = portions->interval};
    const double masks =
        RELIF_EXCHANGE_OUTSTANDING * (double)portions->images * portions->interval;
    for (int r = 0; r < placement->partition->n_ranks; r++) {
        const double messages = masks * (relif_traffic_bytes(&traffic->sent[r]) +
                                         relif_traffic_bytes(&traffic->received[r]));
        const double bytes = relif_footprint_bytes(&setup, r) + messages;
        placement->point->memory =
            fmax(placement->point->memory, scaling->base_memory + bytes);
    }
}

/* Room for a message is room for all spikes that there can be. */
static void add_memory(struct placement *placement)
{
    const int n_layers = placement->scaling->network->n_layers;
    double *all = relif_calloc((size_t)n_layers, sizeof *all);
    for (int l = 0; l < n_layers; l++) all[l] = 1;
    const relif_traffic_setup setup =
        relif_scaling_traffic(placement->scaling, placement->partition, all, 0, n_layers);
    relif_traffic *traffic = relif_traffic_create(&setup);
    set_memory(placement, traffic);
    relif_traffic_destroy(traffic);
    free(all);
}

static void evaluate(struct placement *placement)
{
    const relif_scaling *scaling = placement->scaling;
    const size_t n_layers = (size_t)scaling->network->n_layers;
    placement->portions = relif_scaling_portions(scaling, placement->partition);
    placement->densities = relif_calloc(n_layers, sizeof(double));
    placement->delays = relif_calloc(n_layers, sizeof(int));
    for (size_t l = 0; l < n_layers; l++)
        placement->densities[l] = scaling->layers[l].density;
    set_delays(placement);
    const struct tick all = tick_of(placement, 0, (int)n_layers);
    placement->point->tick_messages = all.most_messages;
    placement->point->tick_bytes = all.most_bytes;
    placement->point->tick_seconds = all.seconds;
    add_batches(placement);
    add_memory(placement);
    free(placement->densities);
    free(placement->delays);
}

relif_err relif_scaling_predict(const relif_scaling *scaling, relif_scheme scheme,
                                int replicas, int group, relif_scaling_point *point)
{
    *point = (relif_scaling_point){.ranks = replicas * group,
                                   .replicas = replicas,
                                   .group = group,
                                   .scheme = scheme};
    if (replicas > scaling->n_images)
        return relif_fail(
            RELIF_ERR_PARTITION,
            "%d ranks in %d replicas: there are only %lld images; use fewer "
            "replicas or more images",
            point->ranks, replicas, (long long)scaling->n_images);
    relif_partition *partition = NULL;
    const relif_err err = relif_partition_create(scaling->network, scheme, group,
                                                 scaling->input_density, &partition);
    if (err != RELIF_OK) return err;
    struct placement placement = {
        .scaling = scaling, .partition = partition, .point = point};
    evaluate(&placement);
    relif_partition_destroy(partition);
    return RELIF_OK;
}

static relif_err try_schemes(const relif_scaling *scaling, relif_scheme scheme,
                             int replicas, int group, relif_scaling_point *best)
{
    const relif_scheme schemes[] = {RELIF_SCHEME_SPLIT, RELIF_SCHEME_PIPELINE};
    for (int s = 0; s < (group == 1 ? 1 : 2); s++) {
        relif_scaling_point point;
        if (group > 1 && scheme != RELIF_SCHEME_AUTO && scheme != schemes[s]) continue;
        const relif_err err =
            relif_scaling_predict(scaling, schemes[s], replicas, group, &point);
        if (err != RELIF_OK) return err;
        if (best->ranks == 0 || point.seconds < best->seconds) *best = point;
    }
    return RELIF_OK;
}

relif_err relif_scaling_recommend(const relif_scaling *scaling, int ranks,
                                  relif_scheme scheme, int replicas,
                                  relif_scaling_point *point)
{
    relif_err err = RELIF_OK;
    *point = (relif_scaling_point){0};
    if (replicas && ranks % replicas != 0)
        return relif_fail(RELIF_ERR_PARTITION,
                          "execution.replicas is %d, expected a divisor of the %d ranks",
                          replicas, ranks);
    if (replicas) return try_schemes(scaling, scheme, replicas, ranks / replicas, point);
    for (int n = ranks; n >= 1; n--) {
        if (ranks % n != 0 || n > scaling->n_images) continue;
        err = try_schemes(scaling, scheme, n, ranks / n, point);
        if (err != RELIF_OK) break; /* groups only become larger */
    }
    return point->ranks ? RELIF_OK : err;
}
