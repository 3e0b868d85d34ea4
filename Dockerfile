# The base can be any image with Python 3.11 or newer and its venv module.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
# The build tools are locked as well, and stay in an environment of their own. A secret named pip,
# where one is given, is the pip.conf that says where packages are: it is in no layer.
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    python3 -m venv /opt/build \
 && python3 -m venv --without-pip /opt/xenlens \
 && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements-build.lock \
 && /opt/build/bin/pip --python /opt/xenlens/bin/python install --no-cache-dir --no-compile \
        --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY .ci/sbom .ci/sbom
COPY alerts alerts
COPY collectors collectors
COPY dashboards dashboards
COPY exporter exporter
# Compiled by content, not by time: a copy with other times is as good.
RUN /opt/build/bin/python -m build --wheel --no-isolation --outdir /tmp/wheel \
 && /opt/build/bin/pip --python /opt/xenlens/bin/python install --no-cache-dir --no-compile \
        --no-deps --no-index /tmp/wheel/*.whl \
 && /opt/xenlens/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/xenlens/lib \
 && PATH="/opt/build/bin:$PATH" .ci/sbom /opt/xenlens/sbom.cdx.json \
 && mkdir -m 700 /tmp/state

FROM ${BASE}
# What could install something: pip of the base, and the copies that make an environment.
RUN rm -rf /usr/local/bin/pip* /usr/local/lib/python3*/site-packages/* \
        /usr/local/lib/python3*/ensurepip /usr/lib/python3*/ensurepip /usr/share/python-wheels
ARG VERSION
LABEL org.opencontainers.image.title="xenlens" \
      org.opencontainers.image.description="Prometheus exporter for bonds, multipath and storage of XenServer and XCP-ng hosts" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
COPY --from=build /opt/xenlens /opt/xenlens
# All that is written: the journal of remediation, and known_hosts where you keep it there.
COPY --from=build --chown=65534:65534 /tmp/state /var/lib/xenlens
ENV PATH="/opt/xenlens/bin:$PATH" HOME=/var/lib/xenlens PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
VOLUME /var/lib/xenlens
USER 65534:65534
WORKDIR /var/lib/xenlens
EXPOSE 10045
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
    CMD ["/opt/xenlens/bin/python", "-P", "-m", "exporter.health", "/etc/xenlens/xenlens.yml"]
ENTRYPOINT ["/opt/xenlens/bin/xenlens"]
CMD ["serve", "--config", "/etc/xenlens/xenlens.yml"]
