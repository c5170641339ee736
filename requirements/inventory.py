"""Write what a release is made of as CycloneDX 1.6, from the lock file alone: `make inventory`. No network is needed."""

import json
import re
import sys
import uuid
from pathlib import Path

HERE = Path(__file__).parent
_PACKAGE = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)([^\n]*(?:\n[ \t]+--hash=\S+[^\n]*)*)", re.MULTILINE
)


def inventory(name: str) -> dict[str, object]:
    """Give every package of a lock file with its version, address and hashes."""
    text = (HERE / name).read_text(encoding="utf-8")
    components = []
    for package, version, rest in _PACKAGE.findall(text):
        plain = re.sub(r"[-_.]+", "-", package).lower()
        components.append(
            {
                "type": "library",
                "bom-ref": f"{plain}@{version}",
                "name": plain,
                "version": version,
                "purl": f"pkg:pypi/{plain}@{version}",
                "properties": [
                    {"name": "pip:hash", "value": told} for told in sorted(re.findall(r"--hash=(\S+)", rest))
                ],
            }
        )
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, text)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "handrail", "name": "handrail"}},
        "components": components,
    }


if __name__ == "__main__":
    print(json.dumps(inventory(sys.argv[1] if len(sys.argv) > 1 else "run.txt"), indent=1))
