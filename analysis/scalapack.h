/**
 * The routines of ScaLAPACK and BLACS that the analysis calls; the libraries come without
 * C headers. Fortran routines take everything by pointer; matrices are column-major.
 */
#ifndef RELIF_ANALYSIS_SCALAPACK_H
#define RELIF_ANALYSIS_SCALAPACK_H

#include <mpi.h>

enum { SCALAPACK_DESCRIPTOR = 9 };

int Csys2blacs_handle(MPI_Comm comm);
void Cfree_blacs_system_handle(int handle);
void Cblacs_gridinit(int *context, const char *order, int rows, int columns);
void Cblacs_gridinfo(int context, int *rows, int *columns, int *row, int *column);
void Cblacs_gridexit(int context);

int numroc_(const int *n, const int *block, const int *process, const int *first_process,
            const int *n_processes);
void descinit_(int *descriptor, const int *m, const int *n, const int *row_block,
               const int *column_block, const int *first_row, const int *first_column,
               const int *context, const int *leading, int *info);

/* C = alpha op(A) op(B) + beta C; i and j are the first row and column, from 1. */
void pdgemm_(const char *op_a, const char *op_b, const int *m, const int *n, const int *k,
             const double *alpha, const double *a, const int *i_a, const int *j_a,
             const int *descriptor_a, const double *b, const int *i_b, const int *j_b,
             const int *descriptor_b, const double *beta, double *c, const int *i_c,
             const int *j_c, const int *descriptor_c);

/* Copy m x n numbers from one distribution to another; all of context take part. */
void Cpdgemr2d(int m, int n, const double *a, int i_a, int j_a, const int *descriptor_a,
               double *b, int i_b, int j_b, const int *descriptor_b, int context);

#endif
