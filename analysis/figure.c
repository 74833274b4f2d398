#include "figure.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "quoted.h"
#include "relif/memory.h"
#include "relif/text.h"

struct relif_figure {
    FILE *pipe;
    struct sigaction pipe_action; /* as it was before the figure */
    int width, height;
    char *png, *svg;
};

static relif_err make_folder(const char *folder)
{
    struct stat found;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return relif_fail(RELIF_ERR_FILE, "folder '%s' for figures cannot be made: %s",
                          folder, strerror(errno));
    if (stat(folder, &found) != 0 || !S_ISDIR(found.st_mode))
        return relif_fail(RELIF_ERR_FILE, "'%s' is not a folder for figures", folder);
    if (access(folder, W_OK | X_OK) != 0)
        return relif_fail(RELIF_ERR_FILE, "folder '%s' for figures is not writable",
                          folder);
    return RELIF_OK;
}

static relif_err check_gnuplot(void)
{
    if (system("command -v gnuplot > /dev/null 2>&1") == 0) return RELIF_OK;
    return relif_fail(
        RELIF_ERR_LIBRARY,
        "figures are drawn by gnuplot, which is not installed (Debian: "
        "gnuplot-nox) (other programs write everything else without --figures)");
}

relif_err relif_figure_prepare(const relif_context *ctx, const char *folder)
{
    relif_err err = RELIF_OK;
    if (folder && relif_context_is_root(ctx)) {
        err = check_gnuplot();
        if (err == RELIF_OK) err = make_folder(folder);
    }
    return relif_agree(ctx, err);
}

/* Names of layers are part of names of figures: they must not lead to other folders. */
static char *file_name(const char *folder, const char *name, const char *ending)
{
    relif_text text = {0};
    relif_text_append(&text, "%s/%s.%s", folder, name, ending);
    for (char *at = text.bytes + strlen(folder) + 1; *at; at++)
        if (*at == '/') *at = '_';
    return text.bytes;
}

static void release(relif_figure *figure)
{
    free(figure->png);
    free(figure->svg);
    free(figure);
}

relif_err relif_figure_open(const char *folder, const char *name, int width, int height,
                            relif_figure **figure)
{
    relif_figure *made = relif_calloc(1, sizeof *made);
    made->width = width;
    made->height = height;
    made->png = file_name(folder, name, "png");
    made->svg = file_name(folder, name, "svg");
    *figure = NULL;
    fflush(stdout);
    made->pipe = popen("gnuplot", "w");
    if (!made->pipe) {
        release(made);
        return relif_fail(RELIF_ERR_LIBRARY, "gnuplot cannot be started: %s",
                          strerror(errno));
    }
    /* A gnuplot that ends early must not end this program. */
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, &made->pipe_action);
    fputs("set encoding utf8\nset grid front; unset grid\nset border lw 1 lc rgb "
          "'#404040'\n"
          "set tics out nomirror\n",
          made->pipe);
    *figure = made;
    return RELIF_OK;
}

FILE *relif_figure_script(relif_figure *figure)
{
    return figure->pipe;
}

void relif_figure_quote(relif_figure *figure, const char *text)
{
    relif_text word = {0};
    relif_quoted_append(&word, text);
    fputs(relif_text_string(&word), figure->pipe);
    relif_text_release(&word);
}

/* scale: pixels for a unit of the figure's size. Cairo's points are 4/3 of a pixel. */
static void draw(relif_figure *figure, const char *terminal, int scale, const char *path,
                 const char *plot)
{
    fprintf(figure->pipe,
            "set terminal %s noenhanced background rgb 'white' size %d,%d "
            "font 'DejaVu Sans,16'\nset output ",
            terminal, scale * figure->width, scale * figure->height);
    relif_figure_quote(figure, path);
    fprintf(figure->pipe, "\n%s\nunset output\n", plot);
}

relif_err relif_figure_finish(relif_figure *figure, const char *plot)
{
    draw(figure, "pngcairo fontscale 1.5 linewidth 2 pointscale 3", 2, figure->png, plot);
    draw(figure, "svg", 1, figure->svg, plot);
    const int status = pclose(figure->pipe);
    sigaction(SIGPIPE, &figure->pipe_action, NULL);
    relif_err err = RELIF_OK;
    if (status == -1 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        err = relif_fail(RELIF_ERR_LIBRARY, "gnuplot could not draw '%s'", figure->png);
    else if (access(figure->png, R_OK) != 0 || access(figure->svg, R_OK) != 0)
        err = relif_fail(RELIF_ERR_FILE, "gnuplot did not write '%s' and '%s'",
                         figure->png, figure->svg);
    else
        printf("figure: %s\nfigure: %s\n", figure->png, figure->svg);
    release(figure);
    return err;
}
