//! What the judge of a plan knows besides the plan.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use wild_mock_server::{ClusterKind, ClusterProfile};

pub use crate::case::Slurm;
use crate::case::{Case, GridAxis};

/// What a plan is held against. Everything may be unknown; a rule that needs what is unknown is not
/// applicable.
///
/// ```
/// use wild_conformance::facts::PlanContext;
///
/// let context = PlanContext::from_toml("goal = \"Win\"\ncluster = \"local_gpu:2\"\ngrid = true\n").unwrap();
/// assert_eq!(context.goal.as_deref(), Some("Win"));
/// assert_eq!((context.gpus(), context.has_grid()), (Some(2), Some(true)));
/// assert!(PlanContext::from_toml("gaol = \"typo\"").unwrap_err().to_string().contains("gaol"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlanContext {
    /// The goal that was given, without steering.
    pub goal: Option<String>,
    /// The working directory, as the prompt stated it.
    pub workdir: Option<String>,
    /// Where the plan belongs, as the prompt stated it.
    pub tasks_path: Option<String>,
    /// Whether the folder `exp` existed in the working directory beforehand.
    pub exp_existed: Option<bool>,
    /// The cluster that the server reports.
    pub cluster: Option<ClusterProfile>,
    /// Whether evolutionary sweeps are switched on.
    pub evo_sweep: Option<bool>,
    /// Whether the goal asks for experiments.
    pub experiments: Option<bool>,
    /// The configurations that the goal asks for.
    pub grid: Option<Grid>,
    /// Scripts that train, evaluate or benchmark.
    pub entry_points: Option<Vec<String>>,
    /// The scheduler's values that the workspace shows.
    pub slurm: Option<Slurm>,
}

/// A grid of configurations: told in full, or only whether there is one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Grid {
    /// Whether there is one.
    Known(bool),
    /// Its axes in order.
    Axes(Vec<GridAxis>),
    /// Its axes by name, with values of any kind.
    Table(BTreeMap<String, Vec<serde_json::Value>>),
}

impl PlanContext {
    /// Reads TOML. An unknown key is an error that names it.
    ///
    /// # Errors
    /// Fails with line and key when the text is no TOML or a key is unknown or of the wrong type.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Reads JSON. An unknown key is an error that names it.
    ///
    /// # Errors
    /// Fails with line and key when the text is no JSON or a key is unknown or of the wrong type.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// What a case tells, played with these prompt variables.
    pub(crate) fn of_case(
        case: &Case,
        variables: &BTreeMap<String, String>,
        exp_existed: bool,
    ) -> Self {
        Self {
            goal: Some(case.goal.clone()),
            workdir: variables.get("workdir").cloned(),
            tasks_path: variables.get("tasks_path").cloned(),
            exp_existed: Some(exp_existed),
            cluster: case.cluster.parse().ok(),
            evo_sweep: Some(case.evo_sweep),
            experiments: Some(case.experiments),
            grid: Some(Grid::Axes(case.grid.clone())),
            entry_points: Some(case.entry_points.clone()),
            slurm: case.scheduler_options(),
        }
    }

    /// Whether the goal has a grid.
    pub fn has_grid(&self) -> Option<bool> {
        self.grid.as_ref().map(|grid| match grid {
            Grid::Known(known) => *known,
            Grid::Axes(axes) => !axes.is_empty(),
            Grid::Table(axes) => !axes.is_empty(),
        })
    }

    /// How many GPUs the cluster has, where that is known.
    pub fn gpus(&self) -> Option<u32> {
        self.cluster?.gpus
    }

    /// How many runs the cluster takes at once.
    pub fn capacity(&self) -> Option<u32> {
        let cluster = self.cluster?;
        Some(match cluster.kind {
            ClusterKind::Unknown => 1,
            ClusterKind::Slurm => cluster.gpus.filter(|gpus| *gpus > 0).unwrap_or(4),
            _ => cluster.gpus.unwrap_or(1).max(1),
        })
    }

    /// The folder of `tasks_path`, where that is known; absolute where the working directory is.
    pub fn tasks_folder(&self) -> Option<PathBuf> {
        let folder = Path::new(self.tasks_path.as_deref()?).parent()?;
        let workdir = self.workdir.as_deref().unwrap_or_default();
        Some(Path::new(workdir).join(folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacity_follows_the_kind_of_cluster() {
        let capacity = |cluster: &str| {
            PlanContext {
                cluster: cluster.parse().ok(),
                ..PlanContext::default()
            }
            .capacity()
        };
        for (cluster, expected) in [
            ("unknown", 1),
            ("slurm", 4),
            ("slurm:8", 8),
            ("local_gpu:0", 1),
            ("ray:3", 3),
        ] {
            assert_eq!(capacity(cluster), Some(expected), "{cluster}");
        }
    }

    #[test]
    fn grids_are_told_in_several_ways() {
        for (text, expected) in [
            ("grid = false", false),
            ("grid = []", false),
            ("grid = { lr = [0.1, \"x\"] }", true),
            ("grid = [{ name = \"lr\", values = [\"1\"] }]", true),
        ] {
            assert_eq!(
                PlanContext::from_toml(text).unwrap().has_grid(),
                Some(expected)
            );
        }
        let text = r#"{"slurm": {"partition": "gpu"}, "evo_sweep": true}"#;
        let context = PlanContext::from_json(text).unwrap();
        assert_eq!(context.slurm.unwrap().partition.as_deref(), Some("gpu"));
        let error = PlanContext::from_json(r#"{"sulrm": {}}"#).unwrap_err();
        assert!(error.to_string().contains("sulrm"));
    }
}
