/* A good file of the corpus, chosen by the first byte and edited by the others, for all
 * readers of its format. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "hdf5_edits.h"
#include "readers.h"
#include "relif/memory.h"
#include "relif/text.h"

enum { MOST_FILES = 32 };

typedef struct good_file {
    const char *format; /* name of its folder in the corpus */
    uint8_t *bytes;
    size_t n_bytes;
} good_file;

static good_file files[MOST_FILES];
static unsigned n_files;

static void read_good_file(const char *format, const char *path)
{
    FILE *file = fopen(path, "rb");
    fuzz_expect(file && n_files < MOST_FILES && fseek(file, 0, SEEK_END) == 0, path);
    good_file *good = &files[n_files++];
    good->format = format;
    good->n_bytes = (size_t)ftell(file);
    good->bytes = relif_calloc(good->n_bytes, 1);
    rewind(file);
    fuzz_expect(fread(good->bytes, 1, good->n_bytes, file) == good->n_bytes, path);
    fclose(file);
}

static int is_good(const struct dirent *entry)
{
    return strncmp(entry->d_name, "good_", 5) == 0;
}

static void read_good_files(const char *format)
{
    struct dirent **entries = NULL;
    relif_text folder = {0};
    relif_text_append(&folder, "%s/%s", RELIF_FUZZ_CORPUS, format);
    const int n = scandir(relif_text_string(&folder), &entries, is_good, alphasort);
    fuzz_expect(n > 0, relif_text_string(&folder));
    for (int i = 0; i < n; i++) {
        relif_text path = {0};
        relif_text_append(&path, "%s/%s", relif_text_string(&folder), entries[i]->d_name);
        read_good_file(format, relif_text_string(&path));
        relif_text_release(&path);
        free(entries[i]);
    }
    free(entries);
    relif_text_release(&folder);
}

static void read_all_files(void)
{
    read_good_files("network");
    read_good_files("dataset");
    read_good_files("archive");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    fuzz_bytes rest = {bytes, n_bytes};
    if (n_files == 0) read_all_files();
    const good_file *good = &files[fuzz_take(&rest) % n_files];
    const char *path = fuzz_file("edited.h5", good->bytes, good->n_bytes);
    hdf5_edits_apply(path, &rest);
    if (strcmp(good->format, "network") == 0)
        fuzz_read_network(path);
    else if (strcmp(good->format, "dataset") == 0)
        fuzz_read_dataset(path);
    else {
        fuzz_read_archive(path);
        fuzz_read_analysis(path);
    }
    fuzz_expect_no_handles();
    return 0;
}
