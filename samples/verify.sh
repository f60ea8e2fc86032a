#!/bin/sh
# Holds what this crate writes against independent readers, as far as they are installed:
#   evtx_dump    (Rust crate evtx), python-evtx, evtxexport (libevtx)
#   etl-parser   (Python), dissect.util for packed traces
#   zipfile      (Python), pyzipper, unzip, 7z, cabextract; xml.etree for the metadata of sessions
# Usage: samples/verify.sh [folder to write into]
# It prints one line for each comparison and fails on the first difference. A reader that is missing
# is named and left out. EVTX_DUMP and PYTHON name other programs than those in the path.
set -eu

crate=$(cd "$(dirname "$0")" && pwd)
work=${1:-$(mktemp -d)}
python=${PYTHON:-python3}
evtx_dump=${EVTX_DUMP:-evtx_dump}

cd "$crate"
cargo build -q -p samples --examples
cargo run -q -p samples --example write_logs "$work/logs"
cargo run -q -p samples --example write_traces "$work/traces"
cargo run -q -p samples --example write_archives "$work/archives"
cargo run -q -p samples --example write_sessions "$work/sessions"
for story in scenarios/*/; do
    name=$(basename "$story")
    cargo run -q -p samples --example write_scenario "$name" "$work/scenarios/$name"
done

EVTX_DUMP=$evtx_dump exec "$python" "$crate/verify.py" "$work" "$crate"
