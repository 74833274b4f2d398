relif_test(NAME io_digest SOURCE io/test_digest.c LABELS io unit)
relif_test(NAME io_digits SOURCE io/test_digits.c LABELS io unit)
