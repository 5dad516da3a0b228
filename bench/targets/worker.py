"""The legacy worker, for comparison: frames as base64 JSON from a queue, faces by OpenCV's cascade, results to a queue."""

import base64
import json
import os
import time

import cv2
import numpy
import pika
from prometheus_client import Counter, Histogram, start_http_server

NODE_ID = os.environ["NODE_ID"]
TASKS, RESULTS = "frame_queue", "result_queue"

SECONDS = Histogram("cv_processing_seconds", "Time spent on a frame", ["node_id"])
PROCESSED = Counter("cv_frames_processed_total", "Frames processed", ["node_id"])
FAILED = Counter("cv_frames_failed_total", "Frames that failed", ["node_id", "reason"])

if "OPENCV_THREADS" in os.environ:
    cv2.setNumThreads(int(os.environ["OPENCV_THREADS"]))
cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")


def detect(body):
    message = json.loads(body)
    picture = cv2.imdecode(numpy.frombuffer(base64.b64decode(message["frame"]), numpy.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("not a picture")
    faces = cascade.detectMultiScale(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), 1.1, 4)
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


start_http_server(0, "127.0.0.1")
channel = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])).channel()
channel.queue_declare(TASKS, durable=True)
channel.queue_declare(RESULTS, durable=True)
channel.basic_qos(prefetch_count=1)
channel.basic_consume(TASKS, on_frame)
print("ready", flush=True)
channel.start_consuming()
