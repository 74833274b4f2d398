/*
 * A disk that fills at a chosen moment, preloaded into the programs under test: before
 * its RELIF_FILL_AT-th write to a file that is not complete yet, rank RELIF_FILL_RANK
 * takes all that is left of the file system with a file of its own, RELIF_FILLER. From
 * then on every rank meets a full disk.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

typedef ssize_t (*write_call)(int, const void *, size_t);
typedef ssize_t (*pwrite_call)(int, const void *, size_t, off_t);
typedef ssize_t (*writev_call)(int, const struct iovec *, int);
typedef ssize_t (*pwritev_call)(int, const struct iovec *, int, off_t);

static void *library_call(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static int is_incomplete_file(int descriptor)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = '\0';
    return strstr(path, ".part") != NULL;
}

static void fill(const char *filler)
{
    static const char zeros[4096];
    const write_call really = (write_call)library_call("write");
    const int descriptor = open(filler, O_CREAT | O_WRONLY, 0666);
    while (really(descriptor, zeros, sizeof zeros) > 0) {
    }
    close(descriptor);
}

static void look(int descriptor)
{
    static int writes;
    const char *at = getenv("RELIF_FILL_AT"), *rank = getenv("RELIF_FILL_RANK");
    const char *mine = getenv("OMPI_COMM_WORLD_RANK"), *filler = getenv("RELIF_FILLER");
    if (!at || !rank || !mine || !filler || strcmp(rank, mine) != 0) return;
    if (is_incomplete_file(descriptor) && ++writes == atoi(at)) fill(filler);
}

ssize_t write(int descriptor, const void *bytes, size_t size)
{
    look(descriptor);
    return ((write_call)library_call("write"))(descriptor, bytes, size);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset)
{
    look(descriptor);
    return ((pwrite_call)library_call("pwrite"))(descriptor, bytes, size, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off_t offset)
{
    return pwrite(descriptor, bytes, size, offset);
}

ssize_t writev(int descriptor, const struct iovec *vectors, int count)
{
    look(descriptor);
    return ((writev_call)library_call("writev"))(descriptor, vectors, count);
}

ssize_t pwritev(int descriptor, const struct iovec *vectors, int count, off_t offset)
{
    look(descriptor);
    return ((pwritev_call)library_call("pwritev"))(descriptor, vectors, count, offset);
}

ssize_t pwritev64(int descriptor, const struct iovec *vectors, int count, off_t offset)
{
    return pwritev(descriptor, vectors, count, offset);
}
