# The scripts of jobs/ and those that test them: syntax, what shellcheck finds, usage.
. "$(dirname "$0")/../programs/common.sh"
cd "$source_dir" || exit 1
scripts=(jobs/*.sh jobs/*.sbatch jobs/site.sh.example tests/run.sh tests/jobs/*.sh)
for script in "${scripts[@]}"; do
    bash -n "$script" || fail "$script: syntax"
done
if command -v shellcheck >/dev/null; then
    shellcheck --external-sources --source-path=SCRIPTDIR --shell=bash "${scripts[@]}" ||
        fail "shellcheck"
else
    echo "shellcheck is not installed: syntax only"
fi
for script in jobs/*.sbatch; do
    name=$(basename "$script" .sbatch)
    for option in "job-name=relif-$name" signal=B:USR1@120 requeue open-mode=append; do
        grep -qx "#SBATCH --$option" "$script" || fail "$script: no #SBATCH --$option"
    done
    # All but their own lines are the same.
    diff <(grep -v "^#\|job_relif\|task" "$script" | sed "s/$name/run/") \
        <(grep -v '^#\|job_relif' jobs/run.sbatch) || fail "$script: not as run.sbatch"
done
finish
