/* Tables of a sweep: to archives and back, in parts and whole. */
#include "check.h"
#include "relif/config_sweep.h"
#include "relif/memory.h"
#include "relif/sweep_table.h"
#include "scratch.h"

static const char config_text[] = "name: test\n"
                                  "dataset: {format: idx, images: a, labels: b}\n"
                                  "network: {file: net.h5}\noutput: out.h5\n"
                                  "sweep: {neuron.g_l: [0, 1, 2], neuron.reset: [linear, "
                                  "zero]}\n";
static relif_context *ctx;
static relif_config *config;

static relif_sweep_table *empty_table(const char *text, const char *network)
{
    return relif_sweep_table_create(&(relif_sweep_facts){.sweep = &config->sweep,
                                                         .name = "test",
                                                         .config = text,
                                                         .network_digest = network,
                                                         .dataset_digest = "data"});
}

static void describe_layers(relif_sweep_table *table)
{
    static const char *const names[] = {"fc1", "fc2"};
    static const int64_t neurons[] = {30, 10};
    static const bool recorded[] = {false, true};
    relif_sweep_table_set_layers(table, 2, names, neurons, recorded);
}

static void put(relif_sweep_table *table, int64_t point)
{
    relif_summary row = {.ann_accuracy = 0.9,
                         .snn_accuracy = 0.1 * (double)point,
                         .silent_images = point,
                         .n_layers = 2};
    row.layers = relif_calloc(2, sizeof *row.layers);
    row.layers[0].spikes = 100 * point;
    row.layers[1].correlation_mean = point == 1 ? (double)NAN : 0.5;
    relif_sweep_table_put(table, point, &row);
    CHECK(row.layers == NULL);
}

/* Write a part with every second point from first on. */
static void write_part(const char *path, const char *text, const char *network,
                       int64_t first)
{
    relif_sweep_table *table = empty_table(text, network);
    describe_layers(table);
    for (int64_t p = first; p < 6; p += 2) put(table, p);
    const relif_sweep_task task = {(int)first, 2};
    CHECK(relif_sweep_table_write(table, ctx, path, &task, false) == RELIF_OK);
    relif_sweep_table_destroy(table);
}

static double value_at(relif_archive *archive, const char *path, int64_t point)
{
    const int64_t one = 1;
    double value = -1;
    CHECK(relif_archive_read(archive, path, RELIF_ARRAY_F64, &point, &one, &value) ==
          RELIF_OK);
    return value;
}

static void parts_make_the_whole(void)
{
    char even[SCRATCH_SIZE], odd[SCRATCH_SIZE], whole[SCRATCH_SIZE];
    write_part(scratch_path(even, "even.h5"), "c", "net", 0);
    write_part(scratch_path(odd, "odd.h5"), "c", "net", 1);
    relif_sweep_table *table = empty_table("c", NULL);
    CHECK(relif_sweep_table_read(table, ctx, odd, "sweep-part") == RELIF_OK);
    CHECK(relif_sweep_table_has(table, 1) && !relif_sweep_table_has(table, 2));
    CHECK(relif_sweep_table_read(table, ctx, even, "sweep-part") == RELIF_OK);
    for (int64_t p = 0; p < 6; p++) CHECK(relif_sweep_table_has(table, p));
    CHECK(relif_sweep_table_write(table, ctx, scratch_path(whole, "whole.h5"), NULL,
                                  false) == RELIF_OK);
    relif_sweep_table_destroy(table);
    relif_archive *archive = NULL;
    CHECK(relif_archive_open(ctx, whole, "sweep", &archive) == RELIF_OK);
    if (!archive) return;
    CHECK(value_at(archive, "/sweep/neuron_g_l", 5) == 2);
    CHECK(value_at(archive, "/sweep/neuron_reset", 5) == 1);
    CHECK(value_at(archive, "/sweep/accuracy_snn", 5) == 0.1 * 5);
    CHECK(value_at(archive, "/sweep/silent_images", 4) == 4);
    CHECK(value_at(archive, "/sweep/layers/fc1/spikes", 3) == 300);
    CHECK(isnan(value_at(archive, "/sweep/layers/fc2/correlation_mean", 1)));
    CHECK(!relif_archive_has(archive, "/sweep/layers/fc1/correlation_mean"));
    CHECK(!relif_archive_has(archive, "/points"));
    relif_archive_close(archive);
}

static void parts_of_others_are_refused_by_name(void)
{
    char path[SCRATCH_SIZE];
    write_part(scratch_path(path, "other.h5"), "another", "net", 0);
    relif_sweep_table *table = empty_table("c", "net");
    CHECK(relif_sweep_table_read(table, ctx, path, "sweep-part") == RELIF_ERR_EXISTS);
    CHECK_TEXT(relif_error_sentence(),
               "other.h5' exists and holds points of another conf");
    CHECK(relif_sweep_table_read(table, ctx, path, "sweep") == RELIF_ERR_EXISTS);
    CHECK_TEXT(relif_error_sentence(), "other.h5' exists and is not an archive of kind");
    write_part(scratch_path(path, "net.h5"), "c", "another", 1);
    CHECK(relif_sweep_table_check(table, ctx, path, "sweep-part") == RELIF_ERR_EXISTS);
    CHECK_TEXT(relif_error_sentence(),
               "net.h5' exists and was made from another network");
    CHECK(!relif_sweep_table_has(table, 0) && !relif_sweep_table_has(table, 1));
    relif_sweep_table_destroy(table);
}

static void a_part_may_hold_no_points(void)
{
    char path[SCRATCH_SIZE];
    write_part(scratch_path(path, "none.h5"), "c", "net", 6);
    relif_sweep_table *table = empty_table("c", "net");
    CHECK(relif_sweep_table_read(table, ctx, path, "sweep-part") == RELIF_OK);
    CHECK(!relif_sweep_table_has(table, 0));
    relif_sweep_table_destroy(table);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    ctx = relif_context_create(MPI_COMM_WORLD);
    scratch_begin(ctx);
    CHECK(relif_config_parse(config_text, "c.yaml", NULL, 0, &config) == RELIF_OK);
    RUN(parts_make_the_whole);
    RUN(parts_of_others_are_refused_by_name);
    RUN(a_part_may_hold_no_points);
    relif_config_destroy(config);
    scratch_end(ctx);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
