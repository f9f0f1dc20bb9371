//! What a case file may say, as data: its keys, what they mean, and what their values must look like. Files are
//! checked by it, and editors get it as a JSON Schema.

use super::form::{Form, Key, Looks, key, needed};
use super::{FORMAT, PROBES, limits};

/// Any text.
const TEXT: Form = Form::Text(|_| None, Looks::Anyhow);

/// A file of the workspace.
const INSIDE: Form = Form::Text(limits::inside, Looks::Like("^[^/]"));

/// Seconds that a part of a simulated run may take: some ten years.
const LONGEST_RUN: f64 = 3e8;

/// Longest time limit of a case, in seconds: a day.
const LONGEST_TIME_LIMIT: i64 = 86_400;

/// Most iterations that a case may chain.
const MOST_ITERATIONS: i64 = 100;

/// Most runs, or rows of a table, that a done-when may ask for.
const MOST_COUNTED: i64 = 1_000_000;

const SECONDS_OF_RUN: Form = Form::Number(0.0, LONGEST_RUN);
const SECONDS: Form = Form::Whole(1, LONGEST_TIME_LIMIT);

const AT: Key = key(
    "at",
    Form::Number(0.0, 1.0),
    "When, as a share of the duration",
);

const LOG_LINE: &[Key] = &[
    AT,
    needed(
        "text",
        TEXT,
        "The line; `{command}` and `{run_id}` are replaced",
    ),
];

const METRIC_ROW: &[Key] = &[
    AT,
    needed("row", Form::Free, "The row, as it would be posted"),
];

const FILE_LEFT: &[Key] = &[
    needed(
        "path",
        TEXT,
        "Where, as seen from the run's working directory",
    ),
    needed(
        "text",
        TEXT,
        "What it holds; `{command}` and `{run_id}` are replaced",
    ),
];

const RUN: &[Key] = &[
    needed(
        "command",
        TEXT,
        "The commands that do this; `**` stands for anything",
    ),
    key(
        "launch_seconds",
        SECONDS_OF_RUN,
        "Seconds from the launch until the command runs",
    ),
    key(
        "duration_seconds",
        SECONDS_OF_RUN,
        "Seconds that the command runs",
    ),
    key(
        "exit_code",
        Form::Whole(0, 255),
        "0 finishes the run, anything else fails it",
    ),
    key(
        "log",
        Form::List(&Form::Table(LOG_LINE)),
        "Lines that it writes to its log",
    ),
    key(
        "metrics",
        Form::List(&Form::Table(METRIC_ROW)),
        "Rows of metrics that it reports",
    ),
    key(
        "artifacts",
        Form::List(&Form::Text(limits::file_name, Looks::Like("^[^/]+$"))),
        "Names of files that it leaves in its artifacts directory",
    ),
    key(
        "files",
        Form::List(&Form::Table(FILE_LEFT)),
        "Files that it leaves when it ends by itself",
    ),
    key(
        "program",
        Form::Program,
        "The program that it pretends to be, which decides by its arguments what comes of it",
    ),
];

const STEP: &[Key] = &[
    needed(
        "post",
        Form::Text(limits::path, Looks::Like("^/")),
        "The path that is posted to",
    ),
    key("body", Form::Free, "The body"),
];

const GRID_AXIS: &[Key] = &[
    needed("name", TEXT, "The option that is varied"),
    needed("values", Form::List(&TEXT), "The values that it takes"),
];

const TABLE: &[Key] = &[
    needed("file", INSIDE, "Its file in the workspace"),
    needed(
        "rows",
        Form::Whole(1, MOST_COUNTED),
        "The fewest rows that it is to have, its heading aside",
    ),
];

const TASK: &[Key] = &[
    needed(
        "id",
        Form::Text(limits::task, Looks::Like("^P[0-9]{1,9}-T[0-9]{1,9}$")),
        "Its id in the plan, such as P2-T3",
    ),
    key(
        "experiment",
        Form::Flag,
        "Whether it is carried out by runs; its text tells where this is absent",
    ),
    key(
        "finished_runs",
        Form::Whole(1, MOST_COUNTED),
        "How many finished runs of its own its done-when asks for",
    ),
    key(
        "files",
        Form::List(&INSIDE),
        "Files of the workspace that its done-when asks for",
    ),
    key(
        "tables",
        Form::List(&Form::Table(TABLE)),
        "Tables whose length its done-when asks for",
    ),
];

const SLURM: &[Key] = &[
    key("partition", TEXT, "`--partition`"),
    key("account", TEXT, "`--account`"),
    key("qos", TEXT, "`--qos`"),
];

const EXPECT: &[Key] = &[key(
    "preflight",
    Form::Word(&["passed", "failed"]),
    "How the preflight ends, where the probes cannot be observed",
)];

const CLUSTER: &str = "^(unknown|local_gpu|slurm|kubernetes|ray|shared_head_node)(:[0-9]+)?$";

/// The keys of a case, and which of them it needs once its twin has lent it what it does not say.
pub(super) const CASE: &[Key] = &[
    needed(
        "id",
        Form::Text(limits::id_with_axes, Looks::Anyhow),
        "Unique name: lower-case letters, digits and hyphens; `{axis}` for the name of an entry",
    ),
    needed("title", TEXT, "One line for people"),
    needed(
        "kind",
        Form::Word(&["planning", "execution", "campaign"]),
        "Which iteration is played",
    ),
    needed("goal", TEXT, "What the agent is asked to reach"),
    key("steer", TEXT, "Steering text that a user added"),
    needed(
        "workspace",
        Form::Text(limits::workspace, Looks::Anyhow),
        "A folder of fixtures/workspaces by its name, or a folder of your own by its path, relative to the case file",
    ),
    needed(
        "cluster",
        Form::Text(limits::cluster, Looks::Like(CLUSTER)),
        "What the server reports, as TYPE[:GPUS]",
    ),
    key(
        "auth_token",
        Form::Text(limits::token, Looks::Filled),
        "The token that the server demands",
    ),
    key(
        "evo_sweep",
        Form::Flag,
        "Whether evolutionary sweeps are on",
    ),
    key(
        "faults",
        Form::List(&Form::Fault),
        "Faults that the server is started with",
    ),
    key(
        "fault_kind",
        TEXT,
        "A kind of fault by its name, which strikes `probe`",
    ),
    key(
        "probe",
        Form::Text(limits::probe, Looks::OneOf(&PROBES)),
        "The probe that `fault_kind` strikes",
    ),
    key("fault_when", Form::When, "When `fault_kind` strikes"),
    key(
        "runs",
        Form::List(&Form::Table(RUN)),
        "What simulated runs do, by their commands; `**` stands for anything",
    ),
    key(
        "run_mode",
        Form::Word(&["executed", "simulated"]),
        "Whether the commands of runs are executed; built-in projects are in execution cases, unless the cluster has \
         a scheduler, and others are not",
    ),
    key(
        "run_limit",
        SECONDS,
        "Seconds of real time that an executed run may take before it is killed, 20 unless told",
    ),
    key(
        "placeholder",
        TEXT,
        "What tasks_path holds before the agent starts",
    ),
    key(
        "plan",
        Form::Text(limits::plan, Looks::Anyhow),
        "A plan that an execution case carries out: one of fixtures/executions by its name, or a file of your own by \
         its path, relative to the case file",
    ),
    key(
        "prompt",
        Form::Text(limits::prompt, Looks::Anyhow),
        "A template in place of the run's prompt, by its path relative to the case file",
    ),
    key(
        "slurm",
        Form::Table(SLURM),
        "What job scripts tell the scheduler",
    ),
    key(
        "log",
        TEXT,
        "What the iteration log holds before the agent starts",
    ),
    key(
        "iteration",
        Form::Whole(1, u32::MAX as i64),
        "Which iteration an execution case plays",
    ),
    key(
        "iterations",
        Form::Whole(1, MOST_ITERATIONS),
        "How many iterations an execution case chains over one workspace and server; the most that a campaign may \
         take, planning included",
    ),
    key(
        "prelude",
        Form::List(&Form::Table(STEP)),
        "Requests that were sent before the agent came",
    ),
    needed(
        "experiments",
        Form::Flag,
        "Whether the goal asks for experiments",
    ),
    key(
        "grid",
        Form::List(&Form::Table(GRID_AXIS)),
        "The configurations that the goal or task asks for",
    ),
    key(
        "entry_points",
        Form::List(&INSIDE),
        "Scripts that train, evaluate or benchmark",
    ),
    key(
        "tasks",
        Form::List(&Form::Table(TASK)),
        "Which tasks of the plan are experiments, and what their done-whens compute to",
    ),
    needed("time_limit", SECONDS, "Seconds that the agent has"),
    key(
        "expect",
        Form::Table(EXPECT),
        "What holds where nothing can be observed",
    ),
    key(
        "twin",
        TEXT,
        "The healthy case from which every key is taken that is not given here",
    ),
];

/// The keys of a file beside those of a case.
pub(super) const FILE: &[Key] = &[
    key(
        "format",
        Form::Whole(FORMAT as i64, FORMAT as i64),
        "Form of the file; it need not be told",
    ),
    key(
        "matrix",
        Form::Map(&Form::Axis),
        "One case for every combination of these axes",
    ),
    key(
        "exclude",
        Form::List(&Form::Map(&TEXT)),
        "Combinations that are left out, from axis to name",
    ),
];

/// The keys of an entry of an axis beside those of a case.
pub(super) const ENTRY: &[Key] = &[
    needed("name", TEXT, "Name of the entry, for `{axis}`"),
    key("words", TEXT, "What titles call the entry"),
];
