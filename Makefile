# The front door. `make run` and `make test` each work alone on a fresh Debian 12; tools/ensure.sh brings what is
# missing. What is built from what stands in meson.build and frontend/vite.config.ts, what is tested in
# tools/run_tests.py; nothing is decided here.

PORT ?= 8080
DATA ?= ./data
SOAK_MINUTES ?= 30
export PATH := $(CURDIR)/build/node/node_modules/node/bin:$(PATH)

web_sources := $(shell find frontend -maxdepth 1 -type f) \
    $(shell find frontend/src frontend/public frontend/static 2>/dev/null)

.PHONY: build run dev test check san soak fuzz fuzz-programs bench bench-brief gen tidy format clean help ensure-build ensure-test ensure-bench

build: ensure-build frontend/dist/.built build/build.ninja ## the server, with the web app inside: build/parley
	@ninja -C build --quiet

run: build ## build what is needed and start the server (PORT=8080, DATA=./data)
	@exec build/parley --port $(PORT) --data $(DATA)

dev: build ## the server, and in front of it Vite with hot reload at http://localhost:5173
	@tools/dev.sh $(PORT) $(DATA)

test: ensure-test build fuzz-programs ## every suite
	@tools/run_tests.py all

check: ensure-test build ## the quick ones: tidy, unit tests, svelte-check, vitest
	@tools/run_tests.py check

san: ensure-test build build-asan/build.ninja build-tsan/build.ninja ## unit and integration tests under ASan, UBSan and TSan
	@ninja -C build-asan --quiet
	@ninja -C build-tsan --quiet
	@tools/run_tests.py san --build build-asan
	@tools/run_tests.py san --build build-tsan

fuzz: ensure-test fuzz-programs ## look longer for inputs that break a parser (FUZZ_SECONDS=60 for each target)
	@tools/fuzz.py

fuzz-programs: build-fuzz/build.ninja
	@ninja -C build-fuzz --quiet fuzz

soak: ensure-test build ## the suites that find rare things, for long: SOAK_MINUTES=30, and ten more for what counts rounds
	@SOAK_MINUTES=$(SOAK_MINUTES) tools/run_tests.py soak

bench: ensure-bench build ## speed and memory beside a bare server and what others use (BENCH_QUICK=1: one short run that only prints)
	@tests/bench/bench.py --only $(if $(BENCH_QUICK),main,main,growth,load)
	@for count in $(if $(BENCH_QUICK),100000,1000000 5000000); do node tests/bench/start.mjs $$count build/bench-start-$$count.json; done
	@$(if $(BENCH_QUICK),,tests/bench/bench.py --report)

# Three runs of two seconds where ratios count, one of what takes long; then the page. At most twelve minutes, given that it is installed.
bench-brief: ensure-bench build ## the same in twelve minutes, without full databases; writes docs/performance.md too
	@tests/bench/bench.py --minutes 8 --runs 3 --seconds 2 --only a,b,c,e,back,f1,f200,two
	@tests/bench/bench.py --minutes 1 --add --runs 1 --only d --servers floor,parley
	@tests/bench/bench.py --minutes 2 --add --runs 1 --seconds 2 --only a@1,a@8,b@1,b@8,c@1,c@8,d@1,d@8 --servers parley
	@tests/bench/bench.py --report

gen: build/build.ninja ## make the generated files anew: those of protocol/*.json, and the tables of options
	@python3 tools/gen_protocol.py
	@ninja -C build --quiet parley
	@python3 tools/gen_options.py build/parley
	@python3 tools/threats.py

tidy: ## the rules that a machine can judge
	@python3 tools/tidy.py

format: ## clang-format over the C sources
	@git ls-files '*.c' '*.h' | grep -v /gen/ | xargs clang-format-14 -i

clean: ## remove what was built; ./data stays
	rm -rf build build-asan build-tsan build-fuzz frontend/dist

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14

ensure-build:
	@tools/ensure.sh build

ensure-test:
	@tools/ensure.sh test

ensure-bench:
	@tools/ensure.sh bench

# The folders are among the prerequisites, so that a file that goes away counts as a change too.
frontend/dist/.built: $(web_sources) | ensure-build
	cd frontend && npm run build --silent
	@touch $@

build/build.ninja: | ensure-build
	meson setup build

build-asan/build.ninja:
	meson setup build-asan -Db_sanitize=address,undefined -Db_lundef=false -Dslow_asserts=true

build-tsan/build.ninja:
	meson setup build-tsan -Db_sanitize=thread -Db_lundef=false

build-fuzz/build.ninja:
	CC=clang-14 meson setup build-fuzz -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false -Dslow_asserts=true
