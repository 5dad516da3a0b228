#!/bin/sh
# The images of the parts that are no functions. usage: REGISTRY=registry.example.org/me TAG=1 deploy/build.sh [push]
set -eu
cd "$(dirname "$0")/.."
registry=${REGISTRY:-docker.io/framewire} tag=${TAG:-latest}
for part in connectors/rabbitmq=connector-rabbitmq connectors/camera=connector-camera deploy/topology=topology; do
  image=$registry/${part#*=}:$tag packages=
  # the camera connector reads video through ffmpeg, and looks for motion by libjpeg-turbo
  if [ "$part" = connectors/camera=connector-camera ]; then packages='ffmpeg libturbojpeg0'; fi
  docker build -f deploy/Dockerfile --build-arg PART="${part%=*}" --build-arg ADDITIONAL_PACKAGE="$packages" -t "$image" .
  if [ "${1:-}" = push ]; then docker push "$image"; fi
done
