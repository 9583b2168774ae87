# Everything that a person does with this tree. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help build demo test test-fast lint fmt generate fuzz browser bench screenshots clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build bin/qiao
	@go build -trimpath -o bin/qiao ./cmd/qiao

demo: build ## try it: a server with an example story, in a temporary folder
	@./bin/qiao demo

test: ## check everything, as before each release; installs what is missing (Debian)
	@scripts/test.sh

test-fast: ## the tests that need nothing installed
	@scripts/test.sh format vet unit

lint: ## run the linters
	@scripts/test.sh lint

fmt: ## format the Go files and the templates
	@gofmt -w $$(git ls-files --cached --others --exclude-standard '*.go' ':!*_templ.go')
	@"$$(scripts/tool.sh templ)" fmt -log-level error .

generate: ## make the Go code of the templates
	@"$$(scripts/tool.sh templ)" generate -log-level error

fuzz: ## try each parser with made-up input, FUZZTIME=60s for each
	@FUZZTIME=$${FUZZTIME:-60s} scripts/test.sh fuzz

browser: ## play the pages in a real browser
	@scripts/test.sh browser

bench: build ## measure against the limits in this tree, and PocketBase
	@go build -C bench -trimpath -o ../bin/bench-pocketbase ./pocketbase
	@./bin/qiao bench all --peer pocketbase=bin/bench-pocketbase

screenshots: ## take a picture of every page, into screenshots/ (QIAO_TEST_OVERFULL=1000000 for full books too)
	@QIAO_TEST_SCREENSHOTS=$(CURDIR)/screenshots scripts/test.sh screenshots

clean: ## remove what was built
	@rm -rf bin .cache screenshots
