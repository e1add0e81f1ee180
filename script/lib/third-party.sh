#!/bin/sh
# Brings mbedTLS 3.6 LTS and libnfc 1.8 as Debian source packages into .cache/third-party, verified by apt's signatures.
# Uses source entries and lists of its own, derived from this machine's mirror; nothing outside the folder changes.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
cache=$root/.cache/third-party
mbedtls_series=3.6
libnfc_series=1.8

fail() {
    echo "third-party: $*" >&2
    exit 1
}

write_sources() {
    site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)
    [ -n "$site" ] || fail "no mirror in this machine's apt configuration (run apt-get update)"
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -e "$keyring" ] || keyring=/usr/share/keyrings/debian-archive-keyring.pgp
    for suite in trixie bookworm; do
        echo "deb-src [signed-by=$keyring] $site $suite main"
    done >"$cache/sources.list"
}

apt_get() {
    apt-get -qq \
        -o Dir::Etc::sourcelist="$cache/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::lists="$cache/lists" -o Dir::Cache="$cache/apt" -o APT::Sandbox::User=root "$@"
}

# Newest version of the series that the mirror really serves: a suite's index may name a file the mirror lacks.
download() {
    name=$1 series=$2
    versions=$(apt-cache -o Dir::Etc::sourcelist="$cache/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::lists="$cache/lists" -o Dir::Cache="$cache/apt" showsrc --only-source "$name" |
        sed -n "s/^Version: \($series\.[^ ]*\)$/\1/p" | sort -ruV)
    [ -n "$versions" ] || fail "$name $series: not in the mirror's source index"
    for version in $versions; do
        if (cd "$cache/packages" && apt_get source --download-only "$name=$version" >/dev/null 2>"$cache/log"); then
            rm -rf "$cache/src/$name.tmp" "$cache/src/$name"
            dpkg-source --no-check -x "$cache/packages/${name}_$version.dsc" "$cache/src/$name.tmp" >/dev/null
            printf '%s\n' "$version" >"$cache/src/$name.tmp/.docrev-version"
            mv "$cache/src/$name.tmp" "$cache/src/$name"
            echo "third-party: $name $version"
            return 0
        fi
    done
    fail "$name $series: $(tail -n 1 "$cache/log")"
}

[ -e "$cache/src/mbedtls/.docrev-version" ] && [ -e "$cache/src/libnfc/.docrev-version" ] && exit 0
mkdir -p "$cache/lists/partial" "$cache/apt/archives/partial" "$cache/packages" "$cache/src"
write_sources
apt_get update
download mbedtls "$mbedtls_series"
download libnfc "$libnfc_series"
