//! Looking at the workspace, so that the plan speaks of what is really there.

use std::path::Path;

use serde_json::Value;

/// Most files that are listed; a glance needs no more.
const MOST_FILES: usize = 2_000;

/// Largest job script that is read, in bytes.
const LARGEST_SCRIPT: u64 = 256 * 1024;

/// What a glance at the workspace and the cluster shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Survey {
    /// Relative paths of files, sorted; hidden folders are left out.
    pub(crate) files: Vec<String>,
    /// Whether the folder `exp` exists.
    pub(crate) has_exp: bool,
    /// What runs will be executed on.
    pub(crate) cluster: Cluster,
    /// Scheduler options that job scripts of the workspace show (`--partition=...`).
    pub(crate) slurm_options: Vec<String>,
}

/// What runs will be executed on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cluster {
    pub(crate) kind: String,
    pub(crate) gpus: u64,
}

impl Cluster {
    /// Reads the answer to `GET /cluster`.
    pub(super) fn read(answer: Option<&Value>) -> Self {
        let cluster = answer.and_then(|answer| answer.get("cluster"));
        let kind = cluster
            .and_then(|c| c.get("type"))
            .and_then(Value::as_str)
            .unwrap_or("unknown");
        let gpus = cluster
            .and_then(|c| c.get("gpu_count"))
            .and_then(Value::as_u64);
        Self {
            kind: kind.to_owned(),
            gpus: gpus.unwrap_or_default(),
        }
    }

    /// How many runs it holds at once.
    pub(super) fn places(&self) -> u64 {
        match self.kind.as_str() {
            "unknown" => 1,
            "slurm" if self.gpus == 0 => 4,
            _ => self.gpus.max(1),
        }
    }
}

impl Survey {
    /// Looks at `workdir`.
    pub(super) fn take(workdir: &Path, cluster: Cluster) -> Self {
        let files = list(workdir);
        let slurm_options = slurm_options(workdir, &files);
        Self {
            has_exp: workdir.join("exp").is_dir(),
            files,
            cluster,
            slurm_options,
        }
    }

    /// The files that train, evaluate or benchmark, by their names, in this order.
    pub(super) fn entry_points(&self) -> Vec<&str> {
        let words = ["train", "tune", "eval", "bench"];
        let rank = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let is_candidate = is_script(name) && !name.contains("test");
            words
                .iter()
                .position(|word| is_candidate && name.contains(word))
        };
        let mut paths = self.matching(|path| rank(path).is_some());
        paths.sort_by_key(|path| rank(path));
        paths
    }

    /// Files that configure experiments.
    pub(super) fn configs(&self) -> Vec<&str> {
        self.matching(|path| path.starts_with("configs/") || path.starts_with("conf/"))
    }

    /// Files with tests.
    pub(super) fn tests(&self) -> Vec<&str> {
        self.matching(|path| path.starts_with("tests/"))
    }

    /// Files that name dependencies.
    pub(super) fn dependency_files(&self) -> Vec<&str> {
        const NAMES: [&str; 4] = [
            "pyproject.toml",
            "requirements.txt",
            "environment.yml",
            "setup.py",
        ];
        self.matching(|path| NAMES.contains(&path))
    }

    fn matching(&self, fits: impl Fn(&str) -> bool) -> Vec<&str> {
        self.files
            .iter()
            .map(String::as_str)
            .filter(|path| fits(path))
            .collect()
    }
}

fn is_script(name: &str) -> bool {
    let extension = Path::new(name).extension();
    extension.is_some_and(|extension| extension == "py" || extension == "sh")
}

/// Written again beside `facts/plan/tree.rs`, because the agent that is judged knows nothing of the judge.
fn list(root: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut pending = vec![root.to_owned()];
    while let Some(folder) = pending.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            // Links are not followed: the file type is the entry's own.
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() && !is_hidden {
                pending.push(path);
            } else if kind.is_file() && !is_hidden && files.len() < MOST_FILES {
                files.extend(
                    path.strip_prefix(root)
                        .ok()
                        .map(|p| p.display().to_string()),
                );
            }
        }
    }
    files.sort();
    files
}

fn slurm_options(workdir: &Path, files: &[String]) -> Vec<String> {
    let mut options = Vec::new();
    let is_job = |path: &&String| {
        let extension = Path::new(path).extension();
        extension.is_some_and(|extension| extension == "sbatch" || extension == "slurm")
    };
    for path in files.iter().filter(is_job) {
        let path = workdir.join(path);
        let is_small = path
            .metadata()
            .is_ok_and(|metadata| metadata.len() <= LARGEST_SCRIPT);
        let text = if is_small {
            std::fs::read_to_string(path)
        } else {
            continue;
        };
        for line in text.unwrap_or_default().lines() {
            let Some(option) = line.trim().strip_prefix("#SBATCH ") else {
                continue;
            };
            let wanted = ["--partition", "--account", "--qos"];
            if wanted.iter().any(|name| option.starts_with(name))
                && !options.contains(&option.to_owned())
            {
                options.push(option.trim().to_owned());
            }
        }
    }
    options
}
