#!/usr/bin/env bash
# `cmake --install` puts everything in its place, and the installed program finds its scenarios.
#
#   tests/app/install_test.sh BUILD
set -euo pipefail
build=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$build" --prefix "$folder/usr" >"$folder/log" || { cat "$folder/log"; exit 1; }
for file in bin/posthorn share/posthorn/scenarios/first-letter.json \
  share/posthorn/scenarios/letters share/posthorn/schema/scenario.schema.json \
  share/doc/posthorn/LICENSE share/doc/posthorn/README.md; do
  [[ -e $folder/usr/$file ]] || { echo "FAILED: $file is not installed"; exit 1; }
done
[[ ! -e $folder/usr/share/posthorn/scenarios/broken ]] || { echo "FAILED: broken/ is installed"; exit 1; }
cd "$folder"
unset POSTHORN_DATA
grep -q "The first letter" <<<"$(usr/bin/posthorn list --lang en)"
usr/bin/posthorn run first-letter --quiet
usr/bin/posthorn check usr/share/posthorn/scenarios/*.json
echo "installed, and found its scenarios"
