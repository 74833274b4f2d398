/* Sweeps: how points are numbered, what they change, and what is refused. */
#include "check.h"
#include "relif/config_sweep.h"

#define HEAD                                                                             \
    "name: test\n"                                                                       \
    "dataset: {format: idx, images: a.idx, labels: b.idx}\n"                             \
    "network: {file: net.h5}\n"                                                          \
    "output: out.h5\n" /* line 5 follows */

static relif_config *parse(const char *text)
{
    relif_config *config = NULL;
    if (relif_config_parse(text, "c.yaml", NULL, 0, &config) != RELIF_OK)
        printf("refused: %s\n", relif_error_sentence());
    CHECK(config != NULL);
    return config;
}

static const char *refusal(const char *text)
{
    relif_config *config = NULL;
    CHECK(relif_config_parse(text, "c.yaml", NULL, 0, &config) == RELIF_ERR_CONFIG);
    relif_config_destroy(config);
    return config ? "(accepted)" : relif_error_sentence();
}

#define REFUSED(sweep, sentence) CHECK_TEXT(refusal(HEAD sweep), sentence)

static void the_first_key_goes_slowest(void)
{
    relif_config *c = parse(HEAD "sweep:\n  coding.coding_range: [3, 10, 30]\n"
                                 "  neuron.reset: [zero, linear]\n");
    if (!c) return;
    const double ranges[] = {3, 3, 10, 10, 30, 30};
    CHECK(relif_config_points(&c->sweep) == 6);
    for (int p = 0; p < 6; p++) {
        const relif_config at = relif_config_at(c, p);
        CHECK(at.coding.coding_range == ranges[p]);
        CHECK(at.neuron.reset == (p % 2 ? RELIF_RESET_LINEAR : RELIF_RESET_ZERO));
        CHECK(relif_config_point_value(&c->sweep, 0, p) == p / 2);
        CHECK(relif_config_point_value(&c->sweep, 1, p) == p % 2);
    }
    relif_text text = {0};
    relif_config_point_print(&c->sweep, 3, &text);
    CHECK_TEXT(relif_text_string(&text), "coding.coding_range=10, neuron.reset=linear");
    relif_text_release(&text);
    relif_config_destroy(c);
}

static void a_point_changes_nothing_but_its_keys(void)
{
    relif_config *c =
        parse(HEAD "coding: {dt: 0.005}\nneuron: {g_l: 4}\n"
                   "sweep: {neuron.g_l: [0, 1], normalization.images: [7]}\n");
    if (!c) return;
    const relif_config at = relif_config_at(c, 1);
    CHECK(at.neuron.g_l == 1 && at.normalization.images == 7);
    CHECK(at.coding.dt == 0.005 && at.name == c->name);
    CHECK(c->neuron.g_l == 4 && c->normalization.images == 256);
    relif_config_destroy(c);
}

static void a_config_without_a_sweep_is_one_point(void)
{
    relif_config *c = parse(HEAD);
    if (!c) return;
    CHECK(c->sweep.count == 0 && relif_config_points(&c->sweep) == 1);
    CHECK(relif_config_at(c, 0).coding.dt == c->coding.dt);
    relif_config_destroy(c);
}

static void ranges_hit_their_ends_and_round_between(void)
{
    relif_config *c =
        parse(HEAD "sweep:\n  neuron.g_l: {linear: {start: 0, stop: 0.3, count: 4}}\n"
                   "  coding.coding_range: {log: {start: 1, stop: 100, count: 5}}\n");
    if (!c) return;
    const relif_config_axis *linear = &c->sweep.axes[0], *log = &c->sweep.axes[1];
    CHECK(linear->count == 4 && linear->numbers[0] == 0 && linear->numbers[3] == 0.3);
    CHECK(linear->numbers[1] == 0.1 && linear->numbers[2] == 0.2);
    CHECK(log->count == 5 && log->numbers[0] == 1 && log->numbers[4] == 100);
    CHECK(log->numbers[2] == 10 && log->numbers[1] == 3.16227766017);
    relif_config_destroy(c);
}

static void a_printed_sweep_reads_back(void)
{
    relif_config *c =
        parse(HEAD "sweep:\n  pooling: [online, window]\n"
                   "  coding.dt: {log: {start: 0.1, stop: 0.001, count: 3}}\n");
    relif_text text = {0}, again = {0};
    if (!c) return;
    relif_config_print(c, true, &text);
    CHECK_TEXT(relif_text_string(&text), "\nsweep:\n  pooling: [online, window]\n"
                                         "  coding.dt: [0.1, 0.01, 0.001]\nrecord:");
    relif_config_destroy(c);
    c = parse(relif_text_string(&text));
    if (c) relif_config_print(c, true, &again);
    CHECK(strcmp(relif_text_string(&text), relif_text_string(&again)) == 0);
    relif_text_release(&text);
    relif_text_release(&again);
    relif_config_destroy(c);
}

static void sweeps_of_nothing_are_refused(void)
{
    REFUSED("sweep: {}\n",
            "c.yaml:5:8: sweep: no keys, a sweep of zero points; expected");
    REFUSED("sweep:\n", "sweep: found nothing; expected a mapping");
    REFUSED("sweep: [a]\n", "sweep: found a list; expected a mapping");
    REFUSED("sweep: {coding.dt: []}\n",
            "c.yaml:5:20: sweep.coding.dt: no values, a sweep of zero points");
    REFUSED("sweep: {coding.dt: {linear: {start: 1, stop: 2, count: 0}}}\n",
            "c.yaml:5:56: sweep.coding.dt.count: 0 is out of range; expected an integer");
    REFUSED("sweep: {coding.dt: 0.1}\n", "neither a list nor a range");
    REFUSED("sweep: {coding.dt: {lin: {start: 1, stop: 2, count: 3}}}\n", "nor a range");
    REFUSED("sweep: {coding.dt: {linear: {start: 1, stop: 2, step: 3}}}\n",
            "sweep.coding.dt.count: is missing");
    REFUSED("sweep: {coding.dt: {linear: {start: 1, stop: 2}}}\n", "not a range");
}

static void keys_are_known_and_decide_the_simulation(void)
{
    REFUSED("sweep: {coding.coding_rnge: [1]}\n",
            "c.yaml:5:9: sweep.coding.coding_rnge: unknown key (did you mean "
            "'coding.coding_range'?)");
    REFUSED("sweep: {coding: {dt: [1]}}\n",
            "sweep.coding: is a section; expected a whole");
    REFUSED("sweep: {dataset.count: [1, 2]}\n",
            "c.yaml:5:9: sweep.dataset.count: this key is the same for all points; "
            "expected one of coding");
    static const char *const others[] = {
        "name",          "output",           "network.file",
        "record.layers", "execution.scheme", "training.epochs",
        "sweep"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char text[512];
        snprintf(text, sizeof text, HEAD "sweep: {%s: [1]}\n", others[i]);
        CHECK_TEXT(refusal(text), "the same for all points");
    }
    REFUSED("sweep: {coding.dt: [0.1], coding.dt: [0.2]}\n",
            "c.yaml:5:27: 'coding.dt' is given twice");
}

static void every_value_is_checked(void)
{
    REFUSED("sweep:\n  coding.dt: [0.01, 0]\n",
            "c.yaml:6:21: sweep.coding.dt[1]: 0 is out of range; expected seconds > 0");
    REFUSED("sweep: {coding.dt: [a]}\n", "sweep.coding.dt[0]: \"a\" is not a number");
    REFUSED("sweep: {neuron.reset: [liner]}\n", "(did you mean 'linear'?)");
    REFUSED("sweep: {neuron.reset: {linear: {start: 0, stop: 1, count: 2}}}\n",
            "words have no ranges");
    REFUSED("sweep: {neuron.g_l: {linear: {start: -1, stop: 1, count: 2}}}\n",
            "sweep.neuron.g_l: -1 is out of range");
    REFUSED("sweep: {neuron.g_l: {log: {start: 0, stop: 1, count: 2}}}\n",
            "from 0 to 1; expected start and stop > 0");
    REFUSED("sweep: {normalization.images: {linear: {start: 1, stop: 2, count: 3}}}\n",
            "\"1.5\" is not an integer");
    REFUSED("sweep: {neuron.g_l: [1, 2, 1.0]}\n",
            "sweep.neuron.g_l[2]: 1.0 is given twice");
    REFUSED("sweep: {coding.dt: [0.1, 1], coding.coding_time: [2, 0.5]}\n",
            "c.yaml:5:8: sweep: point 3 (coding.dt=1, coding.coding_time=0.5): ");
}

static void grids_have_a_largest_size(void)
{
    REFUSED("sweep:\n  coding.dt: {linear: {start: 1, stop: 2, count: 10000}}\n"
            "  coding.coding_time: {linear: {start: 2, stop: 3, count: 101}}\n",
            "c.yaml:7:3: sweep: more than 1000000 points");
}

int main(void)
{
    RUN(the_first_key_goes_slowest);
    RUN(a_point_changes_nothing_but_its_keys);
    RUN(a_config_without_a_sweep_is_one_point);
    RUN(ranges_hit_their_ends_and_round_between);
    RUN(a_printed_sweep_reads_back);
    RUN(sweeps_of_nothing_are_refused);
    RUN(keys_are_known_and_decide_the_simulation);
    RUN(every_value_is_checked);
    RUN(grids_have_a_largest_size);
    return check_result();
}
