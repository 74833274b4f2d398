#include "relif/image_set.h"

relif_err relif_image_set_check(const relif_image_set *set, const char *name,
                                const relif_network *network)
{
    const relif_layer *last = &network->layers[network->n_layers - 1];
    const int outputs = relif_shape_size(last->out);
    for (int64_t i = 0; i < set->count; i++)
        if (set->labels[i] >= outputs)
            return relif_fail(RELIF_ERR_DATA,
                              "%s: the label of image %lld is %d, expected less than the "
                              "%d outputs of layer '%s'",
                              name, (long long)i, set->labels[i], outputs, last->name);
    return RELIF_OK;
}

void relif_image_set_read(const relif_image_set *set, const int64_t *indices, int n,
                          int size, float *images, uint8_t *labels)
{
    for (int i = 0; i < n; i++) {
        set->pixels(set->source, indices[i], images + (size_t)i * (size_t)size);
        labels[i] = set->labels[indices[i]];
    }
}
