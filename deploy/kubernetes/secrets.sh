#!/bin/sh
# Makes the passwords and keys that are missing, in the cluster that kubectl names; what is there is left as it is.
# usage: deploy/kubernetes/secrets.sh
# RABBITMQ_HOST (host:port/vhost) and RABBITMQ_MANAGEMENT_URL (as an administrator, the same vhost) name a RabbitMQ of one's own.
# Three brokers have an administrator already: RabbitMQ's Cluster Operator made it, and it is taken from its secret.
set -eu
# a vhost of its own, which the topology step makes with quorum queues by default
host=${RABBITMQ_HOST:-rabbitmq.framewire:5672/framewire}

has() { kubectl -n "$1" get secret "$2" >/dev/null 2>&1; }
word() { head -c 24 /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_'; }
read_key() { kubectl -n "$1" get secret "$2" -o "go-template={{with index .data \"$3\"}}{{. | base64decode}}{{end}}"; }
make() { # namespace name key=value...
  namespace=$1 name=$2
  shift 2
  has "$namespace" "$name" && return
  for pair; do set -- "$@" "--from-literal=$pair"; shift; done
  kubectl -n "$namespace" create secret generic "$name" "$@"
}

kubectl apply -f "$(dirname "$0")/namespace.yaml"
kubectl get namespace openfaas-fn >/dev/null 2>&1 || kubectl create namespace openfaas-fn

user=admin password=$(word) operator=framewire-default-user
if has framewire $operator; then
  user=$(read_key framewire $operator username) password=$(read_key framewire $operator password)
fi
make framewire rabbitmq-admin "user=$user" "password=$password" \
  "management-url=${RABBITMQ_MANAGEMENT_URL:-http://$user:$password@rabbitmq.framewire:15672/framewire}"
# the user and password of each part stand in the address that it connects with
make framewire broker-users \
  "ingest-amqp-url=amqp://ingest:$(word)@$host" \
  "camera-amqp-url=amqp://camera:$(word)@$host" \
  "connector-amqp-url=amqp://connector:$(word)@$host" \
  "results-amqp-url=amqp://results:$(word)@$host" \
  "tracker-amqp-url=amqp://tracker:$(word)@$host" \
  "sightings-amqp-url=amqp://sightings:$(word)@$host"
# a secret that was made by an earlier version has fewer keys
add() { # key value
  [ -n "$(read_key framewire broker-users "$1")" ] ||
    kubectl -n framewire patch secret broker-users -p "{\"stringData\":{\"$1\":\"$2\"}}"
}
for user in tracker sightings; do add "$user-amqp-url" "amqp://$user:$(word)@$host"; done
# where KEDA reads the length of the queue: the broker's management API, as a user who may do nothing else
management=$(read_key framewire rabbitmq-admin management-url)
add monitoring-url "$(echo "$management" | sed "s#//[^@/]*@#//keda:$(word)@#; s#\(//[^/]*\).*#\1/#")"
make openfaas-fn rabbitmq-monitoring "host=$(read_key framewire broker-users monitoring-url)"
make framewire camera-key "camera-key=$(word)"
make framewire basic-auth \
  "basic-auth-user=$(read_key openfaas basic-auth basic-auth-user)" \
  "basic-auth-password=$(read_key openfaas basic-auth basic-auth-password)"

# OpenFaaS reads those of functions in its own namespace
make openfaas-fn camera-key "camera-key=$(read_key framewire camera-key camera-key)"
kubectl -n openfaas-fn label secret camera-key app.kubernetes.io/managed-by=openfaas --overwrite >/dev/null
for user in ingest results; do
  make openfaas-fn "$user-amqp-url" "$user-amqp-url=$(read_key framewire broker-users "$user-amqp-url")"
  make openfaas-fn "$user-key" "$user-key=$(word)"
  [ "$user" = ingest ] && key=ingest-key || key=results-key
  kubectl -n openfaas-fn label secret "$user-amqp-url" "$key" app.kubernetes.io/managed-by=openfaas --overwrite >/dev/null
done
for user in tracker sightings; do
  make openfaas-fn "$user-amqp-url" "$user-amqp-url=$(read_key framewire broker-users "$user-amqp-url")"
  kubectl -n openfaas-fn label secret "$user-amqp-url" app.kubernetes.io/managed-by=openfaas --overwrite >/dev/null
done
make openfaas-fn sightings-key "sightings-key=$(word)"
# empty ones read as not set
make openfaas-fn sightings-database-url "sightings-database-url=${DATABASE_URL:-}"
make openfaas-fn sightings-s3-access-key "sightings-s3-access-key=${S3_ACCESS_KEY:-}"
make openfaas-fn sightings-s3-secret-key "sightings-s3-secret-key=${S3_SECRET_KEY:-}"
for name in key database-url s3-access-key s3-secret-key; do
  kubectl -n openfaas-fn label secret "sightings-$name" app.kubernetes.io/managed-by=openfaas --overwrite >/dev/null
done
