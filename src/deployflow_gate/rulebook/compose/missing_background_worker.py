r"""An application that takes payments has a queue for what must not be lost.

A payment provider calls back once it has the money, and expects an answer within seconds. Who books, mails and calls others within that
request loses all of it when something is slow. Take the message, put it into a queue, and let a worker do the rest, again if need be.

A payment library and no queue:

```yaml compose.yaml fails
services:
  «shop»:
    build: .
  db:
    image: postgres:16.4
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
CMD ["gunicorn", "shop.wsgi"]
```
```text requirements.txt passes
Django==5.1.3
stripe==11.3.0
gunicorn==23.0.0
```

In Node and in Ruby:

```yaml compose.prod.yaml fails
services:
  «shop»:
    build: ./shop
  «fees»:
    build: ./fees
```
```dockerfile shop/Dockerfile passes
FROM node:22.11.0-slim
COPY package.json .
CMD ["next", "start"]
```
```json shop/package.json passes
{"dependencies": {"next": "15.0.3", "razorpay": "2.9.5"}}
```
```dockerfile fees/Dockerfile passes
FROM ruby:3.3.6-slim
COPY Gemfile .
CMD ["rails", "server"]
```
```text fees/Gemfile passes
gem "rails", "~> 7.2"
gem "stripe"
```

A queue among the packages, or a worker or broker among the services:

```yaml compose.yaml passes
services:
  shop:
    build: .
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
CMD ["gunicorn", "shop.wsgi"]
```
```text requirements.txt passes
stripe==11.3.0
celery==5.4.0
```
```yaml b/compose.yaml passes
services:
  shop:
    build: .
  worker:
    build: .
    command: python worker.py
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
COPY requirements.txt .
CMD ["gunicorn", "shop.wsgi"]
```
```text b/requirements.txt passes
stripe==11.3.0
```
```yaml c/compose.yaml passes
services:
  shop:
    build: .
  messages:
    image: rabbitmq:3.13.7
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
COPY requirements.txt .
CMD ["gunicorn", "shop.wsgi"]
```
```text c/requirements.txt passes
stripe==11.3.0
```

No payments; a page that only shows a provider's form; a file for work:

```yaml compose.yaml passes
services:
  shop:
    build: .
```
```dockerfile Dockerfile passes
FROM node:22.11.0-slim
COPY package.json .
CMD ["next", "start"]
```
```json package.json passes
{"dependencies": {"next": "15.0.3", "@stripe/stripe-js": "5.2.0"}, "devDependencies": {"stripe": "17.4.0"}}
```
```yaml b/compose.dev.yaml passes
services:
  shop:
    build: .
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
COPY requirements.txt .
CMD ["gunicorn", "shop.wsgi"]
```
```text b/requirements.txt passes
stripe==11.3.0
```

## Options

- `libraries`: packages that take payments.
- `queues`: packages that put work into a queue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.framework import node_packages, python_packages, ruby_gems
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.compose._load import in_use, stack

if TYPE_CHECKING:
    from deployflow_gate.model.compose import ComposeFile, Service
    from deployflow_gate.model.image import Image

LIBRARIES = (
    "stripe", "razorpay", "braintree", "paypalrestsdk", "paypal-checkout-serversdk", "paypal-server-sdk", "paypalhttp", "squareup",
    "mollie-api-python", "adyen", "paystack", "paystackapi", "flutterwave", "rave-python", "iyzipay", "mercadopago", "midtransclient",
    "sslcommerz-lib", "sslcommerz-python", "dj-stripe", "django-payments", "pypaystack", "payu-sdk", "xendit-python", "gocardless-pro",
    "authorizenet", "cashfree-pg", "phonepe", "instamojo-wrapper", "paytmchecksum", "paddle-python-sdk", "yookassa",
    "@paypal/checkout-server-sdk", "@paypal/paypal-server-sdk", "paypal-rest-sdk", "square", "@mollie/api-client",
    "@adyen/api-library", "@paddle/paddle-node-sdk", "flutterwave-node-v3", "midtrans-client", "xendit-node", "gocardless-nodejs",
    "@lemonsqueezy/lemonsqueezy.js", "pay", "solidus_stripe", "activemerchant", "mollie-api-ruby",
)  # fmt: skip

QUEUES = (
    "celery", "dramatiq", "rq", "django-rq", "huey", "arq", "taskiq", "django-q", "django-q2", "procrastinate", "django-tasks", "kombu",
    "pika", "aio-pika", "apscheduler", "django-background-tasks", "saq", "streaq", "temporalio", "prefect", "faststream", "aiokafka",
    "kafka-python", "confluent-kafka", "nats-py", "google-cloud-tasks", "google-cloud-pubsub", "boto3", "aioboto3", "azure-servicebus",
    "inngest", "hatchet-sdk", "dbos", "pgqueuer", "chancy", "flask-executor",
    "bull", "bullmq", "@nestjs/bull", "@nestjs/bullmq", "bee-queue", "agenda", "kue", "pg-boss", "graphile-worker", "amqplib",
    "amqp-connection-manager", "kafkajs", "rhea", "@aws-sdk/client-sqs", "aws-sdk", "@google-cloud/tasks", "@google-cloud/pubsub",
    "@azure/service-bus", "nats", "@temporalio/client", "@temporalio/worker", "@trigger.dev/sdk", "@upstash/qstash", "faktory-worker",
    "sidekiq", "resque", "delayed_job", "delayed_job_active_record", "good_job", "solid_queue", "que", "sneakers", "shoryuken", "bunny",
    "karafka", "queue_classic",
)  # fmt: skip

_WORKER = regex(r"worker|queue|celery|jobs?\b|consumer|sidekiq|horizon|scheduler|broker|background", re.IGNORECASE)
_BROKERS = frozenset(
    {
        "rabbitmq",
        "kafka",
        "cp-kafka",
        "nats",
        "activemq-artemis",
        "activemq",
        "pulsar",
        "redpanda",
        "elasticmq",
        "beanstalkd",
    }
)
_WORKERS = frozenset({"celery", "rq", "dramatiq", "arq", "huey", "sidekiq"})


@rule(Severity.NOTICE, seeds=("000:20",))
def check(
    file: ComposeFile, *, libraries: tuple[str, ...] = LIBRARIES, queues: tuple[str, ...] = QUEUES
) -> Iterator[Problem]:
    if not in_use(file) or any(_works(service) for service in stack(file)):
        return
    project = file.project
    told: set[Image] = set()
    for service in stack(file):
        for image in project.images_run_by.get(service, ()):
            packages = _packages(image)
            paying = sorted(packages.intersection(libraries))
            if service.development or image.development or image in told or not paying or not image.web:
                continue
            told.add(image)
            if not any(_queued(other, queues) for other in project.images):
                said = f"`{paying[0]}` takes payments here, and nothing works them off behind the requests."
                yield Problem(service.name_span, said)


def _packages(image: Image) -> frozenset[str]:
    return python_packages(image) | node_packages(image) | ruby_gems(image)


def _queued(image: Image, queues: tuple[str, ...]) -> bool:
    return not _packages(image).isdisjoint(queues) or any(server.framework in _WORKERS for server in image.servers)


def _works(service: Service) -> bool:
    """Whether a service is a worker or a broker, by its name, its command or its image."""
    words = " ".join(word.sketch for word in (*(service.entrypoint_words or ()), *(service.command_words or ())))
    name = service.image.base_name if service.image is not None else None
    return name in _BROKERS or _WORKER.search(service.name) is not None or _WORKER.search(words) is not None
