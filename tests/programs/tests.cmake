relif_script_test(programs_parity programs/test_parity.sh LABELS parity mpi)
relif_script_test(programs_run programs/test_run.sh LABELS mpi)
relif_script_test(programs_info programs/test_info.sh LABELS io faults)
relif_script_test(programs_bad_input programs/test_bad_input.sh LABELS faults mpi)
relif_script_test(programs_mnist programs/test_mnist.sh LABELS reference mpi)

# Holds a point of a sweep to the run with its values, for test_sweep.sh.
relif_test_program(sweep_compare programs/sweep_compare.c)
relif_script_test(programs_sweep programs/test_sweep.sh LABELS parity mpi)
relif_script_test(programs_sweep_faults programs/test_sweep_faults.sh LABELS faults mpi)
relif_script_test(programs_conversion programs/test_conversion.sh LABELS parity mpi)
relif_script_test(programs_train_faults programs/test_train_faults.sh LABELS faults mpi)
relif_script_test(programs_neuron programs/test_neuron.sh LABELS parity mpi)
relif_script_test(programs_plan programs/test_plan.sh LABELS mpi)
relif_script_test(programs_provenance programs/test_provenance.sh LABELS io mpi parity)

# Where valgrind is there; the sanitizers do the same in their builds, and exclude it.
if(NOT RELIF_SANITIZE)
  relif_script_test(programs_valgrind programs/test_valgrind.sh LABELS valgrind mpi)
else()
  set_property(GLOBAL APPEND PROPERTY RELIF_TEST_SOURCES
               ${PROJECT_SOURCE_DIR}/tests/programs/test_valgrind.sh)
endif()

# Minutes, not seconds: ctest --preset release leaves it out; ctest -L paper runs it.
relif_script_test(programs_mnist_training programs/test_mnist_training.sh LABELS paper mpi)
set_tests_properties(programs_mnist_training PROPERTIES TIMEOUT 3100)

# Writes what test_bad_input.sh has refused.
relif_test_program(write_bad_hdf5 programs/write_bad_hdf5.c)
