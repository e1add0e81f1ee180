# Building docrev: sourced by the scripts, which then call these in the repository's root.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=script/lib/packages.sh
. "$root/script/lib/packages.sh"

say() {
    printf '\n== %s\n' "$*"
}

# build_preset PRESET [TARGET...]: configures when needed and builds a CMake preset, everything or some targets.
build_preset() {
    cmake --preset "$1" >"$root/.cache/configure-$1.log" 2>&1 || {
        cat "$root/.cache/configure-$1.log" >&2
        return 1
    }
    local folder
    case $1 in
    host) folder=$root/build ;;
    host-sanitize) folder=$root/build/sanitize ;;
    lm3s6965evb) folder=$root/build/firmware ;;
    *) folder=$root/build/$1 ;;
    esac
    cmake --build "$folder" -j "$(nproc)" ${2:+--target "${@:2}"} >"$root/.cache/build-$1.log" 2>&1 || {
        grep -E -A 12 'error|FAILED' "$root/.cache/build-$1.log" | head -n 80 >&2
        return 1
    }
}

prepare() {
    mkdir -p "$root/.cache"
    # shellcheck disable=SC2086 # lists of names
    need_packages $PACKAGES_BUILD $PACKAGES_BOARD "$@"
    "$root/script/lib/third-party.sh"
}
