"""Opens exported Chrome traces in Perfetto's trace processor. Started by verify.sh.

Usage: read_perfetto.py FOLDER; TRACE_PROCESSOR names the program, which its package does not carry.
"""

import glob
import json
import os
import sys

program = os.environ.get("TRACE_PROCESSOR")
if not program:
    print("skipped: Perfetto's trace processor is not here (TRACE_PROCESSOR); spans are checked by their structure")
    sys.exit(0)
try:
    from perfetto.trace_processor import TraceProcessor, TraceProcessorConfig
except ImportError:
    print("skipped: the package perfetto is not installed")
    sys.exit(0)

for path in sorted(glob.glob(f"{sys.argv[1]}/*.chrome-trace")):
    with open(path, encoding="utf-8") as file:
        events = json.load(file)["traceEvents"]
    spans = sum(event["ph"] in "Xbi" for event in events)
    with TraceProcessor(trace=path, config=TraceProcessorConfig(bin_path=program)) as reader:
        found = next(iter(reader.query("select count(*) as number from slice"))).number
        faults = [
            (row.name, row.value)
            for row in reader.query("select name, value from stats where severity = 'error' and value > 0")
        ]
    if found != spans or faults:
        sys.exit(f"DIFFERENT {path}: {found} slices of {spans}; {faults}")
    print(f"opened: {os.path.basename(path)}: {found} slices in Perfetto")
