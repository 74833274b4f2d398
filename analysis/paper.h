/**
 * What the paper reports, to stand beside what was found here, and which of its figures
 * an experiment belongs to.
 */
#ifndef RELIF_ANALYSIS_PAPER_H
#define RELIF_ANALYSIS_PAPER_H

#define RELIF_QUANTITY_LIST(X)                                                           \
    X(AGREEMENT, "agreement of the labels of SNN and ANN", "%", 2)                       \
    X(ANN_ACCURACY, "accuracy of the ANN", "%", 2)                                       \
    X(SNN_ACCURACY, "accuracy of the SNN", "%", 2)                                       \
    X(ACCURACY_LOSS, "accuracy of the ANN minus that of the SNN", "points", 2)           \
    X(CORRELATION_MEAN, "correlation (16) of the hidden layer, mean over images", "", 4) \
    X(CORRELATION_MIN, "correlation (16) of the hidden layer, least", "", 4)             \
    X(CORRELATION_MAX, "correlation (16) of the hidden layer, largest", "", 4)           \
    X(LINEAR_GAIN, "accuracy, Linear LIF minus LIF, largest of the sweep", "points", 2)  \
    X(MEAN_GAIN, "accuracy, Linear LIF minus LIF, mean over the sweep", "points", 2)     \
    X(BIAS, "bias for g_l = 3, equation (11)", "Hz", 2)                                  \
    X(ERROR_AT_10_S, "error of the coding at T = 10 s", "%", 3)

typedef enum relif_quantity {
#define RELIF_QUANTITY_ENUM(id, words, unit, digits) RELIF_QUANTITY_##id,
    RELIF_QUANTITY_LIST(RELIF_QUANTITY_ENUM)
#undef RELIF_QUANTITY_ENUM
        RELIF_N_QUANTITIES
} relif_quantity;

typedef struct relif_quantity_words {
    const char *words, *unit;
    int digits; /* behind the point */
} relif_quantity_words;

typedef struct relif_paper_value {
    const char *experiment; /* one of the paper's */
    relif_quantity quantity;
    double value;
    const char *place; /* in the paper, and its sample */
    enum relif_paper_form { RELIF_EXACT, RELIF_ABOUT, RELIF_BELOW } form;
} relif_paper_value;

typedef struct relif_paper_experiment {
    const char *name; /* beginning of the names it belongs to */
    const char *title, *place;
} relif_paper_experiment;

/** Static text. */
const relif_quantity_words *relif_quantity_words_of(relif_quantity quantity);

/** NULL if the paper does not report it for the experiment of that name. Static. */
const relif_paper_value *relif_paper_value_of(const char *experiment,
                                              relif_quantity quantity);

/** NULL if the experiment is not one of the paper's. Static. */
const relif_paper_experiment *relif_paper_experiment_of(const char *name);

#endif
