#include "sweep_task.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "relif/memory.h"
#include "relif/text.h"

static relif_err set_task(const char *text, int64_t number, int64_t count,
                          relif_sweep_task *task)
{
    if (count < 1 || count > INT_MAX || number < 1 || number > count)
        return relif_fail(RELIF_ERR_USAGE,
                          "--task %s: task %lld of %lld; expected 1/n to n/n", text,
                          (long long)number, (long long)count);
    *task = (relif_sweep_task){(int)number - 1, (int)count};
    return RELIF_OK;
}

static relif_err read_fraction(const char *text, relif_sweep_task *task)
{
    char number[32] = "";
    int64_t i = 0, n = 0;
    const char *slash = strchr(text, '/');
    if (slash && (size_t)(slash - text) < sizeof number)
        memcpy(number, text, (size_t)(slash - text));
    if (!slash || !relif_text_to_int64(number, &i) || !relif_text_to_int64(slash + 1, &n))
        return relif_fail(RELIF_ERR_USAGE,
                          "--task %s: expected a task of a number of tasks such as 1/3, "
                          "or slurm",
                          text);
    return set_task(text, i, n, task);
}

static relif_err read_variable(const char *name, int64_t *value)
{
    const char *text = getenv(name);
    if (text && relif_text_to_int64(text, value)) return RELIF_OK;
    return relif_fail(RELIF_ERR_USAGE,
                      "--task slurm: %s is '%s'; expected a number, as in a Slurm job "
                      "array",
                      name, text ? text : "");
}

/* An array such as 0-9 or 1-19:2: its tasks are numbered evenly. */
static relif_err read_slurm(relif_sweep_task *task)
{
    int64_t id = 0, min = 0, max = 0, count = 0;
    relif_err err = read_variable("SLURM_ARRAY_TASK_ID", &id);
    if (err == RELIF_OK) err = read_variable("SLURM_ARRAY_TASK_MIN", &min);
    if (err == RELIF_OK) err = read_variable("SLURM_ARRAY_TASK_COUNT", &count);
    if (err != RELIF_OK) return err;
    max = min + count - 1;
    if (getenv("SLURM_ARRAY_TASK_MAX")) err = read_variable("SLURM_ARRAY_TASK_MAX", &max);
    if (err != RELIF_OK) return err;
    const int64_t step = count > 1 ? (max - min) / (count - 1) : 1;
    if (step < 1 || max - min != step * (count - 1) || (id - min) % step != 0)
        return relif_fail(RELIF_ERR_USAGE,
                          "--task slurm: task %lld of %lld from %lld to %lld; expected "
                          "an even job array such as --array=0-9",
                          (long long)id, (long long)count, (long long)min,
                          (long long)max);
    return set_task("slurm", (id - min) / step + 1, count, task);
}

relif_err sweep_task_read(const relif_context *world, const char *text,
                          relif_sweep_task *task)
{
    relif_err err = RELIF_OK;
    *task = (relif_sweep_task){0, 1};
    if (text && relif_context_is_root(world))
        err = strcmp(text, "slurm") == 0 ? read_slurm(task) : read_fraction(text, task);
    err = relif_agree(world, err);
    relif_context_broadcast(world, task, sizeof *task);
    return err;
}

char *sweep_task_path(const char *output, const relif_sweep_task *task)
{
    relif_text path = {0};
    relif_text_append(&path, "%s.task-%d-of-%d.h5", output, task->index + 1, task->count);
    return path.bytes;
}

/* Steps over some text and the digits after it, if both are there. */
static bool step_over(const char **at, const char *text)
{
    const size_t length = strlen(text);
    if (strncmp(*at, text, length) != 0) return false;
    const size_t n_digits = strspn(*at + length, "0123456789");
    *at += length + n_digits;
    return n_digits > 0;
}

static bool is_part(const char *name, const char *output_name)
{
    const size_t length = strlen(output_name);
    if (strncmp(name, output_name, length) != 0) return false;
    const char *rest = name + length;
    return step_over(&rest, ".task-") && step_over(&rest, "-of-") &&
           strcmp(rest, ".h5") == 0;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static relif_err scan(const char *output, char ***paths, int *count)
{
    const char *slash = strrchr(output, '/');
    const int folder_length = slash ? (int)(slash - output) + 1 : 0;
    relif_text folder = {0};
    relif_text_append(&folder, "%.*s.", folder_length, output);
    DIR *entries = opendir(relif_text_string(&folder));
    if (!entries) {
        const relif_err err = relif_fail(RELIF_ERR_FILE, "list folder '%s': %s",
                                         relif_text_string(&folder), strerror(errno));
        relif_text_release(&folder);
        return err;
    }
    relif_text_release(&folder);
    for (const struct dirent *entry; (entry = readdir(entries));) {
        if (!is_part(entry->d_name, output + folder_length)) continue;
        relif_text path = {0};
        relif_text_append(&path, "%.*s%s", folder_length, output, entry->d_name);
        *paths = relif_realloc(*paths, (size_t)*count + 1, sizeof **paths);
        (*paths)[(*count)++] = path.bytes;
    }
    closedir(entries);
    if (*count > 1) qsort(*paths, (size_t)*count, sizeof **paths, compare);
    return RELIF_OK;
}

relif_err sweep_task_parts(const relif_context *world, const char *output, char ***paths,
                           int *count)
{
    *paths = NULL;
    *count = 0;
    const bool root = relif_context_is_root(world);
    const relif_err err =
        relif_agree(world, root ? scan(output, paths, count) : RELIF_OK);
    if (err != RELIF_OK) return err;
    relif_context_broadcast(world, count, sizeof *count);
    if (!root) *paths = relif_calloc((size_t)*count, sizeof **paths);
    for (int i = 0; i < *count; i++) relif_context_broadcast_text(world, &(*paths)[i]);
    return RELIF_OK;
}
