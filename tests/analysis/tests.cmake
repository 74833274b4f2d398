# What the scripts below read.
relif_test_program(analysis_write_run analysis/write_run_archive.c)
relif_script_test(analysis_accuracy analysis/test_accuracy.sh LABELS mpi io parity)
relif_script_test(analysis_correlate analysis/test_correlate.sh LABELS mpi io parity)
relif_script_test(analysis_report analysis/test_report.sh LABELS io)
# Reported as skipped where chromium is not installed.
relif_script_test(analysis_report_browser analysis/test_report_browser.sh LABELS io)
relif_test(NAME analysis_share SOURCE analysis/test_share.c LABELS unit
           LIBRARIES relif_analysis)
relif_test(NAME analysis_correlation_matrix SOURCE analysis/test_correlation_matrix.c
           LABELS mpi reference RANKS 1 2 3 4 LIBRARIES relif_analysis)
relif_test(NAME analysis_correlation_output SOURCE analysis/test_correlation_output.c
           LABELS mpi io RANKS 1 2 3 4 LIBRARIES relif_analysis)
add_executable(analysis_write_coding analysis/write_coding_archive.c)
target_link_libraries(analysis_write_coding PRIVATE relif_io)
set_target_properties(analysis_write_coding PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                      ${PROJECT_BINARY_DIR}/tests/bin)
relif_script_test(analysis_coding_error analysis/test_coding_error.sh LABELS mpi io parity)
