relif_test(NAME run_simulation SOURCE run/test_simulation.c LABELS mpi reference
           RANKS 1 2 3 4 7 LIBRARIES relif_run)
relif_test(NAME run_simulation_dynamics SOURCE run/test_simulation_dynamics.c
           LABELS mpi reference RANKS 1 2 3 4 7 LIBRARIES relif_run)
relif_test(NAME run_recorder SOURCE run/test_recorder.c LABELS mpi reference RANKS 1 2 3
           LIBRARIES relif_run)
relif_test(NAME run_schedule SOURCE run/test_schedule.c LABELS unit LIBRARIES relif_run)
relif_test(NAME run_threshold_balance SOURCE run/test_threshold_balance.c
           LABELS mpi reference RANKS 1 2 3 LIBRARIES relif_run)
