/* The same configuration, or the same error, on every rank. */
#include <unistd.h>

#include "check.h"
#include "relif/config.h"

static relif_context *ctx;

static void a_missing_file_is_the_error_of_all_ranks(void)
{
    relif_config *config = NULL;
    CHECK(relif_config_read_collective(ctx, "no/such/file.yaml", NULL, 0, &config) ==
          RELIF_ERR_FILE);
    CHECK_TEXT(relif_error_sentence(), "no/such/file.yaml: could not be opened: No such");
    CHECK(config == NULL);
}

static void a_wrong_value_is_the_error_of_all_ranks(void)
{
    char path[1024];
    const char *const sets[] = {"coding.dt=5k"};
    relif_config *config = NULL;
    snprintf(path, sizeof path, "%s/configs/quickstart.yaml", getenv("RELIF_SOURCE_DIR"));
    CHECK(relif_config_read_collective(ctx, path, sets, 1, &config) == RELIF_ERR_CONFIG);
    CHECK_TEXT(relif_error_sentence(), "--set coding.dt=5k: coding.dt: \"5k\" is not a");
    CHECK(config == NULL);
}

static void the_environment_of_root_counts(void)
{
    char path[1024];
    const char *const sets[] = {"output=${RELIF_TEST_OUT}/a.h5"};
    relif_config *config = NULL;
    snprintf(path, sizeof path, "%s/configs/mnist_mlp.yaml", getenv("RELIF_SOURCE_DIR"));
    if (relif_context_is_root(ctx))
        setenv("RELIF_TEST_OUT", "here", 1);
    else
        unsetenv("RELIF_TEST_OUT");
    setenv("RELIF_DATA_DIR", relif_context_is_root(ctx) ? "root" : "other", 1);
    CHECK(relif_config_read_collective(ctx, path, sets, 1, &config) == RELIF_OK);
    if (!config) return;
    CHECK_TEXT(config->output.written, "${RELIF_TEST_OUT}/a.h5");
    CHECK(strcmp(config->output.expanded, "here/a.h5") == 0);
    CHECK(config->dataset.options.n_files == 1);
    CHECK_TEXT(config->dataset.options.files[0], "root/mnist/t10k-images");
    CHECK_TEXT(config->dataset.options.labels, "root/mnist/t10k-labels");
    relif_config_destroy(config);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    ctx = relif_context_create(MPI_COMM_WORLD);
    RUN(a_missing_file_is_the_error_of_all_ranks);
    RUN(a_wrong_value_is_the_error_of_all_ranks);
    RUN(the_environment_of_root_counts);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
