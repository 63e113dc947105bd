"""What can be typed after `designer`."""

import argparse
from pathlib import Path

from designer.cli import answering, commands, evaluation, runs, showing, sweeps
from designer.cli.command_line import CommandLine
from designer.cli.readers import read_count, read_device, read_dpi, read_seeds, read_share, read_size, read_whole


def make_parser() -> CommandLine:
    """Return the command line with all its subcommands."""
    line = CommandLine()
    for add in (
        _add_starting,
        _add_looking,
        _add_leaving,
        _add_training,
        _add_runs,
        _add_evaluation,
        _add_answering,
        _add_sweeps,
        _add_transfer,
        _add_showing,
    ):
        add(line)
    return line


def _add_starting(line: CommandLine) -> None:
    parser = line.add("templates", commands.list_templates, "List what `designer new` offers, or tell of one of them")
    parser.add_argument("template", metavar="NAME", nargs="?", help="one of them: its story, its size, its source")
    _add_json(parser)

    parser = line.add("new", commands.make_new, "Make a project from a template")
    parser.add_argument("template", metavar="TEMPLATE", help="one of those that `designer templates` lists")
    parser.add_argument("-o", "--out", metavar="FILE.nnd", type=Path, required=True, help="where to save it")
    parser.add_argument("--data", metavar="PATH", type=Path, help="file or folder of its data, where it reads one")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")


def _add_looking(line: CommandLine) -> None:
    parser = line.add("check", commands.check_file, "List what is wrong with a project and how to mend it")
    _add_file(parser)
    _add_trust(parser)
    help_leaks = "read the data as well: columns that tell the target, equal samples in two parts, and the like"
    parser.add_argument("--leaks", action="store_true", help=help_leaks)
    _add_json(parser)

    parser = line.add("summary", commands.summarise_file, "Show sizes, parameters and multiply-adds of every layer")
    _add_file(parser)
    help_depth = "how many levels of blocks to look into; default: 1"
    parser.add_argument("--depth", metavar="N", type=read_count, default=1, help=help_depth)
    _add_json(parser)

    parser = line.add("diff", commands.compare_files, "Tell what differs between two projects; 0 nothing, 1 something")
    _add_file(parser)
    parser.add_argument("other", metavar="OTHER", type=Path, help="the project it is compared with")
    _add_json(parser)


def _add_leaving(line: CommandLine) -> None:
    parser = line.add("export", commands.export_script, "Write the standalone training script")
    _add_file(parser)
    parser.add_argument("-o", "--out", metavar="OUT.py", type=Path, help="where to write it; else it is printed")


def _add_training(line: CommandLine) -> None:
    parser = line.add("train", commands.train_file, "Train the network of a project")
    _add_file(parser)
    _add_run(parser)
    _add_device(parser)
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--out", metavar="RUN", type=Path, help="folder for weights, curves and the script that ran")
    place.add_argument("--keep", action="store_true", help="keep the run with those of the window: `designer runs`")
    help_resume = "go on from this checkpoint, or from the last one of a run's folder, which then is --out too"
    parser.add_argument("--resume", metavar="CHECKPOINT", type=Path, help=help_resume)
    help_every = "keep a checkpoint of each N epochs besides the last and the best"
    parser.add_argument("--every", metavar="N", type=read_count, default=0, help=help_every)
    parser.add_argument("--tensorboard", action="store_true", help="write logs for TensorBoard into the run's folder")
    help_folds = "train once for each of K folds of the rows and tell mean and spread; default: the project's, or 5"
    parser.add_argument("--folds", metavar="K", type=read_count, nargs="?", const=0, help=help_folds)
    help_fsdp = "under torchrun: share the network out over the processes, where it does not fit into one"
    parser.add_argument("--fsdp", action="store_true", help=help_fsdp)
    _add_json(parser)

    meaning = "Train here and by the exported script, and compare every loss and weight bit for bit, on the CPU"
    parser = line.add("verify", commands.verify_file, meaning)
    _add_file(parser)
    _add_run(parser)
    _add_json(parser)

    meaning = "Try learning rates from tiny to huge in one short run, and propose one"
    parser = line.add("lr-range", commands.find_rate, meaning)
    _add_file(parser)
    _add_run(parser)
    _add_device(parser)
    _add_json(parser)

    meaning = "Measure whether a network fits in memory: what it takes, the largest batch, the time of an epoch"
    parser = line.add("fit", commands.measure_file, meaning)
    _add_file(parser)
    _add_run(parser)
    _add_device(parser)
    _add_json(parser)


def _add_runs(line: CommandLine) -> None:
    parser = line.add("runs", runs.list_runs, "List the runs that are kept, newest first")
    parser.add_argument("--folder", metavar="PATH", type=Path, help="where they are; default: those of the window")
    _add_json(parser)

    meaning = "Repeat a run from its receipt and tell whether it is the same: identical, within tolerance, or not"
    parser = line.add("rerun", runs.rerun_receipt, meaning)
    parser.add_argument("receipt", metavar="RECEIPT", type=Path, help="a receipt.json, or the folder of a run")
    _add_data(parser)
    parser.add_argument("--weights", metavar="FILE", type=Path, help="weights that the run began from")
    parser.add_argument("--device", metavar="D", type=read_device, help="default: the one it ran on")
    parser.add_argument("--out", metavar="RUN", type=Path, help="folder that keeps the repeated run")
    help_tolerance = "relative difference of a loss or metric that is let pass; default: 0.01"
    parser.add_argument("--tolerance", metavar="T", type=read_share, default=0.01, help=help_tolerance)
    parser.add_argument("--exact", action="store_true", help="let pass only what is identical bit for bit")
    _add_trust(parser)
    _add_json(parser)


def _add_evaluation(line: CommandLine) -> None:
    meaning = "Tell how good a run is on the data held out: figures with their intervals, and those of each class"
    parser = line.add("evaluate", evaluation.evaluate_run, meaning)
    parser.add_argument("run_folder", metavar="RUN", help="the folder of a run, or the name of one that is kept")
    help_part = "the part held out while training, or the test part, each look at which is remembered"
    parser.add_argument("--part", choices=("validation", "test"), default="validation", help=help_part)
    help_weights = "those of the best epoch or of the last step; default: best"
    parser.add_argument("--weights", choices=("best", "last"), default="best", help=help_weights)
    help_threshold = "the chance above which an answer is yes; default: 0.5"
    parser.add_argument("--threshold", metavar="T", type=read_share, help=help_threshold)
    parser.add_argument("--samples", metavar="OUT.csv", type=Path, help="write the answer to every sample to a file")
    help_importance = "tell how much worse it answers where a column of the table is shuffled, each in its turn"
    parser.add_argument("--importance", action="store_true", help=help_importance)
    _add_data(parser)
    _add_device(parser)
    _add_trust(parser)
    _add_json(parser)


def _add_answering(line: CommandLine) -> None:
    parser = line.add("predict", answering.predict_file, "Answer new samples with a run: a table, texts, pictures")
    parser.add_argument("run_folder", metavar="RUN", help="the folder of a run, or the name of one that is kept")
    help_input = "a file or folder like that of the training, in which the target may be missing"
    parser.add_argument("--input", metavar="FILE", type=Path, required=True, help=help_input)
    parser.add_argument("-o", "--out", metavar="OUT.csv", type=Path, help="where to write them; else they are printed")
    help_weights = "those of the best epoch or of the last step; default: best"
    parser.add_argument("--weights", choices=("best", "last"), default="best", help=help_weights)
    parser.add_argument("--first", metavar="N", type=read_count, help="answer only so many samples")
    _add_data(parser)
    _add_device(parser)
    _add_trust(parser)

    meaning = "Take a run away: script, weights, ONNX, torch.export and a package that answers, each of them checked"
    parser = line.add("take", answering.take_run, meaning)
    parser.add_argument("run_folder", metavar="RUN", help="the folder of a run, or the name of one that is kept")
    parser.add_argument(
        "-o", "--out", metavar="FOLDER", type=Path, required=True, help="a folder that is not there yet"
    )
    help_form = "what to take; may be repeated; default: all"
    kinds = ("script", "weights", "onnx", "export", "package")
    parser.add_argument("--form", choices=kinds, action="append", help=help_form)
    _add_data(parser)
    _add_trust(parser)


def _add_sweeps(line: CommandLine) -> None:
    meaning = "Train with many values and tell which are best; a sweep that was stopped goes on by its folder"
    parser = line.add("sweep", sweeps.run_sweep, meaning)
    parser.add_argument("file", metavar="FILE", type=Path, help="the project, or the folder of a sweep to go on with")
    help_vary = "what varies: hidden.out_features=16,32 or optimizer.lr=log:1e-4..1e-1 or epochs=5..20; may be repeated"
    parser.add_argument("--vary", metavar="WHAT=VALUES", action="append", default=[], help=help_vary)
    help_ablation = "instead train all combinations of the layers that are marked in the project, with seeds 1, 2 and 3"
    parser.add_argument("--ablation", action="store_true", help=help_ablation)
    help_single = "of an ablation: the whole network and each change by itself, instead of every combination"
    parser.add_argument("--single", action="store_true", help=help_single)
    help_method = "every point of a grid, random ones, or those that look best so far (Bayesian, TPE); default: bayes"
    parser.add_argument("--method", choices=("grid", "random", "bayes"), default="bayes", help=help_method)
    parser.add_argument("--trials", metavar="N", type=read_count, help="default: 20, or the whole grid")
    help_seeds = "train each trial once with each of these seeds and take the mean; default: the project's"
    parser.add_argument("--seeds", metavar="S,S,...", type=read_seeds, default=(), help=help_seeds)
    help_goal = "what is to be best: val_loss, train_loss, or a metric as in val_accuracy; default: val_loss"
    parser.add_argument("--goal", metavar="G", default="val_loss", help=help_goal)
    parser.add_argument("--epochs", metavar="N", type=read_whole("epochs"), help="default: what the project says")
    parser.add_argument("--no-pruning", action="store_true", help="train every trial to its end, hopeless ones too")
    parser.add_argument(
        "--sampler-seed", metavar="S", type=read_count, default=1, help="of the method's own random numbers"
    )
    _add_data(parser)
    parser.add_argument("--out", metavar="FOLDER", type=Path, help="where it is kept; default: the user's sweeps")
    help_storage = (
        "share the trials with other processes and machines: sqlite:///FILE, mysql://..., a file on a shared disk"
    )
    parser.add_argument("--storage", metavar="URL", help=help_storage)
    parser.add_argument("--name", metavar="NAME", help="the sweep's name in the storage; default: the project's")
    parser.add_argument("--most", metavar="N", type=read_count, default=0, help="end after N trials, whatever is left")
    parser.add_argument("--show", action="store_true", help="show the trials so far, and train nothing")
    parser.add_argument("--best", metavar="OUT.nnd", type=Path, help="save the project of the best trial")
    _add_trust(parser)
    _add_json(parser)


def _add_transfer(line: CommandLine) -> None:
    parser = line.add("transfer", commands.transfer_weights, "Start a project from the weights of another network")
    _add_file(parser)
    parser.add_argument("weights", metavar="WEIGHTS", type=Path, help="a .safetensors, or a state_dict of torch.save")
    help_out = "where to write what fits; default: FILE_start.safetensors beside the project"
    parser.add_argument("-o", "--out", metavar="OUT.safetensors", type=Path, help=help_out)
    help_fresh = "a layer that begins fresh all the same; may be repeated"
    parser.add_argument("--fresh", metavar="LAYER", action="append", default=[], help=help_fresh)
    parser.add_argument("--dry-run", action="store_true", help="show the table, write nothing")
    _add_trust(parser)
    _add_json(parser)


def _add_showing(line: CommandLine) -> None:
    parser = line.add("screenshot", showing.take_picture, "Save a picture of the real window, off screen")
    _add_file(parser)
    parser.add_argument("-o", "--out", metavar="OUT.png", type=Path, required=True, help="where to save it")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark", help="default: dark")
    parser.add_argument("--size", metavar="WxH", type=read_size, default=(1680, 1050), help="default: 1680x1050")
    parser.add_argument("--block", metavar="NAME", help="show the inside of this block")

    parser = line.add("picture", showing.draw_network, "Draw the whole network as PNG, SVG or PDF, in full detail")
    _add_file(parser)
    parser.add_argument("-o", "--out", metavar="OUT", type=Path, required=True, help="a .png, .svg or .pdf")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="default: light")
    parser.add_argument("--block", metavar="NAME", help="draw the inside of this block")
    parser.add_argument(
        "--dpi", metavar="N", type=read_dpi, default=300, help="dots to the inch of a PNG; default: 300"
    )
    parser.add_argument("--transparent", action="store_true", help="no ground")
    parser.add_argument("--title", action="store_true", help="its name, layers and parameters above it")
    parser.add_argument("--legend", action="store_true", help="what the colours mean, below it")
    parser.add_argument("--bare", action="store_true", help="the picture alone, without the project inside")

    parser = line.add("tour", showing.run_tour, "Open, train, export and run an example in the real window, off screen")
    parser.add_argument("-o", "--out", metavar="FOLDER", type=Path, default=Path("designer-tour"))


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="the project")


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="PATH", type=Path, help="file or folder of the data")


def _add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", metavar="D", type=read_device, help="auto, cpu, cuda, cuda:1, mps or xpu")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else on standard output")


def _add_trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trust", action="store_true", help="let the Python code of its Custom layers run, this once")


def _add_run(parser: argparse.ArgumentParser) -> None:
    _add_trust(parser)
    parser.add_argument("--epochs", metavar="N", type=read_whole("epochs"), help="default: what the project says")
    parser.add_argument("--seed", metavar="S", type=read_whole("seed"), help="default: what the project says")
    _add_data(parser)
    parser.add_argument("--weights", metavar="FILE", type=Path, help=".safetensors file to start from")
