# mayday: `make` lists the targets.

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
TOOL    := go tool -modfile=tools/go.mod
# Arguments for one run: make demo ARGS='--speed 60', make test ARGS='-run Escalation'
ARGS    ?=
# The packages that test, bench, chaos and golden look at: make test PKG=./store/...
PKG     ?= ./...
# What else the machine does while benchmarks run: make bench NOTE='Nothing else ran.'
NOTE    ?=

.DEFAULT_GOAL := help

.PHONY: help
help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## a simulated Slack workspace with the real bot in it; opens a browser
	@scripts/setup run
	@$(MAKE) --no-print-directory build
	@exec bin/mayday demo $(ARGS)

.PHONY: build
build: ## bin/mayday, static
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/mayday ./cmd/mayday

.PHONY: test
test: ## all tests, with the race detector where goroutines meet; installs what they need
	@scripts/setup test
	@scripts/test $(PKG) -- $(ARGS)

.PHONY: check
check: ## what CI checks besides the tests: format, vet, lint, layers, go.mod, vulnerabilities
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not formatted, run make fmt:"; echo "$$unformatted"; exit 1; }
	go vet ./...
	@$(MAKE) --no-print-directory lint
	go test -count=1 .
	go vet -C tools ./... && go test -C tools ./...
	go mod tidy -diff
	scripts/vulnerabilities

.PHONY: lint
lint: ## staticcheck, pinned in tools/go.mod
	$(TOOL) staticcheck ./...

.PHONY: fmt
fmt: ## format the Go code
	gofmt -w .

.PHONY: tidy
tidy: ## bring go.mod and tools/go.mod in line with the imports
	go mod tidy
	cd tools && go mod tidy

# The table is written from what was measured also when a benchmark failed or the time was over. Packages run one after
# the other. A storm of 200 takes ten minutes more: MAYDAY_STORM=200 make bench PKG=./chaos
.PHONY: bench
bench: ## all benchmarks, 25 minutes at most, and their figures beside the aims in docs/performance.md
	@scripts/setup test
	@mkdir -p bin
	@failed=0; bash -o pipefail -c "$$(command -v timeout >/dev/null && echo timeout --signal=INT --kill-after=30s 25m) go test -run '^$$' -bench . -benchmem -timeout 20m $(ARGS) $(PKG) | tee bin/bench.txt" || failed=1; \
	go run -C tools ./performance -note "$(NOTE)" $(CURDIR)/bin/bench.txt > bin/performance.md && cat bin/performance.md && \
	if test $$failed -ne 0; then echo "not everything was measured; docs/performance.md stays as it was"; exit 1; fi && \
	{ test '$(PKG)' != './...' || mv bin/performance.md docs/performance.md; }

.PHONY: chaos
chaos: ## tests that kill processes and databases (TestChaos…), for longer than make test does
	@scripts/setup test
	@go test -list '^TestChaos' $(PKG) | grep -q '^TestChaos' || { echo "no test is called TestChaos…"; exit 1; }
	MAYDAY_CHAOS=1 go test -race -count=1 -v -timeout 60m -run '^TestChaos' $(ARGS) $(PKG)

.PHONY: soak
soak: ## the tests over generated documents and histories, for longer than make test does
	@scripts/setup test
	MAYDAY_SOAK=1 go test -race -count=1 -timeout 60m $(ARGS) $(PKG)

.PHONY: compare
compare: ## our simulated Slack beside an emulator that others wrote (needs npm and the network)
	@scripts/setup test
	scripts/emulate/compare

# The properties of random histories kill mutants that examples let live, and take most of the time.
.PHONY: mutate
mutate: ## which changes of a package's code does no test of it notice: make mutate PKG=./incident
	@test '$(PKG)' != ./... || { echo "one package at a time: make mutate PKG=./incident"; exit 1; }
	@scripts/setup test
	$(TOOL) gremlins unleash --timeout-coefficient 30 $(ARGS) $(PKG)

.PHONY: golden
golden: ## write the golden files anew (packages whose tests have an -update flag); then look at git diff
	@scripts/setup test
	go test $$(grep -rlE --include='*_test.go' 'flag\.Bool\("update"' . | xargs -n1 dirname | sort -u) $(ARGS) -update

# The README shows three of them, as on a telephone.
.PHONY: screenshots
screenshots: ## pictures of every surface in bin/pictures, light and dark, desktop and phone; the README's go into docs
	@scripts/setup test
	@mkdir -p bin/pictures
	MAYDAY_PICTURES=$(CURDIR)/bin/pictures go test -count=1 -v -run '^TestBrowserEvery' ./stories
	for name in card answer postmortem; do cp bin/pictures/$$name-phone-light.webp docs/$$name.webp; done

.PHONY: docker
docker: ## the image mayday:$(VERSION)
	docker build --build-arg VERSION=$(VERSION) -t mayday:$(VERSION) .

.PHONY: clean
clean: ## remove what the other targets made: binaries and the data of test servers
	rm -rf bin "$${XDG_CACHE_HOME:-$$HOME/.cache}/mayday-test" /dev/shm/mayday-test-$$(id -u)
	test $$(id -u) -ne 0 || rm -rf /var/cache/mayday-test
