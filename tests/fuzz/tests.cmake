# Fuzz targets. With RELIF_FUZZ (preset fuzz) each is a libFuzzer program that a test runs
# for RELIF_FUZZ_SECONDS; otherwise it replays its corpus: seeds and all that was ever found.
set(RELIF_FUZZ_SECONDS 60 CACHE STRING "Seconds that each fuzz test runs (RELIF_FUZZ)")
set(fuzz_folder ${CMAKE_CURRENT_LIST_DIR})

# relif_fuzz_target(<name> SOURCES ... [LIBRARIES ...] [SEEDS <more folders> ...])
function(relif_fuzz_target name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES;SEEDS" ${ARGN})
  list(TRANSFORM arg_SOURCES PREPEND ${fuzz_folder}/)
  set(target fuzz_${name})
  add_executable(${target} ${arg_SOURCES} ${fuzz_folder}/fuzz.c)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src/programs)
  target_compile_definitions(${target} PRIVATE RELIF_FUZZ_CORPUS="${fuzz_folder}/corpus")
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES} relif_io relif_program)
  target_link_options(${target} PRIVATE LINKER:--wrap=relif_calloc,--wrap=relif_realloc)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                        ${PROJECT_BINARY_DIR}/tests/bin)
  set(corpus ${arg_SEEDS})
  if(IS_DIRECTORY ${fuzz_folder}/corpus/${name})
    list(PREPEND corpus ${fuzz_folder}/corpus/${name})
  endif()
  if(RELIF_FUZZ)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    add_test(NAME ${target}
             COMMAND bash ${fuzz_folder}/run.sh $<TARGET_FILE:${target}>
                     ${RELIF_FUZZ_SECONDS} ${PROJECT_BINARY_DIR}/fuzz/${name} ${corpus})
  else()
    target_sources(${target} PRIVATE ${fuzz_folder}/replay.c)
    add_test(NAME ${target} COMMAND ${target} ${corpus})
  endif()
  relif_test_properties(${target} "fuzz;io")
endfunction()

relif_fuzz_target(config SOURCES fuzz_config.c SEEDS ${PROJECT_SOURCE_DIR}/configs)
relif_fuzz_target(neuron_config SOURCES fuzz_neuron_config.c SEEDS ${PROJECT_SOURCE_DIR}/configs)
relif_fuzz_target(idx SOURCES fuzz_idx.c)
relif_fuzz_target(cifar SOURCES fuzz_cifar.c)
relif_fuzz_target(checkpoint SOURCES fuzz_checkpoint.c)

# The readers of HDF5 files: each from bytes, and all of them from edited good files. Reading
# is done by what the programs are made of.
add_library(fuzz_readers STATIC ${fuzz_folder}/read_network.c ${fuzz_folder}/read_dataset.c
            ${fuzz_folder}/read_archive.c ${fuzz_folder}/read_analysis.c
            ${PROJECT_SOURCE_DIR}/src/programs/info.c
            ${PROJECT_SOURCE_DIR}/src/programs/verify.c)
target_include_directories(fuzz_readers PRIVATE ${PROJECT_SOURCE_DIR}/src/programs
                           ${PROJECT_SOURCE_DIR}/src/io)
target_link_libraries(fuzz_readers PUBLIC relif_analysis)
foreach(program accuracy correlate coding-error report)
  string(REPLACE - _ word ${program})
  add_library(fuzz_${word} OBJECT ${PROJECT_SOURCE_DIR}/analysis/relif-${program}.c)
  target_compile_definitions(fuzz_${word} PRIVATE main=fuzz_main_${word})
  target_link_libraries(fuzz_${word} PRIVATE relif_analysis)
  target_sources(fuzz_readers PRIVATE $<TARGET_OBJECTS:fuzz_${word}>)
endforeach()

foreach(format network dataset archive analysis)
  relif_fuzz_target(${format} SOURCES fuzz_file.c LIBRARIES fuzz_readers
                    SEEDS ${fuzz_folder}/corpus/archive)
  target_compile_definitions(fuzz_${format} PRIVATE RELIF_FUZZ_READER=fuzz_read_${format})
endforeach()
relif_fuzz_target(hdf5_edited SOURCES fuzz_hdf5_edited.c hdf5_edits.c LIBRARIES fuzz_readers)

# What make_seeds.sh writes the corpus with.
relif_test_program(fuzz_write_seeds ${fuzz_folder}/write_seeds.c)
