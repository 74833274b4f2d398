/* relif train: the network of a config, trained and written. */
#include "experiment.h"
#include "provenance.h"

/* Of the network file: what it was made of. */
static relif_err write_sidecar(const struct experiment *experiment,
                               const command_line *line)
{
    return provenance_write(experiment, line,
                            &(relif_sidecar){.archive = experiment->network_file,
                                             .clock = &experiment->clock});
}

relif_err command_train(const command_call *call)
{
    struct experiment experiment = {0};
    bool done = false;
    relif_err err = experiment_configure(&experiment, call, &done);
    if (err == RELIF_OK && !done && !experiment.config->has_training)
        err = relif_fail(RELIF_ERR_CONFIG,
                         "%s: nothing to train; expected network.layers and training",
                         call->line->file);
    if (err == RELIF_OK && !done)
        err = experiment_network(&experiment,
                                 call->line->force ? TRAIN_AGAIN : KEEP_OTHERS);
    if (experiment.training_digest[0] && err == RELIF_OK)
        err = write_sidecar(&experiment, call->line);
    experiment_release(&experiment);
    return err;
}
