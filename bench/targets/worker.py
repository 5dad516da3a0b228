"""The legacy worker, for comparison: frames as base64 JSON from a queue, faces, results to a queue. The cascade can be swapped for YuNet."""

import argparse
import base64
import json
import os
import time

import cv2
import numpy
import onnxruntime
import pika
from prometheus_client import Counter, Histogram, start_http_server

NODE_ID = os.environ["NODE_ID"]
TASKS, RESULTS = "frame_queue", "result_queue"
SIDE, STRIDES, MIN_SCORE, MAX_OVERLAP = 320, (8, 16, 32), 0.6, 0.3

SECONDS = Histogram("cv_processing_seconds", "Time spent on a frame", ["node_id"])
PROCESSED = Counter("cv_frames_processed_total", "Frames processed", ["node_id"])
FAILED = Counter("cv_frames_failed_total", "Frames that failed", ["node_id", "reason"])


def decode(jpeg, colour=cv2.IMREAD_COLOR):
    picture = cv2.imdecode(jpeg, colour)
    if picture is None:
        raise ValueError("not a picture")
    return picture


def decode_small(jpeg):
    """At most SIDE wide and high. Halved by the JPEG decoder itself, which is cheapest, unless that leaves less. With the factor back."""
    halved = decode(jpeg, cv2.IMREAD_REDUCED_COLOR_2)
    by = 2 if max(halved.shape) >= SIDE else 1
    picture = halved if by == 2 else decode(jpeg)
    longest = max(picture.shape)
    if longest == SIDE:
        return picture, by
    return cv2.resize(picture, None, fx=SIDE / longest, fy=SIDE / longest), by * longest / SIDE


def haar():
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    return lambda jpeg: cascade.detectMultiScale(cv2.cvtColor(decode(jpeg), cv2.COLOR_BGR2GRAY), 1.1, 4)


def yunet_onnx(weights):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    names = [f"{head}_{stride}" for stride in STRIDES for head in ("cls", "obj", "bbox")]
    blob = numpy.zeros((1, 3, SIDE, SIDE), numpy.float32)

    def find(jpeg):
        picture, factor = decode_small(jpeg)
        height, width = picture.shape[:2]
        blob[:, :, height:], blob[:, :, :, width:] = 0, 0
        blob[0, :, :height, :width] = picture.transpose(2, 0, 1)
        outputs = session.run(names, {"input": blob})
        boxes, scores = [], []
        for stride, cls, obj, bbox in zip(STRIDES, *(outputs[head::3] for head in range(3))):
            score = numpy.sqrt(cls[0, :, 0] * obj[0, :, 0])
            cells = numpy.flatnonzero(score > MIN_SCORE)
            row, column = numpy.divmod(cells, SIDE // stride)
            x, y, w, h = bbox[0, cells].T
            w, h = numpy.exp(w), numpy.exp(h)
            boxes.append(numpy.stack([column + x - w / 2, row + y - h / 2, w, h], axis=1) * stride)
            scores.append(score[cells])
        boxes, scores = numpy.concatenate(boxes), numpy.concatenate(scores)
        return boxes[list(cv2.dnn.NMSBoxes(boxes, scores, MIN_SCORE, MAX_OVERLAP))] * factor

    return find


def yunet_opencv(weights):
    detector = cv2.FaceDetectorYN.create(weights, "", (SIDE, SIDE), MIN_SCORE, MAX_OVERLAP)

    def find(jpeg):
        picture, factor = decode_small(jpeg)
        detector.setInputSize(picture.shape[1::-1])
        faces = detector.detect(picture)[1]
        return [] if faces is None else faces[:, :4] * factor

    return find


def detect(body):
    message = json.loads(body)
    faces = find(numpy.frombuffer(base64.b64decode(message["frame"]), numpy.uint8))
    return {
        "timestamp": time.time(),
        "node_id": NODE_ID,
        "detections": [dict(zip("xywh", map(int, face))) for face in faces],
        "original_timestamp": message["timestamp"],
    }


def on_frame(channel, method, _properties, body):
    try:
        with SECONDS.labels(NODE_ID).time():
            result = detect(body)
        persistent = pika.BasicProperties(delivery_mode=2)
        channel.basic_publish("", RESULTS, json.dumps(result), persistent)
        PROCESSED.labels(NODE_ID).inc()
    except Exception as error:
        FAILED.labels(NODE_ID, type(error).__name__).inc()
    channel.basic_ack(method.delivery_tag)


DETECTORS = {"haar": lambda _: haar(), "yunet-onnx": yunet_onnx, "yunet-opencv": yunet_opencv}
parser = argparse.ArgumentParser()
parser.add_argument("--detector", choices=DETECTORS, default="haar")
parser.add_argument("--weights")
arguments = parser.parse_args()
cv2.setNumThreads(1)
find = DETECTORS[arguments.detector](arguments.weights)
start_http_server(0, "127.0.0.1")
channel = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])).channel()
channel.queue_declare(TASKS, durable=True)
channel.queue_declare(RESULTS, durable=True)
channel.basic_qos(prefetch_count=1)
channel.basic_consume(TASKS, on_frame)
print("ready", flush=True)
channel.start_consuming()
