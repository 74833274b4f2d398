/* Checkpoints: whether the checksum is put right, then the file without its last line. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "relif/checkpoint.h"
#include "relif/digest.h"
#include "relif/memory.h"
#include "relif/text.h"

static const char ending[] = ".checkpoint";

static const char *write_file(unsigned sealed, const fuzz_bytes *content)
{
    char digest[RELIF_DIGEST_TEXT];
    relif_digest *sum = relif_digest_create();
    relif_digest_add(sum, content->at, content->left);
    relif_digest_finish(sum, digest);
    relif_text seal = {0};
    if (sealed) relif_text_append(&seal, "\nsha256 %s\n", digest);
    uint8_t *bytes = relif_calloc(content->left + seal.length, 1);
    if (content->left) memcpy(bytes, content->at, content->left);
    memcpy(bytes + content->left, relif_text_string(&seal), seal.length);
    const char *path = fuzz_file("out.checkpoint", bytes, content->left + seal.length);
    free(bytes);
    relif_text_release(&seal);
    return path;
}

static void copy_arrays(const relif_state *state)
{
    for (int i = 0; i < state->n_arrays; i++) {
        const relif_state_array *array = &state->arrays[i];
        void *values = relif_calloc((size_t)array->count,
                                    (size_t)relif_array_type_size(array->type));
        fuzz_expect(relif_state_get(state, array->name, array->type, array->count,
                                    values) == RELIF_OK,
                    "an array that is there");
        free(values);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    const relif_checkpoint_identity identity = {.kind = "training", .config = "a: 1\n"};
    fuzz_bytes content = {bytes, n_bytes};
    relif_state *state = NULL;
    relif_log *log = relif_log_create(false);
    const unsigned sealed = fuzz_take(&content) % 2;
    char *output = relif_strdup(write_file(sealed, &content));
    output[strlen(output) - (sizeof ending - 1)] = '\0';
    if (relif_checkpoint_read(fuzz_context(), log, output, &identity, &state) ==
            RELIF_OK &&
        state)
        copy_arrays(state);
    relif_state_destroy(state);
    relif_log_destroy(log);
    free(output);
    return 0;
}
