#include "fuzz.h"

#include <ftw.h>
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 256, MOST_FILES = 8 };

/* Deflate makes 1032 bytes of one, and inputs have at most 200 kB: more is a claim. */
enum { MOST_MEMORY = 512 << 20 };

static relif_context *context;
static char folder[PATH_SIZE / 2];
static char paths[MOST_FILES][PATH_SIZE];
/* The public H5Inmembers refuses the library's own types. */
int64_t H5I_nmembers(H5I_type_t type) __attribute__((weak));

static int64_t members(H5I_type_t type)
{
    return H5I_nmembers ? H5I_nmembers(type) : 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    MPI_Init(argc, argv);
    context = relif_context_create(MPI_COMM_WORLD);
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(folder, sizeof folder, "%s/relif_fuzz_XXXXXX", base);
    fuzz_expect(mkdtemp(folder) != NULL, "a scratch folder");
    atexit(fuzz_end);
    H5open();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    fuzz_expect(freopen("/dev/null", "w", stdout) != NULL, "a quiet standard output");
    return 0;
}

const relif_context *fuzz_context(void)
{
    return context;
}

void fuzz_expect(int condition, const char *what)
{
    if (condition) return;
    fprintf(stderr, "fuzz: expected %s\n", what);
    abort();
}

const char *fuzz_file(const char *name, const void *bytes, size_t n_bytes)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%.40s", folder, name);
    int f = 0;
    while (f < MOST_FILES && paths[f][0] && strcmp(paths[f], path) != 0) f++;
    if (f == MOST_FILES) {
        fprintf(stderr, "fuzz: expected fewer names of files than %d\n", MOST_FILES + 1);
        abort();
    }
    memcpy(paths[f], path, sizeof path);
    FILE *file = fopen(path, "wb");
    fuzz_expect(file && fwrite(bytes, 1, n_bytes, file) == n_bytes && fclose(file) == 0,
                "a scratch file");
    return paths[f];
}

/* The linker puts these in place of the functions of relif/memory.h (--wrap). */
void *__real_relif_calloc(size_t count, size_t size);
void *__wrap_relif_calloc(size_t count, size_t size);
void *__real_relif_realloc(void *array, size_t count, size_t size);
void *__wrap_relif_realloc(void *array, size_t count, size_t size);

static void expect_no_claim(size_t count, size_t size)
{
    fuzz_expect(size == 0 || count <= MOST_MEMORY / size,
                "that no memory is taken for what a file only claims");
}

void *__wrap_relif_calloc(size_t count, size_t size)
{
    expect_no_claim(count, size);
    return __real_relif_calloc(count, size);
}

void *__wrap_relif_realloc(void *array, size_t count, size_t size)
{
    expect_no_claim(count, size);
    return __real_relif_realloc(array, count, size);
}

/* A file of whose metadata something stays pinned after an error is open for ever. */
static void expect_that_files_close(void)
{
    hid_t file;
    if (H5Fget_obj_ids(H5F_OBJ_ALL, H5F_OBJ_FILE, 1, &file) != 1 || H5Idec_ref(file) >= 0)
        return;
    fputs("fuzz: libhdf5 cannot close a damaged file\n", stderr);
    abort();
}

/* Property lists are not counted: HDF5 forgets its own when it fails to open a file. */
void fuzz_expect_no_handles(void)
{
    const ssize_t open_objects = H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL);
    if (open_objects == 1) expect_that_files_close();
    fuzz_expect(open_objects == 0, "all HDF5 objects closed");
    fuzz_expect(members(H5I_DATASPACE) == 0, "all HDF5 dataspaces closed");
}

static int remove_entry(const char *path, const struct stat *status, int kind,
                        struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

void fuzz_end(void)
{
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}
