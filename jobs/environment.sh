# Sourced by the other scripts, by Slurm jobs and by you before mpirun: first what your site
# needs (jobs/site.sh, or the file that RELIF_SITE names; see site.sh.example), then the
# settings of Open MPI. Values that are set already stay.

# On a machine without a scheduler Open MPI may start more ranks than there are cores, and they
# do not spin while they wait. In a Slurm job every rank has a core: what the submitting shell
# had set for its own machine does not hold there.
if [ -n "${SLURM_JOB_ID:-}" ]; then
    unset OMPI_MCA_rmaps_base_oversubscribe OMPI_MCA_hwloc_base_binding_policy \
        OMPI_MCA_mpi_yield_when_idle OMPI_MCA_btl_vader_single_copy_mechanism
fi

relif_site=${RELIF_SITE:-$(dirname "${BASH_SOURCE:-$0}")/site.sh}
if [ -e "$relif_site" ]; then
    # shellcheck source=jobs/site.sh.example
    . "$relif_site"
elif [ -n "${RELIF_SITE:-}" ]; then
    echo "jobs/environment.sh: no file '$RELIF_SITE', which RELIF_SITE names" >&2
fi
unset relif_site

if [ -z "${SLURM_JOB_ID:-}" ]; then
    export OMPI_MCA_rmaps_base_oversubscribe=${OMPI_MCA_rmaps_base_oversubscribe:-1}
    export OMPI_MCA_hwloc_base_binding_policy=${OMPI_MCA_hwloc_base_binding_policy:-none}
    export OMPI_MCA_mpi_yield_when_idle=${OMPI_MCA_mpi_yield_when_idle:-1}
    export OMPI_MCA_btl_vader_single_copy_mechanism=${OMPI_MCA_btl_vader_single_copy_mechanism:-none}
fi
export OMPI_ALLOW_RUN_AS_ROOT=${OMPI_ALLOW_RUN_AS_ROOT:-1}
export OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=${OMPI_ALLOW_RUN_AS_ROOT_CONFIRM:-1}
export OPENBLAS_NUM_THREADS=${OPENBLAS_NUM_THREADS:-1}
