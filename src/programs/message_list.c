#include "message_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"

/* What a list is made of. */
struct tick {
    const relif_scaling *scaling;
    relif_partition *partition;
    relif_traffic_setup setup;
    relif_traffic *traffic;
};

static void write_rank(FILE *file, const struct tick *tick, int rank)
{
    const relif_scaling *scaling = tick->scaling;
    const int n_layers = scaling->network->n_layers;
    const relif_traffic_load *out = &tick->traffic->sent[rank];
    const relif_traffic_load *in = &tick->traffic->received[rank];
    const relif_portions portions = relif_scaling_portions(scaling, tick->partition);
    const double share = relif_scaling_share(&portions);
    const double seconds =
        relif_scaling_work(scaling, tick->partition, share, 0, n_layers, rank) +
        relif_scaling_handling(scaling, share, out) +
        relif_scaling_handling(scaling, share, in);
    fprintf(file, "%d %.9g %lld", rank, seconds, (long long)out->messages);
    for (int to = 0; to < tick->partition->n_ranks; to++) {
        const relif_traffic_load load = relif_traffic_between(&tick->setup, rank, to);
        if (load.messages)
            fprintf(file, " %d %.0f", to, share * relif_traffic_bytes(&load));
    }
    fputc('\n', file);
}

static relif_err write_tick(const char *path, const struct tick *tick,
                            const relif_scaling_point *point)
{
    const relif_machine *machine = &tick->scaling->machine;
    FILE *file = fopen(path, "w");
    if (!file) return relif_fail(RELIF_ERR_FILE, "write %s: %s", path, strerror(errno));
    fprintf(file, "relif-messages 1 %d %.9g %.9g %.9g\n", point->group,
            point->tick_seconds, machine->latency, machine->bandwidth);
    for (int r = 0; r < tick->partition->n_ranks; r++) write_rank(file, tick, r);
    const bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed)
        return relif_fail(RELIF_ERR_FILE, "write %s: %s", path, strerror(errno));
    return RELIF_OK;
}

relif_err message_list_write(const char *path, const relif_scaling *scaling,
                             const relif_scaling_point *point)
{
    const int n_layers = scaling->network->n_layers;
    struct tick tick = {.scaling = scaling};
    relif_err err = relif_partition_create(scaling->network, point->scheme, point->group,
                                           scaling->input_density, &tick.partition);
    if (err != RELIF_OK) return err;
    double *densities = relif_calloc((size_t)n_layers, sizeof *densities);
    for (int l = 0; l < n_layers; l++) densities[l] = scaling->layers[l].density;
    tick.setup = relif_scaling_traffic(scaling, tick.partition, densities, 0, n_layers);
    tick.traffic = relif_traffic_create(&tick.setup);
    err = write_tick(path, &tick, point);
    relif_traffic_destroy(tick.traffic);
    relif_partition_destroy(tick.partition);
    free(densities);
    return err;
}
