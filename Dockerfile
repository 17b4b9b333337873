# mayday as one static binary on nothing. Build with a version:
#   docker build --build-arg VERSION=$(git describe --tags --always) -t mayday .
#
# There is no HEALTHCHECK: the image has no shell or curl to run one with. Probe
# /healthz (alive) and /readyz (connected to Slack and PostgreSQL) on port 8080 from outside.

FROM --platform=$BUILDPLATFORM golang:1.26-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG VERSION=dev TARGETOS TARGETARCH
# timetzdata: the image has no time zone files, and runbooks name zones
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -tags timetzdata -ldflags "-s -w -X main.version=$VERSION" -o /mayday ./cmd/mayday

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /mayday /mayday
USER 65532:65532
# reachable from outside the container; the program's own default is loopback only
ENV MAYDAY_HTTP_ADDR=0.0.0.0:8080
EXPOSE 8080
ENTRYPOINT ["/mayday"]
CMD ["run"]
