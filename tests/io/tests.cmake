relif_test(NAME io_digest SOURCE io/test_digest.c LABELS io unit)
