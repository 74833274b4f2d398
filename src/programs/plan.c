/* relif plan: what to expect of any number of ranks, and how to place them. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "calibration.h"
#include "experiment.h"
#include "message_list.h"
#include "rank_list.h"
#include "relif/memory.h"

/* One row of the table for each number of ranks. */
struct plan {
    struct rank_list list;
    struct calibration calibration;
    relif_scaling_point alone; /* on one rank */
    relif_scaling_point points[RANK_LIST_MOST];
};

/* asked: for these very numbers of ranks. */
static relif_err predict(struct plan *plan, const struct experiment *experiment,
                         bool asked)
{
    const relif_scaling *scaling = &plan->calibration.scaling;
    const relif_config *config = experiment->config;
    relif_err err =
        relif_scaling_predict(scaling, RELIF_SCHEME_SPLIT, 1, 1, &plan->alone);
    for (int i = 0; err == RELIF_OK && i < plan->list.n; i++) {
        err = relif_scaling_recommend(scaling, plan->list.ranks[i],
                                      config->execution.scheme,
                                      config->execution.replicas, &plan->points[i]);
        if (err == RELIF_OK || asked || i == 0) continue;
        plan->list.n = i; /* nobody asked for more than there is work for */
        return RELIF_OK;
    }
    return err;
}

static const char *scheme_of(const relif_scaling_point *point)
{
    return point->group == 1 ? "-" : relif_scheme_name(point->scheme);
}

static void print_csv(const struct plan *plan)
{
    puts("ranks,replicas,group,partition,seconds,speed_up,memory,exchange_share,"
         "tick_messages,tick_bytes,tick_seconds,messages,bytes");
    for (int i = 0; i < plan->list.n; i++) {
        const relif_scaling_point *p = &plan->points[i];
        printf("%d,%d,%d,%s,%.9g,%.6g,%.0f,%.6g,%lld,%.6g,%.9g,%lld,%.9g\n", p->ranks,
               p->replicas, p->group, scheme_of(p), p->seconds,
               plan->alone.seconds / p->seconds, p->memory, p->exchange_share,
               (long long)p->tick_messages, p->tick_bytes, p->tick_seconds,
               (long long)p->messages, p->bytes);
    }
}

/* 3 digits and a unit: "1.25 ms". */
static const char *with_unit(double value, const char *unit, char text[32])
{
    const char *prefixes[] = {"n", "u", "m", "", "k", "M", "G", "T"};
    int p = 3;
    for (; value >= 999.5 && p < 7; p++) value /= 1e3;
    for (; value > 0 && value < 0.9995 && p > 0; p--) value *= 1e3;
    snprintf(text, 32, "%.3g %s%s", value, prefixes[p], unit);
    return text;
}

static void print_network(const struct plan *plan)
{
    const relif_scaling *scaling = &plan->calibration.scaling;
    double seconds = scaling->encode_seconds;
    char operations[32];
    for (int l = 0; l < scaling->network->n_layers; l++)
        seconds += scaling->layers[l].seconds;
    printf("%-10s %9s %22s %22s %14s\n", "layer", "neurons", "spikes/neuron and step",
           "synaptic ops per image", "share of time");
    for (int l = 0; l < scaling->network->n_layers; l++) {
        const relif_layer *layer = &scaling->network->layers[l];
        printf("%-10s %9d %22.4f %22s %12.1f %%\n", layer->name,
               relif_shape_size(layer->out), scaling->layers[l].density,
               with_unit(scaling->layers[l].operations, "", operations),
               100 * scaling->layers[l].seconds / seconds);
    }
}

static void print_machine(const struct plan *plan, const command_line *line)
{
    const relif_scaling *scaling = &plan->calibration.scaling;
    const char *found = plan->calibration.measured_machine ? "measured" : "assumed";
    char speed[32], latency[32], bandwidth[32];
    printf("%s: %lld images, %d steps, %d images in flight; measured with %d images\n",
           scaling->network->name, (long long)scaling->n_images, scaling->steps,
           scaling->images_in_flight, plan->calibration.images);
    printf("a core: %s synaptic operations/s (%s); a message: %s (%s), %s (%s); %d ranks "
           "a node\n\n",
           with_unit(relif_scaling_speed(scaling), "", speed),
           line->speed > 0 ? "given" : "measured",
           with_unit(scaling->machine.latency, "s", latency),
           line->latency > 0 ? "given" : found,
           with_unit(scaling->machine.bandwidth, "B/s", bandwidth),
           line->bandwidth > 0 ? "given" : found, scaling->machine.node_ranks);
}

static void print_table(const struct plan *plan)
{
    char time[32], memory[32], bytes[32], placement[32];
    printf("%7s  %-15s %-9s %9s %9s %11s %9s %14s %11s\n", "ranks", "replicas x group",
           "partition", "time", "speed-up", "memory/rank", "exchange", "messages/tick",
           "bytes/tick");
    for (int i = 0; i < plan->list.n; i++) {
        const relif_scaling_point *p = &plan->points[i];
        snprintf(placement, sizeof placement, "%d x %d", p->replicas, p->group);
        printf("%7d  %-16s %-9s %9s %8.1fx %11s %7.1f %% %14lld %11s\n", p->ranks,
               placement, scheme_of(p), with_unit(p->seconds, "s", time),
               plan->alone.seconds / p->seconds, with_unit(p->memory, "B", memory),
               100 * p->exchange_share, (long long)p->tick_messages,
               with_unit(p->tick_bytes, "B", bytes));
    }
    puts(
        "\nTime: of simulating, without reading, the ReLU network and writing. Exchange: "
        "share of a rank's\ntime for packing, sending and waiting for others. Messages "
        "and bytes: sent by the busiest rank\nin a tick in which all layers fire.");
}

static void print(const struct plan *plan, const command_line *line)
{
    if (line->csv) {
        print_csv(plan);
        return;
    }
    print_network(plan);
    putchar('\n');
    print_machine(plan, line);
    print_table(plan);
}

/* Of this machine, and its nodes are taken to be like it. */
static int processors(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 1 ? (int)n : 1;
}

/* What the command line says of another machine. */
static void set_machine(relif_scaling *scaling, const command_line *line)
{
    if (line->latency > 0) scaling->machine.latency = line->latency;
    if (line->bandwidth > 0) scaling->machine.bandwidth = line->bandwidth;
    if (line->speed > 0) relif_scaling_set_speed(scaling, line->speed);
    scaling->machine.node_ranks =
        line->node_ranks > 0 ? (int)line->node_ranks : processors();
}

static relif_err make(struct plan *plan, struct experiment *experiment,
                      const command_line *line)
{
    const int64_t there = experiment->dataset->count, asked = line->images;
    const bool root = relif_context_is_root(experiment->world);
    calibration_measure(&plan->calibration, experiment,
                        asked && asked < there ? asked : there);
    set_machine(&plan->calibration.scaling, line);
    relif_err err = predict(plan, experiment, line->ranks != NULL);
    if (err == RELIF_OK && root && line->messages)
        err = message_list_write(line->messages, &plan->calibration.scaling,
                                 &plan->points[plan->list.n - 1]);
    err = relif_agree(experiment->world, err);
    if (err == RELIF_OK && root) print(plan, line);
    return err;
}

relif_err command_plan(const command_call *call)
{
    struct experiment experiment = {0};
    struct plan *plan = relif_calloc(1, sizeof *plan);
    const char *ranks = call->line->ranks ? call->line->ranks : "1..4096";
    bool done = false;
    relif_err err = rank_list_read(ranks, &plan->list);
    if (err == RELIF_OK) err = experiment_configure(&experiment, call, &done);
    if (err == RELIF_OK && !done) err = experiment_refuse_sweep(&experiment);
    if (err == RELIF_OK && !done) err = experiment_load(&experiment, KEEP_OTHERS);
    if (err == RELIF_OK && !done) err = make(plan, &experiment, call->line);
    calibration_release(&plan->calibration);
    free(plan);
    experiment_release(&experiment);
    return err;
}
