#include <fcntl.h>
#include <hdf5.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "relif/archive.h"
#include "relif/memory.h"
#include "relif/seal.h"
#include "scratch.h"

static relif_context *ctx;

static const relif_array grid = {.path = "/layers/fc1/values",
                                 .type = RELIF_ARRAY_I32,
                                 .rank = 3,
                                 .dims = {20, 7, 30},
                                 .units = "spikes",
                                 .description = "A test."};

static relif_archive *create(const char *path, bool replace)
{
    relif_archive *archive = NULL;
    CHECK(relif_archive_create(ctx, path, "run", replace, &archive) == RELIF_OK);
    return archive;
}

static relif_archive *open_archive(const char *path)
{
    relif_archive *archive = NULL;
    CHECK(relif_archive_open(ctx, path, "run", &archive) == RELIF_OK);
    return archive;
}

/* Columns are dealt evenly, but the last of several ranks gets none. */
static void my_columns(int64_t columns, int64_t *from, int64_t *count)
{
    const int owners = ctx->size > 1 ? ctx->size - 1 : 1;
    *from = ctx->rank < owners ? columns * ctx->rank / owners : 0;
    *count = ctx->rank < owners ? columns * (ctx->rank + 1) / owners - *from : 0;
}

static int32_t value_at(int64_t i, int64_t j, int64_t k)
{
    return (int32_t)(i * 1000000 + j * 1000 + k + 1);
}

static void write_grid_rows(relif_archive *archive, int64_t first, int64_t rows)
{
    int64_t from, columns;
    my_columns(grid.dims[2], &from, &columns);
    const int64_t offset[3] = {first, 0, from}, count[3] = {rows, 7, columns};
    int32_t *values = relif_calloc((size_t)(rows * 7 * columns), sizeof *values);
    for (int64_t i = 0, n = 0; i < rows; i++)
        for (int64_t j = 0; j < 7; j++)
            for (int64_t k = 0; k < columns; k++)
                values[n++] = value_at(first + i, j, from + k);
    CHECK(relif_archive_write(archive, grid.path, offset, count, values) == RELIF_OK);
    free(values);
}

/* Rows 0-8 and 9-17 are written, in the wrong order; 18 and 19 are not. */
static void write_example(const char *path)
{
    static const char *const names[] = {"a", "", "caf\xc3\xa9"};
    relif_archive *archive = create(path, true);
    CHECK(relif_archive_declare(archive, &grid) == RELIF_OK);
    write_grid_rows(archive, 9, 9);
    write_grid_rows(archive, 0, 9);
    CHECK(relif_archive_write_names(archive, "/names", names, 3, "Names.") == RELIF_OK);
    CHECK(relif_archive_set_text(archive, "/", "config", "to be replaced") == RELIF_OK);
    CHECK(relif_archive_set_text(archive, "/", "config", "dt: 1\n") == RELIF_OK);
    CHECK(relif_archive_set_text(archive, "/", "empty", "") == RELIF_OK);
    CHECK(relif_archive_set_int(archive, "/layers", "n", -5000000000) == RELIF_OK);
    CHECK(relif_archive_set_double(archive, grid.path, "dt", 0.01) == RELIF_OK);
    CHECK(relif_archive_commit(archive) == RELIF_OK);
    relif_archive_close(archive);
}

static void what_is_written_reads_back(void)
{
    char path[SCRATCH_SIZE], part[SCRATCH_SIZE];
    write_example(scratch_path(path, "example.h5"));
    CHECK(access(scratch_path(part, "example.h5.part"), F_OK) != 0);
    CHECK(access(scratch_path(part, "example.h5.part2"), F_OK) != 0);
    relif_archive *archive = open_archive(path);
    const int64_t offset[3] = {3, 1, 2}, count[3] = {17, 6, 27};
    double values[17][6][27];
    CHECK(relif_archive_read(archive, grid.path, RELIF_ARRAY_F64, offset, count,
                             values) == RELIF_OK);
    int wrong = 0;
    for (int i = 0; i < 17; i++)
        for (int j = 0; j < 6; j++)
            for (int k = 0; k < 27; k++)
                wrong += values[i][j][k] != (i < 15 ? value_at(i + 3, j + 1, k + 2) : 0);
    CHECK(wrong == 0);
    relif_array found;
    CHECK(relif_archive_describe(archive, grid.path, &found) == RELIF_OK);
    CHECK(found.type == RELIF_ARRAY_I32 && found.rank == 3 && found.dims[2] == 30);
    const int64_t nothing[3] = {0, 7, 30};
    CHECK(relif_archive_read(archive, grid.path, RELIF_ARRAY_I32, offset, nothing,
                             NULL) == RELIF_OK);
    relif_archive_close(archive);
}

static void attributes_names_and_members_read_back(void)
{
    char path[SCRATCH_SIZE], *text = NULL, **names = NULL;
    int64_t n = 0;
    double dt = 0;
    int count = 0;
    write_example(scratch_path(path, "attributes.h5"));
    relif_archive *archive = open_archive(path);
    CHECK(relif_archive_get_text(archive, "/", "config", &text) == RELIF_OK);
    CHECK(text && strcmp(text, "dt: 1\n") == 0);
    free(text);
    CHECK(relif_archive_get_text(archive, "/", "empty", &text) == RELIF_OK);
    CHECK(text && text[0] == '\0');
    free(text);
    CHECK(relif_archive_get_int(archive, "/layers", "n", &n) == RELIF_OK);
    CHECK(n == -5000000000);
    CHECK(relif_archive_get_double(archive, grid.path, "dt", &dt) == RELIF_OK);
    CHECK(dt == 0.01);
    CHECK(relif_archive_members(archive, "/", &names, &count) == RELIF_OK);
    CHECK(count == 2 && strcmp(names[0], "layers") == 0);
    for (int i = 0; i < count; i++) free(names[i]);
    free(names);
    CHECK(relif_archive_read_names(archive, "/names", &names, &count) == RELIF_OK);
    CHECK(count == 3 && strcmp(names[1], "") == 0);
    CHECK(count == 3 && strcmp(names[2], "caf\xc3\xa9") == 0);
    for (int i = 0; i < count; i++) free(names[i]);
    free(names);
    CHECK(relif_archive_has(archive, "/layers/fc1"));
    CHECK(!relif_archive_has(archive, "/layers/fc2/values"));
    CHECK(relif_archive_has_attribute(archive, grid.path, "units"));
    CHECK(!relif_archive_has_attribute(archive, grid.path, "colour"));
    CHECK(!relif_archive_has_attribute(archive, "/nowhere", "units"));
    relif_archive_close(archive);
}

static void a_long_config_is_kept_whole(void)
{
    enum { LENGTH = 300000 };
    char path[SCRATCH_SIZE], *found = NULL, *text = relif_calloc(LENGTH + 1, 1);
    memset(text, 'x', LENGTH);
    text[LENGTH - 1] = 'y';
    relif_archive *archive = create(scratch_path(path, "long.h5"), false);
    CHECK(relif_archive_set_text(archive, "/", "config", text) == RELIF_OK);
    CHECK(relif_archive_commit(archive) == RELIF_OK);
    relif_archive_close(archive);
    archive = open_archive(path);
    CHECK(relif_archive_get_text(archive, "/", "config", &found) == RELIF_OK);
    CHECK(found && strcmp(found, text) == 0);
    relif_archive_close(archive);
    free(found);
    free(text);
}

static void an_archive_that_is_not_committed_leaves_nothing(void)
{
    char path[SCRATCH_SIZE], part[SCRATCH_SIZE];
    relif_archive *archive = create(scratch_path(path, "gone.h5"), false);
    CHECK(relif_archive_declare(archive, &grid) == RELIF_OK);
    write_grid_rows(archive, 0, 20);
    CHECK(access(scratch_path(part, "gone.h5.part"), F_OK) == 0);
    CHECK(access(path, F_OK) != 0);
    MPI_Barrier(ctx->comm);
    relif_archive_close(archive);
    MPI_Barrier(ctx->comm);
    CHECK(access(part, F_OK) != 0);
    CHECK(access(path, F_OK) != 0);
    relif_archive_close(NULL);
}

static void refuse_create(const char *path, bool replace, relif_err code,
                          const char *part)
{
    relif_archive *archive = NULL;
    CHECK(relif_archive_create(ctx, path, "run", replace, &archive) == code);
    CHECK(archive == NULL);
    CHECK_TEXT(relif_error_sentence(), "write archive '");
    CHECK_TEXT(relif_error_sentence(), path);
    CHECK_TEXT(relif_error_sentence(), part);
    relif_archive_close(archive);
}

static void outputs_that_cannot_be_are_refused_at_once(void)
{
    char path[SCRATCH_SIZE], below[SCRATCH_SIZE + 8];
    write_example(scratch_path(path, "there.h5"));
    refuse_create(path, false, RELIF_ERR_EXISTS, "the file exists");
    snprintf(below, sizeof below, "%s/x.h5", path);
    refuse_create(below, false, RELIF_ERR_FILE, "Not a directory");
    refuse_create(scratch_path(path, "missing/x.h5"), false, RELIF_ERR_FILE,
                  "No such file or directory");
    refuse_create("/proc/x.h5", false, RELIF_ERR_FILE, "its folder takes no new file");
    refuse_create(scratch_folder, true, RELIF_ERR_FILE, "not a regular file");
}

static void a_file_that_appears_meanwhile_is_not_replaced(void)
{
    char path[SCRATCH_SIZE];
    relif_archive *archive = create(scratch_path(path, "race.h5"), false);
    if (relif_context_is_root(ctx)) close(open(path, O_CREAT | O_WRONLY, 0666));
    CHECK(relif_archive_commit(archive) == RELIF_ERR_EXISTS);
    CHECK_TEXT(relif_error_sentence(), "the file exists by now");
    relif_archive_close(archive);
}

static void wrong_places_are_refused_on_every_rank(void)
{
    char path[SCRATCH_SIZE];
    relif_archive *archive = create(scratch_path(path, "wrong.h5"), false);
    const int32_t value = 1;
    CHECK(relif_archive_declare(archive, &grid) == RELIF_OK);
    CHECK(relif_archive_declare(archive, &grid) == RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "'/layers/fc1/values' is there already");
    const relif_array shapeless = {.path = "/x", .rank = 5};
    CHECK(relif_archive_declare(archive, &shapeless) == RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "'/x' has an impossible shape");
    /* one rank's box alone is wrong */
    const int64_t offset[3] = {ctx->rank == ctx->size - 1 ? 20 : 0, 0, ctx->rank};
    const int64_t count[3] = {1, 1, 1};
    CHECK(relif_archive_write(archive, grid.path, offset, count, &value) ==
          RELIF_ERR_DATA);
    CHECK_TEXT(relif_error_sentence(), "box of '/layers/fc1/values' is outside");
    CHECK(relif_archive_write(archive, "/none", offset, count, &value) ==
          RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "'/none' is missing");
    CHECK(relif_archive_set_int(archive, "/none", "n", 1) == RELIF_ERR_FORMAT);
    const relif_array huge = {"/huge", RELIF_ARRAY_F64, 1, {INT64_C(1) << 58},
                              "1",     "Big."};
    CHECK(relif_archive_declare(archive, &huge) == RELIF_ERR_FILE);
    CHECK_TEXT(relif_error_sentence(), "free on its file system");
    relif_archive_close(archive);
}

static void expect(const char *path, relif_err code, const char *part)
{
    relif_archive *archive = NULL;
    CHECK(relif_archive_open(ctx, path, "run", &archive) == code);
    CHECK(archive == NULL);
    CHECK_TEXT(relif_error_sentence(), "read archive '");
    CHECK_TEXT(relif_error_sentence(), path);
    CHECK_TEXT(relif_error_sentence(), part);
    relif_archive_close(archive);
}

/* Change a file on purpose: its seal is right again. */
static void edit(const char *path, void (*change)(hid_t file))
{
    MPI_Barrier(ctx->comm);
    if (relif_context_is_root(ctx)) {
        hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
        change(file);
        CHECK(H5Fclose(file) >= 0);
    }
    CHECK(relif_seal_put(ctx, path, "relif-archive") == RELIF_OK);
}

static void without_version(hid_t file)
{
    H5Adelete(file, "version");
}

static void of_version_7(hid_t file)
{
    const int version = 7;
    hid_t attribute = H5Aopen(file, "version", H5P_DEFAULT);
    H5Awrite(attribute, H5T_NATIVE_INT, &version);
    H5Aclose(attribute);
}

static void with_an_external_link(hid_t file)
{
    H5Lcreate_external("/etc/passwd", "/x", file, "/outside", H5P_DEFAULT, H5P_DEFAULT);
}

static void files_that_are_no_archives_are_named(void)
{
    char path[SCRATCH_SIZE];
    relif_archive *archive = NULL;
    expect(scratch_path(path, "none.h5"), RELIF_ERR_FILE, "No such file");
    write_example(scratch_path(path, "bad.h5"));
    CHECK(relif_archive_open(ctx, path, "accuracy", &archive) == RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "its kind is 'run', expected 'accuracy'");
    edit(path, of_version_7);
    expect(path, RELIF_ERR_FORMAT, "its version is 7, expected 2");
    edit(path, without_version);
    expect(path, RELIF_ERR_FORMAT, "attribute 'version' of '/' is missing");
    write_example(path);
    MPI_Barrier(ctx->comm);
    if (relif_context_is_root(ctx)) CHECK(truncate(path, 3000) == 0);
    MPI_Barrier(ctx->comm);
    expect(path, RELIF_ERR_FORMAT, "damaged or cut off");
    MPI_Barrier(ctx->comm);
    if (relif_context_is_root(ctx)) CHECK(truncate(path, 0) == 0);
    MPI_Barrier(ctx->comm);
    expect(path, RELIF_ERR_FORMAT, "it is not an HDF5 file");
}

static void flip_bit(const char *path, long at)
{
    MPI_Barrier(ctx->comm);
    if (relif_context_is_root(ctx)) {
        FILE *file = fopen(path, "r+b");
        fseek(file, at, SEEK_SET);
        const int byte = fgetc(file);
        fseek(file, at, SEEK_SET);
        fputc(byte ^ 16, file);
        CHECK(fclose(file) == 0);
    }
    MPI_Barrier(ctx->comm);
}

/* Also in the seal itself, and in what HDF5 never reads. */
static void one_flipped_bit_anywhere_is_refused_by_name(void)
{
    char path[SCRATCH_SIZE];
    struct stat status;
    write_example(scratch_path(path, "flipped.h5"));
    CHECK(stat(path, &status) == 0);
    for (long at = 0; at < status.st_size; at += at < 640 ? 13 : 241) {
        flip_bit(path, at);
        expect(path, RELIF_ERR_FORMAT, "");
        flip_bit(path, at);
    }
    relif_archive_close(open_archive(path));
}

static void one_byte_more_or_less_is_refused_by_name(void)
{
    char path[SCRATCH_SIZE];
    struct stat status;
    write_example(scratch_path(path, "longer.h5"));
    CHECK(stat(path, &status) == 0);
    for (int more = -1; more <= 1; more += 2) {
        MPI_Barrier(ctx->comm);
        if (relif_context_is_root(ctx)) CHECK(truncate(path, status.st_size + more) == 0);
        MPI_Barrier(ctx->comm);
        expect(path, RELIF_ERR_FORMAT, "damaged or cut off");
    }
}

static void without_its_seal_an_archive_is_refused(void)
{
    static const char nothing[RELIF_SEAL_BLOCK];
    char path[SCRATCH_SIZE];
    write_example(scratch_path(path, "open.h5"));
    MPI_Barrier(ctx->comm);
    if (relif_context_is_root(ctx)) {
        const int file = open(path, O_WRONLY);
        CHECK(pwrite(file, nothing, sizeof nothing, 0) == sizeof nothing);
        close(file);
    }
    MPI_Barrier(ctx->comm);
    expect(path, RELIF_ERR_FORMAT, "no checksum in front of its data");
}

static void what_is_not_there_has_its_sentence(void)
{
    char path[SCRATCH_SIZE], *text = NULL, **names = NULL;
    int64_t number;
    int count;
    relif_array array;
    write_example(scratch_path(path, "ask.h5"));
    edit(path, with_an_external_link);
    relif_archive *archive = open_archive(path);
    CHECK(relif_archive_describe(archive, "/layers/none", &array) == RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "ask.h5': '/layers/none' is missing");
    CHECK(relif_archive_describe(archive, "/layers", &array) == RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "'/layers' is not an array");
    CHECK(relif_archive_describe(archive, "/names", &array) == RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "'/names' holds neither whole nor");
    CHECK(relif_archive_describe(archive, "/outside", &array) == RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "'/outside' is an external link");
    CHECK(relif_archive_get_text(archive, "/layers", "n", &text) == RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "attribute 'n' of '/layers' has another type");
    CHECK(relif_archive_get_int(archive, "/", "none", &number) == RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "attribute 'none' of '/' is missing");
    CHECK(relif_archive_members(archive, grid.path, &names, &count) == RELIF_ERR_FORMAT);
    CHECK_TEXT(relif_error_sentence(), "is not a group");
    CHECK(relif_archive_read_names(archive, grid.path, &names, &count) ==
          RELIF_ERR_FORMAT);
    const int64_t offset[3] = {0, 0, 0}, beyond[3] = {1, 8, 1};
    double values[8];
    CHECK(relif_archive_read(archive, grid.path, RELIF_ARRAY_F64, offset, beyond,
                             values) == RELIF_ERR_DATA);
    relif_archive_close(archive);
}

static void parts_of_the_ranks_write_archives_of_their_own(void)
{
    char path[SCRATCH_SIZE], name[32];
    relif_context *all = ctx;
    const int color = all->rank % 2;
    ctx = relif_context_split(all, color);
    snprintf(name, sizeof name, "part%d.h5", color);
    write_example(scratch_path(path, name));
    relif_archive *archive = open_archive(path);
    relif_archive_close(archive);
    relif_context_destroy(ctx);
    ctx = all;
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    ctx = relif_context_create(MPI_COMM_WORLD);
    scratch_begin(ctx);
    RUN(what_is_written_reads_back);
    RUN(attributes_names_and_members_read_back);
    RUN(a_long_config_is_kept_whole);
    RUN(an_archive_that_is_not_committed_leaves_nothing);
    RUN(outputs_that_cannot_be_are_refused_at_once);
    RUN(a_file_that_appears_meanwhile_is_not_replaced);
    RUN(wrong_places_are_refused_on_every_rank);
    RUN(files_that_are_no_archives_are_named);
    RUN(one_flipped_bit_anywhere_is_refused_by_name);
    RUN(one_byte_more_or_less_is_refused_by_name);
    RUN(without_its_seal_an_archive_is_refused);
    RUN(what_is_not_there_has_its_sentence);
    RUN(parts_of_the_ranks_write_archives_of_their_own);
    scratch_end(ctx);
    relif_context_destroy(ctx);
    const int result = check_result();
    MPI_Finalize();
    return result;
}
