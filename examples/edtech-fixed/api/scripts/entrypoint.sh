#!/bin/sh
# Wait for the database, bring it up to date, then become the server.
set -eu

until python manage.py check --database default >/dev/null 2>&1; do
  echo "waiting for the database"
  sleep 2
done

if [ "${RUN_MIGRATIONS:-yes}" = yes ]; then
  python manage.py migrate --noinput
fi

exec "$@"
