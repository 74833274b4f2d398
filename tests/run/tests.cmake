relif_test(NAME run_simulation SOURCE run/test_simulation.c LABELS mpi reference
           RANKS 1 2 3 4 7 LIBRARIES relif_run)
