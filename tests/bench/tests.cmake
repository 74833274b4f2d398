# Benchmarks: they print and never fail, and no default run has them (ctest -L bench).
relif_test(NAME bench_kernel SOURCE bench/bench_kernel.c LABELS bench LIBRARIES relif_model)
relif_test(NAME bench_recording SOURCE bench/bench_recording.c LABELS bench)
foreach(name networks ranks)
  relif_script_test(bench_${name} bench/bench_${name}.sh LABELS bench)
endforeach()
relif_test(NAME bench_train SOURCE bench/bench_train.c LABELS bench LIBRARIES relif_train)

# Writes the network and the images of configs/vgg16_224.yaml.
relif_test_program(write_vgg16 bench/write_vgg16.c)
