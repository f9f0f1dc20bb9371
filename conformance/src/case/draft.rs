//! A first case over a folder of the user's: what can be found out about it, written as a case file.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use super::folder::own_files;
use super::{Slurm, Workspace};
use crate::bounded::read_text;
use crate::protocol::DEPENDENCY_FILES;

/// Largest script that is looked into, in bytes.
const LARGEST_SCRIPT: u64 = 1024 * 1024;

/// Parts of the names of scripts that carry out experiments.
const EXPERIMENTS: [&str; 9] = [
    "train",
    "eval",
    "bench",
    "fit",
    "run",
    "sweep",
    "experiment",
    "rollout",
    "predict",
];

/// What was found out about a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The folder's name as an id.
    pub id: String,
    /// Scripts that look as if they carried out experiments.
    pub entry_points: Vec<String>,
    /// Files that tell what the project depends on.
    pub dependencies: Vec<String>,
    /// What job scripts tell the scheduler.
    pub slurm: Option<Slurm>,
    /// Whether there is a folder `exp`.
    pub has_exp: bool,
    /// Whether it is a git repository.
    pub has_git: bool,
}

impl Draft {
    /// Looks at `folder`.
    ///
    /// # Errors
    /// Fails when it cannot be read.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let files = own_files(folder)?;
        let workspace = Workspace::Folder(folder.to_owned());
        let is_dependency = |file: &&PathBuf| {
            let name = file.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| DEPENDENCY_FILES.contains(&name) || name == "Cargo.toml")
        };
        Ok(Self {
            id: id(&workspace.name().to_string_lossy()),
            entry_points: entry_points(folder, &files),
            dependencies: shown(files.iter().filter(is_dependency)),
            slurm: Slurm::read_all(&workspace.job_scripts()?),
            has_exp: folder.join("exp").is_dir(),
            has_git: folder.join(".git").exists(),
        })
    }

    /// The case file, whose workspace is `workspace` as seen from it.
    pub fn text(&self, workspace: &str) -> String {
        let mut text = self.head(workspace);
        self.push_found(&mut text);
        text.push_str(FOOT);
        text
    }

    fn head(&self, workspace: &str) -> String {
        let id = &self.id;
        let workspace = quoted(workspace);
        format!(
            "# A case over a folder of your own. `wild-conformance cases --check FILE` tells what does not\n\
             # fit, and `wild-conformance run --case FILE -- my-agent` plays it.\n\
             id = \"{id}\"\n\
             title = \"Planning in {id}\"\n\
             kind = \"planning\"\n\
             # What the agent is asked to reach. Name what is to be compared, and by which measure.\n\
             goal = \"Find out what the results of this project depend on most, and write a report.\"\n\
             # Relative to this file. Each play gets a copy, with its git state; the folder stays as it is.\n\
             workspace = {workspace}\n\
             # Seconds that the agent has.\n\
             time_limit = 900\n"
        )
    }

    fn push_found(&self, text: &mut String) {
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "\n# What was found in the folder.");
        let found = |names: &[String]| match names {
            [] => "none".to_owned(),
            some => some.join(", "),
        };
        let _ = writeln!(text, "# Dependency files: {}", found(&self.dependencies));
        let root = if self.has_exp {
            "there is one, so that experiments belong there"
        } else {
            "there is none, so that experiments belong to .wild/experiments/"
        };
        let _ = writeln!(text, "# Folder exp/: {root}");
        let git = if self.has_git { "yes" } else { "no" };
        let _ = writeln!(text, "# Git repository: {git}");
        text.push_str(
            "# Scripts that train, evaluate or benchmark: what only tracked runs may start.\n",
        );
        let quoted: Vec<String> = self
            .entry_points
            .iter()
            .map(|entry| quoted(entry))
            .collect();
        if quoted.is_empty() {
            text.push_str(
                "# None was found: name yours, or nothing is judged that concerns experiments.\n",
            );
        }
        let _ = writeln!(text, "entry_points = [{}]", quoted.join(", "));
        let _ = writeln!(text, "# Whether the goal asks for experiments.");
        let _ = writeln!(text, "experiments = {}", !self.entry_points.is_empty());
        self.push_cluster(text);
    }

    fn push_cluster(&self, text: &mut String) {
        text.push_str(
            "# What the server reports: unknown, local_gpu, slurm, kubernetes, ray or shared_head_node,\n\
             # with a number of GPUs behind a colon.\n",
        );
        let Some(slurm) = &self.slurm else {
            text.push_str("cluster = \"local_gpu:1\"\n");
            return;
        };
        text.push_str("cluster = \"slurm:4\"\n");
        text.push_str("# What its job scripts tell the scheduler, and plans are to keep.\n");
        let values = [
            ("partition", &slurm.partition),
            ("account", &slurm.account),
            ("qos", &slurm.qos),
        ];
        let pairs: Vec<String> = values
            .into_iter()
            .filter_map(|(key, value)| Some(format!("{key} = {}", quoted(value.as_deref()?))))
            .collect();
        let _ = writeln!(text, "slurm = {{ {} }}", pairs.join(", "));
    }
}

/// What else a case can say, as comments.
const FOOT: &str = "
# What else a case can say:
#
# steer = \"What a user added to the goal.\"
# auth_token = \"a token that the server demands\"
# prompt = \"./my-prompt.md\"             # a template in place of the built-in prompt
# grid = [{ name = \"lr\", values = [\"0.1\", \"0.01\"] }, { name = \"seed\", values = [\"0\", \"1\"] }]
# faults = [{ method = \"GET\", path = \"/docs\", action = \"reset\", first = 1 }]
# prelude = [{ post = \"/runs\", body = { name = \"earlier\", command = \"python train.py\" } }]
# runs = [{ command = \"**\", duration_seconds = 2.0 }]   # what simulated runs do
# run_mode = \"executed\"                 # commands of runs are executed in the play's copy of the folder
# run_limit = 60                         # seconds of real time that one may take then
#
# To play a later iteration: kind = \"execution\", the plan, and where it stands.
# plan = \"./my-tasks.md\"
# log = \"- 0: planned\\n\"
# iteration = 1
# iterations = 3
# tasks = [{ id = \"P2-T1\", experiment = true, finished_runs = 4 }]
";

/// What a Python script has that is meant to be started: a main part, or arguments to read.
const STARTED: [&str; 8] = [
    "__main__",
    "argparse",
    "sys.argv",
    "click",
    "typer",
    "hydra",
    "absl",
    "fire.Fire",
];

/// Endings of scripts in other languages.
const OTHER_SCRIPTS: [&str; 4] = ["sh", "jl", "R", "r"];

/// Python scripts that can be started and scripts in other languages, where their names tell of
/// experiments; where no name does, all Python scripts that can be started.
fn entry_points(folder: &Path, files: &BTreeSet<PathBuf>) -> Vec<String> {
    let has_ending = |file: &Path, endings: &[&str]| {
        let ending = file.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| endings.contains(&ending))
    };
    let is_test = |file: &Path| {
        file.iter().any(|part| {
            let part = part.to_string_lossy();
            part == "tests" || part.starts_with("test_") || part == "setup.py"
        })
    };
    let is_telling = |file: &Path| {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        EXPERIMENTS.iter().any(|word| stem.contains(word))
    };
    let is_started = |file: &Path| {
        read_text(&folder.join(file), LARGEST_SCRIPT)
            .is_ok_and(|text| STARTED.iter().any(|sign| text.contains(sign)))
    };
    let is_script = |file: &&PathBuf| {
        !is_test(file)
            && ((has_ending(file, &["py"]) && is_started(file))
                || (has_ending(file, &OTHER_SCRIPTS) && is_telling(file)))
    };
    let scripts: Vec<&PathBuf> = files.iter().filter(is_script).collect();
    let telling: Vec<&PathBuf> = scripts
        .iter()
        .filter(|file| is_telling(file))
        .copied()
        .collect();
    let chosen = if telling.is_empty() { scripts } else { telling };
    shown(chosen.into_iter())
}

fn shown<'p>(paths: impl Iterator<Item = &'p PathBuf>) -> Vec<String> {
    // What is no UTF-8 cannot stand in a case file.
    paths
        .filter_map(|path| path.to_str().map(str::to_owned))
        .collect()
}

/// A name as an id of a case: lower-case letters, digits and hyphens.
fn id(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let id: String = name.chars().take(60).map(plain).collect();
    let id = id.trim_matches('-');
    if id.is_empty() {
        "own".to_owned()
    } else {
        id.to_owned()
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_is_told_and_the_text_is_a_case() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("My \"Project\"");
        for inner in ["exp/old", ".git", "tests", ".venv/lib"] {
            std::fs::create_dir_all(folder.join(inner)).unwrap();
        }
        let main = "if __name__ == '__main__':\n    pass\n";
        for file in ["go.py", "tests/test_run.py", ".venv/lib/train.py"] {
            std::fs::write(folder.join(file), main).unwrap();
        }
        std::fs::write(folder.join("train.py"), "def train(): pass\n").unwrap();
        std::fs::write(folder.join("uv.lock"), "").unwrap();

        let draft = Draft::of(&folder).unwrap();
        assert_eq!(draft.id, "my--project");
        assert!(draft.has_exp && draft.has_git && draft.slurm.is_none());
        assert_eq!(draft.dependencies, ["uv.lock"]);
        // No name tells of an experiment, so that it is what can be started.
        assert_eq!(draft.entry_points, ["go.py"]);
        let file = dir.path().join("case.toml");
        std::fs::write(&file, draft.text("./My \"Project\"")).unwrap();
        let cases = super::super::load_file(&file).unwrap();
        assert!(cases[0].has_own_workspace() && cases[0].experiments);

        let arguments = "import argparse\nargparse.ArgumentParser().parse_args()\n";
        std::fs::write(folder.join("train.py"), arguments).unwrap();
        std::fs::write(folder.join("sweep.sh"), "python train.py\n").unwrap();
        std::fs::write(folder.join("setup_env.sh"), "").unwrap();
        let found = Draft::of(&folder).unwrap().entry_points;
        assert_eq!(found, ["sweep.sh", "train.py"]);
    }

    #[test]
    fn where_no_script_is_found_the_case_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let text = Draft::of(dir.path()).unwrap().text(".");
        assert!(text.contains("None was found: name yours"), "{text}");
    }
}
