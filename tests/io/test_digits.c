/* The drawn digits: pure functions of (seed, index), MNIST's density, labels that fit. */
#include "relif/digits.h"

#include "check.h"
#include "relif/digest.h"

enum { PIXELS = RELIF_DIGITS_SIDE * RELIF_DIGITS_SIDE, MANY = 2000 };

static void an_image_is_a_pure_function_of_seed_and_index(void)
{
    uint8_t one[PIXELS], other[PIXELS], again[PIXELS];
    const int digit = relif_digits_draw(7, 1000000007, one);
    relif_digits_draw(7, 3, other);
    memset(again, 0xaa, sizeof again);
    CHECK(relif_digits_draw(7, 1000000007, again) == digit);
    CHECK(memcmp(one, again, PIXELS) == 0);
    CHECK(memcmp(one, other, PIXELS) != 0);
    relif_digits_draw(8, 1000000007, again);
    CHECK(memcmp(one, again, PIXELS) != 0);
}

/* Every build must draw these very images: archives name them by their digest. */
static void the_first_images_of_a_seed_never_change(void)
{
    char text[RELIF_DIGEST_TEXT];
    uint8_t image[PIXELS];
    relif_digest *digest = relif_digest_create();
    for (int i = 0; i < 200; i++) {
        relif_digits_draw(1, i, image);
        relif_digest_add(digest, image, PIXELS);
    }
    relif_digest_finish(digest, text);
    CHECK_TEXT(text, "84732b1ad848e505aaa33e5d85f954e4a4b174149e58566739af3ba3142dbf41");
}

static void all_digits_are_about_equally_likely(void)
{
    int counts[RELIF_DIGITS_CLASSES] = {0};
    uint8_t image[PIXELS];
    for (int i = 0; i < MANY; i++) counts[relif_digits_draw(11, i, image)]++;
    for (int d = 0; d < RELIF_DIGITS_CLASSES; d++)
        CHECK_NEAR(counts[d], MANY / RELIF_DIGITS_CLASSES, 60);
}

static void most_pixels_are_exactly_zero_as_in_mnist(void)
{
    double zero = 0, sum = 0;
    uint8_t image[PIXELS];
    for (int i = 0; i < MANY; i++) {
        relif_digits_draw(12, i, image);
        for (int p = 0; p < PIXELS; p++) {
            zero += image[p] == 0;
            sum += image[p] / 255.0;
        }
    }
    CHECK_NEAR(zero / (MANY * PIXELS), 0.80, 0.02);
    CHECK_NEAR(sum / (MANY * PIXELS), 0.115, 0.02);
}

static int nearest(double means[][PIXELS], const uint8_t *image)
{
    int best = 0;
    double least = HUGE_VAL;
    for (int d = 0; d < RELIF_DIGITS_CLASSES; d++) {
        double squared = 0;
        for (int p = 0; p < PIXELS; p++)
            squared += (means[d][p] - image[p]) * (means[d][p] - image[p]);
        if (squared < least) best = d;
        if (squared < least) least = squared;
    }
    return best;
}

/* Class means know most digits but by far not all: neither noise nor a toy. */
static void the_label_is_the_digit_drawn(void)
{
    static double means[RELIF_DIGITS_CLASSES][PIXELS];
    double counts[RELIF_DIGITS_CLASSES] = {0};
    uint8_t image[PIXELS];
    int n_right = 0;
    for (int i = 0; i < MANY; i++) {
        const int digit = relif_digits_draw(13, i, image);
        counts[digit]++;
        for (int p = 0; p < PIXELS; p++) means[digit][p] += image[p];
    }
    for (int d = 0; d < RELIF_DIGITS_CLASSES; d++)
        for (int p = 0; p < PIXELS; p++) means[d][p] /= counts[d];
    for (int i = 0; i < MANY; i++) {
        const int digit = relif_digits_draw(14, i, image);
        n_right += nearest(means, image) == digit;
    }
    printf("class means know %d of %d\n", n_right, MANY);
    CHECK(n_right > MANY / 2 && n_right < MANY * 9 / 10);
}

int main(void)
{
    RUN(an_image_is_a_pure_function_of_seed_and_index);
    RUN(the_first_images_of_a_seed_never_change);
    RUN(all_digits_are_about_equally_likely);
    RUN(most_pixels_are_exactly_zero_as_in_mnist);
    RUN(the_label_is_the_digit_drawn);
    return check_result();
}
