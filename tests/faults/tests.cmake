relif_script_test(faults_signals faults/test_faults.sh LABELS faults mpi)
relif_script_test(faults_files faults/test_faults_disk.sh LABELS faults io)

# Preloaded by test_faults_disk.sh; without sanitizers, which want to be loaded first.
add_library(relif_full_disk MODULE ${CMAKE_CURRENT_SOURCE_DIR}/full_disk.c)
target_link_libraries(relif_full_disk PRIVATE ${CMAKE_DL_LIBS})
set_target_properties(relif_full_disk PROPERTIES LIBRARY_OUTPUT_DIRECTORY
                      ${PROJECT_BINARY_DIR}/tests/bin PREFIX "")
