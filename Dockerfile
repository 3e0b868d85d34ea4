# The base can be any image with Python 3.11 or newer.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
WORKDIR /src
COPY requirements.lock requirements-dev.lock pyproject.toml README.md LICENSE ./
# The build tools are locked as well, and stay in an environment of their own.
RUN python3 -m venv /opt/build \
 && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements-dev.lock
RUN python3 -m venv /opt/xenlens \
 && /opt/xenlens/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY alerts alerts
COPY collectors collectors
COPY dashboards dashboards
COPY exporter exporter
RUN /opt/build/bin/python -m build --wheel --no-isolation --outdir /tmp/wheel \
 && /opt/xenlens/bin/pip install --no-cache-dir --no-deps /tmp/wheel/*.whl

FROM ${BASE}
COPY --from=build /opt/xenlens /opt/xenlens
USER 65534:65534
EXPOSE 10045
ENTRYPOINT ["/opt/xenlens/bin/xenlens"]
CMD ["serve", "--config", "/etc/xenlens/xenlens.yml"]
