#!/usr/bin/env bash
# docs/architecture.md names every folder that holds sources, and no file that is not there.
set -euo pipefail
cd "$DOCREV_SOURCE"
map=docs/architecture.md
bad=0
sources=$(find . \( -path ./build -o -path ./.cache -o -path ./.git \) -prune -o -type f \
    \( -name '*.c' -o -name '*.h' -o -name '*.sh' -o -name '*.cmake' \) -printf '%P\n')
while read -r folder; do
    case $folder in
    tests/*/*) folder=$(cut -d/ -f1,2 <<<"$folder") ;; # tests mirror the tree
    esac
    grep -qF "\`$folder\`" "$map" || { echo "$map does not name $folder"; bad=1; }
done < <(xargs -n1 dirname <<<"$sources" | sort -u)
# shellcheck disable=SC2016 # the back-quotes are Markdown
while read -r name; do
    grep -qE "(^|/)$name\$" <<<"$sources" || { echo "$map names $name, which is not there"; bad=1; }
done < <(grep -oE '`[a-z0-9_/-]+\.(c|h|sh)`' "$map" | tr -d '`' | sort -u)
exit $bad
