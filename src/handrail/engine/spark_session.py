"""Starting Apache Spark quietly, and only here: nothing on the terminal, nothing written into the working folder."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_EVERYWHERE = {
    "spark.app.name": "handrail",
    "spark.log.level": "ERROR",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_ON_THIS_MACHINE = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "4g",
}
_EACH_SITTING = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.parquet.compression.codec": "zstd",
    # This rule of Spark's optimizer breaks a plan in which one branch of a UNION turns out to be empty (Spark 4.3:
    # PLAN_VALIDATION_FAILED_RULE_IN_BATCH). It only tidies.
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
}

_ALL_TOGETHER = {"spark.sql.adaptive.enabled": "false", "spark.sql.autoBroadcastJoinThreshold": "-1"}
"""With a single partition nothing has to be moved, so there is nothing to plan anew while it runs."""


class MissingSparkError(Exception):
    """Spark was asked for, and is not installed or does not start."""


def open_session(master: str | None, partitions: int | None, settings: Mapping[str, str]) -> SparkSession:
    """This will give a Spark session with settings and views of its own; Spark is started where it does not run yet.

    Where it runs already, `master` is passed over. Raises `MissingSparkError`.
    """
    try:
        from pyspark import SparkContext
        from pyspark.sql import SparkSession
    except ImportError as error:
        says = 'Spark is not installed. Install it with: pip install "handrail[spark]" (and a Java 17 runtime).'
        raise MissingSparkError(says) from error
    if SparkContext._active_spark_context is None:
        _start(master)
    session = SparkSession.builder.getOrCreate().newSession()
    if partitions is None and session.sparkContext.master.startswith("local"):
        partitions = 2 * (os.cpu_count() or 1)
    shuffles = {} if partitions is None else {"spark.sql.shuffle.partitions": str(partitions)}
    together = _ALL_TOGETHER if partitions == 1 else {}
    for name, value in {**_EACH_SITTING, **shuffles, **together, **settings}.items():
        session.conf.set(name, value)
    return session


def _start(master: str | None) -> None:
    """Start the Java side with its output in a file: Java and Spark greet, warn and log before they can be told not to."""
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway

    _find_java()
    where = master or f"local[{os.cpu_count() or 1}]"
    home = _home()
    settings = {**_EVERYWHERE, "spark.sql.warehouse.dir": str(home / "warehouse")}
    if where.startswith("local"):
        settings |= {**_ON_THIS_MACHINE, "spark.local.dir": str(home)}
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")  # otherwise Java looks the machine's own name up
        os.environ.setdefault("SPARK_LOCAL_HOSTNAME", "localhost")
    conf = SparkConf(loadDefaults=False).setMaster(where).setAll(list(settings.items()))
    log = home / "spark.log"
    try:
        with log.open("ab") as stream:
            gateway = None if SparkContext._gateway else launch_gateway(conf, {"stdout": stream, "stderr": stream})
            SparkContext(conf=conf, gateway=gateway)
    except (PySparkException, Py4JError, OSError) as error:
        raise MissingSparkError(f"Spark does not start. {_last_words(log)}") from error


def _find_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if not (shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")):
        where = f"in JAVA_HOME ({home})" if home else "here"
        says = f"Spark needs a Java 17 runtime, and there is none {where}."
        raise MissingSparkError(f"{says} On Debian: apt-get install openjdk-17-jre-headless")


def _last_words(log: Path) -> str:
    """The line in which Java says why, or a general reason."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else []
    causes = [line.strip() for line in lines if "Error" in line or "Exception" in line]
    return f"It says: {causes[-1][:300]}" if causes else "Does `java -version` say 17 or newer?"


@cache
def _home() -> Path:
    """The folder in which Spark may write; it goes when the program ends."""
    folder = tempfile.mkdtemp(prefix="handrail-spark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
