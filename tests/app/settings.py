"""The app's own settings, for tests: a folder of their own, and a quick way to hash passwords."""

import os
import tempfile

os.environ["HANDRAIL_DEMO"] = "1"
os.environ["HANDRAIL_HOME"] = tempfile.mkdtemp(prefix="handrail-tests-")
if "HANDRAIL_TEST_DATABASE" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["HANDRAIL_TEST_DATABASE"]

from handrail.app.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
IS_PACED = False
