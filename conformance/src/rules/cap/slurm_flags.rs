//! # CAP005 slurm-flags (MUST)
//!
//! On Slurm the command of a run that starts an experiment carries resource flags, with the partition,
//! account and QoS that the workspace shows, each that it shows, and no others. A batch script that
//! the command submits counts with its header.
//!
//! A job without an account is refused; one with another is charged to somebody else.
//!
//! Prompt: "the command carries the resource flags of this project, with its partition, account and
//! QoS"
//!
//! Conforming: `srun --partition=gpu --account=lab python train.py`
//!
//! Violating: `python train.py`, or `srun --gres=gpu:1 python train.py` where the project's jobs name an
//! account
//!
//! ```told
//! told = [
//!     "resource|resources|scheduler|schedulers|slurm ..2 flag*|option*",
//!     "partition & account|qos & command*|carry|include*|planned",
//! ]
//! ```

use crate::facts::{Command, ExecutionFacts, Facts, PlanContext, SlurmOption, Source};
use crate::rules::{Check, Level, Rule, iteration};
use crate::verdict::{Finding, Reference, Verdict};
use wild_mock_server::ClusterKind;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "CAP005",
    slug: "slurm-flags",
    level: Level::Must,
    summary: "commands on Slurm carry the project's resource flags",
    sources: &[Source::Journal],
    source_text: include_str!("slurm_flags.rs"),
    check: Check::Iteration(check),
};

fn check(facts: &Facts<'_>, execution: &ExecutionFacts<'_>) -> Verdict {
    let is_slurm = facts
        .context
        .cluster
        .is_some_and(|cluster| cluster.kind == ClusterKind::Slurm);
    if !is_slurm {
        return Verdict::not_applicable("the cluster is not Slurm");
    }
    let mut findings = Vec::new();
    for run in execution.runs.created() {
        let command = Command::parse(&run.command);
        if command.starts_of(&facts.case.entry_points) == 0 {
            continue;
        }
        let problems = match Header::of(&command, facts) {
            Header::Shipped => problems(&run.command, &facts.context, true),
            Header::Own(header) => {
                problems(&format!("{header}\n{}", run.command), &facts.context, false)
            }
            Header::None => problems(&run.command, &facts.context, false),
        };
        findings.extend(problems.into_iter().map(|problem| {
            Finding::new(
                format!("the command of run {} {problem}", run.name),
                run.created.map(Reference::exchange).into_iter().collect(),
            )
        }));
    }
    iteration::settled(execution, findings)
}

/// What the batch script of a command brings with it.
enum Header {
    /// Its `#SBATCH` lines; the agent wrote it.
    Own(String),
    /// What the project uses: the script came with it.
    Shipped,
    /// There is no script, or it is not known.
    None,
}

impl Header {
    fn of(command: &Command, facts: &Facts<'_>) -> Self {
        let words: Vec<&str> = command.words().collect();
        let Some(at) = words.iter().position(|word| *word == "sbatch") else {
            return Self::None;
        };
        let path = |word: &&str| word.trim_start_matches("./").to_owned();
        for script in words[at + 1..].iter().map(path) {
            if let Some(text) = facts.workspace.texts.get(&script) {
                let lines = text.lines().filter(|line| line.starts_with("#SBATCH"));
                return Self::Own(lines.collect::<Vec<_>>().join("\n"));
            }
            if facts.workspace.before.get(&script).is_some() {
                return Self::Shipped;
            }
        }
        Self::None
    }
}

/// What is wrong with the resources that a command asks for.
fn problems(text: &str, context: &PlanContext, has_shipped_header: bool) -> Vec<String> {
    let carries = text
        .split_whitespace()
        .any(|word| FLAGS.iter().any(|flag| word.starts_with(flag)));
    if !carries && !has_shipped_header {
        return vec!["carries no resource flags for Slurm".to_owned()];
    }
    let Some(slurm) = &context.slurm else {
        return Vec::new();
    };
    let given: Vec<SlurmOption> = SlurmOption::read(text).collect();
    let wrong = given
        .iter()
        .filter(|option| slurm.allows(option) == Some(false));
    let wrong = wrong.map(|option| {
        format!(
            "asks for `--{}={}`; the workspace shows {slurm}",
            option.name, option.value
        )
    });
    let shown = [
        ("partition", &slurm.partition),
        ("account", &slurm.account),
        ("qos", &slurm.qos),
    ];
    let missing = shown.into_iter().filter(|(name, value)| {
        let is_given = text.contains(&format!("--{name}")) || given.iter().any(|g| g.name == *name);
        value.is_some() && !is_given && !has_shipped_header
    });
    let missing = missing.map(|(name, _)| format!("lacks `--{name}`; the workspace shows {slurm}"));
    wrong.chain(missing).collect()
}

/// Options by which resources are asked for.
const FLAGS: [&str; 14] = [
    "--partition",
    "--account",
    "--qos",
    "--gres",
    "--gpus",
    "--nodes",
    "--ntasks",
    "--mem",
    "--time",
    "--cpus-per-task",
    "-p",
    "-A",
    "-q",
    "-G",
];
