#include "relif/sidecar.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "build_facts.h"
#include "durable.h"
#include "relif/memory.h"

/* What root needs from every rank. */
struct rank_facts {
    char host[64];
    double seconds[RELIF_N_PHASES];
    int64_t peak_memory, bytes_sent, messages_sent;
};

static double seconds_since_1970(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

relif_invocation relif_invocation_of(int argc, char **argv)
{
    return (relif_invocation){argc, argv, seconds_since_1970()};
}

int64_t relif_sidecar_peak_memory(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)usage.ru_maxrss * 1024;
}

char *relif_sidecar_path(const char *archive)
{
    return relif_durable_name(archive, ".run.json");
}

static struct rank_facts facts_of(const relif_sidecar *sidecar)
{
    struct rank_facts facts = {.peak_memory = relif_sidecar_peak_memory()};
    gethostname(facts.host, sizeof facts.host - 1);
    if (sidecar->clock)
        memcpy(facts.seconds, sidecar->clock->seconds, sizeof facts.seconds);
    if (sidecar->simulation) {
        facts.bytes_sent = sidecar->simulation->bytes_sent;
        facts.messages_sent = sidecar->simulation->messages_sent;
    }
    return facts;
}

static void set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

/* Names of files need not be UTF-8, JSON is: what is not is left out as null. */
static json_t *text_or_null(const char *text)
{
    json_t *string = text ? json_string(text) : NULL;
    return string ? string : json_null();
}

static json_t *date(double seconds)
{
    const time_t whole = (time_t)seconds;
    struct tm utc;
    char text[32];
    gmtime_r(&whole, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return json_string(text);
}

static json_t *rank_json(const struct rank_facts *facts)
{
    json_t *phases = json_object();
    for (int p = 0; p < RELIF_N_PHASES; p++)
        set(phases, relif_phase_name((relif_phase)p), json_real(facts->seconds[p]));
    json_t *rank = json_object();
    set(rank, "host", text_or_null(facts->host));
    set(rank, "peak_memory_bytes", json_integer(facts->peak_memory));
    set(rank, "spike_bytes_sent", json_integer(facts->bytes_sent));
    set(rank, "spike_messages_sent", json_integer(facts->messages_sent));
    set(rank, "seconds", phases);
    return rank;
}

static json_t *texts_json(int n, const char *const *texts)
{
    json_t *list = json_array();
    for (int i = 0; i < n; i++) json_array_append_new(list, text_or_null(texts[i]));
    return list;
}

static json_t *inputs_json(const relif_sidecar *sidecar)
{
    json_t *list = json_array();
    for (int i = 0; i < sidecar->n_inputs; i++) {
        const relif_input *input = &sidecar->inputs[i];
        json_t *entry = json_object();
        set(entry, "what", json_string(input->what));
        set(entry, "files", texts_json(input->n_files, input->files));
        set(entry, "sha256", json_string(input->digest));
        json_array_append_new(list, entry);
    }
    return list;
}

static json_t *simulation_json(const relif_sidecar_simulation *simulation)
{
    if (!simulation) return json_null();
    json_t *object = json_object();
    set(object, "replicas", json_integer(simulation->replicas));
    set(object, "group", json_integer(simulation->group_size));
    set(object, "scheme", json_string(simulation->scheme));
    set(object, "kernel", json_string(simulation->kernel));
    set(object, "images", json_integer(simulation->images));
    set(object, "synaptic_operations", json_integer(simulation->synaptic_operations));
    set(object, "seconds", json_real(simulation->seconds));
    return object;
}

/* Variables that decide which files are read, how OpenBLAS rounds, what Slurm ran. */
static json_t *environment_json(void)
{
    static const char *const names[] = {"RELIF_DATA_DIR",      "RELIF_MODEL_DIR",
                                        "OPENBLAS_CORETYPE",   "OPENBLAS_NUM_THREADS",
                                        "SLURM_JOB_ID",        "SLURM_ARRAY_JOB_ID",
                                        "SLURM_ARRAY_TASK_ID", "SLURM_RESTART_COUNT"};
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (getenv(names[i])) set(object, names[i], text_or_null(getenv(names[i])));
    return object;
}

static json_t *archive_json(const char *path, int64_t bytes, const char *digest)
{
    json_t *object = json_object();
    set(object, "file", text_or_null(path));
    set(object, "bytes", json_integer(bytes));
    set(object, "sha256", json_string(digest));
    return object;
}

static json_t *ranks_json(const struct rank_facts *facts, int n_ranks)
{
    json_t *list = json_array();
    for (int r = 0; r < n_ranks; r++) json_array_append_new(list, rank_json(&facts[r]));
    return list;
}

static json_t *run_json(const relif_sidecar *sidecar, json_t *archive,
                        const struct rank_facts *facts, int n_ranks)
{
    json_t *run = json_object();
    char folder[PATH_MAX] = "";
    const double end = seconds_since_1970();
    const relif_invocation *invocation = &sidecar->invocation;
    set(run, "program", json_string("relif " RELIF_VERSION));
    set(run, "build", relif_build_facts());
    set(run, "libraries", relif_library_facts(sidecar->scalapack));
    set(run, "archive", archive);
    set(run, "folder", text_or_null(getcwd(folder, sizeof folder)));
    set(run, "command",
        texts_json(invocation->argc, (const char *const *)invocation->argv));
    set(run, "task", text_or_null(sidecar->task));
    set(run, "config", text_or_null(sidecar->config));
    set(run, "inputs", inputs_json(sidecar));
    set(run, "environment", environment_json());
    set(run, "start", date(invocation->start_time));
    set(run, "end", date(end));
    set(run, "seconds", json_real(end - invocation->start_time));
    set(run, "ranks", json_integer(n_ranks));
    set(run, "simulation", simulation_json(sidecar->simulation));
    set(run, "per_rank", ranks_json(facts, n_ranks));
    return run;
}

static relif_err write_json(const char *archive, json_t *run)
{
    char *path = relif_sidecar_path(archive);
    char *part = relif_durable_name(path, ".part");
    relif_err err = RELIF_OK;
    errno = 0;
    if (json_dump_file(run, part, JSON_INDENT(2)) != 0)
        err = relif_fail(RELIF_ERR_FILE, "write '%s': %s", path,
                         errno ? strerror(errno) : "it is not complete");
    if (err == RELIF_OK && relif_durable_publish(part, path) != RELIF_OK)
        err = relif_fail(RELIF_ERR_FILE, "write '%s': %s", path, relif_error_sentence());
    if (err != RELIF_OK) unlink(part);
    free(part);
    free(path);
    return err;
}

static relif_err write_here(const relif_sidecar *sidecar, const struct rank_facts *facts,
                            int n_ranks)
{
    char digest[RELIF_DIGEST_TEXT];
    struct stat status;
    relif_err err = relif_digest_files(1, &sidecar->archive, digest);
    if (err != RELIF_OK) return err;
    const int64_t bytes =
        stat(sidecar->archive, &status) == 0 ? (int64_t)status.st_size : 0;
    json_t *run =
        run_json(sidecar, archive_json(sidecar->archive, bytes, digest), facts, n_ranks);
    err = write_json(sidecar->archive, run);
    json_decref(run);
    return err;
}

relif_err relif_sidecar_write(const relif_context *ctx, const relif_sidecar *sidecar)
{
    const struct rank_facts mine = facts_of(sidecar);
    struct rank_facts *all = relif_calloc((size_t)ctx->size, sizeof *all);
    MPI_Gather(&mine, (int)sizeof mine, MPI_BYTE, all, (int)sizeof mine, MPI_BYTE, 0,
               ctx->comm);
    relif_err err = RELIF_OK;
    if (relif_context_is_root(ctx)) err = write_here(sidecar, all, ctx->size);
    free(all);
    return relif_agree(ctx, err);
}
