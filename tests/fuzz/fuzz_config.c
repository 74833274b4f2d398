/* Configurations of run and sweep: text, and behind a line "%%" overrides, one a line.
 * What is accepted reads back from what it prints, and has all its points. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "relif/config_sweep.h"
#include "relif/memory.h"
#include "relif/text.h"

enum { MOST_OVERRIDES = 8, SHOWN_POINTS = 64 };

static int split_overrides(char *text, const char *overrides[MOST_OVERRIDES])
{
    int n = 0;
    char *rest = strstr(text, "\n%%\n");
    if (!rest) return 0;
    rest[1] = '\0';
    rest += 4;
    for (char *line; n < MOST_OVERRIDES && (line = strtok_r(rest, "\n", &rest));)
        overrides[n++] = line;
    return n;
}

static void expect_same_again(const relif_config *config)
{
    relif_text first = {0}, second = {0};
    relif_config *again = NULL;
    relif_config_print(config, true, &first);
    fuzz_expect(relif_config_parse(relif_text_string(&first), "printed", NULL, 0,
                                   &again) == RELIF_OK,
                "a printed configuration that is read");
    relif_config_print(again, true, &second);
    fuzz_expect(strcmp(relif_text_string(&first), relif_text_string(&second)) == 0,
                "a printed configuration that prints the same");
    relif_config_destroy(again);
    relif_text_release(&first);
    relif_text_release(&second);
}

static void look_at_points(const relif_config *config)
{
    const int64_t n = relif_config_points(&config->sweep);
    fuzz_expect(n >= 1, "at least one point");
    for (int64_t p = 0; p < n; p += 1 + n / SHOWN_POINTS) {
        relif_text text = {0};
        relif_config_at(config, p);
        relif_config_point_print(&config->sweep, p, &text);
        relif_text_release(&text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    const char *overrides[MOST_OVERRIDES];
    char *text = relif_calloc(n_bytes + 1, 1);
    memcpy(text, bytes, n_bytes);
    const int n = split_overrides(text, overrides);
    relif_config *config = NULL;
    if (relif_config_parse(text, "fuzz.yaml", overrides, n, &config) == RELIF_OK) {
        expect_same_again(config);
        look_at_points(config);
    }
    relif_config_destroy(config);
    free(text);
    return 0;
}
