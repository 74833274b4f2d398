relif_script_test(faults_signals faults/test_faults.sh LABELS faults mpi)
relif_script_test(faults_files faults/test_faults_disk.sh LABELS faults io)
