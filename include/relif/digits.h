/**
 * The built-in data set: drawn 28x28 grey digits, so that everything runs with
 * no download.
 *
 * Each digit is a set of strokes, drawn with random shift, scale, slant,
 * rotation, stroke width, contrast and noise. Image i of a seed is a pure
 * function of (seed, i).
 */
#ifndef RELIF_DIGITS_H
#define RELIF_DIGITS_H

#include <stdint.h>

enum { RELIF_DIGITS_SIDE = 28, RELIF_DIGITS_CLASSES = 10 };

/**
 * Draw image number index of a seed.
 * @param[out] pixels  [28][28] rows of grey values
 * @return the digit drawn, 0..9
 */
int relif_digits_draw(uint64_t seed, int64_t index, uint8_t *pixels);

#endif
