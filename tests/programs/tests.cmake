relif_script_test(programs_parity programs/test_parity.sh LABELS parity mpi)
relif_script_test(programs_run programs/test_run.sh LABELS mpi)
relif_script_test(programs_bad_input programs/test_bad_input.sh LABELS faults mpi)
relif_script_test(programs_mnist programs/test_mnist.sh LABELS reference mpi)
