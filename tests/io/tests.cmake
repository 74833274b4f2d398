relif_test(NAME io_digest SOURCE io/test_digest.c LABELS io unit)
relif_test(NAME io_digits SOURCE io/test_digits.c LABELS io unit)
relif_test(NAME io_dataset SOURCE io/test_dataset.c LABELS io mpi RANKS 1 2 3)
relif_test(NAME io_dataset_hdf5 SOURCE io/test_dataset_hdf5.c LABELS io mpi RANKS 1 2 3)
relif_test(NAME io_real_data SOURCE io/test_real_data.c LABELS io mpi RANKS 2)
relif_test(NAME io_config SOURCE io/test_config.c LABELS unit io)
relif_test(NAME io_config_collective SOURCE io/test_config_collective.c LABELS mpi io RANKS 1 3)
relif_test(NAME io_config_sweep SOURCE io/test_config_sweep.c LABELS unit io)
relif_test(NAME io_sweep_table SOURCE io/test_sweep_table.c LABELS io RANKS 1 2 3)
relif_test(NAME io_weights SOURCE io/test_weights.c LABELS io RANKS 1 2 3)
relif_test(NAME io_checkpoint SOURCE io/test_checkpoint.c LABELS io faults RANKS 1 2 3)
relif_test(NAME io_lock SOURCE io/test_lock.c LABELS io faults RANKS 1 2)
relif_test(NAME io_archive SOURCE io/test_archive.c LABELS io RANKS 1 2 3 4 7)

relif_test(NAME io_archive_keep SOURCE io/test_archive_keep.c LABELS io parity faults
           RANKS 1 2 3 4)
relif_test(NAME io_results_conversion SOURCE io/test_results_conversion.c LABELS io RANKS 1 3)

# Writes an archive for test_archive_bytes.sh.
relif_test_program(archive_writer io/archive_writer.c)
relif_script_test(io_archive_bytes io/test_archive_bytes.sh LABELS io parity faults)
relif_test(NAME io_neuron_config SOURCE io/test_neuron_config.c LABELS unit io)
relif_test(NAME io_sidecar SOURCE io/test_sidecar.c LABELS io RANKS 1 2 3)
