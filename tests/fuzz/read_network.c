#include "fuzz.h"
#include "readers.h"
#include "relif/weights.h"

void fuzz_read_network(const char *path)
{
    char digest[RELIF_DIGEST_TEXT];
    relif_network *network = NULL;
    if (relif_weights_read(fuzz_context(), path, &network, digest) == RELIF_OK)
        fuzz_expect(network->n_layers > 0 && relif_network_neurons(network) > 0,
                    "a network with neurons");
    relif_network_destroy(network);
}
