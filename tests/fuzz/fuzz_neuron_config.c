/* Configurations of relif neuron. What is accepted reads back from what it prints. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "relif/memory.h"
#include "relif/neuron_config.h"

static void expect_same_again(const relif_neuron_config *config)
{
    relif_text first = {0}, second = {0};
    relif_neuron_config *again = NULL;
    relif_neuron_config_print(config, true, &first);
    fuzz_expect(relif_neuron_config_parse(relif_text_string(&first), "printed", NULL, 0,
                                          &again) == RELIF_OK,
                "a printed configuration that is read");
    relif_neuron_config_print(again, true, &second);
    fuzz_expect(strcmp(relif_text_string(&first), relif_text_string(&second)) == 0,
                "a printed configuration that prints the same");
    relif_neuron_config_destroy(again);
    relif_text_release(&first);
    relif_text_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    char *text = relif_calloc(n_bytes + 1, 1);
    memcpy(text, bytes, n_bytes);
    relif_neuron_config *config = NULL;
    if (relif_neuron_config_parse(text, "fuzz.yaml", NULL, 0, &config) == RELIF_OK)
        expect_same_again(config);
    relif_neuron_config_destroy(config);
    free(text);
    return 0;
}
