# What docrev needs of Debian, installed when missing. Sourced by the scripts.
# shellcheck shell=sh

PACKAGES_BUILD="build-essential cmake ninja-build pkg-config git dpkg-dev ca-certificates debian-archive-keyring libssl-dev libjpeg-dev libeac-dev libcmocka-dev"
PACKAGES_BOARD="gcc-arm-none-eabi binutils-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm"
PACKAGES_TEST="openssl libnfc-bin mrtdreader libcoap3-bin socat jq netpbm clang libclang-rt-14-dev clang-format clang-tidy"

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# need_packages PACKAGE...: installs those that are not there yet.
need_packages() {
    missing=""
    for package in "$@"; do
        if [ "$package" = libclang-rt-14-dev ] && ! apt-cache show "$package" >/dev/null 2>&1; then
            package=libclang-rt-dev # trixie and later
        fi
        dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    echo "installing:$missing"
    as_root apt-get update -qq
    # shellcheck disable=SC2086 # a list of names
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
