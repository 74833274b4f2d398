#include "relif/sidecar.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "durable.h"
#include "relif/memory.h"

/* What root needs from every rank. */
struct rank_facts {
    char host[64];
    double seconds[RELIF_N_PHASES];
    int64_t peak_memory, bytes_sent, messages_sent;
};

int64_t relif_sidecar_peak_memory(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)usage.ru_maxrss * 1024;
}

static struct rank_facts facts_of(const relif_sidecar *sidecar)
{
    struct rank_facts facts = {.peak_memory = relif_sidecar_peak_memory(),
                               .bytes_sent = sidecar->bytes_sent,
                               .messages_sent = sidecar->messages_sent};
    gethostname(facts.host, sizeof facts.host - 1);
    memcpy(facts.seconds, sidecar->clock->seconds, sizeof facts.seconds);
    return facts;
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
        json_object_set_new(phases, relif_phase_name((relif_phase)p),
                            json_real(facts->seconds[p]));
    json_t *rank = json_object();
    json_object_set_new(rank, "host", json_string(facts->host));
    json_object_set_new(rank, "peak_memory_bytes", json_integer(facts->peak_memory));
    json_object_set_new(rank, "spike_bytes_sent", json_integer(facts->bytes_sent));
    json_object_set_new(rank, "spike_messages_sent", json_integer(facts->messages_sent));
    json_object_set_new(rank, "seconds", phases);
    return rank;
}

static json_t *run_json(const relif_sidecar *sidecar, const struct rank_facts *facts,
                        int n_ranks)
{
    json_t *run = json_object(), *command = json_array(), *ranks = json_array();
    for (int i = 0; i < sidecar->argc; i++)
        json_array_append_new(command, json_string(sidecar->argv[i]));
    for (int r = 0; r < n_ranks; r++) json_array_append_new(ranks, rank_json(&facts[r]));
    const char *job = getenv("SLURM_JOB_ID");
    json_object_set_new(run, "program", json_string("relif " RELIF_VERSION));
    json_object_set_new(run, "compiler", json_string("gcc-compatible " __VERSION__));
    json_object_set_new(run, "archive", json_string(sidecar->archive));
    json_object_set_new(run, "command", command);
    json_object_set_new(run, "config", json_string(sidecar->config));
    json_object_set_new(run, "network_sha256", json_string(sidecar->network_digest));
    json_object_set_new(run, "dataset_sha256", json_string(sidecar->dataset_digest));
    json_object_set_new(run, "slurm_job_id", job ? json_string(job) : json_null());
    json_object_set_new(run, "start", date(sidecar->start_time));
    json_object_set_new(run, "end", date((double)time(NULL)));
    json_object_set_new(run, "ranks", json_integer(n_ranks));
    json_object_set_new(run, "replicas", json_integer(sidecar->replicas));
    json_object_set_new(run, "group", json_integer(sidecar->group_size));
    json_object_set_new(run, "scheme", json_string(sidecar->scheme));
    json_object_set_new(run, "kernel", json_string(sidecar->kernel));
    json_object_set_new(run, "images", json_integer(sidecar->images));
    json_object_set_new(run, "synaptic_operations",
                        json_integer(sidecar->synaptic_operations));
    json_object_set_new(run, "simulate_seconds", json_real(sidecar->simulate_seconds));
    json_object_set_new(run, "per_rank", ranks);
    return run;
}

static relif_err write_json(const relif_sidecar *sidecar, json_t *run)
{
    char *path = relif_durable_name(sidecar->archive, ".run.json");
    char *part = relif_durable_name(path, ".part");
    relif_err err = RELIF_OK;
    if (json_dump_file(run, part, JSON_INDENT(2)) != 0)
        err = relif_fail(RELIF_ERR_FILE, "write '%s': %s", path, strerror(errno));
    if (err == RELIF_OK) err = relif_durable_publish(part, path);
    if (err != RELIF_OK) unlink(part);
    free(part);
    free(path);
    return err;
}

relif_err relif_sidecar_write(const relif_context *ctx, const relif_sidecar *sidecar)
{
    const struct rank_facts mine = facts_of(sidecar);
    struct rank_facts *all = relif_calloc((size_t)ctx->size, sizeof *all);
    MPI_Gather(&mine, (int)sizeof mine, MPI_BYTE, all, (int)sizeof mine, MPI_BYTE, 0,
               ctx->comm);
    relif_err err = RELIF_OK;
    if (relif_context_is_root(ctx)) {
        json_t *run = run_json(sidecar, all, ctx->size);
        err = write_json(sidecar, run);
        json_decref(run);
    }
    free(all);
    return relif_agree(ctx, err);
}
