# producer.py
"""Sends pictures as legacy producers do: knows RabbitMQ and its queue, and nothing of this system."""
import base64
import json
import os
import sys
import time

import pika

RABBITMQ_HOST = os.getenv('RABBITMQ_HOST', 'localhost')
RABBITMQ_PORT = int(os.getenv('RABBITMQ_PORT', '5672'))
RABBITMQ_QUEUE_TASK = 'frame_queue'
INTERVAL = float(os.getenv('INTERVAL', '0.5'))

connection = pika.BlockingConnection(pika.ConnectionParameters(host=RABBITMQ_HOST, port=RABBITMQ_PORT))
channel = connection.channel()
channel.queue_declare(queue=RABBITMQ_QUEUE_TASK, durable=True)
for path in sys.argv[1:]:
    with open(path, 'rb') as picture:
        frame = base64.b64encode(picture.read()).decode()
    channel.basic_publish(
        exchange='',
        routing_key=RABBITMQ_QUEUE_TASK,
        body=json.dumps({'frame': frame, 'timestamp': time.time()}),
        properties=pika.BasicProperties(
            delivery_mode=2, # make message persistent
        ))
    time.sleep(INTERVAL)
connection.close()
