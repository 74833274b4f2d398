/* Numbers from S. Lu and F. Xu, arXiv 2207.04889. */
#include "paper.h"

#include <stddef.h>
#include <string.h>

static const relif_quantity_words words_of[RELIF_N_QUANTITIES] = {
#define WORDS(id, words, unit, digits) {words, unit, digits},
    RELIF_QUANTITY_LIST(WORDS)
#undef WORDS
};

/* In front of a name stand the longer ones that begin with it. */
static const relif_paper_experiment experiments[] = {
    {"fig02", "membrane potential and spikes of one neuron", "Figure 2"},
    {"fig07", "one neuron, two inputs of one frequency", "Figure 7 and Table II"},
    {"fig08", "one neuron, two inputs of different frequencies",
     "Figure 8 and Table III"},
    {"fig09", "one neuron, three inputs of different frequencies", "Figure 9"},
    {"table4", "faces against motorbikes", "Table IV"},
    {"table6", "error rates of the networks, ConvNet", "Table VI"},
    {"fig11", "hidden layer of the MNIST perceptron", "Figure 11"},
    {"fig12", "correlation of spike counts with ReLU outputs", "Figure 12"},
    {"fig13_k", "MNIST perceptron, accuracy against the coding range", "Figure 13 B"},
    {"fig13_g_l", "MNIST perceptron, accuracy against the leak", "Figure 13 C"},
    {"fig13", "MNIST perceptron, labels of both networks", "Figure 13 A"},
    {"fig16_maps", "feature maps of the ConvNet of Table V", "Figure 16"},
    {"fig16", "MNIST with the ConvNet of Table V", "Figure 16 and Table VI"},
    {"fig17_maps", "feature maps of AlexNet", "Figure 17"},
    {"fig17", "CIFAR-10 with AlexNet", "Figure 17 and Table VI"},
    {"vgg16", "CIFAR-10 with VGG-16", "Table VI"},
    {"fig18", "error of the coding against the coding time", "Figure 18"},
    {"mnist_mlp", "MNIST with the perceptron 784-600-10", "Figures 11, 12 and 13 A"},
    {"mnist_convnet", "MNIST with the ConvNet of Table V", "Figure 16 and Table VI"},
    {"quickstart", "drawn digits with the ConvNet of Table V", "No figure of the paper"},
};

#define CORRELATION(name)                                                                \
    {name, RELIF_QUANTITY_CORRELATION_MEAN, 0.94, "Figure 12, 20 or 50 images",          \
     RELIF_EXACT},                                                                       \
        {name, RELIF_QUANTITY_CORRELATION_MIN, 0.90, "Figure 12, 20 or 50 images",       \
         RELIF_EXACT},                                                                   \
    {                                                                                    \
        name, RELIF_QUANTITY_CORRELATION_MAX, 0.97, "Figure 12, 20 or 50 images",        \
            RELIF_EXACT                                                                  \
    }
#define NETWORK(name, agreement, place, ann, snn, loss)                                  \
    {name, RELIF_QUANTITY_AGREEMENT, agreement, place, RELIF_EXACT},                     \
        {name, RELIF_QUANTITY_ANN_ACCURACY, ann, "Table VI", RELIF_EXACT},               \
        {name, RELIF_QUANTITY_SNN_ACCURACY, snn, "Table VI", RELIF_EXACT},               \
    {                                                                                    \
        name, RELIF_QUANTITY_ACCURACY_LOSS, loss, "Table VI", RELIF_EXACT                \
    }

static const relif_paper_value values[] = {
    {"table4", RELIF_QUANTITY_AGREEMENT, 99.75, "Table IV, 400 images", RELIF_EXACT},
    {"mnist_mlp", RELIF_QUANTITY_AGREEMENT, 99.38, "Figure 13 A", RELIF_EXACT},
    {"fig13", RELIF_QUANTITY_AGREEMENT, 99.38, "Figure 13 A", RELIF_EXACT},
    CORRELATION("mnist_mlp"),
    CORRELATION("fig12"),
    NETWORK("mnist_convnet", 100, "Figure 16, 2,000 images", 98.50, 98.50, 0.00),
    NETWORK("table6", 100, "Figure 16, 2,000 images", 98.50, 98.50, 0.00),
    NETWORK("fig16", 100, "Figure 16, 2,000 images", 98.50, 98.50, 0.00),
    NETWORK("fig17", 99.50, "Figure 17, 1,200 images", 80.27, 80.19, 0.08),
    NETWORK("vgg16", 99.88, "800 images", 88.58, 88.46, 0.12),
    {"fig13_k", RELIF_QUANTITY_LINEAR_GAIN, 7, "Figure 13 B", RELIF_ABOUT},
    {"fig13_k", RELIF_QUANTITY_MEAN_GAIN, 7, "Figure 13 B", RELIF_ABOUT},
    {"fig13_g_l", RELIF_QUANTITY_LINEAR_GAIN, 7, "Figure 13 C", RELIF_ABOUT},
    {"fig13_g_l", RELIF_QUANTITY_MEAN_GAIN, 7, "Figure 13 C", RELIF_ABOUT},
    {"fig07", RELIF_QUANTITY_BIAS, -2.16, "Table II", RELIF_EXACT},
    {"fig18", RELIF_QUANTITY_ERROR_AT_10_S, 1, "Figure 18", RELIF_BELOW},
};

const relif_quantity_words *relif_quantity_words_of(relif_quantity quantity)
{
    return &words_of[quantity];
}

const relif_paper_value *relif_paper_value_of(const char *experiment,
                                              relif_quantity quantity)
{
    const relif_paper_experiment *of = relif_paper_experiment_of(experiment);
    for (size_t i = 0; of && i < sizeof values / sizeof values[0]; i++)
        if (values[i].quantity == quantity && strcmp(values[i].experiment, of->name) == 0)
            return &values[i];
    return NULL;
}

const relif_paper_experiment *relif_paper_experiment_of(const char *name)
{
    for (size_t i = 0; i < sizeof experiments / sizeof experiments[0]; i++)
        if (strncmp(name, experiments[i].name, strlen(experiments[i].name)) == 0)
            return &experiments[i];
    return NULL;
}
