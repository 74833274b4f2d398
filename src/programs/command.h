/* What every command of relif gets, and the commands themselves; private to src/programs.
 */
#ifndef RELIF_PROGRAMS_COMMAND_H
#define RELIF_PROGRAMS_COMMAND_H

#include "command_line.h"
#include "relif/context.h"
#include "relif/log.h"
#include "relif/sidecar_record.h"

typedef struct command_call {
    const relif_context *world;
    relif_log *log;
    relif_stop *stop; /* on the world; NULL for commands that do not stop early */
    const command_line *line;
} command_call;

/* Each command: collective on call->world; RELIF_OK or an error that all ranks agree on.
 */
relif_err command_run(const command_call *call);
relif_err command_train(const command_call *call);
relif_err command_map(const command_call *call);
relif_err command_neuron(const command_call *call);
relif_err command_info(const command_call *call);
relif_err command_bench(const command_call *call);
relif_err command_plan(const command_call *call);
relif_err command_sweep(const command_call *call);
relif_err command_collect(const command_call *call);
relif_err command_rerun(const command_call *call);

/* Call the command that a sidecar is of, with the config it holds and another output.
 * call's own overrides are added, and more of them, [n_more]. */
relif_err command_repeat(const command_call *call, const relif_sidecar_record *record,
                         const char *output, const char *const *more, int n_more);

#endif
