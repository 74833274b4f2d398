/* One row per key. To add a key: a field in relif_config, a row here, and its default in
 * relif_config_default; reading, checking, printing and documenting follow. */
#include "config_keys.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#define WORD(name, word) word,
static const char *const format_words[] = {RELIF_DATASET_FORMAT_LIST(WORD)};
static const char *const synthetic_words[] = {RELIF_SYNTHETIC_LIST(WORD)};
static const char *const pooling_words[] = {RELIF_POOLING_MODE_LIST(WORD)};
static const char *const readout_words[] = {RELIF_READOUT_LIST(WORD)};
static const char *const normalization_words[] = {RELIF_NORMALIZATION_LIST(WORD)};
static const char *const carrier_words[] = {RELIF_CARRIER_LIST(WORD)};
static const char *const scheme_words[] = {RELIF_SCHEME_LIST(WORD)};
static const char *const schedule_words[] = {RELIF_SCHEDULE_LIST(WORD)};
static const char *const initialization_words[] = {RELIF_INITIALIZATION_LIST(WORD)};
static const char *const keep_words[] = {RELIF_KEEP_LIST(WORD)};
#undef WORD
static const char *const reset_words[] = {
    [RELIF_RESET_LINEAR] = "linear", [RELIF_RESET_ZERO] = "zero"};
static const char *const bias_words[] = {[RELIF_BIAS_AUTO] = "auto",
                                         [RELIF_BIAS_CONDUCTANCE] = "conductance",
                                         [RELIF_BIAS_CURRENT] = "current"};
static const char *const activation_words[] = {
    [RELIF_ACTIVATION_NONE] = "none", [RELIF_ACTIVATION_RELU] = "relu"};

_Static_assert(sizeof(relif_scheme) == sizeof(int), "words are stored as int");

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))
#define TEXT(at)     .type = RELIF_CONFIG_TEXT, .offset = (at)
#define PATH(at)     .type = RELIF_CONFIG_PATH, .offset = (at)
#define NUMBER(at, lo, hi)                                                               \
    .type = RELIF_CONFIG_NUMBER, .offset = (at), .least = (lo), .most = (hi)
#define INTEGER(at, lo, hi)                                                              \
    .type = RELIF_CONFIG_INTEGER, .offset = (at), .least = (lo), .most = (hi)
#define INTEGER64(at, lo)                                                                \
    .type = RELIF_CONFIG_INTEGER64, .offset = (at), .least = (lo), .most = INFINITY
#define BOOLEAN(at) .type = RELIF_CONFIG_BOOLEAN, .offset = (at)
#define WORDS(at, list)                                                                  \
    .type = RELIF_CONFIG_WORD, .offset = (at), .words = (list), .n_words = COUNT(list)
#define NAMES(at) .type = RELIF_CONFIG_NAMES, .offset = (at)
#define PATHS(at) .type = RELIF_CONFIG_PATHS, .offset = (at)
#define INTEGERS(at)                                                                     \
    .type = RELIF_CONFIG_INTEGERS, .offset = (at), .least = 0, .most = INFINITY
#define NUMBERS(at, lo)                                                                  \
    .type = RELIF_CONFIG_NUMBERS, .offset = (at), .least = (lo), .most = INFINITY
#define LAYERS(at)   .type = RELIF_CONFIG_LAYERS, .offset = (at)
#define SWEEP(at)    .type = RELIF_CONFIG_SWEEP, .offset = (at)
#define IN(field)    offsetof(relif_config, field)
#define LAYER(field) offsetof(relif_config_layer, field)
#define IDX          (1U << RELIF_DATASET_IDX)
#define SYNTHETIC    (1U << RELIF_DATASET_SYNTHETIC)
#define FILES        (IDX | 1U << RELIF_DATASET_CIFAR10 | 1U << RELIF_DATASET_HDF5)
#define CONV2D       (1U << RELIF_LAYER_CONV2D)
#define WEIGHTED     (CONV2D | 1U << RELIF_LAYER_LINEAR)
#define POOLING      (1U << RELIF_LAYER_MAX_POOL2D | 1U << RELIF_LAYER_AVG_POOL2D)

/* clang-format off */
/* The same keys for the dataset that is shown and those of the training. A
 * field's name cannot stand in parentheses: NOLINTBEGIN(bugprone-macro-parentheses) */
#define DATASET_KEYS(prefix, dataset, role)                                              \
    {prefix "format", WORDS(IN(dataset.options.format), format_words), .required = true, \
     .meaning = role ": IDX files, CIFAR-10 binary batches (both plain, gzip or xz), "   \
                "an HDF5 file, or drawn here."},                                         \
    {prefix "images", PATHS(IN(dataset.images)), .only = FILES, .required = true,        \
     .meaning = "File of images; for cifar10 the list of batches, in order."},           \
    {prefix "labels", PATH(IN(dataset.labels)), .only = IDX, .required = true,           \
     .meaning = "File of labels."},                                                      \
    {prefix "synthetic", WORDS(IN(dataset.synthetic), synthetic_words),                  \
     .only = SYNTHETIC, .meaning = "What is drawn: grey digits of 28 x 28 pixels."},     \
    {prefix "seed", INTEGER64(IN(dataset.options.seed), 0), .only = SYNTHETIC,           \
     .meaning = "Seed of the drawing: another seed, other images."},                     \
    {prefix "first", INTEGER64(IN(dataset.options.first), 0),                            \
     .meaning = "Index of the first image that is used."},                               \
    {prefix "count", INTEGER64(IN(dataset.options.count), 0), .unit = "images",          \
     .meaning = "How many images are used; 0: all from the first on (synthetic: must "   \
                "be given)."}
/* NOLINTEND(bugprone-macro-parentheses) */

static const relif_config_key keys[] = {
    {"name", TEXT(IN(name)), .required = true,
     .meaning = "Title of the experiment."},
    DATASET_KEYS("dataset.", dataset, "The images that are shown"),
    {"network.file", PATH(IN(network.file)),
     .meaning = "Network file with the trained weights; either this or network.layers."},
    {"network.layers", LAYERS(IN(network.layers)),
     .meaning = "Layers of a network to train here, from input to output; "
                "needs training."},
    DATASET_KEYS("training.dataset.", training.dataset, "The images to learn from"),
    DATASET_KEYS("training.validation.", training.validation,
                 "The images whose accuracy is told after each epoch, if there are any"),
    {"training.epochs", INTEGER(IN(training.options.epochs), 1, INT_MAX),
     .unit = "epochs",
     .meaning = "How often every training image is seen."},
    {"training.steps", INTEGER64(IN(training.options.steps), 0), .unit = "steps",
     .meaning = "Length of the training in steps of one batch each; 0: as many as the "
                "epochs have."},
    {"training.batch", INTEGER(IN(training.options.batch), 1, INT_MAX), .unit = "images",
     .meaning = "Images per step of the descent; a multiple of training.shards."},
    {"training.shards", INTEGER(IN(training.options.shards), 1, INT_MAX),
     .unit = "shards",
     .meaning = "Fixed parts of a batch, dealt to the ranks; more ranks "
                "than shards idle."},
    {"training.learning_rate", NUMBER(IN(training.options.rate.peak), 0, INFINITY),
     .above = true,
     .meaning = "Largest learning rate of the schedule."},
    {"training.schedule", WORDS(IN(training.options.rate.schedule), schedule_words),
     .meaning = "How the learning rate goes on after the warm-up: it stays (constant), "
                "is multiplied by decay every decay_every epochs (step), or falls along "
                "half a cosine wave to 0 (cosine) or to a ten thousandth (one_cycle)."},
    {"training.warm_up", NUMBER(IN(training.options.rate.warm_up), 0, 1), .below = true,
     .meaning = "Share of the steps in which the learning rate first rises; without the "
                "key 0.3 for one_cycle, 0 for the others."},
    {"training.decay", NUMBER(IN(training.options.rate.decay), 0, 1), .above = true,
     .meaning = "Factor of schedule: step."},
    {"training.decay_every", NUMBER(IN(training.options.rate.decay_every), 0, INFINITY),
     .above = true, .unit = "epochs",
     .meaning = "How many epochs schedule: step stays at a learning rate."},
    {"training.momentum", NUMBER(IN(training.options.sgd.momentum), 0, 1), .below = true,
     .meaning = "Share of the step before that is kept in each step."},
    {"training.weight_decay", NUMBER(IN(training.options.sgd.weight_decay), 0, INFINITY),
     .meaning = "Pull of the weights to zero."},
    {"training.clip", NUMBER(IN(training.options.sgd.clip), 0, INFINITY),
     .meaning = "Largest norm of the gradient; longer ones are shortened "
                "to it; 0: none."},
    {"training.keep", WORDS(IN(training.options.keep), keep_words),
     .meaning = "The weights that are written: of the last step, or of the epoch with "
                "the best accuracy on training.validation."},
    {"training.initialization",
     WORDS(IN(training.options.initialization), initialization_words),
     .meaning = "The first weights: normal with variance 2 / fan_in (kaiming), or with "
                "mean 0 for each output and the variance that suits it (centred), which "
                "keeps images apart in deep networks without biases."},
    {"training.seed", INTEGER64(IN(training.options.seed), 0),
     .meaning = "Seed of the first weights and of the order of the images."},
    {"training.output", PATH(IN(training.output)), .only_run = true,
     .meaning = "Network file that the training writes, or reads again if it is there."},
    {"coding.dt", NUMBER(IN(coding.dt), 0, INFINITY), .above = true, .unit = "seconds",
     .meaning = "Step of the time grid; no neuron fires faster than once a step."},
    {"coding.coding_time", NUMBER(IN(coding.coding_time), 0, INFINITY), .above = true,
     .unit = "seconds",
     .meaning = "How long each image is shown (T_w); at least one step."},
    {"coding.coding_range", NUMBER(IN(coding.coding_range), 0, INFINITY), .above = true,
     .unit = "Hz",
     .meaning = "Firing rate that stands for a value of 1 (k)."},
    {"neuron.reset", WORDS(IN(neuron.reset), reset_words),
     .meaning = "What a spike does to the membrane potential: linear takes v_th away "
                "(Linear LIF), zero sets it to 0 (LIF)."},
    {"neuron.v_th", NUMBER(IN(neuron.v_th), 0, INFINITY), .above = true,
     .meaning = "Firing threshold."},
    {"neuron.c_m", NUMBER(IN(neuron.c_m), 0, INFINITY), .above = true,
     .meaning = "Membrane capacitance."},
    {"neuron.g_l", NUMBER(IN(neuron.g_l), 0, INFINITY),
     .meaning = "Leak conductance of every neuron; what a bias needs is added."},
    {"neuron.v_init", NUMBER(IN(neuron.v_init), -INFINITY, INFINITY),
     .meaning = "Membrane potential at the start of each image."},
    {"neuron.bias", WORDS(IN(neuron.bias), bias_words),
     .meaning = "What a bias becomes: a leak conductance, a constant current, or (auto) "
                "a conductance where one exists and else a current."},
    {"pooling", WORDS(IN(pooling), pooling_words),
     .meaning = "When max pooling picks its winner: after the whole coding time (window) "
                "or in each step from the spikes so far (online)."},
    {"readout", WORDS(IN(readout), readout_words),
     .meaning = "The class is the output neuron with most spikes; of several, the first "
                "(spikes) or the one with the highest membrane potential (potential)."},
    {"normalization.method", WORDS(IN(normalization.method), normalization_words),
     .meaning = "What each layer's activations are divided by before they become rates: "
                "nothing, their largest, a percentile of them, or what makes the largest "
                "weighted input of a step the threshold (spike_norm; takes about half as "
                "many simulations of normalization.images as there are layers)."},
    {"normalization.percentile", NUMBER(IN(normalization.percentile), 0, 100),
     .above = true, .unit = "percent",
     .meaning = "Percentile of the activations that becomes 1, zeros included."},
    {"normalization.images", INTEGER(IN(normalization.images), 1, INT_MAX),
     .unit = "images",
     .meaning = "How many images, from the first on, the activations or the weighted "
                "inputs are taken from."},
    {"normalization.carrier", WORDS(IN(normalization.carrier), carrier_words),
     .meaning = "What carries it: smaller weights, larger thresholds, or larger "
                "capacitances (with their leak); the spikes are the same but for rounding "
                "and for neuron.v_init, which stays as given."},
    {"sweep", SWEEP(IN(sweep)),
     .meaning = "Keys of coding, neuron, pooling, readout and normalization, and for each "
                "a list of values, or {linear: {start: 0, stop: 3, count: 7}} or "
                "{log: {start: 1, stop: 100, count: 9}} (12 digits are kept); relif sweep "
                "runs every combination, the first key going slowest."},
    {"record.layers", NAMES(IN(record.layers)),
     .meaning = "Layers whose spike counts, activations and residual potentials are kept "
                "for all images; empty: the linear layers."},
    {"record.coding_times", NUMBERS(IN(record.coding_times), 0), .above = true,
     .unit = "seconds",
     .meaning = "Coding times at which the spike counts and potentials of these layers "
                "are kept as well, for error against coding time; whole steps, at most "
                "coding.coding_time. With max pooling of pooling: window, whose winners "
                "depend on the coding time, each is simulated on its own."},
    {"record.trains.layers", NAMES(IN(record.trains.layers)),
     .meaning = "Layers whose spike trains are kept."},
    {"record.trains.images", INTEGERS(IN(record.trains.images)),
     .meaning = "Images whose trains are kept, counted from dataset.first."},
    {"record.trains.neurons", INTEGERS(IN(record.trains.neurons)),
     .meaning = "Neurons whose trains are kept, in canonical order (row, column, "
                "channel); empty: all."},
    {"record.trains.potentials", BOOLEAN(IN(record.trains.potentials)),
     .meaning = "Whether their membrane potentials after each step are kept, too; spikes "
                "alone cost almost nothing."},
    {"execution.scheme", WORDS(IN(execution.scheme), scheme_words), .only_run = true,
     .meaning = "How the network is cut: every layer over all ranks of a group, layer "
                "after layer to ranks, or whichever is predicted to be fastest."},
    {"execution.replicas", INTEGER(IN(execution.replicas), 0, INT_MAX), .only_run = true,
     .unit = "groups",
     .meaning = "Groups of ranks that each hold the whole network and share the images; "
                "divides the number of ranks; 0: chosen."},
    {"execution.images_in_flight", INTEGER(IN(execution.images_in_flight), 1, 1024),
     .only_run = true, .unit = "images",
     .meaning = "Images that are simulated together."},
    {"execution.exchange_interval", INTEGER(IN(execution.exchange_interval), 0, INT_MAX),
     .only_run = true, .unit = "steps",
     .meaning = "Steps whose spikes travel in one message; 0: chosen."},
    {"output", PATH(IN(output)), .required = true, .only_run = true,
     .meaning = "Archive that is written."},
};

static const relif_config_key layer_keys[] = {
    {"name", TEXT(LAYER(name)), .required = true,
     .meaning = "Name of the layer."},
    {"channels", INTEGER(LAYER(channels), 1, 1 << 20), .only = WEIGHTED, .required = true,
     .meaning = "Output channels of a convolution, outputs of a linear layer."},
    {"kernel", INTEGER(LAYER(kernel), 1, 1 << 10), .only = CONV2D, .required = true,
     .unit = "pixels",
     .meaning = "Side of the square kernel."},
    {"size", INTEGER(LAYER(size), 1, 1 << 10), .only = POOLING, .required = true,
     .unit = "pixels",
     .meaning = "Side of the square window."},
    {"stride", INTEGER(LAYER(stride), 1, 1 << 10), .only = CONV2D | POOLING,
     .unit = "pixels",
     .meaning = "Step of the kernel or window; of a window, where not given, its size."},
    {"padding", INTEGER(LAYER(padding), 0, 1 << 10), .only = CONV2D | POOLING,
     .unit = "pixels",
     .meaning = "Rows and columns of zeros on each side of the input, which a maximum "
                "ignores; of pooling less than size."},
    {"activation", WORDS(LAYER(activation), activation_words), .only = WEIGHTED,
     .required = true,
     .meaning = "relu for hidden layers; none leaves the sum as it is, as "
                "for the output."},
    {"bias", BOOLEAN(LAYER(bias)), .only = WEIGHTED,
     .meaning = "Whether each output has a bias."},
};
/* clang-format on */

const relif_config_key *relif_config_keys(int *n_keys)
{
    *n_keys = COUNT(keys);
    return keys;
}

const relif_config_key *relif_config_layer_keys(int *n_keys)
{
    *n_keys = COUNT(layer_keys);
    return layer_keys;
}

relif_config relif_config_default(void)
{
    relif_config config = {.coding = relif_coding_default(),
                           .neuron = relif_neuron_options_default(),
                           .pooling = RELIF_POOLING_WINDOW,
                           .readout = RELIF_READOUT_SPIKES};
    config.dataset.options = relif_dataset_options_default();
    config.training.dataset.options = relif_dataset_options_default();
    config.training.validation.options = relif_dataset_options_default();
    config.training.options = relif_training_options_default();
    config.normalization = relif_normalization_options_default();
    config.record.trains.potentials = true;
    config.execution.scheme = RELIF_SCHEME_AUTO;
    config.execution.images_in_flight = 16;
    return config;
}

relif_config_layer relif_config_layer_default(relif_layer_kind kind)
{
    return (relif_config_layer){.kind = kind,
                                .stride = kind == RELIF_LAYER_CONV2D ? 1 : 0};
}
