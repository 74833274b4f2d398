relif_test(NAME base_clock SOURCE base/test_clock.c LABELS unit LIBRARIES relif_base)
relif_test(NAME base_error SOURCE base/test_error.c LABELS unit LIBRARIES relif_base)
relif_test(NAME base_log SOURCE base/test_log.c LABELS unit LIBRARIES relif_base)
relif_test(NAME base_memory SOURCE base/test_memory.c LABELS unit LIBRARIES relif_base)
relif_test(NAME base_random SOURCE base/test_random.c LABELS unit LIBRARIES relif_base)
relif_test(NAME base_text SOURCE base/test_text.c LABELS unit LIBRARIES relif_base)
relif_test(NAME base_array_type SOURCE base/test_array_type.c LABELS unit
           LIBRARIES relif_base)
relif_test(NAME base_state SOURCE base/test_state.c LABELS unit LIBRARIES relif_base)
relif_test(NAME base_checksum SOURCE base/test_checksum.c LABELS unit
           LIBRARIES relif_base)
