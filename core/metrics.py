"""What this process counts about itself, for Prometheus. Counted per batch of frames, never per socket.

With several processes on one machine (`WEB_CONCURRENCY`) the values lie in files that all of them write: whichever answers
a scrape answers for all. Nothing here carries an id or a name.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # the library reads it when it is imported; config/server.py sets it
REGISTRY = CollectorRegistry()
disable_created_metrics()  # type: ignore[no-untyped-call]  # a series more for each, and nobody asks for it
QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds


def _counter(name: str, tells: str, labels: Iterable[str] = ()) -> Counter:
    return Counter(f"chatflow_{name}", tells, labels, registry=REGISTRY)


def _histogram(name: str, tells: str, labels: Iterable[str] = ()) -> Histogram:
    return Histogram(f"chatflow_{name}", tells, labels, registry=REGISTRY, buckets=QUICK)


def _gauge(name: str, tells: str, over_processes: Any, labels: Iterable[str] = ()) -> Gauge:
    return Gauge(f"chatflow_{name}", tells, labels, registry=REGISTRY, multiprocess_mode=over_processes)


sockets_open = _gauge("sockets_open", "Sockets that have signed in, as of the last sweep.", "livesum")
sockets_closed = _counter("sockets_closed", "Sockets that ended, by close code.", ["code"])
events_delivered = _counter("events_delivered", "Events handed to sockets: one for each socket.")
frames_written = _counter("frames_written", "Frames with events written to transports; several may share one.")
delivery = _histogram("delivery_seconds", "From the commit to the frame written, for the sockets that keep up.")
outbox_depth = _gauge("outbox_depth_max", "Frames waiting for the slowest socket, as of the last sweep.", "livemax")
events_dropped = _counter("events_dropped", "Typing and presence dropped for sockets that are behind.")
envelopes_dropped = _counter("envelopes_dropped", "Envelopes other processes must find by their sweep instead.")
gaps_healed = _counter("gaps_healed", "Times a room's missing changes were read from the database.")
commands = _counter("commands", "Socket commands, by type and outcome (ack or the error's code).", ["type", "outcome"])
command_time = _histogram("command_seconds", "From a command's arrival to its answer.", ["type"])
sweep_time = _histogram("sweep_seconds", "How long a sweep took; one is due every two seconds.")
sweep_ended = _gauge(
    "sweep_ended_timestamp_seconds", "When the last sweep ended, of the process furthest behind.", "livemin"
)
loop_lag = _gauge("loop_lag_seconds", "How late the event loop woke the last sweep.", "livemax")
jobs = _counter("jobs", "Background jobs that ended, by name and outcome (done or failed).", ["job", "outcome"])
job_time = _histogram("job_seconds", "How long a background job took.", ["job"])
service_up = _gauge("service_up", "Whether a service answered this scrape.", "mostrecent", ["service"])
service_time = _gauge("service_seconds", "How long a service took to answer this scrape.", "mostrecent", ["service"])

CLOSE_CODES = {1000, 1001, 1005, 1006, 1007, 1009, 1011, 1012, 1013, 4400, 4401, 4403, 4404, 4408, 4409, 4429}


def socket_closed(code: int) -> None:
    """Count an end; codes of a client's own making share one label."""
    sockets_closed.labels(code if code in CLOSE_CODES else "other").inc()


def answered(command: str, outcome: str, started: float) -> None:
    """Count a command and how long its answer took since `started` (`time.perf_counter()`)."""
    commands.labels(command, outcome).inc()
    command_time.labels(command).observe(time.perf_counter() - started)


class Reading(NamedTuple):
    """Sockets now, and deliveries since the start: {seconds: how many took at most so long}."""

    sockets: int
    deliveries: dict[float, float]


def reading() -> Reading:
    """Return what a dashboard shows, of every process of this machine that keeps its numbers with this one's."""
    samples = [sample for family in _registry().collect() for sample in family.samples]
    sockets = sum(sample.value for sample in samples if sample.name == "chatflow_sockets_open")
    buckets = [sample for sample in samples if sample.name == "chatflow_delivery_seconds_bucket"]
    return Reading(int(sockets), {float(sample.labels["le"]): sample.value for sample in buckets})


def exposition() -> bytes:
    """Return everything in Prometheus' text format."""
    return generate_latest(_registry())


def _registry() -> CollectorRegistry:
    """Return this process's own numbers, or those of all that share their folder."""
    folder = os.environ.get(SHARED)
    if not folder:
        return REGISTRY
    _forget_the_dead(Path(folder))
    shared = CollectorRegistry()
    MultiProcessCollector(shared, path=folder)  # type: ignore[no-untyped-call]
    return shared


def _forget_the_dead(folder: Path) -> None:
    """A process that was killed can no longer say that its sockets are gone."""
    for pid in {int(path.stem.rpartition("_")[2]) for path in folder.glob("gauge_live*.db")}:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
