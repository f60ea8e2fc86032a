"""Reads exports back with Python's own readers. Started by verify.sh."""

import csv
import datetime
import glob
import json
import os
import sys

work = sys.argv[1]
csv.field_size_limit(1 << 30)
L2T = (
    "date,time,timezone,MACB,source,sourcetype,type,user,host,short,desc,version,filename,inode,"
    "notes,format,extra"
).split(",")


def same(what, found, expected):
    if found != expected:
        sys.exit(f"DIFFERENT {what}\n  found    {found!r}\n  expected {expected!r}")


def holds(what, truth):
    if not truth:
        sys.exit(f"DOES NOT HOLD {what}")


def read(story, ending):
    with open(f"{work}/{story}.{ending}", encoding="utf-8", newline="") as file:
        return file.read()


def table(story, ending):
    rows = list(csv.reader(read(story, ending).splitlines(keepends=True), strict=True))
    head, rows = rows[0], rows[1:]
    for row in rows:
        same(f"cells of a row of {story}.{ending}", len(row), len(head))
        for cell in row:
            formula = cell.lstrip()[:1] in tuple("=+-@") and cell.strip("-:")
            holds(f"no formula in {story}.{ending}: {cell!r}", not formula)
    return head, rows


def lines(story, ending):
    return [json.loads(line) for line in read(story, ending).splitlines()]


def timesketch(story, dated):
    """Mandatory fields, and that both times of a row are one."""
    rows = lines(story, "timesketch")
    same(f"rows of {story}.timesketch", len(rows), dated)
    for row in rows:
        holds("mandatory fields", all(row[key] for key in ("message", "datetime", "timestamp_desc")))
        at = datetime.datetime.fromisoformat(row["datetime"])
        epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
        same("the two times of a row", (at - epoch) // datetime.timedelta(microseconds=1), row["timestamp"])
    head, cells = table(story, "timesketch-csv")
    same(f"columns of {story}.timesketch-csv", head[:4], ["message", "timestamp", "datetime", "timestamp_desc"])
    same(f"rows of {story}.timesketch-csv", [row[1] for row in cells], [str(row["timestamp"]) for row in rows])


def l2tcsv(story, events):
    head, rows = table(story, "l2tcsv")
    same(f"columns of {story}.l2tcsv", head, L2T)
    same(f"rows of {story}.l2tcsv", len(rows), events)
    for row in rows:
        if row[0] != "00/00/0000":
            datetime.datetime.strptime(f"{row[0]} {row[1]}", "%m/%d/%Y %H:%M:%S")


def chrome_trace(story, dated):
    """Spans nest on their threads, and asynchronous spans end."""
    trace = json.loads(read(story, "chrome-trace"))
    events = trace["traceEvents"]
    shown = [event for event in events if event["ph"] in "bi"]
    same(f"events of {story}.chrome-trace", len(shown), dated)
    ends = sorted((event["id"], event["cat"], event["pid"]) for event in events if event["ph"] == "e")
    same("ends", ends, sorted((event["id"], event["cat"], event["pid"]) for event in events if event["ph"] == "b"))
    threads = {}
    for event in events:
        if event["ph"] == "X":
            holds(f"a time that is none: {event}", event["ts"] >= 0 and event["dur"] >= 0)
            threads.setdefault((event["pid"], event["tid"]), []).append(event)
    for spans in threads.values():
        spans.sort(key=lambda span: (span["ts"], -span["dur"]))
        open_ends = []
        for span in spans:
            end = span["ts"] + span["dur"]
            while open_ends and open_ends[-1] <= span["ts"] + 0.05:
                open_ends.pop()
            holds(f"nesting of {span}", not open_ends or end <= open_ends[-1] + 0.05)
            open_ends.append(end)
    return len(threads)


def har(story, exchanges):
    log = json.loads(read(story, "har"))["log"]
    same("version of HAR", log["version"], "1.2")
    same(f"entries of {story}.har", len(log["entries"]), exchanges)
    for entry in log["entries"]:
        datetime.datetime.fromisoformat(entry["startedDateTime"][:26] + "+00:00")
        timings = entry["timings"]
        same("the sum of timings", timings["send"] + timings["wait"] + timings["receive"], entry["time"])
        for key in ("method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"):
            holds(f"{key} of a request", key in entry["request"])
        for key in ("status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL"):
            holds(f"{key} of a response", key in entry["response"])


def sarif(story):
    log = json.loads(read(story, "sarif"))
    rules = [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]]
    same("rules that stand twice", len(rules), len(set(rules)))
    for result in log["runs"][0]["results"]:
        holds("the rule of a result", result["ruleId"] in rules)
        holds("the level of what did not fail", result["kind"] == "fail" or result["level"] == "none")
    schema = os.environ.get("SARIF_SCHEMA")
    if not schema:
        return "skipped: no schema given (SARIF_SCHEMA)"
    try:
        import jsonschema
    except ImportError:
        return "skipped: jsonschema is not installed"
    with open(schema, encoding="utf-8") as file:
        schema = json.load(file)
    # The schema names the draft that it is written in.
    jsonschema.validators.validator_for(schema)(schema).validate(log)
    return "valid by its schema"


for path in sorted(glob.glob(f"{work}/*.jsonl")):
    story = os.path.basename(path).removesuffix(".jsonl")
    events = lines(story, "jsonl")
    dated = [event for event in events if "@timestamp" in event]
    exchanges = [event for event in dated if event["joinscope.lane"] == "http"]
    head, rows = table(story, "csv")
    same(f"events of {story}.csv", [row[1] for row in rows], [event["event.id"] for event in events])
    for row, event in zip(rows, events):
        same("the time of a row", row[0], event.get("@timestamp", ""))
        same("the time as recorded", row[head.index("recorded")], event.get("joinscope.recorded", ""))
        json.loads(row[head.index("fields")].removeprefix("'"))
    timesketch(story, len(dated))
    l2tcsv(story, len(events))
    threads = chrome_trace(story, len(dated))
    har(story, len(exchanges))
    found = sarif(story)
    print(f"same: {story}: {len(events)} events, {len(exchanges)} exchanges, {threads} lines of spans; SARIF: {found}")
