# The project's front door; CMakePresets.json holds the builds behind it.
.DEFAULT_GOAL := help
.PHONY: demo test test-torch test-long test-fresh vendor-models wheels probe abi format format-check tidy clean help

JOBS ?= $(shell nproc)
RELEASE = { cmake --preset release >build/release.log || { cat build/release.log; exit 1; }; } && \
          cmake --build --preset release -j $(JOBS)

demo: ## install what is missing, build build/release/mattock, multiply on the emulated RK3566
	@tools/setup.sh --for build
	@mkdir -p build
	@cmake --preset release -DMATTOCK_TESTS=OFF >build/release.log || { cat build/release.log; exit 1; }
	@cmake --build --preset release -j $(JOBS)
	@tools/demo.sh

test: ## the same set-up, then every test through ctest
	@tools/setup.sh --for test
	@mkdir -p build
	@$(RELEASE)
	@ctest --preset release

test-torch: ## the seed's path with real PyTorch: export, convert, run; installs python3-torch
	@tools/setup.sh --for torch
	@mkdir -p build
	@$(RELEASE) --target mattock_shared mattock_convert_shared
	@tests/torch/run.sh

test-long: ## fuzzers, mutants, the aarch64 and armhf builds under qemu, fresh Debian roots (STEPS="fuzz mutants aarch64 armhf fresh")
	@tools/test_long.sh $(STEPS)

test-fresh: ## make demo and make test inside fresh minimal roots of Debian 12 and 13 (root only)
	@tests/fresh/run.sh

vendor-models: ## run all 28 models of Rockchip's converter, print the table that stands in docs
	@tools/setup.sh --for test
	@mkdir -p build
	@$(RELEASE) --target vendor_models
	@tools/vendor_models.sh

wheels: ## dist/: the Python wheels for this machine (ARCH=aarch64: for the boards)
	@tools/setup.sh --for $(if $(ARCH),long,test)
	@tools/wheels.sh $(ARCH)

probe: ## build/aarch64/mattock-probe: the probe as one static program for the boards
	@tools/setup.sh --for long
	@mkdir -p build
	@cmake --preset aarch64 >build/aarch64.log || { cat build/aarch64.log; exit 1; }
	@cmake --build --preset aarch64 -j $(JOBS) --target mattock_probe_static

abi: ## rewrite the descriptions that the tests capi.abi and convert_capi.abi compare with the libraries
	@tools/setup.sh --for test
	@mkdir -p build
	@$(RELEASE) --target mattock_shared mattock_convert_shared
	@tools/abi.sh build/release/libmattock.so >build/libmattock.abi
	@tools/abi.sh build/release/libmattock-convert.so >build/libmattock-convert.abi
	@mv build/libmattock.abi src/capi/libmattock.abi
	@mv build/libmattock-convert.abi src/convert_capi/libmattock-convert.abi

format: ## rewrite the C++ sources as .clang-format says (clang-format 14)
	@tools/format.sh

format-check: ## fail if make format would change anything
	@tools/format.sh --check

tidy: ## clang-tidy over changed sources (ALL=1: over all)
	@tools/setup.sh --for check
	@mkdir -p build
	@{ cmake --preset clang && cmake --build --preset clang --target mattock_container_schema_header; } \
	  >build/clang.log || { cat build/clang.log; exit 1; }
	@tools/tidy.sh $(if $(ALL),--all)

clean: ## remove build/
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1 @\2/p' $(firstword $(MAKEFILE_LIST)) | \
	  while IFS=@ read -r name text; do printf '%-20s %s\n' "$$name" "$$text"; done
