//! Kinds of clusters, and a cluster as cases and command lines name it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::python_text;

/// Kind of cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClusterKind {
    /// Not known.
    #[default]
    Unknown,
    /// Slurm.
    Slurm,
    /// One host with GPUs.
    LocalGpu,
    /// Kubernetes.
    Kubernetes,
    /// Ray.
    Ray,
    /// A head node with SSH access to others.
    SharedHeadNode,
}

impl ClusterKind {
    /// The kind that a word or one of its aliases names; unknown words mean unknown.
    pub fn from_word(word: &str) -> Self {
        match python_text::word(word).replace('-', "_").as_str() {
            "slurm" => Self::Slurm,
            "local_gpu" | "localgpu" | "local_gpu_cluster" => Self::LocalGpu,
            "kubernetes" | "k8s" => Self::Kubernetes,
            "ray" => Self::Ray,
            "shared_head_node" | "shared_gpu_head_node" | "shared_gpu" | "head_node" => {
                Self::SharedHeadNode
            }
            _ => Self::Unknown,
        }
    }

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Slurm => "slurm",
            Self::LocalGpu => "local_gpu",
            Self::Kubernetes => "kubernetes",
            Self::Ray => "ray",
            Self::SharedHeadNode => "shared_head_node",
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Unknown => "Unknown",
            Self::Slurm => "Slurm",
            Self::LocalGpu => "Local GPU",
            Self::Kubernetes => "Kubernetes",
            Self::Ray => "Ray",
            Self::SharedHeadNode => "Shared GPU Head Node",
        }
    }

    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Unknown => "Cluster has not been configured yet.",
            Self::Slurm => "Slurm-managed cluster scheduler detected.",
            Self::LocalGpu => "Single-host GPU workstation/cluster detected.",
            Self::Kubernetes => "Kubernetes cluster control plane detected.",
            Self::Ray => "Ray cluster runtime detected.",
            Self::SharedHeadNode => "Head node with SSH fan-out to worker nodes.",
        }
    }
}

/// A cluster to be found by detection: a kind and its GPUs, as in `local_gpu:4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClusterProfile {
    /// The kind.
    pub kind: ClusterKind,
    /// How many GPUs detection finds; none means that it cannot tell.
    pub gpus: Option<u32>,
}

/// Why a text names no cluster.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no cluster: expected TYPE or TYPE:GPUS, with a TYPE of unknown, slurm, local_gpu, \
     kubernetes, ray or shared_head_node"
)]
pub struct ProfileError(String);

impl FromStr for ClusterProfile {
    type Err = ProfileError;

    fn from_str(text: &str) -> Result<Self, ProfileError> {
        let refuse = || ProfileError(text.to_owned());
        let (word, gpus) = match text.split_once(':') {
            Some((word, gpus)) => (word, Some(gpus.trim().parse().map_err(|_| refuse())?)),
            None => (text, None),
        };
        let kind = ClusterKind::from_word(word);
        if kind == ClusterKind::Unknown && word.trim() != "unknown" {
            return Err(refuse());
        }
        Ok(Self { kind, gpus })
    }
}

impl TryFrom<String> for ClusterProfile {
    type Error = ProfileError;

    fn try_from(text: String) -> Result<Self, ProfileError> {
        text.parse()
    }
}

impl From<ClusterProfile> for String {
    fn from(profile: ClusterProfile) -> Self {
        profile.to_string()
    }
}

impl std::fmt::Display for ClusterProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.gpus {
            Some(gpus) => write!(f, "{}:{gpus}", self.kind.as_str()),
            None => f.write_str(self.kind.as_str()),
        }
    }
}
