/* The configuration: what is read, what is refused and in which words. */
#include "check.h"
#include "relif/config.h"

/* The smallest whole configuration, and what comes after it. */
#define MINIMAL                                                                          \
    "name: test\n"                                                                       \
    "dataset: {format: idx, images: a.idx, labels: b.idx}\n"                             \
    "network: {file: net.h5}\n"                                                          \
    "output: out.h5\n" /* line 5 follows */
#define DRAWN "{format: synthetic, count: 10}"
#define TRAINED                                                                          \
    "name: test\n"                                                                       \
    "dataset: " DRAWN "\n"                                                               \
    "output: out.h5\n"                                                                   \
    "training: {dataset: " DRAWN "}\n"                                                   \
    "network:\n"                                                                         \
    "  layers:\n" /* line 7 follows */
#define FC "    - linear: {name: fc, channels: 3, activation: none}\n"

static relif_config *parse_with(const char *text, const char *const *sets, int n_sets)
{
    relif_config *config = NULL;
    const relif_err err = relif_config_parse(text, "c.yaml", sets, n_sets, &config);
    CHECK((err == RELIF_OK) == (config != NULL));
    return config;
}

static relif_config *parse(const char *text)
{
    relif_config *config = parse_with(text, NULL, 0);
    if (!config) printf("refused: %s\n", relif_error_sentence());
    CHECK(config != NULL);
    return config;
}

/* The sentence of a text that must be refused. */
static const char *refusal(const char *text)
{
    relif_config *config = NULL;
    CHECK(relif_config_parse(text, "c.yaml", NULL, 0, &config) == RELIF_ERR_CONFIG);
    CHECK(config == NULL);
    relif_config_destroy(config);
    return config ? "(accepted)" : relif_error_sentence();
}

static const char *refusal_of_set(const char *set)
{
    relif_config *config = NULL;
    CHECK(relif_config_parse(MINIMAL, "c.yaml", &set, 1, &config) == RELIF_ERR_CONFIG);
    relif_config_destroy(config);
    return config ? "(accepted)" : relif_error_sentence();
}

#define REFUSED(text, sentence)    CHECK_TEXT(refusal(text), sentence)
#define SET_REFUSED(set, sentence) CHECK_TEXT(refusal_of_set(set), sentence)

static void a_minimal_file_has_every_default(void)
{
    relif_config *c = parse(MINIMAL);
    if (!c) return;
    CHECK(strcmp(c->name, "test") == 0);
    CHECK(c->dataset.options.format == RELIF_DATASET_IDX);
    CHECK(c->dataset.options.first == 0 && c->dataset.options.count == 0);
    CHECK(strcmp(c->dataset.options.files[0], "a.idx") == 0);
    CHECK(strcmp(c->dataset.options.labels, "b.idx") == 0);
    CHECK(!c->has_training && c->network.layers.count == 0);
    CHECK(c->coding.dt == 0.01 && c->coding.coding_time == 2.0);
    CHECK(c->coding.coding_range == 10.0);
    CHECK(c->neuron.reset == RELIF_RESET_LINEAR && c->neuron.bias == RELIF_BIAS_AUTO);
    CHECK(c->neuron.v_th == 1 && c->neuron.c_m == 1 && c->neuron.g_l == 0);
    CHECK(c->pooling == RELIF_POOLING_WINDOW && c->readout == RELIF_READOUT_SPIKES);
    CHECK(c->normalization.method == RELIF_NORMALIZATION_NONE);
    CHECK(c->normalization.percentile == 99.9 && c->normalization.images == 256);
    CHECK(c->record.layers.count == 0 && c->record.trains.layers.count == 0);
    CHECK(c->execution.scheme == RELIF_SCHEME_AUTO && c->execution.replicas == 0);
    CHECK(c->execution.images_in_flight == 16 && c->execution.exchange_interval == 0);
    CHECK(strcmp(c->output.expanded, "out.h5") == 0);
    relif_config_destroy(c);
}

static void every_key_is_read(void)
{
    relif_config *c = parse(
        "name: \"a: b\"\n"
        "dataset: {format: cifar10, images: [x.bin, y.bin], first: 5, count: 20}\n"
        "training:\n"
        "  dataset: {format: synthetic, synthetic: digits, seed: 9, count: 640}\n"
        "  epochs: 7\n  batch: 32\n  shards: 8\n  learning_rate: 1e-3\n  momentum: 0\n"
        "  weight_decay: .5\n  clip: 2\n  schedule: cosine\n  seed: 11\n"
        "  warm_up: .25\n  decay: .5\n  decay_every: 1.5\n  keep: best\n"
        "  initialization: centred\n"
        "  validation: {format: hdf5, images: v.h5}\n"
        "  output: net.h5\n"
        "network:\n  layers:\n"
        "    - conv2d: {name: c, channels: 4, kernel: 3, stride: 2, padding: 1, "
        "activation: relu, bias: true}\n"
        "    - avg_pool2d: {name: p, size: 2}\n" FC
        "coding: {dt: 0.001, coding_time: 1, coding_range: 200}\n"
        "neuron: {reset: zero, v_th: 2, c_m: 3, g_l: 0.5, v_init: -0.25, bias: current}\n"
        "pooling: online\nreadout: potential\n"
        "normalization: {method: percentile, percentile: 99, images: 10}\n"
        "record: {layers: [c], trains: {layers: [fc], images: [0, 3], neurons: [1]}}\n"
        "execution: {scheme: pipeline, replicas: 2, images_in_flight: 4, "
        "exchange_interval: 3}\n"
        "output: o.h5\n");
    if (!c) return;
    CHECK(strcmp(c->name, "a: b") == 0);
    CHECK(c->dataset.options.format == RELIF_DATASET_CIFAR10);
    CHECK(c->dataset.options.n_files == 2 && c->dataset.options.first == 5);
    CHECK(strcmp(c->dataset.options.files[1], "y.bin") == 0);
    CHECK(c->has_training && c->training.dataset.options.seed == 9);
    CHECK(c->training.dataset.options.count == 640);
    const relif_training_options *t = &c->training.options;
    CHECK(t->epochs == 7 && t->batch == 32 && t->shards == 8 && t->seed == 11);
    CHECK(t->rate.peak == 1e-3 && t->rate.schedule == RELIF_SCHEDULE_COSINE);
    CHECK(t->rate.warm_up == 0.25 && t->rate.decay == 0.5 && t->rate.decay_every == 1.5);
    CHECK(t->sgd.momentum == 0 && t->sgd.weight_decay == 0.5 && t->sgd.clip == 2);
    CHECK(t->steps == 0 && t->keep == RELIF_KEEP_BEST);
    CHECK(t->initialization == RELIF_INITIALIZATION_CENTRED);
    CHECK(c->training.has_validation);
    CHECK(c->training.validation.options.format == RELIF_DATASET_HDF5);
    CHECK(strcmp(c->training.validation.options.files[0], "v.h5") == 0);
    const relif_config_layer *conv = &c->network.layers.layers[0];
    CHECK(c->network.layers.count == 3 && conv->kind == RELIF_LAYER_CONV2D);
    CHECK(conv->channels == 4 && conv->kernel == 3 && conv->stride == 2);
    CHECK(conv->padding == 1 && conv->bias && conv->activation == RELIF_ACTIVATION_RELU);
    CHECK(c->network.layers.layers[1].kind == RELIF_LAYER_AVG_POOL2D);
    CHECK(c->network.layers.layers[1].size == 2);
    CHECK(c->network.layers.layers[1].stride == 2);
    CHECK(c->neuron.reset == RELIF_RESET_ZERO && c->neuron.v_init == -0.25);
    CHECK(c->neuron.bias == RELIF_BIAS_CURRENT && c->neuron.v_th == 2);
    CHECK(c->pooling == RELIF_POOLING_ONLINE && c->readout == RELIF_READOUT_POTENTIAL);
    CHECK(c->normalization.method == RELIF_NORMALIZATION_PERCENTILE);
    CHECK(c->record.trains.images.count == 2 && c->record.trains.images.values[1] == 3);
    CHECK(strcmp(c->record.trains.layers.names[0], "fc") == 0);
    CHECK(c->execution.scheme == RELIF_SCHEME_PIPELINE && c->execution.replicas == 2);
    CHECK(c->execution.images_in_flight == 4 && c->execution.exchange_interval == 3);
    relif_config_destroy(c);
}

static void numbers_are_plain_decimals(void)
{
    REFUSED(MINIMAL "coding: {dt: 5k}\n",
            "c.yaml:5:14: coding.dt: \"5k\" is not a number; expected seconds > 0");
    REFUSED(MINIMAL "coding:\n  dt: 0.01s\n",
            "c.yaml:6:7: coding.dt: \"0.01s\" is not a");
    REFUSED(MINIMAL "coding: {dt: nan}\n", "coding.dt: \"nan\" is not a number");
    REFUSED(MINIMAL "coding: {dt: .inf}\n", "coding.dt: \".inf\" is not a number");
    REFUSED(MINIMAL "coding: {dt: 1e999}\n", "coding.dt: \"1e999\" is not a number");
    REFUSED(MINIMAL "coding: {dt: yes}\n", "coding.dt: \"yes\" is not a number");
    REFUSED(MINIMAL "coding: {dt: \"5\"}\n",
            "c.yaml:5:14: coding.dt: \"5\" is in quotes; expected seconds > 0");
    REFUSED(MINIMAL "coding: {dt: }\n", "coding.dt: no value is given; expected seconds");
    REFUSED(MINIMAL "coding: {dt: [1]}\n", "coding.dt: found a list; expected seconds");
    REFUSED(MINIMAL "coding: {dt: {a: 1}}\n", "coding.dt: found a mapping of keys; exp");
    REFUSED(MINIMAL "execution: {replicas: 1.5}\n",
            "execution.replicas: \"1.5\" is not an integer; expected an integer number "
            "of groups >= 0");
}

static void values_out_of_range_are_refused(void)
{
    REFUSED(MINIMAL "coding: {dt: 0}\n",
            "coding.dt: 0 is out of range; expected seconds");
    REFUSED(MINIMAL "execution: {images_in_flight: 1025}\n",
            "c.yaml:5:31: execution.images_in_flight: 1025 is out of range; expected an "
            "integer number of images from 1 to 1024");
    REFUSED(MINIMAL "execution: {exchange_interval: -1}\n",
            "-1 is out of range; expected an "
            "integer number of steps >= 0");
    REFUSED(MINIMAL "execution: {replicas: 3000000000}\n", "3000000000 is out of range");
    REFUSED(MINIMAL "normalization: {percentile: 101}\n",
            "normalization.percentile: 101 is out of range; expected percent > 0 and <= "
            "100");
    REFUSED(TRAINED FC "coding: {dt: 0.1, coding_time: 0.05}\n",
            "c.yaml: coding.coding_time is 0.05 s, expected at least one step of 0.1 s");
    SET_REFUSED("dataset.first=-1", "dataset.first: -1 is out of range; expected an "
                                    "integer >= 0");
}

static void unknown_keys_are_refused_with_a_guess(void)
{
    REFUSED(MINIMAL "coding: {codingtime: 1}\n",
            "c.yaml:5:10: coding.codingtime: unknown key (did you mean "
            "'coding.coding_time'?)");
    REFUSED(MINIMAL "codng: {dt: 1}\n", "codng: unknown key (did you mean 'coding'?)");
    REFUSED(MINIMAL "dt: 1\n", "c.yaml:5:1: dt: unknown key (did you mean 'coding.dt'?)");
    REFUSED(MINIMAL "gravity: 1\n",
            "c.yaml:5:1: gravity: unknown key; expected one that");
    SET_REFUSED("neuron.vth=1", "--set neuron.vth=1: neuron.vth: unknown key (did you "
                                "mean 'neuron.v_th'?)");
    REFUSED(MINIMAL "? [a, b]\n: 1\n", "c.yaml:5:3: found a list or mapping; expected a");
}

static void unknown_words_are_refused_with_a_guess(void)
{
    REFUSED(
        MINIMAL "pooling: windw\n",
        "c.yaml:5:10: pooling: \"windw\" is not known; expected window or online (did "
        "you mean 'window'?)");
    REFUSED(MINIMAL "execution: {scheme: best}\n",
            "\"best\" is not known; expected auto, split or pipeline");
}

static void duplicate_keys_are_refused(void)
{
    REFUSED(MINIMAL "pooling: window\npooling: online\n",
            "c.yaml:6:1: 'pooling' is given twice; expected it once");
    REFUSED(MINIMAL "coding: {dt: 1}\ncoding: {coding_range: 1}\n",
            "c.yaml:6:1: 'coding' is given twice");
    REFUSED(MINIMAL "coding: {dt: 1, dt: 2}\n", "c.yaml:5:17: 'dt' is given twice");
    REFUSED(MINIMAL "record: {layers: [a, b, a]}\n",
            "record.layers[2]: \"a\" is given twice; expected a list of different names");
}

static void what_yaml_could_do_but_is_not_needed_is_refused(void)
{
    REFUSED("", "c.yaml: holds nothing; expected keys such as name:");
    REFUSED("# only a comment\n", "c.yaml: holds nothing");
    REFUSED("[a, b]\n", "c.yaml:1:1: found a list; expected keys such as name:");
    REFUSED(MINIMAL "---\nname: second\n", "c.yaml:5:1: a second document; expected one");
    REFUSED("name: &a test\noutput: *a\n",
            "c.yaml:1:7: anchors (&), aliases (*) and tags");
    REFUSED("name: *a\n", "c.yaml:1:7: anchors (&), aliases (*) and tags");
    REFUSED("name: !!str test\n", "c.yaml:1:7: anchors (&), aliases (*) and tags");
    REFUSED("name: |\n  two\n  lines\n", "c.yaml:1:7: a value holds a line break");
    REFUSED("name: \"a\\0b\"\n", "a value holds a line break or control character");
    REFUSED("name: \"a\\u2028b\"\n", "a value holds a line break or control character");
    REFUSED("name: test\n dataset: x\n", "c.yaml:2:9: mapping values are not allowed");
    REFUSED("name: [a\n", "c.yaml:2:1: ");
    REFUSED("name: \xff\n", "c.yaml: byte 7: invalid leading UTF-8 octet; expected YAML");
    REFUSED("a: [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]\n",
            "nested deeper than 16 levels");
    REFUSED(MINIMAL "coding: 5\n",
            "c.yaml:5:9: coding: found a single value; expected a");
    REFUSED(MINIMAL "record:\n", "record: found nothing; expected a mapping of keys");
    REFUSED(MINIMAL "record: [a]\n", "record: found a list; expected a mapping of keys");
}

static void lists_are_lists(void)
{
    REFUSED(MINIMAL "record: {layers: fc1}\n",
            "c.yaml:5:18: record.layers: \"fc1\" is not a list; expected a list of");
    REFUSED(MINIMAL "record: {layers: }\n", "record.layers: no value is given; expected");
    REFUSED(MINIMAL "record: {trains: {layers: [a], images: [0, x]}}\n",
            "c.yaml:5:44: record.trains.images[1]: \"x\" is not an integer");
    REFUSED(MINIMAL "record: {trains: {layers: [a], images: [3, 2]}}\n",
            "record.trains.images[1]: 2 comes after 3; expected a list of ascending");
    REFUSED(MINIMAL "record: {trains: {layers: [a], images: [-1]}}\n",
            "-1 is out of range");
}

static void required_keys_are_asked_for(void)
{
    REFUSED("output: o.h5\n"
            "network: {file: n.h5}\n",
            "c.yaml: name: is missing; expected");
    REFUSED(
        "name: a\nnetwork: {file: n.h5}\n",
        "c.yaml: dataset.format: is missing; expected idx, cifar10, hdf5 or synthetic");
    REFUSED("name: a\nnetwork: {file: n.h5}\ndataset: {format: idx}\n",
            "c.yaml: dataset.images: is missing; expected a path or a list of paths");
    REFUSED("name: a\nnetwork: {file: n.h5}\ndataset: {format: idx, images: x}\n",
            "c.yaml: dataset.labels: is missing; expected a path");
    REFUSED("name: a\nnetwork: {file: n.h5}\ndataset: " DRAWN "\n",
            "c.yaml: output: is missing; expected a path");
    REFUSED("name: \"\"\n", "name: the text is empty; expected a text");
    REFUSED("name: a\noutput: o.h5\ndataset: " DRAWN "\n",
            "c.yaml: network: neither file nor layers is given; expected one of them");
}

static void keys_must_fit_the_dataset_format(void)
{
    SET_REFUSED("dataset.seed=1",
                "--set dataset.seed=1: dataset.seed: the dataset's format "
                "is idx; expected this key only with synthetic");
    SET_REFUSED("dataset.format=hdf5",
                "c.yaml:2:47: dataset.labels: the dataset's format is "
                "hdf5; expected this key only with idx");
    SET_REFUSED("dataset.images=[a, b]", "dataset.images: found 2 files; expected one");
    REFUSED("name: a\nnetwork: {file: n}\noutput: o\n"
            "dataset: {format: cifar10, images: []}\n",
            "c.yaml:4:36: dataset.images: found 0 files; expected 1 to 16");
    REFUSED(
        "name: a\nnetwork: {file: n}\noutput: o\ndataset: {format: synthetic}\n",
        "c.yaml: dataset.count: is missing or 0; expected the number of images to draw");
}

static void training_and_layers_need_each_other(void)
{
    REFUSED(MINIMAL "training: {epochs: 1}\n",
            "c.yaml:5:20: training.epochs: network.file is given; expected training only "
            "with network.layers");
    SET_REFUSED("network.layers=[linear: {name: a, channels: 1, activation: none}]",
                "network.layers: network.file is given too; expected one of them");
    REFUSED("name: a\noutput: o\ndataset: " DRAWN "\nnetwork:\n  layers:\n" FC,
            "c.yaml:6:5: network.layers: training is missing; expected training.dataset");
    REFUSED("name: a\noutput: o\ndataset: " DRAWN "\ntraining: {epochs: 1}\n"
            "network:\n  layers:\n" FC,
            "c.yaml: training.dataset.format: is missing");
    relif_config *config = NULL;
    REFUSED(
        "name: a\noutput: o\ndataset: " DRAWN "\ntraining: {dataset: " DRAWN
        ", keep: best}\nnetwork:\n  layers:\n" FC,
        "c.yaml:4:59: training.keep: best needs a validation set to tell which weights "
        "are the best; expected training.validation");
    REFUSED("name: a\noutput: o\ndataset: " DRAWN "\ntraining: {dataset: " DRAWN
            ", validation: {first: 3}}\nnetwork:\n  layers:\n" FC,
            "c.yaml: training.validation.format: is missing");
    const char *const sets[] = {"training.batch=63", "training.shards=4"};
    CHECK(relif_config_parse(TRAINED FC, "c.yaml", sets, 2, &config) == RELIF_ERR_CONFIG);
    CHECK_TEXT(relif_error_sentence(), "c.yaml: training.batch");
}

static void layers_are_checked_one_by_one(void)
{
    REFUSED(TRAINED "    - linear: {name: a}\n",
            "c.yaml:7:15: network.layers[0].linear.channels: is missing; expected an "
            "integer from 1 to 1048576");
    REFUSED(TRAINED FC "    - linear: {name: a, channels: x}\n",
            "c.yaml:8:35: network.layers[1].linear.channels: \"x\" is not an integer");
    REFUSED(TRAINED "    - linear: {name: a, kernel: 3}\n",
            "c.yaml:7:25: network.layers[0].linear: unknown key 'kernel'; expected name, "
            "channels, activation, bias");
    REFUSED(TRAINED "    - max_pool2d: {name: a, sise: 3}\n",
            "unknown key 'sise'; expected name, size, stride, padding (did you mean "
            "'size'?)");
    REFUSED(TRAINED "    - conv3d: {name: a}\n",
            "c.yaml:7:7: network.layers[0]: unknown kind of layer 'conv3d'; expected "
            "conv2d, linear, max_pool2d, avg_pool2d (did you mean 'conv2d'?)");
    REFUSED(TRAINED "    - linear\n", "network.layers[0]: found no single kind of layer");
    REFUSED(TRAINED "    - linear:\n",
            "network.layers[0].linear: found no keys; expected");
    REFUSED(TRAINED "    []\n",
            "network.layers: the list is empty; expected a list of lay");
    REFUSED(TRAINED "    - linear: {name: a, channels: 1, activation: none, bias: yes}\n",
            "bias: \"yes\" is neither; expected true or false");
    REFUSED(TRAINED "    - linear: {name: a, channels: 1, activation: rilu}\n",
            "\"rilu\" is not known; expected none or relu (did you mean 'relu'?)");
}

static void coding_times_are_whole_steps_within_the_coding_time(void)
{
    relif_config *c = parse(MINIMAL "record: {coding_times: [0.01, 0.07, 0.3, 2]}\n"
                                    "coding: {dt: 0.01, coding_time: 2}\n");
    CHECK(c && c->record.coding_times.count == 4);
    CHECK(c && c->record.coding_times.values[2] == 0.3);
    relif_text text = {0};
    if (c) relif_config_print(c, false, &text);
    CHECK_TEXT(relif_text_string(&text), "coding_times: [0.01, 0.07, 0.3, 2]");
    relif_text_release(&text);
    relif_config_destroy(c);
    REFUSED(MINIMAL "record: {coding_times: [1, 0.5]}\n",
            "c.yaml:5:28: record.coding_times[1]: 0.5 comes after 1; expected a list of "
            "ascending seconds > 0");
    REFUSED(MINIMAL "record: {coding_times: [1, 1]}\n", "1 comes after 1");
    REFUSED(MINIMAL "record: {coding_times: [0]}\n",
            "c.yaml:5:25: record.coding_times[0]: 0 is out of range");
    REFUSED(MINIMAL "record: {coding_times: [x]}\n", "\"x\" is not a number");
    REFUSED(MINIMAL "record: {coding_times: 1}\n", "\"1\" is not a list");
    REFUSED(
        MINIMAL "record: {coding_times: [1, 2.01]}\n",
        "c.yaml:5:28: record.coding_times[1]: 2.01 is beyond the end; expected at most "
        "coding.coding_time, 2 s");
    REFUSED(MINIMAL "record: {coding_times: [0.015]}\n",
            "c.yaml:5:25: record.coding_times[0]: 0.015 is no whole number of steps; "
            "expected a multiple of coding.dt, 0.01 s");
    REFUSED(MINIMAL "record: {coding_times: [0.001]}\n", "no whole number of steps");
}

static void trains_need_layers_and_images(void)
{
    REFUSED(MINIMAL "record: {trains: {layers: [a]}}\n",
            "c.yaml:5:27: record.trains.layers: record.trains.images is missing");
    REFUSED(MINIMAL "record: {trains: {images: [0]}}\n",
            "c.yaml:5:27: record.trains.layers is missing");
    REFUSED(TRAINED FC "record: {trains: {layers: [fc], images: [0, 10]}}\n",
            "record.trains.images: 10 is too large; expected image numbers below "
            "dataset.count, 10");
}

static void overrides_replace_what_the_file_says(void)
{
    const char *const sets[] = {"coding.dt=0.5",
                                "coding.dt=0.25",
                                "record.layers=[fc1, fc2]",
                                "neuron={reset: zero, v_th: 2}",
                                "dataset.images=other.idx",
                                "name=null",
                                "name=a=b",
                                "record.trains=null"};
    relif_config *c = parse_with(MINIMAL "coding: {dt: 1, coding_time: 4}\n"
                                         "record: {layers: [x], trains: {layers: [y], "
                                         "images: [1]}}\n",
                                 sets, 8);
    CHECK(c != NULL);
    if (!c) return;
    CHECK(c->coding.dt == 0.25 && c->coding.coding_time == 4);
    CHECK(c->record.layers.count == 2);
    CHECK(strcmp(c->record.layers.names[1], "fc2") == 0);
    CHECK(c->neuron.reset == RELIF_RESET_ZERO && c->neuron.v_th == 2);
    CHECK(strcmp(c->dataset.options.files[0], "other.idx") == 0);
    CHECK(strcmp(c->name, "a=b") == 0);
    CHECK(c->record.trains.layers.count == 0 && c->record.trains.images.count == 0);
    relif_config_destroy(c);
}

static void wrong_overrides_name_themselves(void)
{
    SET_REFUSED("coding.dt=5k", "--set coding.dt=5k: coding.dt: \"5k\" is not a number; "
                                "expected seconds > 0");
    SET_REFUSED("coding.dt", "--set coding.dt: not of the form key=value; expected for");
    SET_REFUSED("=5", "--set =5: not of the form key=value");
    SET_REFUSED("coding.dt=", "--set coding.dt=: no value; expected one (null takes");
    SET_REFUSED("nothing=null", "--set nothing=null: nothing: unknown key");
    SET_REFUSED("output=null", "c.yaml: output: is missing");
    SET_REFUSED("record.layers=[a", "--set record.layers=[a: ");
    SET_REFUSED("coding=5", "--set coding=5: coding: found a single value; expected a");
}

static void variables_in_paths_are_expanded(void)
{
    setenv("RELIF_TEST_DIR", "/data", 1);
    setenv("RELIF_TEST_EMPTY", "", 1);
    unsetenv("RELIF_TEST_UNSET");
    const char *const sets[] = {
        "output=${RELIF_TEST_DIR}/${RELIF_TEST_UNSET:-a b}/$x/${RELIF_TEST_EMPTY:-c}.h5"};
    relif_config *c = parse_with(MINIMAL, sets, 1);
    CHECK(c != NULL);
    if (!c) return;
    CHECK(strcmp(c->output.expanded, "/data/a b/$x/c.h5") == 0);
    CHECK(strcmp(c->output.written, sets[0] + strlen("output=")) == 0);
    relif_text text = {0};
    relif_config_print(c, true, &text);
    CHECK_TEXT(relif_text_string(&text),
               "output: \"${RELIF_TEST_DIR}/${RELIF_TEST_UNSET:-");
    relif_text_release(&text);
    relif_config_destroy(c);
    SET_REFUSED(
        "output=${RELIF_TEST_UNSET}/a",
        "output: the environment variable RELIF_TEST_UNSET is not set; expected a "
        "value or ${RELIF_TEST_UNSET:-default}");
    SET_REFUSED("output=${RELIF_TEST_DIR",
                "output: \"${RELIF_TEST_DIR\" is not a variable");
    SET_REFUSED("output=${1}", "\"${1}\" is not a variable; expected ${NAME}");
    SET_REFUSED("output=${RELIF_TEST_EMPTY}", "is an empty path; expected a path");
}

/* print(parse(print(config))) == print(config) */
static void check_fixed_point(const relif_config *config)
{
    relif_text first = {0}, second = {0};
    relif_config_print(config, true, &first);
    relif_config *again = parse(relif_text_string(&first));
    if (again) relif_config_print(again, true, &second);
    CHECK(strcmp(relif_text_string(&first), relif_text_string(&second)) == 0);
    relif_config_destroy(again);
    relif_text_release(&first);
    relif_text_release(&second);
}

static void printing_is_a_fixed_point(void)
{
    static const char *const texts[] = {
        MINIMAL,
        TRAINED FC
        "coding: {coding_time: 1e2, dt: 1.5e-7, coding_range: 0.3333333333333333}\n",
        "name: \"yes\"\noutput: '\"q\" \\ {x}, # [y]'\n"
        "dataset: {format: cifar10, images: [\"1\", '~', ./é.bin], count: 7}\n"
        "network: {file: \"${A:-b}c\"}\nrecord: {layers: [\"12\", null2, \"null\"]}\n",
        TRAINED
        "    - conv2d: {name: \"a, b\", channels: 2, kernel: 3, activation: relu}\n" FC
        "record: {trains: {layers: [fc], images: [1, 2]}}\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        relif_config *config = parse(texts[i]);
        if (config) check_fixed_point(config);
        relif_config_destroy(config);
    }
}

static void printing_gives_every_default(void)
{
    relif_config *config = parse(MINIMAL);
    if (!config) return;
    relif_text text = {0};
    relif_config_print(config, true, &text);
    CHECK(strcmp(relif_text_string(&text), "name: test\n"
                                           "dataset:\n"
                                           "  format: idx\n"
                                           "  images: a.idx\n"
                                           "  labels: b.idx\n"
                                           "  first: 0\n"
                                           "  count: 0\n"
                                           "network:\n"
                                           "  file: net.h5\n"
                                           "coding:\n"
                                           "  dt: 0.01\n"
                                           "  coding_time: 2\n"
                                           "  coding_range: 10\n"
                                           "neuron:\n"
                                           "  reset: linear\n"
                                           "  v_th: 1\n"
                                           "  c_m: 1\n"
                                           "  g_l: 0\n"
                                           "  v_init: 0\n"
                                           "  bias: auto\n"
                                           "pooling: window\n"
                                           "readout: spikes\n"
                                           "normalization:\n"
                                           "  method: none\n"
                                           "  percentile: 99.9\n"
                                           "  images: 256\n"
                                           "  carrier: weights\n"
                                           "record:\n"
                                           "  layers: []\n"
                                           "  coding_times: []\n"
                                           "  trains:\n"
                                           "    layers: []\n"
                                           "    images: []\n"
                                           "    neurons: []\n"
                                           "    potentials: true\n"
                                           "execution:\n"
                                           "  scheme: auto\n"
                                           "  replicas: 0\n"
                                           "  images_in_flight: 16\n"
                                           "  exchange_interval: 0\n"
                                           "output: out.h5\n") == 0);
    relif_text_release(&text);
    relif_config_destroy(config);
}

static void the_text_of_the_result_leaves_out_how_it_is_run(void)
{
    const char *const here[] = {"training.output=a.h5", "output=b.h5"};
    const char *const there[] = {"training.output=c.h5", "output=d.h5",
                                 "execution={scheme: split, replicas: 4}"};
    relif_config *one = parse_with(TRAINED FC, here, 2);
    relif_config *two = parse_with(TRAINED FC, there, 3);
    relif_text first = {0}, second = {0};
    if (one) relif_config_print(one, false, &first);
    if (two) relif_config_print(two, false, &second);
    CHECK_TEXT(relif_text_string(&first),
               "    - linear: {name: fc, channels: 3, activation: "
               "none, bias: false}\n");
    CHECK_TEXT(relif_text_string(&first),
               "training:\n  dataset:\n    format: synthetic\n");
    CHECK(!strstr(relif_text_string(&first), "execution"));
    CHECK(!strstr(relif_text_string(&first), "output"));
    CHECK(strcmp(relif_text_string(&first), relif_text_string(&second)) == 0);
    relif_text_release(&first);
    relif_text_release(&second);
    relif_config_destroy(one);
    relif_config_destroy(two);
}

static void the_list_of_keys_documents_each(void)
{
    relif_text text = {0};
    relif_config_describe(&text);
    CHECK_TEXT(relif_text_string(&text),
               "coding.dt: seconds > 0; default 0.01\n    Step of");
    CHECK_TEXT(relif_text_string(&text), "name: a text; required\n");
    CHECK_TEXT(relif_text_string(&text), "dataset.labels (idx): a path; required\n");
    CHECK_TEXT(relif_text_string(&text),
               "kernel (conv2d): an integer number of pixels from "
               "1 to 1024; required\n");
    relif_text_release(&text);
}

static void the_network_of_the_layers_is_built(void)
{
    relif_config *config = parse(
        TRAINED "    - conv2d: {name: c, channels: 4, kernel: 3, padding: 1, activation: "
                "relu, bias: true}\n"
                "    - max_pool2d: {name: p, size: 2}\n"
                "    - avg_pool2d: {name: q, size: 3, stride: 1, padding: 2}\n" FC);
    relif_network *network = NULL;
    if (!config) return;
    CHECK(relif_config_network(config, (relif_shape){2, 8, 8}, &network) == RELIF_OK);
    if (network) {
        const relif_layer *layers = network->layers;
        CHECK(network->n_layers == 4 && strcmp(network->name, "test") == 0);
        CHECK(layers[0].out.channels == 4 && layers[0].out.height == 8);
        CHECK(layers[0].weight[4 * 2 * 9 - 1] == 0 && layers[0].bias[3] == 0);
        CHECK(layers[1].out.height == 4 && layers[1].stride == 2);
        CHECK(layers[2].kernel_width == 3 && layers[2].stride == 1);
        CHECK(layers[2].padding == 2 && layers[2].out.height == 6);
        CHECK(layers[3].out.channels == 3 && layers[3].in.channels == 4);
        CHECK(relif_layer_weights(&layers[3]) == 4 * 6 * 6 * 3 && !layers[3].bias);
    }
    relif_network_destroy(network);
    CHECK(relif_config_network(config, (relif_shape){2, 1, 1}, &network) ==
          RELIF_ERR_CONFIG);
    CHECK_TEXT(relif_error_sentence(), "c.yaml: network.layers: layer 'p'");
    relif_config_destroy(config);
}

static void every_config_of_the_project_is_read(void)
{
    static const char *const names[] = {"mnist_mlp", "mnist_convnet", "quickstart"};
    for (int i = 0; i < 3; i++) {
        char path[1024];
        relif_config *config = NULL;
        snprintf(path, sizeof path, "%s/configs/%s.yaml", getenv("RELIF_SOURCE_DIR"),
                 names[i]);
        CHECK(relif_config_read(path, NULL, 0, &config) == RELIF_OK);
        if (!config) {
            printf("%s\n", relif_error_sentence());
            continue;
        }
        CHECK(strcmp(config->name, names[i]) == 0);
        CHECK(config->record.layers.count == 2);
        check_fixed_point(config);
        relif_config_destroy(config);
    }
}

static void the_quickstart_trains_the_convnet_of_the_paper(void)
{
    char path[1024];
    relif_config *config = NULL;
    relif_network *network = NULL;
    snprintf(path, sizeof path, "%s/configs/quickstart.yaml", getenv("RELIF_SOURCE_DIR"));
    CHECK(relif_config_read(path, NULL, 0, &config) == RELIF_OK);
    if (!config) return;
    CHECK(relif_config_network(config, (relif_shape){1, 28, 28}, &network) == RELIF_OK);
    CHECK(network && relif_network_weights(network) == 334100); /* 0.334 M */
    CHECK(config->record.trains.neurons.count == 16);
    CHECK(config->training.options.rate.schedule == RELIF_SCHEDULE_ONE_CYCLE);
    CHECK(config->training.dataset.options.count == 10000);
    CHECK(config->training.dataset.options.seed != config->dataset.options.seed);
    relif_network_destroy(network);
    relif_config_destroy(config);
}

static void files_that_cannot_be_read_are_named(void)
{
    relif_config *config = NULL;
    CHECK(relif_config_read("no_such.yaml", NULL, 0, &config) == RELIF_ERR_FILE);
    CHECK_TEXT(relif_error_sentence(), "no_such.yaml: could not be opened: No such file");
    CHECK(relif_config_read("/", NULL, 0, &config) == RELIF_ERR_FILE);
    CHECK(config == NULL);
}

static void write_and_refuse(size_t n_bytes, char byte, const char *sentence)
{
    char path[] = "test_config_XXXXXX";
    const int handle = mkstemp(path);
    FILE *file = handle < 0 ? NULL : fdopen(handle, "wb");
    CHECK(file != NULL);
    if (!file) return;
    for (size_t i = 0; i < n_bytes; i++) fputc(byte, file);
    fclose(file);
    relif_config *config = NULL;
    CHECK(relif_config_read(path, NULL, 0, &config) == RELIF_ERR_CONFIG);
    CHECK_TEXT(relif_error_sentence(), sentence);
    remove(path);
}

static void files_that_are_no_text_are_refused(void)
{
    write_and_refuse((1 << 20) + 1, '#',
                     ": larger than 1048576 bytes; expected a config");
    write_and_refuse(1 << 20, '#', ": holds nothing");
    write_and_refuse(10, '\0', ": byte 1 is zero; expected YAML in UTF-8");
}

int main(void)
{
    RUN(a_minimal_file_has_every_default);
    RUN(every_key_is_read);
    RUN(numbers_are_plain_decimals);
    RUN(values_out_of_range_are_refused);
    RUN(unknown_keys_are_refused_with_a_guess);
    RUN(unknown_words_are_refused_with_a_guess);
    RUN(duplicate_keys_are_refused);
    RUN(what_yaml_could_do_but_is_not_needed_is_refused);
    RUN(lists_are_lists);
    RUN(required_keys_are_asked_for);
    RUN(keys_must_fit_the_dataset_format);
    RUN(training_and_layers_need_each_other);
    RUN(layers_are_checked_one_by_one);
    RUN(coding_times_are_whole_steps_within_the_coding_time);
    RUN(trains_need_layers_and_images);
    RUN(overrides_replace_what_the_file_says);
    RUN(wrong_overrides_name_themselves);
    RUN(variables_in_paths_are_expanded);
    RUN(printing_is_a_fixed_point);
    RUN(printing_gives_every_default);
    RUN(the_text_of_the_result_leaves_out_how_it_is_run);
    RUN(the_list_of_keys_documents_each);
    RUN(the_network_of_the_layers_is_built);
    RUN(every_config_of_the_project_is_read);
    RUN(the_quickstart_trains_the_convnet_of_the_paper);
    RUN(files_that_cannot_be_read_are_named);
    RUN(files_that_are_no_text_are_refused);
    return check_result();
}
