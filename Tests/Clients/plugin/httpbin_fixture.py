"""A pytest plugin that lets a suite which has pytest-httpbin's `httpbin` fixture ask another server: HTTPBIN_URL names it.

    PYTHONPATH=.../Tests/Clients/plugin HTTPBIN_URL=http://127.0.0.1:8090 pytest -p httpbin_fixture -p no:httpbin

https stays pytest-httpbin's own. Documentation/Httpbin.md tells what came of it."""

import os

import pytest
from pytest_httpbin.plugin import httpbin_ca_bundle, httpbin_secure  # noqa: F401


class Server:
    url = os.environ["HTTPBIN_URL"]

    def __add__(self, path):
        return self.url + path

    def __str__(self):
        return self.url


@pytest.fixture(scope="session")
def httpbin():
    return Server()


@pytest.fixture(params=["http"])
def httpbin_both():
    return Server()
