relif_script_test(jobs_scripts jobs/test_scripts.sh LABELS unit)

# Against a Slurm cluster that the test starts; skipped where Slurm's programs are missing.
foreach(name launch sweep resume)
  relif_script_test(jobs_${name} jobs/test_${name}.sh LABELS slurm mpi)
  set_tests_properties(jobs_${name} PROPERTIES TIMEOUT 900 RESOURCE_LOCK slurm)
endforeach()
