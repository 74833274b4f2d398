#include "speed.h"

#include <stdio.h>

#include "relif/kernel.h"
#include "relif/sidecar.h"

relif_err speed_write_sidecar(const struct experiment *experiment,
                              const command_line *line, const char *archive,
                              const struct speed *speed)
{
    const relif_config *config = experiment->config;
    relif_text text = {0};
    relif_config_print(config, true, &text);
    const relif_sidecar sidecar = {.archive = archive,
                                   .argc = line->argc,
                                   .argv = line->argv,
                                   .config = relif_text_string(&text),
                                   .network_digest = experiment->network_digest,
                                   .dataset_digest = experiment->dataset->digest,
                                   .scheme = relif_scheme_name(config->execution.scheme),
                                   .kernel = relif_kernel_best()->name,
                                   .replicas = experiment->replicas,
                                   .group_size = experiment->group->size,
                                   .start_time = speed->start_time,
                                   .simulate_seconds = speed->seconds,
                                   .images = speed->images,
                                   .synaptic_operations = speed->operations,
                                   .bytes_sent = speed->bytes_sent,
                                   .messages_sent = speed->messages_sent,
                                   .clock = &experiment->clock};
    const relif_err err = relif_sidecar_write(experiment->world, &sidecar);
    relif_text_release(&text);
    return err;
}

void speed_print(const struct experiment *experiment, const char *archive,
                 const struct speed *speed)
{
    int64_t peak = relif_sidecar_peak_memory();
    MPI_Allreduce(MPI_IN_PLACE, &peak, 1, MPI_INT64_T, MPI_MAX, experiment->world->comm);
    if (!relif_context_is_root(experiment->world)) return;
    printf("  %-44s %9.1f images/s, %.3g synaptic operations/s\n", "simulation speed",
           (double)speed->images / speed->seconds,
           (double)speed->operations / speed->seconds);
    printf("  %-44s %9d (%d x %d, %s kernel), at most %.0f MB each\n",
           "ranks (replicas x group)", experiment->world->size, experiment->replicas,
           experiment->group->size, relif_kernel_best()->name, (double)peak / 1e6);
    printf("archive: %s\nsidecar: %s.run.json\n", archive, archive);
}
