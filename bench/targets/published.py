"""Follows boxes with a published tracker, and scores that and what ours made of the same boxes. JSON on stdin, JSON on stdout.

In:  {"sequences": [{"name", "fps", "frames": [{"truth": [[id, x, y, w, h]], "detections": [[x, y, w, h, score]],
     "ours": [[id, x, y, w, h]]}]}]}
Out: [{"name", "tracker", "idf1", "mota", "switches", "misses", "false"}]
"""

import json
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")

if not hasattr(np, "asfarray"):  # motmetrics was written for NumPy 1
    np.asfarray = lambda a, dtype=float: np.asarray(a, dtype=dtype)

import motmetrics as mm
import supervision as sv
import trackers

# the defaults keep a lost track for 1 second; ours does so for 3 seconds, and so may theirs
TRACKERS = {
    "ByteTrack": (trackers.ByteTrackTracker, {}),
    "ByteTrack, lost for 3 s": (trackers.ByteTrackTracker, {"lost_track_buffer": 90}),
    "OC-SORT, lost for 3 s": (trackers.OCSORTTracker, {"lost_track_buffer": 90}),
    "C-BIoU, lost for 3 s": (trackers.CBIoUTracker, {"lost_track_buffer": 90}),
}


def follow(sequence, make, settings):
    tracker = make(frame_rate=float(sequence["fps"]), **settings)
    frames = []
    for frame in sequence["frames"]:
        boxes = np.array(frame["detections"], dtype=float).reshape(-1, 5)
        found = sv.Detections(
            xyxy=np.column_stack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:4]]),
            confidence=boxes[:, 4],
            class_id=np.zeros(len(boxes), dtype=int),
        ) if len(boxes) else sv.Detections.empty()
        tracked = tracker.update(found)
        ids = tracked.tracker_id if tracked.tracker_id is not None else []
        # those without a number are not confirmed yet
        frames.append([[int(i), x, y, r - x, b - y] for i, (x, y, r, b) in zip(ids, tracked.xyxy) if i >= 0])
    return frames


def score(sequence, tracked):
    accumulator = mm.MOTAccumulator(auto_id=True)
    for frame, ours in zip(sequence["frames"], tracked):
        truth, found = [np.array(rows, dtype=float).reshape(-1, 5) for rows in (frame["truth"], ours)]
        distances = mm.distances.iou_matrix(truth[:, 1:], found[:, 1:], max_iou=0.5)
        accumulator.update(truth[:, 0].astype(int), found[:, 0].astype(int), distances)
    names = ["idf1", "mota", "num_switches", "num_misses", "num_false_positives"]
    row = mm.metrics.create().compute(accumulator, metrics=names).iloc[0]
    return dict(zip(["idf1", "mota", "switches", "misses", "false"], [float(row[name]) for name in names]))


results = []
for sequence in json.load(sys.stdin)["sequences"]:
    results.append({"name": sequence["name"], "tracker": "framewire", **score(sequence, [f["ours"] for f in sequence["frames"]])})
    for name, (make, settings) in TRACKERS.items():
        results.append({"name": sequence["name"], "tracker": name, **score(sequence, follow(sequence, make, settings))})
json.dump(results, sys.stdout)
