#!/usr/bin/env bash
# The kit against a device of ours: run.sh host|board [CASE...].
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
kind=$1
shift
if [ "$kind" = board ]; then
    [ -f "$DOCREV_FIRMWARE/checkpoint-lm3s6965evb.elf" ] || { echo "skipped: no image in $DOCREV_FIRMWARE"; exit 77; }
    command -v qemu-system-arm >/dev/null || { echo "skipped: no qemu-system-arm"; exit 77; }
fi
folder=$(mktemp -d)
trap '"$here/device.sh" stop "$kind" "$folder"; rm -rf "$folder"' EXIT
"$here/kit.sh" --work "$folder/kit" --prepare
"$DOCREV_BIN/docrev" device factory -o "$folder/factory.page" --owner "$folder/kit/owner.drp" >/dev/null
"$here/device.sh" start "$kind" "$folder"
"$here/kit.sh" --link "serial:$folder/line" --work "$folder/kit" --restart "$here/device.sh restart $kind $folder" "$@"
