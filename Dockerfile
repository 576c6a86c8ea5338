# The web process: Python, what requirements/base.txt locks, and the application.
FROM python:3.13-slim AS packages
COPY requirements/base.txt /tmp/
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --use-pep517 --no-deps --require-hashes -r /tmp/base.txt

FROM node:22-slim AS graphiql
WORKDIR /srv/api_graphql/web
COPY api_graphql/web .
RUN npm ci --silent --no-audit --no-fund && npm run --silent build

FROM node:22-slim AS web-app
WORKDIR /srv/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --silent --no-audit --no-fund
COPY frontend .
RUN npm run --silent build

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home web
# 32 connections to the database at most; granian's backpressure counts idle ones, so it stays wide.
ENV PATH=/venv/bin:$PATH \
    STATIC_ROOT=/srv/static \
    GRANIAN_INTERFACE=wsgi \
    GRANIAN_HOST=0.0.0.0 \
    GRANIAN_PORT=8000 \
    GRANIAN_WORKERS=2 \
    GRANIAN_BLOCKING_THREADS=16 \
    GRANIAN_RESPAWN_FAILED_WORKERS=true \
    GRANIAN_WORKERS_KILL_TIMEOUT=5
COPY --from=packages /venv /venv
WORKDIR /srv/app
COPY . .
COPY --from=web-app /srv/frontend/dist frontend/dist
COPY --from=graphiql /srv/api_graphql/static/api_graphql/graphiql api_graphql/static/api_graphql/graphiql
# The root file system is read-only later on, so bytecode and static files are made here.
RUN python -m compileall -q . \
 && INSECURE_SECRET_KEY=1 python manage.py collectstatic --no-input --verbosity 0
USER 10001
EXPOSE 8000
CMD ["granian", "scheduler.wsgi:application"]
