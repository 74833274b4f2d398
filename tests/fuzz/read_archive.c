#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "fuzz.h"
#include "readers.h"
#include "relif/archive.h"
#include "relif/config_sweep.h"
#include "relif/seal.h"
#include "relif/sweep_table.h"

enum { MOST_POINTS = 1000 };

/* The points of the archive of a sweep or part, as relif collect joins them. */
static void read_points(const char *path, const char *kind, const char *text)
{
    relif_config *config = NULL;
    if (relif_config_parse(text, "archived.yaml", NULL, 0, &config) != RELIF_OK) return;
    if (relif_config_points(&config->sweep) <= MOST_POINTS) {
        relif_sweep_table *table = relif_sweep_table_create(&(relif_sweep_facts){
            .sweep = &config->sweep, .name = config->name, .config = text});
        if (relif_sweep_table_read(table, fuzz_context(), path, kind) == RELIF_OK)
            relif_sweep_table_print(table, stdout);
        relif_sweep_table_destroy(table);
    }
    relif_config_destroy(config);
}

void fuzz_read_archive(const char *path)
{
    /* The checksum keeps damage away from readers, but not a file made to harm. */
    relif_seal_put(fuzz_context(), path, "relif-archive");
    const command_line line = {.file = path};
    relif_archive *archive = NULL;
    char *kind = NULL, *config = NULL;
    command_info(&(command_call){.world = fuzz_context(), .line = &line});
    if (relif_archive_open(fuzz_context(), path, NULL, &archive) == RELIF_OK &&
        relif_archive_get_text(archive, "/", "kind", &kind) == RELIF_OK &&
        relif_archive_get_text(archive, "/", "config", &config) == RELIF_OK &&
        strncmp(kind, "sweep", 5) == 0)
        read_points(path, kind, config);
    relif_archive_close(archive);
    free(kind);
    free(config);
}
