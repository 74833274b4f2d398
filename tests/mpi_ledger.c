/*
 * A ledger of MPI objects, linked into tests by the profiling interface: what the program
 * makes it must free, what it starts it must complete. At MPI_Finalize every object that
 * is still there is named with the function that made it, and the program fails. Objects
 * made inside libraries are theirs. HDF5's open objects are counted at the same moment.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum { MOST_ENTRIES = 1 << 16, STATUS_LEAK = 3 };

typedef struct entry {
    const char *kind;
    void *object; /* handles of Open MPI are addresses */
    void *maker;  /* address of the call */
} entry;

static entry entries[MOST_ENTRIES];
static int n_entries;

static void enter(const char *kind, void *object, void *maker)
{
    if (n_entries < MOST_ENTRIES) entries[n_entries++] = (entry){kind, object, maker};
}

static void strike(void *object)
{
    for (int i = n_entries - 1; i >= 0; i--)
        if (entries[i].object == object) {
            memmove(&entries[i], &entries[i + 1],
                    (size_t)(--n_entries - i) * sizeof *entries);
            return;
        }
}

/* Functions that make an object: the last argument is where it goes. */
#define MAKES(kind, none, function, parameters, arguments, made)                         \
    int function parameters                                                              \
    {                                                                                    \
        const int code = P##function arguments;                                          \
        if (*(made) != (none)) enter(kind, *(made), __builtin_return_address(0));        \
        return code;                                                                     \
    }

/* NOLINTBEGIN(bugprone-macro-parentheses): a type in parentheses is no parameter's. */
#define FREES(function, type)                                                            \
    int function(type *object)                                                           \
    {                                                                                    \
        strike(*object);                                                                 \
        return P##function(object);                                                      \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

#define COMM(function, parameters, arguments)                                            \
    MAKES("communicator", MPI_COMM_NULL, function, parameters, arguments, made)
#define TYPE(function, parameters, arguments)                                            \
    MAKES("datatype", MPI_DATATYPE_NULL, function, parameters, arguments, made)
#define GROUP(function, parameters, arguments)                                           \
    MAKES("group", MPI_GROUP_NULL, function, parameters, arguments, made)
#define REQUEST(function, parameters, arguments)                                         \
    MAKES("request", MPI_REQUEST_NULL, function, parameters, arguments, made)

COMM(MPI_Comm_dup, (MPI_Comm c, MPI_Comm *made), (c, made))
COMM(MPI_Comm_split, (MPI_Comm c, int color, int key, MPI_Comm *made),
     (c, color, key, made))
COMM(MPI_Comm_split_type, (MPI_Comm c, int type, int key, MPI_Info i, MPI_Comm *made),
     (c, type, key, i, made))
COMM(MPI_Comm_create, (MPI_Comm c, MPI_Group g, MPI_Comm *made), (c, g, made))
COMM(MPI_Comm_create_group, (MPI_Comm c, MPI_Group g, int tag, MPI_Comm *made),
     (c, g, tag, made))
FREES(MPI_Comm_free, MPI_Comm)

GROUP(MPI_Comm_group, (MPI_Comm c, MPI_Group *made), (c, made))
GROUP(MPI_Group_incl, (MPI_Group g, int n, const int ranks[], MPI_Group *made),
      (g, n, ranks, made))
FREES(MPI_Group_free, MPI_Group)

TYPE(MPI_Type_contiguous, (int n, MPI_Datatype t, MPI_Datatype *made), (n, t, made))
TYPE(MPI_Type_vector, (int n, int length, int stride, MPI_Datatype t, MPI_Datatype *made),
     (n, length, stride, t, made))
TYPE(MPI_Type_create_subarray,
     (int d, const int sizes[], const int parts[], const int starts[], int order,
      MPI_Datatype t, MPI_Datatype *made),
     (d, sizes, parts, starts, order, t, made))
TYPE(MPI_Type_create_struct,
     (int n, const int lengths[], const MPI_Aint places[], const MPI_Datatype types[],
      MPI_Datatype *made),
     (n, lengths, places, types, made))
TYPE(MPI_Type_create_resized,
     (MPI_Datatype t, MPI_Aint low, MPI_Aint extent, MPI_Datatype *made),
     (t, low, extent, made))
TYPE(MPI_Type_dup, (MPI_Datatype t, MPI_Datatype *made), (t, made))
FREES(MPI_Type_free, MPI_Datatype)

MAKES("window", MPI_WIN_NULL, MPI_Win_create,
      (void *base, MPI_Aint size, int unit, MPI_Info i, MPI_Comm c, MPI_Win *made),
      (base, size, unit, i, c, made), made)
MAKES("window", MPI_WIN_NULL, MPI_Win_allocate,
      (MPI_Aint size, int unit, MPI_Info i, MPI_Comm c, void *base, MPI_Win *made),
      (size, unit, i, c, base, made), made)
MAKES("window", MPI_WIN_NULL, MPI_Win_allocate_shared,
      (MPI_Aint size, int unit, MPI_Info i, MPI_Comm c, void *base, MPI_Win *made),
      (size, unit, i, c, base, made), made)
FREES(MPI_Win_free, MPI_Win)

MAKES("file", MPI_FILE_NULL, MPI_File_open,
      (MPI_Comm c, const char *name, int mode, MPI_Info i, MPI_File *made),
      (c, name, mode, i, made), made)
FREES(MPI_File_close, MPI_File)

REQUEST(MPI_Isend,
        (const void *b, int n, MPI_Datatype t, int to, int tag, MPI_Comm c,
         MPI_Request *made),
        (b, n, t, to, tag, c, made))
REQUEST(MPI_Irecv,
        (void *b, int n, MPI_Datatype t, int from, int tag, MPI_Comm c,
         MPI_Request *made),
        (b, n, t, from, tag, c, made))
REQUEST(MPI_Send_init,
        (const void *b, int n, MPI_Datatype t, int to, int tag, MPI_Comm c,
         MPI_Request *made),
        (b, n, t, to, tag, c, made))
REQUEST(MPI_Recv_init,
        (void *b, int n, MPI_Datatype t, int from, int tag, MPI_Comm c,
         MPI_Request *made),
        (b, n, t, from, tag, c, made))
REQUEST(MPI_Ibarrier, (MPI_Comm c, MPI_Request *made), (c, made))
REQUEST(MPI_Ibcast,
        (void *b, int n, MPI_Datatype t, int root, MPI_Comm c, MPI_Request *made),
        (b, n, t, root, c, made))
REQUEST(MPI_Iallreduce,
        (const void *b, void *to, int n, MPI_Datatype t, MPI_Op o, MPI_Comm c,
         MPI_Request *made),
        (b, to, n, t, o, c, made))
FREES(MPI_Request_free, MPI_Request)

/* Persistent requests stay; those of one message are null once it is complete. */
static void strike_complete(int n, const MPI_Request *before, const MPI_Request *after)
{
    for (int i = 0; i < n; i++)
        if (before[i] != MPI_REQUEST_NULL && after[i] == MPI_REQUEST_NULL)
            strike(before[i]);
}

static MPI_Request *copy(int n, const MPI_Request *requests)
{
    MPI_Request *before = calloc((size_t)n + 1, sizeof(MPI_Request));
    if (!before) abort();
    if (n > 0) memcpy(before, requests, (size_t)n * sizeof(MPI_Request));
    return before;
}

#define COMPLETES(function, parameters, arguments, n, requests)                          \
    int function parameters                                                              \
    {                                                                                    \
        MPI_Request *before = copy(n, requests);                                         \
        const int code = P##function arguments;                                          \
        strike_complete(n, before, requests);                                            \
        free(before);                                                                    \
        return code;                                                                     \
    }

COMPLETES(MPI_Wait, (MPI_Request * r, MPI_Status *s), (r, s), 1, r)
COMPLETES(MPI_Test, (MPI_Request * r, int *flag, MPI_Status *s), (r, flag, s), 1, r)
COMPLETES(MPI_Waitall, (int n, MPI_Request r[], MPI_Status s[]), (n, r, s), n, r)
COMPLETES(MPI_Testall, (int n, MPI_Request r[], int *flag, MPI_Status s[]),
          (n, r, flag, s), n, r)
COMPLETES(MPI_Waitany, (int n, MPI_Request r[], int *i, MPI_Status *s), (n, r, i, s), n,
          r)
COMPLETES(MPI_Testany, (int n, MPI_Request r[], int *i, int *flag, MPI_Status *s),
          (n, r, i, flag, s), n, r)

/* HDF5, if the program has it: as in hdf5.h, but weak. The public H5Inmembers refuses the
 * library's own types; where the one beneath it cannot be called, objects alone are
 * counted.
 */
typedef int64_t id_type;
int H5open(void) __attribute__((weak));
ssize_t H5Fget_obj_count(id_type file, unsigned types) __attribute__((weak));
int64_t H5I_nmembers(int type) __attribute__((weak));

enum { H5_ALL = 0x1f, H5_DATASPACE = 4, H5_LIST = 10 };

static int64_t kept_lists; /* property lists that HDF5 keeps for itself */

static int64_t members(int type)
{
    return H5I_nmembers ? H5I_nmembers(type) : 0;
}

int MPI_Init(int *argc, char ***argv)
{
    const int code = PMPI_Init(argc, argv);
    if (H5open) {
        H5open();
        kept_lists = members(H5_LIST);
    }
    return code;
}

static int hdf5_leaks(void)
{
    if (!H5open) return 0;
    const long objects = H5Fget_obj_count(H5_ALL, H5_ALL);
    const long spaces = (long)members(H5_DATASPACE);
    const long lists = (long)(members(H5_LIST) - kept_lists);
    if (objects == 0 && spaces == 0 && lists == 0) return 0;
    fprintf(stderr,
            "mpi ledger: HDF5 holds %ld objects, %ld dataspaces, %ld property lists "
            "open\n",
            objects, spaces, lists);
    return 1;
}

static int mpi_leaks(void)
{
    Dl_info here = {0}, there = {0};
    int n = 0;
    dladdr((void *)enter, &here);
    for (int i = 0; i < n_entries; i++) {
        if (!dladdr(entries[i].maker, &there) || there.dli_fbase != here.dli_fbase)
            continue;
        n++;
        fprintf(stderr, "mpi ledger: a %s made by %s (%s+0x%lx) is still there\n",
                entries[i].kind, there.dli_sname ? there.dli_sname : "a static function",
                there.dli_fname,
                (long)((char *)entries[i].maker - (char *)there.dli_fbase));
    }
    return n;
}

int MPI_Finalize(void)
{
    const int leaks = hdf5_leaks() + mpi_leaks();
    const int code = PMPI_Finalize();
    if (leaks == 0) return code;
    fflush(NULL);
    _Exit(STATUS_LEAK);
}
