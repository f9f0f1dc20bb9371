//! What a case file may say, as data: its keys, and what their values must look like.

use super::{FORMAT, limits};

/// What a value must look like.
pub(super) enum Form {
    /// A text, of which a function says what is wrong.
    Text(fn(&str) -> Option<String>),
    /// True or false.
    Flag,
    /// A whole number in a range.
    Whole(i64, i64),
    /// A finite number in a range.
    Number(f64, f64),
    /// One of some words.
    Word(&'static [&'static str]),
    /// A list.
    List(&'static Form),
    /// A table with known keys.
    Table(&'static [Key]),
    /// A table with any keys.
    Free,
    /// A table from any keys to values of one form.
    Map(&'static Form),
    /// A list of entries, or one of the words for many kinds of faults.
    Axis,
    /// A fault, which says itself what is wrong with it.
    Fault,
    /// When a fault strikes.
    When,
    /// A program that runs pretend to be, which says itself what is wrong with it.
    Program,
}

/// A key of a table.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) form: Form,
    /// Whether the table needs it.
    pub(super) is_needed: bool,
}

const fn key(name: &'static str, form: Form) -> Key {
    let is_needed = false;
    Key {
        name,
        form,
        is_needed,
    }
}

const fn needed(name: &'static str, form: Form) -> Key {
    let is_needed = true;
    Key {
        name,
        form,
        is_needed,
    }
}

/// Any text.
const TEXT: Form = Form::Text(|_| None);

/// Seconds that a part of a simulated run may take: some ten years.
const LONGEST_RUN: f64 = 3e8;

/// Longest time limit of a case, in seconds: a day.
const LONGEST_TIME_LIMIT: i64 = 86_400;

/// Most iterations that a case may chain.
const MOST_ITERATIONS: i64 = 100;

/// Most runs, or rows of a table, that a done-when may ask for.
const MOST_COUNTED: i64 = 1_000_000;

const MOMENT: Form = Form::Number(0.0, 1.0);

const LOG_LINE: &[Key] = &[key("at", MOMENT), needed("text", TEXT)];
const METRIC_ROW: &[Key] = &[key("at", MOMENT), needed("row", Form::Free)];

const FILE_LEFT: &[Key] = &[needed("path", TEXT), needed("text", TEXT)];

const RUN: &[Key] = &[
    needed("command", TEXT),
    key("launch_seconds", Form::Number(0.0, LONGEST_RUN)),
    key("duration_seconds", Form::Number(0.0, LONGEST_RUN)),
    key("exit_code", Form::Whole(0, 255)),
    key("log", Form::List(&Form::Table(LOG_LINE))),
    key("metrics", Form::List(&Form::Table(METRIC_ROW))),
    key("artifacts", Form::List(&Form::Text(limits::file_name))),
    key("files", Form::List(&Form::Table(FILE_LEFT))),
    key("program", Form::Program),
];

const STEP: &[Key] = &[
    needed("post", Form::Text(limits::path)),
    key("body", Form::Free),
];

const GRID_AXIS: &[Key] = &[needed("name", TEXT), needed("values", Form::List(&TEXT))];

const TABLE: &[Key] = &[
    needed("file", Form::Text(limits::inside)),
    needed("rows", Form::Whole(1, MOST_COUNTED)),
];

const TASK: &[Key] = &[
    needed("id", Form::Text(limits::task)),
    key("experiment", Form::Flag),
    key("finished_runs", Form::Whole(1, MOST_COUNTED)),
    key("files", Form::List(&Form::Text(limits::inside))),
    key("tables", Form::List(&Form::Table(TABLE))),
];

const SLURM: &[Key] = &[
    key("partition", TEXT),
    key("account", TEXT),
    key("qos", TEXT),
];

const EXPECT: &[Key] = &[key("preflight", Form::Word(&["passed", "failed"]))];

/// The keys of a case, and which of them it needs once its twin has lent it what it does not say.
pub(super) const CASE: &[Key] = &[
    needed("id", Form::Text(limits::id_with_axes)),
    needed("title", TEXT),
    needed("kind", Form::Word(&["planning", "execution", "campaign"])),
    needed("goal", TEXT),
    key("steer", TEXT),
    needed("workspace", Form::Text(limits::workspace)),
    needed("cluster", Form::Text(limits::cluster)),
    key("auth_token", Form::Text(limits::token)),
    key("evo_sweep", Form::Flag),
    key("faults", Form::List(&Form::Fault)),
    key("fault_kind", TEXT),
    key("probe", Form::Text(limits::probe)),
    key("fault_when", Form::When),
    key("runs", Form::List(&Form::Table(RUN))),
    key("run_mode", Form::Word(&["executed", "simulated"])),
    key("run_limit", Form::Whole(1, LONGEST_TIME_LIMIT)),
    key("placeholder", TEXT),
    key("plan", Form::Text(limits::plan)),
    key("prompt", Form::Text(limits::prompt)),
    key("slurm", Form::Table(SLURM)),
    key("log", TEXT),
    key("iteration", Form::Whole(1, u32::MAX as i64)),
    key("iterations", Form::Whole(1, MOST_ITERATIONS)),
    key("prelude", Form::List(&Form::Table(STEP))),
    needed("experiments", Form::Flag),
    key("grid", Form::List(&Form::Table(GRID_AXIS))),
    key("entry_points", Form::List(&Form::Text(limits::inside))),
    key("tasks", Form::List(&Form::Table(TASK))),
    needed("time_limit", Form::Whole(1, LONGEST_TIME_LIMIT)),
    key("expect", Form::Table(EXPECT)),
    key("twin", TEXT),
];

/// The keys of a file beside those of a case.
pub(super) const FILE: &[Key] = &[
    key("format", Form::Whole(FORMAT as i64, FORMAT as i64)),
    key("matrix", Form::Map(&Form::Axis)),
    key("exclude", Form::List(&Form::Map(&TEXT))),
];

/// The keys of an entry of an axis beside those of a case.
pub(super) const ENTRY: &[Key] = &[needed("name", TEXT), key("words", TEXT)];
