/* The ledger itself (tests/mpi_ledger.c): what is left behind here is what it must name.
 */
#include <mpi.h>

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm kept, freed;
    MPI_Datatype type;
    MPI_Request open, complete;
    int sent = 1, received = 0, never;
    MPI_Comm_dup(MPI_COMM_WORLD, &kept);
    MPI_Comm_dup(MPI_COMM_WORLD, &freed);
    MPI_Type_contiguous(2, MPI_INT, &type);
    MPI_Irecv(&received, 1, MPI_INT, 0, 1, MPI_COMM_SELF, &complete);
    MPI_Send(&sent, 1, MPI_INT, 0, 1, MPI_COMM_SELF);
    MPI_Wait(&complete, MPI_STATUS_IGNORE);
    MPI_Irecv(&never, 1, MPI_INT, 0, 2, MPI_COMM_SELF, &open);
    /* Nobody waits for "open", on purpose.
     * NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker) */
    MPI_Comm_free(&freed);
    MPI_Finalize();
    return 0;
}
