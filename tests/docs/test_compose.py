"""`compose.yaml`: a server that only this machine reaches, with no secret in the file."""

from pathlib import Path

import yaml

FILE = Path(__file__).parent.parent.parent / "compose.yaml"


def test_the_server_is_for_this_machine_alone_and_keeps_its_data():
    written = yaml.safe_load(FILE.read_text("utf-8"))
    for service in written["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
        assert "/" not in service["image"], "names no registry"
        assert "healthcheck" in service
        volumes = {volume.split(":")[0] for volume in service["volumes"]}
        assert volumes <= set(written["volumes"])


def test_the_password_is_asked_for_and_stands_nowhere():
    environment = yaml.safe_load(FILE.read_text("utf-8"))["services"]["database"]["environment"]
    assert environment["POSTGRES_PASSWORD"].startswith("${PORTAL_DB_PASSWORD:?")
