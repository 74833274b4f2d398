# Benchmarks: they print and never fail, and no default run has them (ctest -L bench).
relif_test(NAME bench_kernel SOURCE bench/bench_kernel.c LABELS bench LIBRARIES relif_model)
