# Minutes, and needs SimGrid: no default run has it (ctest -L smpi).
relif_script_test(smpi_scaling smpi/test_smpi.sh LABELS smpi)
set_tests_properties(smpi_scaling PROPERTIES TIMEOUT 900)
