/* The configuration of neuron experiments: what is read, shared, refused, printed. */
#include "check.h"
#include "relif/neuron_config.h"

#define HEAD   "name: test\noutput: out.h5\n" /* line 3 follows */
#define INPUTS "inputs: [{weight: 0.3}, {weight: 0.2}]\n"
#define RATES  "{experiment: rate_curve, frequency: {start: 1, stop: 30}}"
#define WHOLE  HEAD INPUTS "experiments:\n  rates: " RATES "\n" /* rates is line 5 */

static relif_neuron_config *parse_with(const char *text, const char *const *sets,
                                       int n_sets)
{
    relif_neuron_config *config = NULL;
    if (relif_neuron_config_parse(text, "c.yaml", sets, n_sets, &config) != RELIF_OK)
        printf("refused: %s\n", relif_error_sentence());
    CHECK(config != NULL);
    return config;
}

static const char *refusal(const char *text, const char *set)
{
    relif_neuron_config *config = NULL;
    CHECK(relif_neuron_config_parse(text, "c.yaml", &set, set ? 1 : 0, &config) ==
          RELIF_ERR_CONFIG);
    const bool accepted = config != NULL;
    relif_neuron_config_destroy(config);
    return accepted ? "(accepted)" : relif_error_sentence();
}

#define REFUSED(text, sentence)    CHECK_TEXT(refusal(text, NULL), sentence)
#define SET_REFUSED(set, sentence) CHECK_TEXT(refusal(WHOLE, set), sentence)

static void a_small_file_has_every_default(void)
{
    relif_neuron_config *c = parse_with(WHOLE, NULL, 0);
    if (!c) return;
    const relif_neuron_experiment *e = &c->experiments[0];
    CHECK(strcmp(c->name, "test") == 0 && strcmp(c->output.expanded, "out.h5") == 0);
    CHECK(c->n_experiments == 1 && strcmp(e->name, "rates") == 0);
    CHECK(e->kind == RELIF_NEURON_RATE_CURVE && isnan(e->bias));
    CHECK(e->neuron.v_th == 1 && e->neuron.c_m == 1 && e->neuron.g_l == 0);
    CHECK(e->coding.dt == 0.01 && e->coding.coding_time == 4);
    CHECK(e->inputs.count == 2 && e->inputs.synapses[1].weight == 0.2);
    CHECK(relif_interval_count(&e->frequency) == 30);
    CHECK(relif_neuron_experiment_points(e) == 30);
    relif_neuron_config_destroy(c);
}

static void every_key_is_read(void)
{
    relif_neuron_config *c = parse_with(
        HEAD "experiments:\n"
             "  a:\n"
             "    experiment: rate_curve\n"
             "    inputs: [{weight: -1, frequency: {start: 1, stop: 2, count: 5}},\n"
             "             {weight: 2, frequency: 7.5}]\n"
             "    neuron: {v_th: 2, c_m: 3, g_l: 4, i_bias: -5, v_init: 0.5}\n"
             "    bias: -6\n"
             "    coding: {dt: 0.001, coding_time: 7}\n"
             "  b: {experiment: slope, inputs: [{weight: 1}], frequency: 9,\n"
             "      sweep: {start: 1, stop: 2, step: 0.5}}\n",
        NULL, 0);
    if (!c) return;
    const relif_neuron_experiment *a = &c->experiments[0], *b = &c->experiments[1];
    CHECK(a->inputs.synapses[0].weight == -1);
    CHECK(a->inputs.synapses[0].frequency.count == 5);
    CHECK(a->inputs.synapses[1].frequency.start == 7.5);
    CHECK(a->inputs.synapses[1].frequency.stop == 7.5);
    CHECK(a->neuron.v_th == 2 && a->neuron.c_m == 3 && a->neuron.g_l == 4);
    CHECK(a->neuron.i_bias == -5 && a->neuron.v_init == 0.5 && a->bias == -6);
    CHECK(a->coding.dt == 0.001 && a->coding.coding_time == 7);
    CHECK(b->kind == RELIF_NEURON_SLOPE && relif_interval_count(&b->sweep) == 3);
    CHECK(relif_interval_count(&b->frequency) == 1 && b->frequency.start == 9);
    relif_neuron_config_destroy(c);
}

static void shared_keys_give_way_to_an_experiments_own(void)
{
    relif_neuron_config *c =
        parse_with(HEAD INPUTS "neuron: {g_l: 3, v_th: 2}\nexperiment: rate_curve\n"
                               "frequency: {start: 1, stop: 9}\nsweep: 1\n"
                               "experiments:\n  a: {neuron: {g_l: 5}}\n"
                               "  b: {frequency: {stop: 4}, inputs: [{weight: 7}]}\n",
                   NULL, 0);
    if (!c) return;
    const relif_neuron_experiment *a = &c->experiments[0], *b = &c->experiments[1];
    CHECK(a->neuron.g_l == 5 && a->neuron.v_th == 2 && a->frequency.stop == 9);
    CHECK(b->neuron.g_l == 3 && b->frequency.start == 1 && b->frequency.stop == 4);
    CHECK(a->inputs.count == 2 && b->inputs.count == 1);
    relif_neuron_config_destroy(c);
}

static void overrides_reach_shared_keys_and_experiments(void)
{
    const char *const sets[] = {"neuron.g_l=3",
                                "experiments.rates.frequency.step=5",
                                "experiments.rates.neuron={c_m: 2}",
                                "experiments.more=" RATES,
                                "experiments.gone=" RATES,
                                "experiments.gone=null",
                                "neuron.v_th=7",
                                "neuron.v_th=null"};
    relif_neuron_config *c = parse_with(WHOLE, sets, sizeof sets / sizeof *sets);
    if (!c) return;
    const relif_neuron_experiment *e = &c->experiments[0];
    CHECK(c->n_experiments == 2 && strcmp(c->experiments[1].name, "more") == 0);
    CHECK(e->neuron.g_l == 3 && e->neuron.c_m == 2 && e->neuron.v_th == 1);
    CHECK(relif_interval_count(&e->frequency) == 6);
    CHECK(relif_interval_count(&c->experiments[1].frequency) == 30);
    relif_neuron_config_destroy(c);
}

static void what_is_printed_reads_back_to_the_same(void)
{
    const char *const sets[] = {
        "bias=-2.16",
        "experiments.s={experiment: slope, frequency: {start: 1, stop: 5, count: 9}, "
        "sweep: 0.5}",
        "experiments.t={experiment: trace, inputs: [{weight: 0.3, frequency: 20}]}"};
    relif_text first = {0}, second = {0};
    relif_neuron_config *c = parse_with(WHOLE, sets, 3);
    if (!c) return;
    relif_neuron_config_print(c, true, &first);
    relif_neuron_config *again = parse_with(relif_text_string(&first), NULL, 0);
    if (again) relif_neuron_config_print(again, true, &second);
    CHECK(strcmp(relif_text_string(&first), relif_text_string(&second)) == 0);
    CHECK_TEXT(relif_text_string(&first), "    bias: -2.16\n");
    CHECK_TEXT(relif_text_string(&first), "frequency: {start: 20, stop: 20, step: 1}");
    CHECK_TEXT(relif_text_string(&first), "output: out.h5");
    CHECK(!strstr(relif_text_string(&first), "nan"));
    relif_text_release(&first);
    relif_neuron_config_print(c, false, &first);
    CHECK(!strstr(relif_text_string(&first), "out.h5"));
    relif_text_release(&first);
    relif_text_release(&second);
    relif_neuron_config_destroy(c);
    relif_neuron_config_destroy(again);
}

static void wrong_keys_are_refused_with_their_place(void)
{
    REFUSED("", "c.yaml: holds nothing");
    REFUSED(HEAD "nurons: 1\n", "c.yaml:3:1: nurons: unknown key (did you mean 'neuron'");
    REFUSED(HEAD "experimens: 1\n", "(did you mean 'experiments'?)");
    REFUSED(HEAD "experiments: {a: {experiment: rate_curv}}\n",
            "c.yaml:3:31: experiments.a.experiment: \"rate_curv\" is not known; expected "
            "trace, rate_curve, least_rate, slope or coding_error (did you mean "
            "'rate_curve'?)");
    REFUSED(HEAD "experiments: {a: {frequenzy: 1}}\n",
            "experiments.a.frequenzy: unknown key (did you mean 'frequency'?)");
    REFUSED(HEAD "experiments: [1]\n", "c.yaml:3:14: experiments: found no names");
    REFUSED(HEAD "experiments: {a: 1}\n", "experiments.a: found no keys");
    REFUSED(HEAD "experiments: {'a/b': " RATES "}\n", "\"a/b\" is not a name");
    REFUSED(HEAD "experiments: {a: {neuron: 1}}\n",
            "experiments.a.neuron: found a single value; expected a mapping");
    REFUSED(HEAD, "c.yaml: experiments: is missing");
    REFUSED("experiments: {a: " RATES "}\n", "c.yaml: name: is missing");
    REFUSED(HEAD "experiments:\n  a: {frequency: 2}\n",
            "c.yaml:4:3: experiments.a.experiment: is missing; expected trace");
    SET_REFUSED("experiments.rate.bias=1",
                "there is no 'rate'; expected one of rates (did you mean 'rates'?)");
    SET_REFUSED("experiments.rates.bias",
                "--set experiments.rates.bias: not of the form key=value");
    SET_REFUSED("experiments.rates=null", "c.yaml: experiments: is missing");
    SET_REFUSED("experiments.rates.sweep=1",
                "the experiment is a rate_curve; expected this key only with "
                "least_rate, slope, coding_error");
}

static void wrong_values_are_refused_with_their_place(void)
{
    SET_REFUSED("coding.dt=0", "coding.dt=0: experiments.rates.coding.dt: 0 is out of");
    SET_REFUSED("coding.dt=-1", "expected seconds > 0");
    SET_REFUSED("coding.coding_time=0.001", "coding.coding_time");
    SET_REFUSED("neuron.v_th=0", "neuron.v_th: 0 is out of range");
    SET_REFUSED("neuron.g_l=three", "neuron.g_l: \"three\" is not a number");
    SET_REFUSED("inputs=[]", "inputs: found 0 inputs; expected 1 to 16");
    SET_REFUSED("inputs=0.3", "inputs: \"0.3\" is not a list");
    SET_REFUSED("inputs=[0.3]", "inputs[0]: found no keys");
    SET_REFUSED("inputs=[{frequency: 1}]", "inputs[0].weight: is missing");
    SET_REFUSED("inputs=[{weight: 1}, {wight: 1}]",
                "inputs[1].wight: unknown key (did you mean 'weight'?)");
    SET_REFUSED("inputs=[{weight: 1, frequency: -3}]",
                "inputs[0].frequency.start: -3 is out of range");
    SET_REFUSED("inputs=[{weight: 1, frequency: [1]}]",
                "inputs[0].frequency: found a list; expected a mapping");
    REFUSED(HEAD "experiments: {a: " RATES "}\n",
            "c.yaml:3:15: experiments.a.inputs: there are none");
}

static void sweeps_without_points_are_refused(void)
{
    SET_REFUSED("experiments.rates.frequency.stop=0.5",
                "c.yaml:5:3: experiments.rates.frequency: there are no points from 1 to "
                "0.5; expected start <= stop");
    SET_REFUSED("experiments.rates.frequency.step=0",
                "frequency.step: 0 is out of range");
    SET_REFUSED("experiments.rates.frequency=null", "inputs[0] has no frequency");
    SET_REFUSED("experiments.s={experiment: slope, frequency: 1}",
                "experiments.s.sweep: is missing; expected values of c_m");
    SET_REFUSED("experiments.s={experiment: slope, frequency: 1, sweep: 0}",
                "sweep.start is 0; expected a c_m > 0");
    SET_REFUSED("experiments.s={experiment: coding_error, frequency: 1, sweep: 0.001}",
                "expected a coding_time of at least one step");
    SET_REFUSED("experiments.s={experiment: slope, frequency: 1, "
                "sweep: {start: 1, stop: 2, step: 1, count: 2}}",
                "experiments.s.sweep.count: sweep.step is given too");
    SET_REFUSED("experiments.s={experiment: slope, frequency: 1, "
                "sweep: {start: 1, stop: 2, count: 2000000}}",
                "sweep: more than 1000000 points");
    SET_REFUSED("experiments.t={experiment: trace, frequency: {start: 1, stop: 3}}",
                "3 combinations; expected one frequency each for a trace");
    SET_REFUSED("experiments.l={experiment: least_rate, frequency: 1, sweep: 1, "
                "inputs: [{weight: -1}]}",
                "their weights add up to -1");
}

static void the_description_names_every_key(void)
{
    relif_text text = {0};
    relif_neuron_config_describe(&text);
    const char *const lines[] = {
        "experiment: trace, rate_curve, least_rate, slope or coding_error; required",
        "sweep.start (least_rate, slope, coding_error): a number >= 0\n",
        "coding.dt: seconds > 0; default 0.01",
        "frequency.start: Hz >= 0\n",
        "weight: a number; required",
        "output: a path; required"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        CHECK_TEXT(relif_text_string(&text), lines[i]);
    CHECK(!strstr(relif_text_string(&text), "nan"));
    relif_text_release(&text);
}

int main(void)
{
    RUN(a_small_file_has_every_default);
    RUN(every_key_is_read);
    RUN(shared_keys_give_way_to_an_experiments_own);
    RUN(overrides_reach_shared_keys_and_experiments);
    RUN(what_is_printed_reads_back_to_the_same);
    RUN(wrong_keys_are_refused_with_their_place);
    RUN(wrong_values_are_refused_with_their_place);
    RUN(sweeps_without_points_are_refused);
    RUN(the_description_names_every_key);
    return check_result();
}
