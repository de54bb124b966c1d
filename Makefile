# The two commands of the README need only Go; the rest is for those who work on cahier. CONTRIBUTING.md explains.

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
OUTSIDE = .outside

.PHONY: test race lint gen outside peers bench train clean

test: ## everything that needs only Go
	go test ./...

race: ## with the race detector; ops again, with every loop divided among goroutines, however short
	go test -race -timeout 30m ./...
	go test -race -timeout 30m -tags finegrain ./ops/...

lint: ## format, vet, staticcheck
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "not formatted: $$unformatted"; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...

gen: ## generated files, made anew
	go generate ./...

outside: ## Jupyter's own tools and a real JupyterLab judge the kernel (PARTS="suite browser" for some of it)
	outside/run.sh $(OUTSIDE) $(PARTS)

peers: ## the other Go kernels, for bench
	outside/setup.sh $(OUTSIDE)
	outside/peers.sh $(OUTSIDE)

bench: train ## the kernel against ipykernel (and make peers), then Go's benchmarks, and the trainings in full
	outside/bench.sh $(OUTSIDE)
	go test -run '^$$' -bench . -benchmem ./...

train: ## the notebooks that train models, in full; each fails if its model is not as good as it should be
	@set -e; for n in notebooks/gallery/02-recurrent notebooks/gallery/04-transformer notebooks/gallery/05-training notebooks/training/*.ipynb; do \
		CAHIER_TRAINING=full go run . run $${n%.ipynb}.ipynb --timeout 60m; done

clean:
	rm -rf $(OUTSIDE) dist cahier
