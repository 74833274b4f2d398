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
jobs/install.sh "${packages[@]}"

cmake --preset "$preset"
cmake --build --preset "$preset"
