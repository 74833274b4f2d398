/**
 * The sections of a report: one function for each kind of archive, which adds the
 * section of one archive to the page. The archive is open on a context of one rank.
 */
#ifndef RELIF_ANALYSIS_REPORT_H
#define RELIF_ANALYSIS_REPORT_H

#include "page.h"
#include "relif/archive.h"

typedef struct relif_report_source {
    relif_archive *archive; /* borrowed */
    const char *path;       /* as given on the command line. Borrowed */
    char *kind;             /* owned */
    char *experiment;       /* attribute name, or the name of the file. Owned */
    char
        *stem; /* the file's name without folders and .h5: figures begin with it. Owned */
} relif_report_source;

relif_err relif_report_run(const relif_report_source *source, relif_page *page);
relif_err relif_report_accuracy(const relif_report_source *source, relif_page *page);
relif_err relif_report_correlation(const relif_report_source *source, relif_page *page);
relif_err relif_report_neuron(const relif_report_source *source, relif_page *page);
relif_err relif_report_sweep(const relif_report_source *source, relif_page *page);
relif_err relif_report_coding_error(const relif_report_source *source, relif_page *page);

/** Begin the section: what it is, the figure of the paper, the command that made it, its
 *  config and the digests of its input. what: "spiking network", "confusion matrices". */
relif_err relif_report_head(const relif_report_source *source, relif_page *page,
                            const char *what, const char *command);

/** The command that made the archive, from its sidecar; without one "relif <word>
 *  configs/<experiment>.yaml". Caller frees. */
char *relif_report_command(const relif_report_source *source, const char *word);

/** The pictures of a run's recorded trains and layers. */
relif_err relif_report_trains(const relif_report_source *source, relif_page *page);
relif_err relif_report_layers(const relif_report_source *source, relif_page *page);

/** The figures that a single-neuron experiment of this kind is drawn as. */
relif_err relif_report_neuron_trace(const relif_report_source *source,
                                    const char *experiment, relif_page *page);
relif_err relif_report_neuron_chart(const relif_report_source *source,
                                    const char *experiment, const char *kind,
                                    relif_page *page);

#endif
