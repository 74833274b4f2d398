# Against a Slurm cluster that the test starts; skipped where Slurm's programs are missing.
relif_script_test(jobs_scripts jobs/test_scripts.sh LABELS unit)
relif_script_test(jobs_launch jobs/test_launch.sh LABELS slurm mpi)
relif_script_test(jobs_sweep jobs/test_sweep.sh LABELS slurm mpi)
relif_script_test(jobs_resume jobs/test_resume.sh LABELS slurm mpi)
