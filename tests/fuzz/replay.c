/* target FILE|FOLDER...: every file, and every file of a folder, through a fuzz target.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "relif/memory.h"
#include "relif/text.h"

static int n_files;

static void replay_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = relif_calloc(size, 1);
    fuzz_expect(file && fread(bytes, 1, size, file) == size, path);
    fclose(file);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    n_files++;
}

static void replay(const char *path);

static void replay_folder(const char *path)
{
    struct dirent **entries = NULL;
    const int n = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        relif_text name = {0};
        relif_text_append(&name, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') replay(relif_text_string(&name));
        relif_text_release(&name);
        free(entries[i]);
    }
    free(entries);
}

static void replay(const char *path)
{
    struct stat status;
    fuzz_expect(stat(path, &status) == 0, path);
    if (S_ISDIR(status.st_mode))
        replay_folder(path);
    else
        replay_file(path, (size_t)status.st_size);
}

int main(int argc, char **argv)
{
    LLVMFuzzerInitialize(&argc, &argv);
    for (int a = 1; a < argc; a++) replay(argv[a]);
    fuzz_expect(n_files > 0, "a file to replay");
    fprintf(stderr, "%d files\n", n_files);
    relif_context_destroy((relif_context *)fuzz_context());
    MPI_Finalize();
    return 0;
}
