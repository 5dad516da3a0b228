#!/bin/sh
# Makes the passwords and keys that are missing in deploy/parts/.env, which Compose reads. usage: deploy/parts/secrets.sh
set -eu
umask 077
env=$(dirname "$0")/.env
touch "$env"
for name in ADMIN_PASSWORD INGEST_PASSWORD CAMERA_PASSWORD CONNECTOR_PASSWORD RESULTS_PASSWORD TRACKER_PASSWORD SIGHTINGS_PASSWORD GATEWAY_PASSWORD \
  INGEST_KEY CAMERA_KEY RESULTS_KEY SIGHTINGS_KEY; do
  grep -q "^$name=" "$env" || echo "$name=$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')" >> "$env"
done
echo "the keys are in $env; the dashboard asks for RESULTS_KEY"
