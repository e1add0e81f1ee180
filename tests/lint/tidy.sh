#!/usr/bin/env bash
# clang-tidy is clean over docrev's own host-built code.
set -euo pipefail
cd "$DOCREV_SOURCE"
find firmware host-tools simulators -name '*.c' -not -path '*/tests/*' -print0 |
    xargs -0 -P "$(nproc)" -n 4 clang-tidy -p "$DOCREV_BUILD" --quiet 2>/dev/null
