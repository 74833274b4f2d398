relif_test(NAME parallel_context SOURCE parallel/test_context.c LABELS unit mpi
           RANKS 1 2 3 4 LIBRARIES relif_parallel)
relif_test(NAME parallel_exchange SOURCE parallel/test_exchange.c LABELS mpi RANKS 2 3 4
           LIBRARIES relif_parallel)
relif_test(NAME parallel_input SOURCE parallel/test_input.c LABELS mpi RANKS 1 2 3 4
           LIBRARIES relif_parallel)
relif_test(NAME parallel_partition SOURCE parallel/test_partition.c LABELS unit
           LIBRARIES relif_parallel)
relif_test(NAME parallel_shared SOURCE parallel/test_shared.c LABELS mpi RANKS 1 2 3 4
           LIBRARIES relif_parallel)
relif_test(NAME parallel_stop SOURCE parallel/test_stop.c LABELS mpi faults RANKS 1 2 3
           LIBRARIES relif_parallel)

# Leaves a communicator, a datatype and a request behind, and nothing else.
relif_test(NAME parallel_ledger SOURCE parallel/test_ledger.c LABELS unit mpi RANKS 1
           LIBRARIES relif_parallel)
set_tests_properties(parallel_ledger_1 PROPERTIES PASS_REGULAR_EXPRESSION
  "ledger: a communicator .*ledger: a datatype .*ledger: a request .*still there")

relif_test(NAME parallel_traffic SOURCE parallel/test_traffic.c LABELS unit mpi RANKS 1 2 3 4
           LIBRARIES relif_parallel)
relif_test(NAME parallel_scaling SOURCE parallel/test_scaling.c LABELS unit
           LIBRARIES relif_parallel)
