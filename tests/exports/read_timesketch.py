"""Gives the exports for Timesketch to its own importer, which sends them nowhere. Started by verify.sh.

Usage: read_timesketch.py FOLDER; the folder holds STORY.timesketch and STORY.timesketch-csv.
"""

import datetime
import glob
import json
import os
import shutil
import sys
import tempfile

try:
    from timesketch_import_client import importer
except ImportError:
    print("skipped: timesketch-import-client is not installed")
    sys.exit(0)

MANDATORY = ("message", "datetime", "timestamp_desc")


class Kept(importer.ImportStreamer):
    """Keeps what would be sent to a server, in the form in which it would be."""

    def __init__(self):
        super().__init__()
        self.sent = []
        self._sketch = object()

    def _upload_data_buffer(self, end_stream, data_lines=None, retry_count=0):
        self.sent += [json.loads(json.dumps(line)) for line in data_lines or self._data_lines]

    def _upload_data_frame(self, data_frame, end_stream, retry_count=0):
        text = data_frame.to_json(orient="records", lines=True)
        self.sent += [json.loads(line) for line in text.splitlines()]

    def close(self):
        self._upload_data_buffer(end_stream=True)
        self._reset()


def imported(path):
    streamer = Kept()
    streamer.add_file(path)
    if path.endswith(".jsonl"):
        streamer.close()
    return streamer.sent


def instant(text):
    """Both readers of the importer keep microseconds."""
    return datetime.datetime.fromisoformat(text).astimezone(datetime.timezone.utc)


def check(story, own, sent):
    if len(sent) != len(own):
        sys.exit(f"DIFFERENT rows of {story}: {len(sent)} imported, {len(own)} exported")
    for row, line in zip(sent, own):
        for key in MANDATORY:
            if not row.get(key):
                sys.exit(f"DOES NOT HOLD {story}: an imported row has no {key}: {row}")
        if row["timestamp_desc"] != line["timestamp_desc"]:
            sys.exit(f"DIFFERENT {story}: {row['timestamp_desc']} is {line['timestamp_desc']}")
        # What the importer makes of a time is the time that was written.
        found, written = instant(row["datetime"]), instant(line["datetime"])
        if abs(found - written) >= datetime.timedelta(microseconds=1):
            sys.exit(f"DIFFERENT {story}: imported {row['datetime']}, exported {line['datetime']}")


work = sys.argv[1]
for path in sorted(glob.glob(f"{work}/*.timesketch")):
    story = os.path.basename(path).removesuffix(".timesketch")
    with open(path, encoding="utf-8") as file:
        own = [json.loads(line) for line in file]
    with tempfile.TemporaryDirectory() as folder:
        # The importer tells formats by the ends of names.
        for ending, name in (("timesketch", "a.jsonl"), ("timesketch-csv", "a.csv")):
            copy = shutil.copy(f"{work}/{story}.{ending}", f"{folder}/{name}")
            check(f"{story}.{ending}", own, imported(copy))
    print(f"imported: {story}: {len(own)} rows of both forms by Timesketch's importer")
