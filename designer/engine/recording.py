"""What a run says of itself as it starts: the record that its folder keeps."""

import os
import socket

import torch

from designer.engine.build import Pair
from designer.engine.bundle import count_rows
from designer.engine.failures import Place
from designer.engine.fingerprint import fingerprint
from designer.engine.plan import Plan
from designer.engine.record import Record, find_rate, list_versions, now
from designer.engine.trainer import Trainer


def make_record(plan: Plan, trainer: Trainer, validation: Pair, place: Place, seconds: float) -> Record:
    """Return what the run folder says of the run at its start."""
    source = plan.project.data.source
    return Record(
        name=plan.project.name,
        epoch=place.epoch,
        step=place.step,
        epochs=plan.epochs,
        steps_per_epoch=trainer.batches,
        seconds=seconds,
        started=now(),
        updated=now(),
        host=socket.gethostname(),
        pid=os.getpid(),
        seed=plan.seed,
        device=str(trainer.device),
        parameters=trainer.parameters,
        samples=count_rows(trainer.x),
        optimizer=plan.project.training.optimizer.kind,
        learning_rate=find_rate(plan.project.training),
        batch_size=trainer.batch_size,
        threads=torch.get_num_threads(),
        weights=str(plan.weights.absolute()) if plan.weights is not None else "",
        data={
            "kind": source.kind if source is not None else "",
            "path": str(plan.data_path.absolute()) if plan.data_path is not None else "",
            "fingerprint": fingerprint((trainer.x, trainer.y), validation),
        },
        versions=list_versions(),
        resumed=str(plan.resume.absolute()) if plan.resume is not None else "",
    )
