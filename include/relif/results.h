/**
 * The archive of a run: what goes where, and writing it window by window.
 *
 *     err = relif_results_begin(archive, &facts);     attributes, mapping, empty arrays
 *     err = relif_archive_keep(archive);
 *     err = relif_results_write_rows(archive, ...);   for every window, as the others
 *     err = relif_results_write_totals(archive, totals);
 *     err = relif_archive_commit(archive);
 *
 * Everything is collective on the archive's context (the world). Arrays:
 * /labels/{true,ann,snn,silent} [N]; /layer_names [L]; /layers/<name>/{spike_counts,
 * activations, residual_potential} [N, neurons]; /mapping/<name>/{C_m, V_th, g_l, tau_m,
 * slope, i_bias, bias_route} [neurons]; /normalization/{scale, factor} [L];
 * /statistics/{neurons, spikes,
 * synaptic_operations, saturated} [L]; /spikes/<name>/{image_ids, node_ids, timestamps}
 * [events] and, beside them, v_m [images, neurons, steps] with recorded_images and
 * recorded_nodes. With coding times, what src/io/results_coding.c lists under
 * /coding_error.
 */
#ifndef RELIF_RESULTS_H
#define RELIF_RESULTS_H

#include "relif/archive.h"
#include "relif/coding.h"
#include "relif/diagnosis.h"
#include "relif/digest.h"
#include "relif/mapping.h"
#include "relif/network.h"
#include "relif/normalization.h"
#include "relif/recorder.h"
#include "relif/schedule.h"

/** What is true of the whole run. Borrowed; the same on every rank. */
typedef struct relif_results_facts {
    const char *name;   /* of the experiment */
    const char *config; /* complete, without what does not decide the result */
    const char *network_digest, *dataset_digest;
    const relif_network *network;
    const relif_mapping *mapping;
    const relif_normalization_options *normalization; /* as applied */
    const double *scales;                             /* [n_layers] of it */
    const relif_coding *coding;
    const relif_record_request *record;
    const uint8_t *true_labels; /* [n_images] */
    int64_t n_images;
} relif_results_facts;

/** Sums over all neurons and images of a layer. */
typedef struct relif_results_totals {
    const relif_tally *layers; /* [n_layers] */
    int64_t input_spikes;
    int64_t input_saturated; /* input trains clamped to one spike per step */
    int64_t silent_images;   /* images without a spike in the output layer */
} relif_results_totals;

/** Labels of consecutive images. */
typedef struct relif_results_labels {
    relif_image_range images;
    const int32_t *labels; /* [images], argmax of the outputs */
    const uint8_t *silent; /* [images] no output spike; NULL for the ANN */
} relif_results_labels;

/** Declare and write a one-dimensional array that root holds. */
relif_err relif_results_write_vector(relif_archive *archive, const char *path,
                                     relif_array_type type, int64_t n, const void *values,
                                     const char *units, const char *description);

/** Root attributes, labels of the data set, mapping, empty arrays for the rest. */
relif_err relif_results_begin(relif_archive *archive, const relif_results_facts *facts);

/** /layer_names. */
relif_err relif_results_write_layer_names(relif_archive *archive,
                                          const relif_network *network);

/** The parameters of every neuron under /mapping, with the scale that the layer's weights
 * carry, and /normalization. */
relif_err relif_results_write_mapping(relif_archive *archive,
                                      const relif_network *network,
                                      const relif_mapping *mapping,
                                      const relif_normalization_options *normalization,
                                      const double *scales);

/** What was rescaled, by what and from what, under /normalization. */
relif_err relif_results_write_normalization(relif_archive *archive,
                                            const relif_network *network,
                                            const relif_normalization_options *options,
                                            const double *scales);

/** What relif map found out, under /diagnosis. */
relif_err relif_results_write_diagnosis(relif_archive *archive,
                                        const relif_diagnosis *diagnosis);

/** Counts and residual potentials of what this rank owns, for its replica's images. */
relif_err relif_results_write_rows(relif_archive *archive, const relif_network *network,
                                   const relif_record_request *record,
                                   const relif_partition *partition, int group_rank,
                                   const relif_recorder *recorder,
                                   relif_image_range images);

/** Activations of recorded layer number k, [images][neurons]. */
relif_err relif_results_write_activations(relif_archive *archive, const char *layer,
                                          relif_image_range images, int n_neurons,
                                          const float *activations);

/** Labels of the ANN ("ann") or the spiking network ("snn"). */
relif_err relif_results_write_labels(relif_archive *archive, const char *which,
                                     const relif_results_labels *labels);

/** Consecutive neurons of some images at all coding times. */
typedef struct relif_results_box {
    int n_times;
    relif_image_range images;
    relif_range neurons;
} relif_results_box;

/** RELIF_ERR_CONFIG if a recorded layer's name is taken by another thing under
 * /coding_error. Not collective. */
relif_err relif_results_check_coding(const relif_network *network,
                                     const relif_record_request *record);

/** Empty arrays under /coding_error, the coding times themselves, and v_init; nothing
 * without coding times. */
relif_err relif_results_begin_coding(relif_archive *archive,
                                     const relif_results_facts *facts);

/** Why a layer's arrived_charge is not written; NULL if it is. Static text, not
 * collective. */
const char *relif_results_charge_obstacle(const relif_network *network,
                                          const relif_mapping *mapping,
                                          const relif_record_request *record, int layer);

/** Counts, potential, arrived_charge or leaked_charge of a layer ("input": counts), in
 * the array's own type: [n_times][images][neurons]. */
relif_err relif_results_write_coding(relif_archive *archive, const char *layer,
                                     const char *array, const relif_results_box *box,
                                     const void *values);

/** Values of the inputs, [images][n_inputs]. */
relif_err relif_results_write_coding_values(relif_archive *archive,
                                            relif_image_range images, int n_inputs,
                                            const float *values);

/** Labels at all coding times, [n_times][images]. */
relif_err relif_results_write_coding_labels(relif_archive *archive, int n_times,
                                            relif_image_range images,
                                            const int32_t *labels);

/** Empty arrays under /spikes, and which neurons and images they are of. */
relif_err relif_results_begin_trains(relif_archive *archive,
                                     const relif_results_facts *facts);

/**
 * Complete trains of the chosen images of a window (of all replicas) and neurons.
 * Windows follow each other from image 0 on.
 * @param[in,out] n_spikes  [record->n_train_layers] spikes of the windows so far
 */
relif_err relif_results_write_trains(relif_archive *archive, const relif_network *network,
                                     const relif_coding *coding,
                                     const relif_record_request *record,
                                     const relif_recorder *recorder,
                                     relif_image_range window, int64_t *n_spikes);

/** The lists of spikes are complete. Not collective, the same on every rank. */
void relif_results_end_trains(relif_archive *archive, const relif_network *network,
                              const relif_record_request *record,
                              const int64_t *n_spikes);

relif_err relif_results_write_totals(relif_archive *archive, const relif_network *network,
                                     const relif_results_totals *totals);

#endif
