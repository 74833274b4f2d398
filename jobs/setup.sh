#!/usr/bin/env bash
# Installs what relif needs from Debian's packages (only what is missing) and builds it.
#
#   jobs/setup.sh [PRESET]        PRESET: release (default) or dev
#
# Leaves the programs in build/PRESET/bin. Installing needs root; where everything is
# installed already, nothing is.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}

packages=(
    build-essential cmake ninja-build pkg-config
    libopenmpi-dev openmpi-bin libhdf5-openmpi-dev libscalapack-openmpi-dev libopenblas-dev
    zlib1g-dev liblzma-dev libyaml-dev libssl-dev libjansson-dev gnuplot-nox
)

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done

if [ ${#missing[@]} -gt 0 ]; then
    echo "installing: ${missing[*]}"
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "jobs/setup.sh: these packages are missing and need root to install:" \
                "apt-get install ${missing[*]}" >&2
            exit 1
        }
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

cmake --preset "$preset"
cmake --build --preset "$preset"
