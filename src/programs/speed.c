#include "speed.h"

#include <stdio.h>

#include "provenance.h"
#include "relif/kernel.h"

relif_err speed_write_sidecar(const struct experiment *experiment,
                              const command_line *line, const char *archive,
                              const char *task, const struct speed *speed)
{
    const relif_sidecar_simulation simulation = {
        .scheme = relif_scheme_name(experiment->config->execution.scheme),
        .kernel = relif_kernel_best()->name,
        .replicas = experiment->replicas,
        .group_size = experiment->group->size,
        .seconds = speed->seconds,
        .images = speed->images,
        .synaptic_operations = speed->operations,
        .bytes_sent = speed->bytes_sent,
        .messages_sent = speed->messages_sent};
    return provenance_write(experiment, line,
                            &(relif_sidecar){.archive = archive,
                                             .task = task,
                                             .simulation = &simulation,
                                             .clock = &experiment->clock});
}

void speed_print(const struct experiment *experiment, const char *archive,
                 const struct speed *speed)
{
    int64_t peak = relif_sidecar_peak_memory();
    MPI_Allreduce(MPI_IN_PLACE, &peak, 1, MPI_INT64_T, MPI_MAX, experiment->world->comm);
    if (!relif_context_is_root(experiment->world)) return;
    if (speed->seconds > 0)
        printf("  %-44s %9.1f images/s, %.3g synaptic operations/s\n", "simulation speed",
               (double)speed->images / speed->seconds,
               (double)speed->operations / speed->seconds);
    printf("  %-44s %9d (%d x %d, %s kernel), at most %.0f MB each\n",
           "ranks (replicas x group)", experiment->world->size, experiment->replicas,
           experiment->group->size, relif_kernel_best()->name, (double)peak / 1e6);
    printf("archive: %s\nsidecar: %s.run.json\n", archive, archive);
}
