relif_test(NAME parallel_context SOURCE parallel/test_context.c LABELS unit mpi
           RANKS 1 2 3 4 LIBRARIES relif_parallel)
relif_test(NAME parallel_exchange SOURCE parallel/test_exchange.c LABELS mpi RANKS 2 3 4
           LIBRARIES relif_parallel)
relif_test(NAME parallel_partition SOURCE parallel/test_partition.c LABELS unit
           LIBRARIES relif_parallel)
relif_test(NAME parallel_stop SOURCE parallel/test_stop.c LABELS mpi faults RANKS 1 2 3
           LIBRARIES relif_parallel)
