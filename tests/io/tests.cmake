relif_test(NAME io_weights SOURCE io/test_weights.c LABELS io RANKS 1 2 3)
relif_test(NAME io_archive SOURCE io/test_archive.c LABELS io RANKS 1 2 3 4 7)

# Writes an archive for test_archive_bytes.sh.
add_executable(archive_writer io/archive_writer.c)
target_link_libraries(archive_writer PRIVATE relif_io)
relif_script_test(io_archive_bytes io/test_archive_bytes.sh LABELS io parity faults)
