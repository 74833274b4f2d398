/* What every command of relif gets, and the commands themselves; private to src/programs.
 */
#ifndef RELIF_PROGRAMS_COMMAND_H
#define RELIF_PROGRAMS_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "relif/context.h"
#include "relif/error.h"
#include "relif/log.h"
#include "relif/sidecar_record.h"
#include "relif/stop.h"

/* The command line, read. Strings are borrowed from argv. */
typedef struct command_line {
    const char *file;       /* the one operand: a config or a relif file */
    const char **overrides; /* --set, [n_overrides] */
    int n_overrides;
    bool force, quiet, print_config, help_config, verify;
    int64_t images;     /* --images, 0: all */
    const char *output; /* --output, NULL: not given */
    const char *task;   /* --task, NULL: not given */
    bool list, remove_parts;
    relif_stop_options stop;     /* --max-time, --checkpoint-every */
    relif_invocation invocation; /* as given, for the sidecar */
    const char *config; /* the text of the config, NULL: file names it. For rerun */
} command_line;

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
relif_err command_sweep(const command_call *call);
relif_err command_collect(const command_call *call);
relif_err command_rerun(const command_call *call);

/* Call the command that a sidecar is of, with the config it holds and another output.
 * call's own overrides are added, and more of them, [n_more]. */
relif_err command_repeat(const command_call *call, const relif_sidecar_record *record,
                         const char *output, const char *const *more, int n_more);

#endif
