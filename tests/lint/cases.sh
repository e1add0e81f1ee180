#!/usr/bin/env bash
# docs/threat-model.md names every case of the conformance kit and none that is not there, and every function of tuf-conformance once.
set -euo pipefail
cd "$DOCREV_SOURCE"
page=docs/threat-model.md
bad=0
section=$(sed -n '/^## Attacks on updates/,/^## Known/p' "$page")
there=$(sed -nE 's/^case_([a-z_0-9]+)\(\).*/\1/p' tests/conformance/cases/*.sh | tr _ - | sort)
# shellcheck disable=SC2016 # the back-quotes are Markdown
named=$(grep -oE '`[a-z0-9]+(-[a-z0-9]+)+`' <<<"$section" | tr -d '`' | sort -u)
while read -r line; do
    [ -n "$line" ] || continue
    echo "$page and the kit differ (< named only, > played only): $line"
    bad=1
done < <(diff <(echo "$named") <(echo "$there") | grep '^[<>]')
# shellcheck disable=SC2016
functions=$(grep -oE '^\| `test_[a-z_0-9]+` \|' <<<"$section")
if [ "$(wc -l <<<"$functions")" -ne 56 ] || [ "$(sort -u <<<"$functions" | wc -l)" -ne 56 ]; then
    echo "$page: 53 functions of tuf-conformance and 3 of its simulator are wanted, each once"
    bad=1
fi
if grep -E '^\| `test_' <<<"$section" | grep -E '\| *\|$'; then
    echo "$page: a function without case or reason"
    bad=1
fi
exit $bad
