/* Sidecars: what is written is read, the archive's digest is its file's, and what is no
 * sidecar is refused on every rank. */
#include "check.h"
#include "relif/sidecar_record.h"
#include "scratch.h"

static relif_context *ctx;
static char archive[SCRATCH_SIZE], sidecar_name[SCRATCH_SIZE];

static const char abc_digest[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

static void write_file(const char *path, const char *text)
{
    if (relif_context_is_root(ctx)) {
        FILE *file = fopen(path, "wb");
        CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
    }
    MPI_Barrier(ctx->comm);
}

static char *words[] = {"relif", "sweep", "a.yaml", "--task", "slurm", NULL};
static const char *const files[] = {"images.gz", "labels.gz"};

static relif_err write_sample(void)
{
    const relif_input inputs[] = {{"dataset", 2, files, abc_digest},
                                  {"training", 0, NULL, abc_digest}};
    const relif_sidecar_simulation simulation = {
        .scheme = "split", .kernel = "avx2", .replicas = 1, .group_size = 2};
    const relif_clock clock = {.seconds = {[RELIF_PHASE_READ] = 1.5}};
    return relif_sidecar_write(
        ctx, &(relif_sidecar){.archive = archive,
                              .invocation = relif_invocation_of(5, words),
                              .task = "1/3",
                              .config = "name: \"a\"\nlines: 2\n",
                              .inputs = inputs,
                              .n_inputs = 2,
                              .simulation = &simulation,
                              .clock = &clock});
}

static relif_sidecar_record *read_sample(void)
{
    relif_sidecar_record *record = NULL;
    CHECK(relif_sidecar_record_read(ctx, sidecar_name, &record) == RELIF_OK);
    return record;
}

static void what_is_written_is_read_on_every_rank(void)
{
    CHECK(write_sample() == RELIF_OK);
    relif_sidecar_record *record = read_sample();
    if (!record) return;
    CHECK(strcmp(record->archive, archive) == 0);
    CHECK(strcmp(record->archive_digest, abc_digest) == 0); /* the file holds abc */
    CHECK(strcmp(record->task, "1/3") == 0);
    CHECK(strcmp(record->config, "name: \"a\"\nlines: 2\n") == 0);
    CHECK(record->argc == 5 && strcmp(record->argv[4], "slurm") == 0 && !record->argv[5]);
    CHECK(record->n_inputs == 2 && record->inputs[1].n_files == 0);
    const relif_input *input = relif_sidecar_record_input(record, "dataset");
    CHECK(input && input->n_files == 2 && strcmp(input->files[1], "labels.gz") == 0);
    CHECK(!relif_sidecar_record_input(record, "network"));
    relif_sidecar_record_destroy(record);
}

/* The whole file, on root. */
static char *read_text(void)
{
    char *text = calloc(1 << 16, 1);
    FILE *file = fopen(sidecar_name, "rb");
    CHECK(file && fread(text, 1, (1 << 16) - 1, file) > 0);
    if (file) fclose(file);
    return text;
}

static void it_names_the_build_the_libraries_and_every_rank(void)
{
    setenv("SLURM_JOB_ID", "4711", 1);
    CHECK(write_sample() == RELIF_OK);
    unsetenv("SLURM_JOB_ID");
    if (!relif_context_is_root(ctx)) return;
    char *text = read_text(), ranks[32];
    const char *const parts[] = {"\"program\": \"relif ",
                                 "\"revision\": ",
                                 "\"dirty\": ",
                                 "\"compiler\": ",
                                 "\"flags\": ",
                                 "\"MPI\": \"Open MPI",
                                 "\"HDF5\": \"1.",
                                 "\"OpenBLAS\": ",
                                 "\"zlib\": ",
                                 "\"libyaml\": ",
                                 "\"bytes\": 3",
                                 "\"folder\": \"/",
                                 "\"SLURM_JOB_ID\": \"4711\"",
                                 "\"start\": \"20",
                                 "\"end\": \"20",
                                 "\"kernel\": \"avx2\"",
                                 "\"host\": ",
                                 "\"peak_memory_bytes\": ",
                                 "\"read\": 1.5",
                                 "-ffp-contract=off"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        CHECK_TEXT(text, parts[i]);
    CHECK(!strstr(text, "ScaLAPACK"));
    snprintf(ranks, sizeof ranks, "\"ranks\": %d,", ctx->size);
    CHECK_TEXT(text, ranks);
    int n_hosts = 0;
    for (const char *at = text; (at = strstr(at, "\"host\"")); at++) n_hosts++;
    CHECK(n_hosts == ctx->size);
    free(text);
}

static void a_sidecar_without_config_or_simulation_is_one_too(void)
{
    const relif_sidecar least = {.archive = archive,
                                 .invocation = relif_invocation_of(1, words),
                                 .scalapack = true};
    CHECK(relif_sidecar_write(ctx, &least) == RELIF_OK);
    relif_sidecar_record *record = read_sample();
    CHECK(record && !record->config && !record->task && record->n_inputs == 0);
    relif_sidecar_record_destroy(record);
    if (relif_context_is_root(ctx)) {
        char *text = read_text();
        CHECK_TEXT(text, "\"ScaLAPACK\": \"2.");
        free(text);
    }
    MPI_Barrier(ctx->comm);
}

static void refused(const char *text, relif_err code, const char *sentence)
{
    relif_sidecar_record *record = NULL;
    if (text) write_file(sidecar_name, text);
    CHECK(relif_sidecar_record_read(ctx, sidecar_name, &record) == code);
    CHECK(!record);
    CHECK_TEXT(relif_error_sentence(), "read sidecar '");
    CHECK_TEXT(relif_error_sentence(), sentence);
}

static void what_is_no_sidecar_is_refused(void)
{
    refused("", RELIF_ERR_FORMAT, "expected JSON");
    refused("{\"a\": 1}", RELIF_ERR_FORMAT, "it is not the sidecar");
    refused("{\"a\": 1, \"a\": 2}", RELIF_ERR_FORMAT, "line 1: duplicate object key");
    refused("[1, 2", RELIF_ERR_FORMAT, "expected JSON");
    CHECK(write_sample() == RELIF_OK);
    char *text = relif_context_is_root(ctx) ? read_text() : NULL;
    if (text) *strstr(text, abc_digest) = 'X';
    if (text) write_file(sidecar_name, text);
    if (!text) MPI_Barrier(ctx->comm);
    free(text);
    refused(NULL, RELIF_ERR_FORMAT, "it is not the sidecar");
    if (relif_context_is_root(ctx)) CHECK(unlink(sidecar_name) == 0);
    MPI_Barrier(ctx->comm);
    refused(NULL, RELIF_ERR_FILE, "No such file");
}

static void a_missing_archive_is_named_and_leaves_no_sidecar(void)
{
    const relif_sidecar missing = {.archive = "/nowhere/x.h5",
                                   .invocation = relif_invocation_of(1, words)};
    CHECK(relif_sidecar_write(ctx, &missing) == RELIF_ERR_FILE);
    CHECK_TEXT(relif_error_sentence(), "'/nowhere/x.h5'");
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    ctx = relif_context_create(MPI_COMM_WORLD);
    scratch_begin(ctx);
    scratch_path(archive, "x.h5");
    scratch_path(sidecar_name, "x.h5.run.json");
    write_file(archive, "abc");
    RUN(what_is_written_is_read_on_every_rank);
    RUN(it_names_the_build_the_libraries_and_every_rank);
    RUN(a_sidecar_without_config_or_simulation_is_one_too);
    RUN(what_is_no_sidecar_is_refused);
    RUN(a_missing_archive_is_named_and_leaves_no_sidecar);
    scratch_end(ctx);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
