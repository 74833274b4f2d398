#include "relif/readout.h"

#include "check.h"

#define SPIKES(counts, potentials)    label(RELIF_READOUT_SPIKES, counts, potentials)
#define POTENTIAL(counts, potentials) label(RELIF_READOUT_POTENTIAL, counts, potentials)

static const int silent[4] = {0}, tie[4] = {1, 7, 7, 3}, clear[4] = {2, 1, 0, 9};
static const float same[4] = {0.5f, 0.5f, 0.5f, 0.5f},
                   rising[4] = {-0.5f, 0.1f, 0.2f, 0.3f},
                   falling[4] = {0.9f, 0.2f, 0.1f, -1};

static int label(relif_readout readout, const int *counts, const float *potentials)
{
    return relif_readout_label(readout, counts, potentials, 4);
}

static void most_spikes_win_whatever_the_potentials(void)
{
    CHECK(SPIKES(clear, falling) == 3);
    CHECK(POTENTIAL(clear, falling) == 3);
}

static void a_tie_goes_to_the_lowest_index(void)
{
    CHECK(SPIKES(tie, rising) == 1);
    CHECK(SPIKES(silent, rising) == 0);
}

static void a_tie_goes_to_the_highest_potential_if_asked_for(void)
{
    CHECK(POTENTIAL(tie, rising) == 2);
    CHECK(POTENTIAL(tie, falling) == 1);
    CHECK(POTENTIAL(silent, rising) == 3);
}

static void equal_potentials_leave_the_lowest_index(void)
{
    CHECK(POTENTIAL(tie, same) == 1);
    CHECK(POTENTIAL(silent, same) == 0);
}

static void one_output_is_the_label(void)
{
    CHECK(relif_readout_label(RELIF_READOUT_SPIKES, silent, same, 1) == 0);
}

static void readouts_have_words_of_their_own(void)
{
    CHECK(strcmp(relif_readout_name(RELIF_READOUT_SPIKES), "spikes") == 0);
    CHECK(strcmp(relif_readout_name(RELIF_READOUT_POTENTIAL), "potential") == 0);
    CHECK(strcmp(relif_readout_name(RELIF_N_READOUTS), "unknown") == 0);
}

int main(void)
{
    RUN(most_spikes_win_whatever_the_potentials);
    RUN(a_tie_goes_to_the_lowest_index);
    RUN(a_tie_goes_to_the_highest_potential_if_asked_for);
    RUN(equal_potentials_leave_the_lowest_index);
    RUN(one_output_is_the_label);
    RUN(readouts_have_words_of_their_own);
    return check_result();
}
