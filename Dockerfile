# podtape as a container: docker build -t podtape .
# Node 24 is maintained longest of those that give the same bytes (npm run nodes).
ARG NODE=24

# The full image has the compiler that SQLite needs where no ready binary can be downloaded.
FROM node:${NODE}-bookworm AS build
WORKDIR /build
COPY . .
# "npm ci" compiles the sources, too. What is only needed to compile stays behind.
RUN npm ci && npm prune --omit=dev && \
    rm -rf node_modules/better-sqlite3/deps node_modules/better-sqlite3/src && \
    rm -rf node_modules/typescript node_modules/@types && \
    find node_modules/better-sqlite3/build -type f ! -name better_sqlite3.node -delete

FROM node:${NODE}-bookworm-slim
# Process 1 of a container gets no signal that it does not ask for; tini hands them on.
RUN apt-get update && apt-get install -y --no-install-recommends tini && \
    rm -rf /var/lib/apt/lists/* && mkdir /data && chown 65532:65532 /data
COPY --from=build /build/package.json /build/LICENSE /opt/podtape/
COPY --from=build /build/node_modules /opt/podtape/node_modules
COPY --from=build /build/dist /opt/podtape/dist
COPY --from=build /build/fixtures/recordings /opt/podtape/fixtures/recordings
ENV NODE_ENV=production
# A number, so that a cluster can see that it is not root. Nothing is written but where you say, and
# under TMPDIR (/tmp) by demo and evaluate: a read-only root file system will do.
USER 65532:65532
WORKDIR /data
ENTRYPOINT ["tini", "--", "node", "/opt/podtape/dist/cli/main.js"]
CMD ["--help"]
