relif_test(NAME io_config SOURCE io/test_config.c LABELS unit io)
relif_test(NAME io_config_collective SOURCE io/test_config_collective.c LABELS mpi io RANKS 1 3)
