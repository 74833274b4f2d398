#include <stdlib.h>

#include "relif/sidecar.h"
#include "relif/text.h"
#include "report.h"
#include "vector.h"

char *relif_report_command(const relif_report_source *source, const char *word)
{
    char *config = relif_attribute_text(source->archive, "/", "config");
    char *made = relif_sidecar_command(source->path, config);
    free(config);
    if (made) return made;
    relif_text text = {0};
    relif_text_append(&text, "relif %s configs/%s.yaml", word, source->experiment);
    return text.bytes;
}

static void add_fact(const relif_report_source *source, relif_page *page,
                     const char *words, const char *attribute)
{
    char *value = relif_attribute_text(source->archive, "/", attribute);
    if (*value) {
        relif_page_cell(page, "%s", words);
        relif_page_cell(page, "%s", value);
    }
    free(value);
}

static void add_facts(const relif_report_source *source, relif_page *page,
                      const char *command)
{
    relif_page_facts(page, "Where it comes from");
    relif_page_cell(page, "experiment");
    relif_page_cell(page, "%s", source->experiment);
    relif_page_cell(page, "made by");
    relif_page_cell(page, "%s", command);
    relif_page_cell(page, "archive");
    relif_page_cell(page, "%s (kind %s)", source->path, source->kind);
    add_fact(source, page, "computed from", "source");
    add_fact(source, page, "SHA-256 of the network", "network_digest");
    add_fact(source, page, "SHA-256 of the data set", "dataset_digest");
    relif_page_table_end(page);
}

relif_err relif_report_head(const relif_report_source *source, relif_page *page,
                            const char *what, const char *command)
{
    const relif_paper_experiment *of = relif_paper_experiment_of(source->experiment);
    if (of)
        relif_page_section(page, "%s: %s. %s (%s)", of->place, of->title, what,
                           source->stem);
    else
        relif_page_section(page, "%s, none of the paper's experiments. %s (%s)",
                           source->experiment, what, source->stem);
    add_facts(source, page, command);
    char *config = relif_attribute_text(source->archive, "/", "config");
    if (*config)
        relif_page_folded(page,
                          "Complete config (with every --set; saved as a file it "
                          "repeats the experiment)",
                          config);
    free(config);
    return RELIF_OK;
}
