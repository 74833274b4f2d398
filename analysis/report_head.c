#include <stdlib.h>

#include "output.h"
#include "relif/text.h"
#include "report.h"
#include "vector.h"

char *relif_report_command(const char *word, const char *experiment)
{
    relif_text text = {0};
    relif_text_append(&text, "relif %s configs/%s.yaml", word, experiment);
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
    char *file = relif_output_stem(source->path);
    relif_page_section(page, "%s: %s (%s)", of ? of->title : source->experiment, what,
                       file);
    free(file);
    if (of)
        relif_page_paragraph(page, "Experiment %s. In the paper: %s.", source->experiment,
                             of->place);
    else
        relif_page_paragraph(page, "Experiment %s, which is none of the paper's.",
                             source->experiment);
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
