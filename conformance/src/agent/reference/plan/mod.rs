//! Writing the plan: the prompt's structure, filled with what the survey found.

mod phases;
mod sections;

use std::path::Path;

use super::answer::Answer;
use super::briefing::Briefing;
use super::iteration::axes;
use super::outline;
use super::session::Skill;
use super::survey::Survey;

/// The answer of a planning iteration that went well.
pub(super) fn answer(briefing: &Briefing, survey: &Survey, skills: &[Skill]) -> Answer {
    let plan = markdown(briefing, survey, skills);
    Answer {
        prose: "The preflight passed. I looked at the workspace and wrote the plan.\n".to_owned(),
        tasks_file: Some(format!("{plan}\n")),
        plans: vec![plan],
        summary: Some("Planning is complete; the first task is P1-T1.".to_owned()),
        ..Answer::default()
    }
}

/// The plan itself.
pub(crate) fn markdown(briefing: &Briefing, survey: &Survey, skills: &[Skill]) -> String {
    let scope = Scope::new(briefing, survey, skills);
    format!(
        "# Tasks\n\n## Goal\n\n{}\n\n{}\n{}{}",
        briefing.goal,
        sections::notes(&scope),
        outline::render(&phases::all(&scope)),
        sections::contract(&scope)
    )
}

/// What the sections of the plan have in common.
struct Scope<'a> {
    survey: &'a Survey,
    skills: &'a [Skill],
    root: &'static str,
    workdir: &'a str,
    session_id: &'a str,
    playbook: String,
    entry: String,
    axes: Vec<Axis>,
    evo_sweep: bool,
}

/// A parameter and its values.
type Axis = (String, Vec<String>);

impl<'a> Scope<'a> {
    fn new(briefing: &'a Briefing, survey: &'a Survey, skills: &'a [Skill]) -> Self {
        let folder = Path::new(&briefing.tasks_path)
            .parent()
            .unwrap_or(Path::new("."));
        let shown = folder.strip_prefix(&briefing.workdir).unwrap_or(folder);
        Self {
            survey,
            skills,
            root: if survey.has_exp {
                "exp"
            } else {
                ".wild/experiments"
            },
            workdir: &briefing.workdir,
            session_id: &briefing.session_id,
            playbook: shown.join("prompt_skill_playbook.md").display().to_string(),
            entry: survey
                .entry_points()
                .first()
                .unwrap_or(&"README.md")
                .to_string(),
            axes: axes(&briefing.goal),
            evo_sweep: briefing.evo_sweep,
        }
    }

    /// A path below the experiment root.
    fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.root)
    }

    /// The command of the runs for these parameters, and the values of each, as the tasks tell them.
    fn order(&self, axes: &[&Axis]) -> String {
        let options: Vec<String> = axes
            .iter()
            .map(|(name, _)| format!("--{name} {{{name}}}"))
            .collect();
        let sets: Vec<String> = axes
            .iter()
            .map(|(name, values)| format!("{name} in {{{}}}", values.join(", ")))
            .collect();
        let (workdir, root, entry) = (self.workdir, self.root, &self.entry);
        let (prefix, options, sets) = (self.launch_prefix(), options.join(" "), sets.join(", "));
        format!(
            "the command `cd {workdir} && {prefix}bash {root}/scripts/launch.sh \
             {root}/logs/{{name}}.log python3 {entry} {options} --out {root}/outputs/{{name}}` \
             for {sets}"
        )
    }

    /// The parameters of the goal, where it spells out all of them, seeds included.
    fn grid(&self) -> &[Axis] {
        let has_seeds = self.axes.iter().any(|(name, _)| name == "seed");
        if has_seeds { &self.axes } else { &[] }
    }

    /// Says of runs by which script they are started, where their commands are spelt out.
    fn of_launcher(&self) -> String {
        if self.grid().is_empty() {
            String::new()
        } else {
            format!(" of `{}/scripts/launch.sh`", self.root)
        }
    }

    fn parallel(&self) -> u64 {
        self.survey.cluster.places()
    }

    /// How a run's command starts: the device or the scheduler's options in front of the launcher.
    fn launch_prefix(&self) -> String {
        let cluster = &self.survey.cluster;
        match cluster.kind.as_str() {
            "slurm" => {
                let options = self.survey.slurm_options.join(" ");
                format!(
                    "srun {options}{}--gres=gpu:1 ",
                    if options.is_empty() { "" } else { " " }
                )
            }
            "local_gpu" if cluster.gpus > 1 => "CUDA_VISIBLE_DEVICES=<gpu> ".replace("<gpu>", "0"),
            _ => String::new(),
        }
    }

    fn run_command(&self) -> String {
        format!(
            "cd {} && {}bash {}/scripts/launch.sh {} {}/logs/lr-baseline-s0.log",
            self.workdir,
            self.launch_prefix(),
            self.root,
            self.entry,
            self.root
        )
    }
}

fn listed(paths: &[&str]) -> String {
    if paths.is_empty() {
        return "none".to_owned();
    }
    paths
        .iter()
        .take(4)
        .map(|path| format!("`{path}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
