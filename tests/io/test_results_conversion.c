/* What an archive says of a normalisation and a diagnosis, read back. */
#include "check.h"
#include "network_samples.h"
#include "relif/results.h"
#include "scratch.h"

static relif_context *ctx;
static const relif_coding coding = {.dt = 0.01, .coding_time = 2, .coding_range = 20};
static const double scales[] = {2, 2, 5, 5, 10, 40};

static double number_at(relif_archive *archive, const char *path, int64_t at)
{
    const int64_t one = 1;
    double value = NAN;
    CHECK(relif_archive_read(archive, path, RELIF_ARRAY_F64, &at, &one, &value) ==
          RELIF_OK);
    return value;
}

static void check_text(relif_archive *archive, const char *group, const char *name,
                       const char *part)
{
    char *text = NULL;
    CHECK(relif_archive_get_text(archive, group, name, &text) == RELIF_OK);
    CHECK_TEXT(text, part);
    free(text);
}

/* The archive of a mapping, written and opened again. Caller closes. */
static relif_archive *write_mapping(const relif_network *network,
                                    const relif_normalization_options *options,
                                    const relif_diagnosis *diagnosis,
                                    const relif_mapping *mapping)
{
    char path[SCRATCH_SIZE];
    relif_archive *archive = NULL, *back = NULL;
    scratch_path(path, "mapping.h5");
    CHECK(relif_archive_create(ctx, path, "mapping", true, &archive) == RELIF_OK);
    CHECK(relif_results_write_mapping(archive, network, mapping, options, scales) ==
          RELIF_OK);
    if (diagnosis) CHECK(relif_results_write_diagnosis(archive, diagnosis) == RELIF_OK);
    CHECK(relif_archive_commit(archive) == RELIF_OK);
    relif_archive_close(archive);
    CHECK(relif_archive_open(ctx, path, "mapping", &back) == RELIF_OK);
    return back;
}

static relif_mapping *make_mapping(const relif_network *network, relif_carrier carrier)
{
    double factors[6];
    relif_mapping *mapping = NULL;
    relif_neuron_options neuron = relif_neuron_options_default();
    relif_normalization_factors(network, scales, factors);
    if (carrier == RELIF_CARRIER_V_TH) neuron.v_th_factors = factors;
    if (carrier == RELIF_CARRIER_C_M) neuron.c_m_factors = factors;
    CHECK(relif_mapping_create(network, &coding, &neuron, &mapping) == RELIF_OK);
    return mapping;
}

static void an_archive_says_what_was_rescaled_and_from_what(void)
{
    relif_network *network = every_kind_network();
    const char *const applied[] = {"weights are divided by factor, biases by scale",
                                   "V_th is multiplied", "C_m and g_l are multiplied"};
    for (int c = 0; c < RELIF_N_CARRIERS; c++) {
        const relif_normalization_options options = {RELIF_NORMALIZATION_PERCENTILE, 99.5,
                                                     77, (relif_carrier)c};
        relif_mapping *mapping = make_mapping(network, options.carrier);
        relif_archive *archive = write_mapping(network, &options, NULL, mapping);
        int64_t images = 0;
        double percentile = 0, scale = 0;
        CHECK(number_at(archive, "/normalization/scale", 4) == 10);
        CHECK(number_at(archive, "/normalization/factor", 4) == 2);
        CHECK(number_at(archive, "/normalization/factor", 3) == 1);
        check_text(archive, "/normalization", "method", "percentile");
        check_text(archive, "/normalization", "statement", "zeros included");
        check_text(archive, "/normalization", "carrier",
                   relif_carrier_name(options.carrier));
        check_text(archive, "/normalization", "applied", applied[c]);
        CHECK(relif_archive_get_int(archive, "/normalization", "images", &images) ==
                  RELIF_OK &&
              images == 77);
        CHECK(relif_archive_get_double(archive, "/normalization", "percentile",
                                       &percentile) == RELIF_OK &&
              percentile == 99.5);
        CHECK(relif_archive_get_double(archive, "/mapping/layer4", "scale", &scale) ==
              RELIF_OK);
        CHECK(scale == (c == RELIF_CARRIER_WEIGHTS ? 10 : 1));
        CHECK(number_at(archive, "/mapping/layer4/V_th", 0) ==
              (c == RELIF_CARRIER_V_TH ? 2 : 1));
        CHECK(number_at(archive, "/mapping/layer4/C_m", 0) ==
              (c == RELIF_CARRIER_C_M ? 2 : 1));
        relif_archive_close(archive);
        relif_mapping_destroy(mapping);
    }
    relif_network_destroy(network);
}

static void no_normalisation_is_said_as_well(void)
{
    relif_network *network = every_kind_network();
    const relif_normalization_options none = relif_normalization_options_default();
    relif_mapping *mapping = make_mapping(network, RELIF_CARRIER_WEIGHTS);
    relif_archive *archive = write_mapping(network, &none, NULL, mapping);
    check_text(archive, "/normalization", "method", "none");
    check_text(archive, "/normalization", "statement", "nothing is rescaled");
    CHECK(!relif_archive_has_attribute(archive, "/normalization", "images"));
    CHECK(!relif_archive_has_attribute(archive, "/normalization", "percentile"));
    relif_archive_close(archive);
    relif_mapping_destroy(mapping);
    relif_network_destroy(network);
}

static void a_diagnosis_is_kept_layer_by_layer_with_its_advice(void)
{
    relif_network *network = every_kind_network();
    const relif_normalization_options options = {RELIF_NORMALIZATION_MAX, 99.5, 77,
                                                 RELIF_CARRIER_WEIGHTS};
    relif_mapping *mapping = make_mapping(network, options.carrier);
    relif_distribution *seen[6];
    const int64_t at_ceiling[6] = {0, 0, 0, 0, 0, 2};
    for (int l = 0; l < 6; l++) {
        const float values[4] = {0, 1, 2, 100 * (float)(l + 1)};
        seen[l] = relif_distribution_create();
        relif_distribution_see(seen[l], values, 4);
    }
    relif_diagnosis *diagnosis =
        relif_diagnosis_create(&(relif_diagnosis_question){.network = network,
                                                           .mapping = mapping,
                                                           .coding = &coding,
                                                           .normalization = &options,
                                                           .scales = scales,
                                                           .n_images = 8,
                                                           .activations = seen,
                                                           .at_ceiling = at_ceiling,
                                                           .same_labels = 2});
    relif_archive *archive = write_mapping(network, &options, diagnosis, mapping);
    double agreement = 0;
    int64_t images = 0;
    CHECK(number_at(archive, "/diagnosis/largest", 3) == 400);
    CHECK(number_at(archive, "/diagnosis/rate_largest", 3) == 1600);
    CHECK(number_at(archive, "/diagnosis/saturated", 5) == 0.5);
    CHECK(number_at(archive, "/diagnosis/too_fast", 0) == 0.25);
    CHECK(number_at(archive, "/diagnosis/active", 0) == 0.75);
    CHECK(relif_archive_get_double(archive, "/diagnosis", "agreement", &agreement) ==
              RELIF_OK &&
          agreement == 0.25);
    CHECK(relif_archive_get_int(archive, "/diagnosis", "images", &images) == RELIF_OK &&
          images == 8);
    check_text(archive, "/diagnosis", "advice", "layer5 saturates: 50 %");
    relif_archive_close(archive);
    relif_diagnosis_destroy(diagnosis);
    for (int l = 0; l < 6; l++) relif_distribution_destroy(seen[l]);
    relif_mapping_destroy(mapping);
    relif_network_destroy(network);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    ctx = relif_context_create(MPI_COMM_WORLD);
    scratch_begin(ctx);
    RUN(an_archive_says_what_was_rescaled_and_from_what);
    RUN(no_normalisation_is_said_as_well);
    RUN(a_diagnosis_is_kept_layer_by_layer_with_its_advice);
    scratch_end(ctx);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
