#!/usr/bin/env bash
# joinscope's trace reader on one thread and on two, and side by side with the Python package
# etl-parser, the one open reader off Windows that also decodes self-describing events.
#
# All runs that are compared are made in turn (A B A B ...), after one run each that does not count.
# Scaling is measured inside one process; its first row is work without memory, so what is missing
# from 2.00 there was taken by others. The peer reads a generated trace of types that it knows (it
# ends with an exception at FILETIME, for one), once with its records alone and once with all fields.
# Its import of seconds is left out, joinscope's figure is of the whole process. Printed are medians
# and ratios: above 1 joinscope, or two threads, are faster. Quote the ratios; the seconds are of
# this machine and this minute.
#
#   benches/peers-etl.sh         a generated trace of $MIB mebibytes (2) for the peer
#   benches/peers-etl.sh FILE... these traces instead; the peer cannot read most
#
# Environment: ETL_PARSER (a Python that has etl-parser; else one is made in the target folder),
# PEERS_TRACE (the program that reads; else built here), PAIRS (5), MIB (2), SCALING_MIB (64;
# 0 for none). Needs bash, cargo and python3.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(cargo metadata --format-version 1 --no-deps |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
reader=${PEERS_TRACE:-}
if [[ -z $reader ]]; then
    cargo build --release --quiet --example peers-trace
    reader=$target/release/examples/peers-trace
fi

pairs=${PAIRS:-5}
if [[ ${SCALING_MIB:-64} != 0 ]]; then
    echo "joinscope, generated traces of ${SCALING_MIB:-64} MiB, $pairs pairs, milliseconds and million records a second"
    printf '  %-16s %8s %8s %6s %10s %10s\n' threads 1 2 ratio 1 2
    "$reader" scaling "${SCALING_MIB:-64}" "$pairs"
fi

peer=${ETL_PARSER:-}
if [[ -z $peer ]]; then
    venv=$target/tmp/etl-parser
    peer=$venv/bin/python
    if ! "$peer" -c 'import etl' 2>/dev/null; then
        mkdir -p "$target/tmp"
        if ! { python3 -m venv "$venv" && "$peer" -m pip -q install etl-parser==1.0.1; }; then
            echo "etl-parser cannot be installed here, so nothing is compared with it" >&2
            exit 2
        fi
    fi
fi

traces=("$@")
if [[ ${#traces[@]} -eq 0 ]]; then
    trace=$target/tmp/peers-${MIB:-2}MiB.etl
    mkdir -p "$target/tmp"
    "$reader" write "$trace" $((${MIB:-2} << 20))
    traces=("$trace")
fi

python3 - "$reader" "$peer" "$pairs" "${traces[@]}" <<'PYTHON'
import os
import statistics
import subprocess
import sys
import time

reader, peer, pairs, *traces = sys.argv[1:]
if int(pairs) < 5:
    sys.exit("fewer than five pairs say nothing")

# Prints events, events with fields, and the seconds without the import.
PEER = """
import sys, time
from etl.error import TlMetaDataNotFound
from etl.etl import IEtlFileObserver, build_from_stream

class Counts(IEtlFileObserver):
    records = decoded = 0

    def other(self, _):
        self.records += 1

    on_trace_record = on_perfinfo_trace = on_system_trace = on_win_trace = other

    def on_event_record(self, event):
        self.records += 1
        if sys.argv[2] == "fields":
            try:
                event.parse_tracelogging()
                self.decoded += 1
            except TlMetaDataNotFound:
                pass

counts = Counts()
start = time.perf_counter()
with open(sys.argv[1], "rb") as file:
    build_from_stream(file.read()).parse(counts)
print(counts.records, counts.decoded, time.perf_counter() - start)
"""


def own(trace, depth):
    start = time.perf_counter()
    run = subprocess.run([reader, "read", trace, depth], capture_output=True, text=True)
    wall = time.perf_counter() - start
    if run.returncode:
        sys.exit(run.stderr)
    records, decoded = run.stdout.split()
    return int(records), int(decoded), wall


def other(trace, depth):
    run = subprocess.run([peer, "-c", PEER, trace, depth], capture_output=True, text=True)
    if run.returncode:
        return None
    records, decoded, wall = run.stdout.split()
    return int(records), int(decoded), float(wall)


for trace in traces:
    print(f"{os.path.basename(trace)}, {os.path.getsize(trace) / 1e6:.1f} MB, {pairs} pairs")
    print(f"  {'':8} {'joinscope s':>12} {'etl-parser s':>13} {'ratio':>7} {'events':>8} {'of peer':>8}")
    for depth in ("raw", "fields"):
        own(trace, depth)
        if other(trace, depth) is None:
            print(f"  {depth:8} etl-parser ends with an exception")
            continue
        runs = [(own(trace, depth), other(trace, depth)) for _ in range(int(pairs))]
        walls = [statistics.median(run[side][2] for run in runs) for side in (0, 1)]
        column = 1 if depth == "fields" else 0
        events, of_peer = (runs[0][side][column] for side in (0, 1))
        print(f"  {depth:8} {walls[0]:12.4f} {walls[1]:13.4f} {walls[1] / walls[0]:7.0f} {events:8} {of_peer:8}")
PYTHON
