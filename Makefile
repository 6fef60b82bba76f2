# An Sinh, from a fresh clone: python3 (3.11 or 3.12), git and make are all it needs. No root, no Docker.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench up down browser bank_tools
ANSINH := .venv/bin/ansinh
PYTHON := .venv/bin/python
SERVE ?= 1

help: ## Danh sách các lệnh · this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/ready ## Cài mọi thứ vào .venv · install everything into .venv

.venv/ready: pyproject.toml uv.lock .ci/bootstrap.py
	@python3 .ci/bootstrap.py
	@.tools/bin/uv sync --frozen --quiet
	@touch .venv/ready

demo: setup ## Chạy trọn một kỳ chi trả của một tỉnh giả lập · one whole month of a synthetic province
	@SERVE=$(SERVE) $(PYTHON) -m ansinh.local.demo

test: setup check browser bank_tools ## Chạy mọi kiểm thử · every test
	$(PYTHON) -m pytest -n 2 --dist loadfile -m 'not whole'
	$(PYTHON) -m pytest -m whole

check: setup ## Kiểm tra mã nguồn: ruff, mypy, import-linter, sqlfluff · static checks
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache
	.venv/bin/sqlfluff lint --disable-progress-bar --processes 2 dbt_project/models

bench: setup ## Đo tốc độ cạnh các công cụ cùng loại, ghi bench.json · benchmarks beside their peers
	$(PYTHON) -m tests.benchmarks

up: setup ## Bật các dịch vụ · start the services
	@$(ANSINH) up

down: ## Tắt các dịch vụ · stop the services
	@$(ANSINH) down

# The browser test drives Debian's Chromium. As root it is installed when missing; without root that test is skipped by name.
browser:
	@command -v chromium >/dev/null 2>&1 || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1 \
	  || { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null; } \
	  || echo "Chromium: không cài được, kiểm thử trình duyệt sẽ bị bỏ qua · not installable, the browser test is skipped" >&2

# A real OpenSSH server and strace for the delivery tests, in the same way: as root installed when missing, else those tests are skipped by name.
bank_tools:
	@{ [ -x /usr/sbin/sshd ] && command -v strace >/dev/null 2>&1; } || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1 \
	  || { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends openssh-server strace >/dev/null; } \
	  || echo "openssh-server, strace: không cài được, vài kiểm thử gửi tệp sẽ bị bỏ qua · not installable, some delivery tests are skipped" >&2
