/*
 * Drawn digits. A digit is a few strokes, poly-lines or smooth curves (Catmull-Rom
 * splines) through control points in a unit box. The points wobble, an affine map takes
 * the box to the image, and the grey value of a pixel falls off with its distance d to
 * the nearest stroke: grey = contrast * clamp((width / 2 - d) / softness + 1/2, 0, 1)
 * Then strokes that do not belong there, noise and speckles. Only + - * / and sqrt are
 * used, which IEEE 754 rounds in one way: the same image everywhere.
 */
#include "relif/digits.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "digit_shapes.h"
#include "relif/random.h"

enum { SIDE = RELIF_DIGITS_SIDE, PIXELS = SIDE * SIDE, STEPS = 6 };

typedef struct point {
    double x, y; /* column, row */
} point;

/* How far each pixel's centre is from the nearest stroke, squared. */
typedef struct drawing {
    double squared[PIXELS];
    double reach; /* pixels further away than this stay background */
} drawing;

/* Unit box to image: x' = a x + b y + e, y' = c x + d y + f, about the box' middle. */
typedef struct affine {
    double a, b, c, d, e, f;
} affine;

static double between(relif_random *random, double low, double high)
{
    return low + (high - low) * relif_random_uniform(random);
}

/* Bell-shaped in (-2, 2), standard deviation 0.58; no logarithm, no cosine. */
static double bell(relif_random *random)
{
    double sum = -2.0;
    for (int i = 0; i < 4; i++) sum += relif_random_uniform(random);
    return sum;
}

static affine draw_affine(relif_random *random)
{
    const double width = between(random, 9.0, 16.5), height = between(random, 15.0, 21.0);
    const double slant = 0.3 * bell(random) - 0.08;
    const double half_angle = 0.11 * bell(random); /* tangent of half the rotation */
    const double square = half_angle * half_angle;
    const double cosine = (1.0 - square) / (1.0 + square);
    const double sine = 2.0 * half_angle / (1.0 + square);
    const double sheared = slant * height;
    const double middle = (SIDE - 1) / 2.0;
    return (affine){.a = cosine * width,
                    .b = cosine * -sheared - sine * height,
                    .c = sine * width,
                    .d = sine * -sheared + cosine * height,
                    .e = middle + 1.5 * bell(random),
                    .f = middle + 1.5 * bell(random)};
}

static point apply(const affine *map, double x, double y)
{
    return (point){map->a * (x - 0.5) + map->b * (y - 0.5) + map->e,
                   map->c * (x - 0.5) + map->d * (y - 0.5) + map->f};
}

static double squared_distance(point p, point from, point to)
{
    const double x = to.x - from.x, y = to.y - from.y;
    const double length = x * x + y * y;
    double along = 0.0;
    if (length > 0.0) along = ((p.x - from.x) * x + (p.y - from.y) * y) / length;
    if (along < 0.0) along = 0.0;
    if (along > 1.0) along = 1.0;
    const double dx = p.x - from.x - along * x, dy = p.y - from.y - along * y;
    return dx * dx + dy * dy;
}

/* The pixels within reach of a span, one way along one axis. */
static void pixel_range(double one, double other, double reach, int *first, int *last)
{
    const double low = (one < other ? one : other) - reach;
    const double high = (one < other ? other : one) + reach;
    *first = low < 0.0 ? 0 : low > SIDE ? SIDE : (int)low;
    *last = high < 0.0 ? -1 : high > SIDE - 1 ? SIDE - 1 : (int)high;
}

static void add_segment(drawing *canvas, point from, point to)
{
    int top, bottom, left, right;
    pixel_range(from.y, to.y, canvas->reach, &top, &bottom);
    pixel_range(from.x, to.x, canvas->reach, &left, &right);
    for (int row = top; row <= bottom; row++)
        for (int column = left; column <= right; column++) {
            const point centre = {column, row};
            const double squared = squared_distance(centre, from, to);
            double *nearest = &canvas->squared[row * SIDE + column];
            if (squared < *nearest) *nearest = squared;
        }
}

static drawing empty_canvas(double reach)
{
    drawing canvas = {.reach = reach};
    for (int p = 0; p < PIXELS; p++) canvas.squared[p] = 4.0 * PIXELS;
    return canvas;
}

static double spline(double before, double from, double to, double after, double t)
{
    return 0.5 * (2.0 * from + (to - before) * t +
                  (2.0 * before - 5.0 * from + 4.0 * to - after) * t * t +
                  (3.0 * from - before - 3.0 * to + after) * t * t * t);
}

static void add_curve(drawing *canvas, const point *points, int n_points)
{
    for (int i = 0; i + 1 < n_points; i++) {
        const point from = points[i], to = points[i + 1];
        const point before = points[i > 0 ? i - 1 : 0];
        const point after = points[i + 2 < n_points ? i + 2 : n_points - 1];
        point here = from;
        for (int step = 1; step <= STEPS; step++) {
            const double t = (double)step / STEPS;
            const point next = {spline(before.x, from.x, to.x, after.x, t),
                                spline(before.y, from.y, to.y, after.y, t)};
            add_segment(canvas, here, next);
            here = next;
        }
    }
}

/* The point before point i of stroke s that lies at the same place of the shape, if any.
 */
static bool find_joint(const relif_digit_shape *shape, int s, int i, int *stroke,
                       int *joint)
{
    const double *given = shape->strokes[s].points[i];
    for (*stroke = 0; *stroke <= s; ++*stroke) {
        const relif_digit_stroke *other = &shape->strokes[*stroke];
        const int n_points = *stroke < s ? other->n_points : i;
        for (*joint = 0; *joint < n_points; ++*joint)
            if (other->points[*joint][0] == given[0] &&
                other->points[*joint][1] == given[1])
                return true;
    }
    return false;
}

/* Every control point moves a little; joints move together. */
static void wobble(const relif_digit_shape *shape, relif_random *random, double amount,
                   point moved[RELIF_DIGIT_STROKES][RELIF_DIGIT_POINTS])
{
    int stroke, joint;
    for (int s = 0; s < shape->n_strokes; s++)
        for (int i = 0; i < shape->strokes[s].n_points; i++) {
            const double *given = shape->strokes[s].points[i];
            moved[s][i].x = given[0] + 1.2 * amount * bell(random);
            moved[s][i].y = given[1] + amount * bell(random);
            if (find_joint(shape, s, i, &stroke, &joint))
                moved[s][i] = moved[stroke][joint];
        }
}

static void add_shape(drawing *canvas, const relif_digit_shape *shape,
                      relif_random *random)
{
    point points[RELIF_DIGIT_STROKES][RELIF_DIGIT_POINTS];
    wobble(shape, random, 0.11, points);
    const affine map = draw_affine(random);
    for (int s = 0; s < shape->n_strokes; s++) {
        const int n_points = shape->strokes[s].n_points;
        for (int i = 0; i < n_points; i++)
            points[s][i] = apply(&map, points[s][i].x, points[s][i].y);
        if (shape->strokes[s].curved) {
            add_curve(canvas, points[s], n_points);
        } else {
            for (int i = 0; i + 1 < n_points; i++)
                add_segment(canvas, points[s][i], points[s][i + 1]);
        }
    }
}

static void add_stray_stroke(drawing *canvas, relif_random *random)
{
    const point from = {between(random, 2.0, SIDE - 3.0),
                        between(random, 2.0, SIDE - 3.0)};
    const point to = {from.x + 4.5 * bell(random), from.y + 4.5 * bell(random)};
    add_segment(canvas, from, to);
}

/* 1 within a stroke, 0 beyond it, a ramp between. */
static double coverage(const drawing *canvas, int pixel, double width, double softness)
{
    const double distance = sqrt(canvas->squared[pixel]);
    const double cover = (0.5 * width - distance) / softness + 0.5;
    return cover < 0.0 ? 0.0 : cover > 1.0 ? 1.0 : cover;
}

static uint8_t to_grey(double value)
{
    if (value <= 0.0) return 0;
    return value >= 1.0 ? 255 : (uint8_t)floor(value * 255.0 + 0.5);
}

int relif_digits_draw(uint64_t seed, int64_t index, uint8_t *pixels)
{
    relif_random stream = relif_random_stream(seed, (uint64_t)index);
    relif_random *random = &stream;
    const int digit = (int)relif_random_below(random, RELIF_DIGITS_CLASSES);
    const relif_digit_shape *shape = relif_digit_shape_of(
        digit, (int)relif_random_below(random, RELIF_DIGIT_VARIANTS));
    const double width = between(random, 1.4, 3.1), softness = between(random, 0.9, 1.9);
    const double contrast = between(random, 0.5, 1.2), noise = between(random, 0.0, 0.2);
    drawing ink = empty_canvas(0.5 * (width + softness)), gap = empty_canvas(2.0);
    add_shape(&ink, shape, random);
    if (relif_random_uniform(random) < 0.45) add_stray_stroke(&ink, random);
    if (relif_random_uniform(random) < 0.5) add_stray_stroke(&gap, random);
    for (int p = 0; p < PIXELS; p++) {
        double value = contrast * coverage(&ink, p, width, softness) *
                       (1.0 - coverage(&gap, p, 2.0, 1.0));
        if (value > 0.0) value += noise * bell(random);
        if (relif_random_uniform(random) < 0.006) value = relif_random_uniform(random);
        pixels[p] = to_grey(value);
    }
    return digit;
}
