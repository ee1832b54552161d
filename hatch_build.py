"""What of ``data/`` goes into a wheel: the dataset, and never the publishers' texts that lie in ``data/local/``."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DatasetHook(BuildHookInterface):  # type: ignore[type-arg, misc, unused-ignore]
    """Adds the committed part of the dataset to the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return  # an editable install reads the checkout's own folders
        data = Path(self.root) / "data"
        for path in sorted(data.iterdir()):
            if path.name != "local" and not path.name.startswith("."):
                build_data["force_include"][str(path)] = f"civic_tracker/bundled/data/{path.name}"
