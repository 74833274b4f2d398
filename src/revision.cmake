# Writes the header with the revision of the sources, at every build:
#   cmake -DSOURCE=<folder> -DHEADER=<file> -P revision.cmake
# Empty where the sources are not the work tree of a repository, for example from a tarball.
set(revision "")
set(dirty false)
find_program(git NAMES git)
if(git)
  execute_process(COMMAND ${git} -C ${SOURCE} rev-parse --show-toplevel HEAD
                  OUTPUT_VARIABLE answer ERROR_QUIET RESULT_VARIABLE status)
  string(REGEX MATCH "^([^\n]*)\n([0-9a-f]+)" found "${answer}")
  file(REAL_PATH ${SOURCE} folder)
  if(status EQUAL 0 AND CMAKE_MATCH_1 STREQUAL folder)
    set(revision ${CMAKE_MATCH_2})
    execute_process(COMMAND ${git} -C ${SOURCE} status --porcelain --untracked-files=no
                    OUTPUT_VARIABLE changes ERROR_QUIET)
    if(changes)
      set(dirty true)
    endif()
  endif()
endif()
set(text "#define RELIF_REVISION \"${revision}\"\n#define RELIF_REVISION_DIRTY ${dirty}\n")
if(EXISTS ${HEADER})
  file(READ ${HEADER} before)
endif()
if(NOT text STREQUAL "${before}")
  file(WRITE ${HEADER} ${text})
endif()
