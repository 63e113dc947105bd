"""What training is made of, declared as data: losses, optimizers, learning-rate schedules, metrics."""

from designer.catalogue.training.losses import LOSSES as LOSSES
from designer.catalogue.training.metrics import METRICS as METRICS
from designer.catalogue.training.optimizers import OPTIMIZERS as OPTIMIZERS
from designer.catalogue.training.schedules import SCHEDULES as SCHEDULES
