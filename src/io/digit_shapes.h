/**
 * The shapes of the drawn digits: strokes through control points in a unit box.
 */
#ifndef RELIF_IO_DIGIT_SHAPES_H
#define RELIF_IO_DIGIT_SHAPES_H

#include <stdbool.h>

enum { RELIF_DIGIT_VARIANTS = 3, RELIF_DIGIT_STROKES = 3, RELIF_DIGIT_POINTS = 10 };

typedef struct relif_digit_stroke {
    bool curved; /* a smooth curve through the points, else a poly-line */
    int n_points;
    double points[RELIF_DIGIT_POINTS][2]; /* x to the right, y down, about 0 to 1 */
} relif_digit_stroke;

typedef struct relif_digit_shape {
    int n_strokes;
    relif_digit_stroke strokes[RELIF_DIGIT_STROKES];
} relif_digit_shape;

/** How people write a digit 0..9: one of RELIF_DIGIT_VARIANTS ways. Static. */
const relif_digit_shape *relif_digit_shape_of(int digit, int variant);

#endif
