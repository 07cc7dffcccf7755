#!/bin/sh
until wget -q -O /dev/null "${API_URL:-http://api:8000}/healthz"; do sleep 1; done
