#!/usr/bin/env bash
# Scripts parse, and nothing committed names a registry host.
set -euo pipefail
cd "$DOCREV_SOURCE"
while IFS= read -r script; do
    bash -n "$script"
done < <(grep -rlE '^#!.*(bash|/sh)' script .ci tests boards simulators)
host='deb\.debian\.org|registry\.npmjs|security\.debian'
if grep -rnIE "$host" script .ci cmake CMakeLists.txt README.md docs firmware host-tools simulators boards tests 2>/dev/null |
    grep -v 'tests/lint/scripts.sh'; then
    echo "a registry host is named"
    exit 1
fi
