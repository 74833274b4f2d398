#define _GNU_SOURCE /* fallocate */

#include "durable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "relif/memory.h"

/* What closing a file may still add to it: headers and indices. */
enum { RESERVE = 1 << 20 };

char *relif_durable_name(const char *path, const char *suffix)
{
    const size_t size = strlen(path) + strlen(suffix) + 1;
    char *name = relif_calloc(size, 1);
    snprintf(name, size, "%s%s", path, suffix);
    return name;
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash) return relif_strdup(".");
    char *folder = relif_strdup(path);
    folder[slash == path ? 1 : slash - path] = '\0';
    return folder;
}

relif_err relif_durable_begin(const char *path, const char *part, bool replace)
{
    struct stat status;
    if (lstat(path, &status) == 0) {
        if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode))
            return relif_fail(RELIF_ERR_FILE, "it is not a regular file");
        if (!replace) return relif_fail(RELIF_ERR_EXISTS, "the file exists");
    }
    const int descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (descriptor < 0)
        return relif_fail(RELIF_ERR_FILE, "its folder takes no new file (%s)",
                          strerror(errno));
    close(descriptor);
    return RELIF_OK;
}

relif_err relif_durable_check_space(const char *path, int64_t bytes)
{
    char *folder = folder_of(path);
    struct statvfs status;
    const int failed = statvfs(folder, &status);
    free(folder);
    if (failed)
        return relif_fail(RELIF_ERR_FILE, "its folder is gone (%s)", strerror(errno));
    const double free_bytes = (double)status.f_bavail * (double)status.f_frsize;
    const double needed = (double)bytes + RESERVE;
    if (free_bytes >= needed) return RELIF_OK;
    return relif_fail(RELIF_ERR_FILE, "%.1f MB needed, %.1f MB free on its file system",
                      needed / 1e6, free_bytes / 1e6);
}

relif_err relif_durable_reserve(int descriptor, int64_t offset, int64_t bytes)
{
    int failed;
    do failed = bytes > 0 && fallocate(descriptor, 0, offset, bytes) != 0;
    while (failed && errno == EINTR);
    if (!failed || errno == EOPNOTSUPP) return RELIF_OK;
    return relif_fail(RELIF_ERR_FILE, "%.1f MB cannot be had on its file system (%s)",
                      (double)bytes / 1e6, strerror(errno));
}

static bool sync_path(const char *path, int flags)
{
    const int descriptor = open(path, flags);
    if (descriptor < 0) return false;
    /* some file systems do not know how to sync a folder */
    const bool synced = fsync(descriptor) == 0 || errno == EINVAL;
    const int reason = errno;
    close(descriptor);
    errno = reason;
    return synced;
}

static bool keep(const char *path, const char *old)
{
    return !old || rename(path, old) == 0 || errno == ENOENT;
}

relif_err relif_durable_rotate(const char *part, const char *path, const char *old)
{
    char *folder = folder_of(path);
    const bool published = sync_path(part, O_RDWR) && keep(path, old) &&
                           rename(part, path) == 0 &&
                           sync_path(folder, O_RDONLY | O_DIRECTORY);
    const int reason = errno;
    free(folder);
    if (published) return RELIF_OK;
    return relif_fail(RELIF_ERR_FILE, "it could not be completed (%s)", strerror(reason));
}

relif_err relif_durable_publish(const char *part, const char *path)
{
    return relif_durable_rotate(part, path, NULL);
}
