# The container action's image. GitHub builds it from action.yml; the release workflow builds it with BASE pinned by digest.
# BASE must have Python >= 3.11 with pip and venv, the same in both stages.
ARG BASE=python:3.13.7-slim-bookworm

FROM ${BASE} AS build
WORKDIR /build
COPY requirements/build.txt requirements/runtime.txt requirements/
RUN python3 -m venv --without-pip /opt/gate \
    && python3 -m venv /build/venv \
    && /build/venv/bin/python -m pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/build.txt \
    && /build/venv/bin/python -m pip --python /opt/gate/bin/python install --no-cache-dir --require-hashes --only-binary :all: \
        -r requirements/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY policies/ policies/
COPY src/ src/
RUN /build/venv/bin/python -m pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir dist . \
    && /build/venv/bin/python -m pip --python /opt/gate/bin/python install --no-cache-dir --no-deps --no-index dist/*.whl

FROM ${BASE}
LABEL org.opencontainers.image.authors="deployflow-gate's maintainers" \
      org.opencontainers.image.version="1.0.0" \
      org.opencontainers.image.description="A required check for Dockerfiles, compose files, .dockerignore files and workflows" \
      org.opencontainers.image.source="https://github.com/deployflow/deployflow-gate" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/gate /opt/gate
# gate: ignore[root-user] the runner mounts the files for outputs and the job summary as root's, and GitHub's documentation asks for root
USER root
ENTRYPOINT ["/opt/gate/bin/python", "-I", "-X", "utf8", "-m", "deployflow_gate.github"]
