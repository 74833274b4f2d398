/* Checkpoints: what is read is what was written, or something is named. */
#include "relif/checkpoint.h"

#include "check.h"
#include "scratch.h"

static const relif_context *world;
static relif_log *quiet;
static char output[SCRATCH_SIZE];

static const relif_checkpoint_identity identity = {
    "training", "name: a\ncoding:\n  dt: 0.01\n", "abc", NULL};

static void write_step(int64_t step)
{
    const float weights[] = {0.25f, -1, (float)step};
    relif_state *state = relif_state_create();
    relif_state_put(state, "weights", RELIF_ARRAY_F32, 3, weights);
    relif_state_put(state, "step", RELIF_ARRAY_I64, 1, &step);
    CHECK(relif_checkpoint_write(world, output, &identity,
                                 relif_context_is_root(world) ? state : NULL) ==
          RELIF_OK);
    relif_state_destroy(state);
}

/* The step of the checkpoint that is read, -1 if there is none. */
static int64_t read_step(void)
{
    relif_state *state = NULL;
    int64_t step = -1;
    float weights[3] = {0};
    CHECK(relif_checkpoint_read(world, quiet, output, &identity, &state) == RELIF_OK);
    if (!state) return -1;
    CHECK(relif_state_get(state, "step", RELIF_ARRAY_I64, 1, &step) == RELIF_OK);
    CHECK(relif_state_get(state, "weights", RELIF_ARRAY_F32, 3, weights) == RELIF_OK);
    CHECK(weights[0] == 0.25f && weights[2] == (float)step);
    relif_state_destroy(state);
    return step;
}

static const char *generation(char text[SCRATCH_SIZE], const char *suffix)
{
    char name[SCRATCH_SIZE / 2];
    snprintf(name, sizeof name, "out.h5.checkpoint%s", suffix);
    return scratch_path(text, name);
}

static bool exists(const char *suffix)
{
    char path[SCRATCH_SIZE];
    MPI_Barrier(world->comm);
    return access(generation(path, suffix), F_OK) == 0;
}

/* Change byte number at (from the end if negative) of a generation, or cut it there. */
static void damage(const char *suffix, long at, bool cut)
{
    char path[SCRATCH_SIZE];
    MPI_Barrier(world->comm);
    if (relif_context_is_root(world)) {
        FILE *file = fopen(generation(path, suffix), "r+b");
        fseek(file, at, at < 0 ? SEEK_END : SEEK_SET);
        const long place = ftell(file);
        const int byte = fgetc(file);
        fseek(file, place, SEEK_SET);
        if (!cut) fputc(byte ^ 4, file);
        fclose(file);
        if (cut && truncate(path, place) != 0) perror(path);
    }
    MPI_Barrier(world->comm);
}

static long size_of(const char *suffix)
{
    char path[SCRATCH_SIZE];
    FILE *file = fopen(generation(path, suffix), "rb");
    fseek(file, 0, SEEK_END);
    const long size = ftell(file);
    fclose(file);
    return size;
}

static void begin(void)
{
    relif_checkpoint_remove(world, output);
    MPI_Barrier(world->comm);
}

static void without_a_file_there_is_no_state(void)
{
    begin();
    CHECK(read_step() == -1);
}

static void what_is_written_is_read(void)
{
    begin();
    write_step(5);
    CHECK(read_step() == 5);
    CHECK(exists("") && !exists(".old") && !exists(".part"));
}

static void the_newest_of_two_generations_is_read(void)
{
    begin();
    for (int64_t step = 1; step <= 4; step++) write_step(step);
    CHECK(exists(".old"));
    CHECK(read_step() == 4);
}

static void any_changed_byte_costs_one_generation(void)
{
    begin();
    write_step(1);
    write_step(2);
    const long size = size_of("");
    for (long at = 0; at < size; at++) {
        damage("", at, false);
        CHECK(read_step() == 1);
        damage("", at, false);
    }
    CHECK(read_step() == 2);
}

static void any_cut_costs_one_generation(void)
{
    for (long at = -1; at > -400; at -= 37) {
        begin();
        write_step(1);
        write_step(2);
        damage("", at, true);
        CHECK(read_step() == 1);
    }
}

static void with_both_damaged_there_is_no_state(void)
{
    begin();
    write_step(1);
    write_step(2);
    damage("", -100, false);
    damage(".old", -100, true);
    CHECK(read_step() == -1);
}

/* As after a kill between the two renames. */
static void the_older_one_alone_is_read(void)
{
    char path[SCRATCH_SIZE];
    begin();
    write_step(1);
    write_step(2);
    if (relif_context_is_root(world)) unlink(generation(path, ""));
    CHECK(read_step() == 1);
}

static void removing_leaves_nothing(void)
{
    begin();
    write_step(1);
    write_step(2);
    relif_checkpoint_remove(world, output);
    CHECK(!exists("") && !exists(".old") && !exists(".part"));
}

static void refuses(relif_checkpoint_identity other, const char *part)
{
    relif_state *state = NULL;
    CHECK(relif_checkpoint_read(world, quiet, output, &other, &state) ==
          RELIF_ERR_EXISTS);
    CHECK_TEXT(relif_error_sentence(), part);
    CHECK_TEXT(relif_error_sentence(), "out.h5.checkpoint' is of another");
    CHECK(!state);
}

static void another_identity_is_refused_by_name(void)
{
    relif_checkpoint_identity other = identity;
    begin();
    write_step(1);
    other.kind = "run";
    refuses(other, "another kind of work ('training' there, 'run' here)");
    other = identity;
    other.config = "name: a\ncoding:\n  dt: 0.02\n";
    refuses(other, "another configuration ('  dt: 0.01' there, '  dt: 0.02' here)");
    other.config = "name: a\ncoding:\n  dt: 0.01\nmore: 1\n";
    refuses(other, "another configuration ('' there, 'more: 1' here)");
    other = identity;
    other.network_digest = "abd";
    refuses(other, "another network");
    other = identity;
    other.dataset_digest = "abd";
    refuses(other, "another data set");
}

/* The seal is right, the version is not this one. */
static void another_version_is_refused_by_name(void)
{
    begin();
    write_step(1);
    char path[SCRATCH_SIZE];
    if (relif_context_is_root(world)) {
        char command[2 * SCRATCH_SIZE];
        snprintf(command, sizeof command,
                 "f='%s'; n=$(($(stat -c %%s $f) - 73)); head -c $n $f | sed "
                 "'s/relif [0-9]/relif X/' > $f.x; (cat $f.x; printf '\\nsha256 "
                 "%%s\\n' $(sha256sum < $f.x | cut -c 1-64)) > $f; rm $f.x",
                 generation(path, ""));
        CHECK(system(command) == 0);
    }
    MPI_Barrier(world->comm);
    refuses(identity, "another version ('relif X");
}

static void a_failed_write_leaves_the_earlier_ones(void)
{
    char path[SCRATCH_SIZE];
    begin();
    write_step(1);
    write_step(2);
    if (relif_context_is_root(world)) mkdir(generation(path, ".part"), 0777);
    MPI_Barrier(world->comm);
    relif_state *state = relif_state_create();
    CHECK(relif_checkpoint_write(world, output, &identity, state) == RELIF_ERR_FILE);
    CHECK_TEXT(relif_error_sentence(), "out.h5.checkpoint'");
    relif_state_destroy(state);
    if (relif_context_is_root(world)) rmdir(generation(path, ".part"));
    CHECK(read_step() == 2);
    damage("", -100, false);
    CHECK(read_step() == 1);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    relif_context *ctx = relif_context_create(MPI_COMM_WORLD);
    world = ctx;
    quiet = relif_log_create(false);
    scratch_begin(world);
    scratch_path(output, "out.h5");
    RUN(without_a_file_there_is_no_state);
    RUN(what_is_written_is_read);
    RUN(the_newest_of_two_generations_is_read);
    RUN(any_changed_byte_costs_one_generation);
    RUN(any_cut_costs_one_generation);
    RUN(with_both_damaged_there_is_no_state);
    RUN(the_older_one_alone_is_read);
    RUN(removing_leaves_nothing);
    RUN(another_identity_is_refused_by_name);
    RUN(another_version_is_refused_by_name);
    RUN(a_failed_write_leaves_the_earlier_ones);
    scratch_end(world);
    relif_log_destroy(quiet);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
