from pathlib import Path

import pytest
from platformdirs import user_config_path

from isocross.folders import config_folder


@pytest.mark.parametrize("given", [None, "", " ", "/somewhere", "relative"])
def test_the_folder_is_where_the_system_has_it(given, home, monkeypatch):
    if given is None:
        monkeypatch.delenv("XDG_CONFIG_HOME")
    else:
        monkeypatch.setenv("XDG_CONFIG_HOME", given)
    assert config_folder() == user_config_path("isocross")
    assert given is not None or config_folder() == Path(home, ".config", "isocross")
