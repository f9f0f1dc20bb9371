//! The cluster: what is known of it, and what detection finds.

use serde::{Deserialize, Serialize};

use super::{ClusterKind, ClusterProfile, Refusal, Store};
use crate::clock::Timestamp;
use crate::journal::Change;
use crate::json::{Json, Object, weight_of};
use crate::python_text;

/// What is known of the cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    #[serde(rename = "type")]
    kind: ClusterKind,
    status: String,
    source: String,
    head_node: Json,
    node_count: Json,
    gpu_count: Json,
    notes: Json,
    confidence: Option<f64>,
    details: Object,
    last_detected_at: Option<Timestamp>,
    updated_at: Timestamp,
}

/// The host name that detection reports: made up, so that every machine answers alike.
const HEAD_NODE: &str = "wild-node-0";

/// Nodes that detection finds in a cluster of several.
const NODES: i64 = 2;

impl Cluster {
    /// What detection finds for a profile.
    pub(super) fn detected(profile: ClusterProfile, now: Timestamp) -> Self {
        let kind = profile.kind;
        let nodes = |wanted: ClusterKind| {
            if kind == wanted {
                Json::Int(NODES)
            } else {
                Json::Null
            }
        };
        let several_gpus = profile.gpus.unwrap_or(0) > 1;
        let (signal, confidence) = match kind {
            ClusterKind::Unknown => (None, 0.35),
            ClusterKind::Slurm => (Some("slurm"), 0.8),
            ClusterKind::LocalGpu => (Some("nvidia-smi"), if several_gpus { 0.78 } else { 0.68 }),
            ClusterKind::Kubernetes => (Some("kubernetes"), 0.82),
            ClusterKind::Ray => (Some("ray"), 0.65),
            ClusterKind::SharedHeadNode => (Some("ssh-host-fanout"), 0.64),
        };
        let ssh_hosts = if kind == ClusterKind::SharedHeadNode {
            NODES + 1
        } else {
            0
        };
        let details = [
            (
                "signals".to_owned(),
                Json::Array(signal.into_iter().map(Json::from).collect()),
            ),
            ("slurm_nodes".to_owned(), nodes(ClusterKind::Slurm)),
            (
                "kubernetes_nodes".to_owned(),
                nodes(ClusterKind::Kubernetes),
            ),
            ("ssh_hosts".to_owned(), Json::Int(ssh_hosts)),
        ];
        let has_host = matches!(kind, ClusterKind::LocalGpu | ClusterKind::SharedHeadNode);
        Self {
            kind,
            status: if kind == ClusterKind::Unknown {
                "unknown"
            } else {
                "healthy"
            }
            .to_owned(),
            source: "detected".to_owned(),
            head_node: has_host.then_some(HEAD_NODE).into(),
            node_count: match kind {
                ClusterKind::Slurm | ClusterKind::Kubernetes => Json::Int(NODES),
                ClusterKind::SharedHeadNode => Json::Int(ssh_hosts),
                ClusterKind::LocalGpu => Json::Int(1),
                ClusterKind::Unknown | ClusterKind::Ray => Json::Null,
            },
            gpu_count: profile.gpus.map(i64::from).into(),
            notes: Json::Null,
            confidence: Some(confidence),
            details: details.into_iter().collect(),
            last_detected_at: Some(now),
            updated_at: now,
        }
    }

    /// A cluster as a server has told of it on the wire.
    pub(crate) fn from_wire(told: &serde_json::Value) -> Option<Self> {
        let json = |key: &str| Json::from(&told[key]);
        let text = |key: &str| told[key].as_str().map(str::to_owned);
        let moment = |key: &str| {
            told[key]
                .as_f64()
                .map(|at| Timestamp::default().plus_secs(at))
        };
        let Json::Object(details) = json("details") else {
            return None;
        };
        Some(Self {
            kind: ClusterKind::from_word(told["type"].as_str()?),
            status: text("status")?,
            source: text("source")?,
            head_node: json("head_node"),
            node_count: json("node_count"),
            gpu_count: json("gpu_count"),
            notes: json("notes"),
            confidence: told["confidence"].as_f64(),
            details,
            last_detected_at: moment("last_detected_at"),
            updated_at: moment("updated_at")?,
        })
    }

    /// About how many bytes of it clients may have sent.
    pub(super) fn weight(&self) -> u64 {
        let values = [
            &self.head_node,
            &self.node_count,
            &self.gpu_count,
            &self.notes,
        ];
        values.into_iter().map(Json::weight).sum::<u64>() + weight_of(&self.details)
    }

    /// The kind.
    pub fn kind(&self) -> ClusterKind {
        self.kind
    }

    /// The cluster as the wire shows it.
    pub fn on_the_wire(&self) -> impl Serialize + '_ {
        WireCluster {
            kind: self.kind,
            status: &self.status,
            source: &self.source,
            label: self.kind.label(),
            description: self.kind.description(),
            head_node: &self.head_node,
            node_count: &self.node_count,
            gpu_count: &self.gpu_count,
            notes: &self.notes,
            confidence: self.confidence,
            details: &self.details,
            last_detected_at: self.last_detected_at.map(Timestamp::as_secs_f64),
            updated_at: self.updated_at.as_secs_f64(),
        }
    }
}

#[derive(Serialize)]
struct WireCluster<'a> {
    #[serde(rename = "type")]
    kind: ClusterKind,
    status: &'a str,
    source: &'a str,
    label: &'a str,
    description: &'a str,
    head_node: &'a Json,
    node_count: &'a Json,
    gpu_count: &'a Json,
    notes: &'a Json,
    confidence: Option<f64>,
    details: &'a Object,
    last_detected_at: Option<f64>,
    updated_at: f64,
}

/// New values for the cluster. The outer option tells whether the key was sent at all.
#[derive(Debug, Clone, Default)]
#[allow(clippy::option_option, reason = "absent and null differ on the wire")]
pub struct ClusterUpdate {
    /// Kind, by its word.
    pub kind: Option<Option<String>>,
    /// `unknown`, `healthy`, `degraded` or `offline`.
    pub status: Option<Option<String>>,
    /// `unset`, `manual` or `detected`; `manual` when it was not sent.
    pub source: Option<Option<String>>,
    /// Name of the head node.
    pub head_node: Option<Json>,
    /// How many nodes there are.
    pub node_count: Option<Json>,
    /// How many GPUs there are.
    pub gpu_count: Option<Json>,
    /// Notes for people.
    pub notes: Option<Json>,
    /// Anything else.
    pub details: Option<Option<Object>>,
}

impl Store {
    /// The cluster.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Detects the cluster; a preferred type that is known wins over what was found.
    pub fn detect_cluster(&mut self, preferred: Option<&str>, now: Timestamp) {
        let mut cluster = Cluster::detected(self.config.cluster, now);
        let preferred = ClusterKind::from_word(preferred.unwrap_or_default());
        if preferred != ClusterKind::Unknown {
            cluster.kind = preferred;
            "manual".clone_into(&mut cluster.source);
            "healthy".clone_into(&mut cluster.status);
            cluster.confidence = Some(1.0);
        }
        self.replace_cluster(cluster, now);
    }

    /// Sets what a client knows of the cluster.
    pub fn update_cluster(&mut self, update: ClusterUpdate, now: Timestamp) -> Result<(), Refusal> {
        let mut cluster = self.cluster.clone();
        if let Some(word) = update.kind {
            cluster.kind = known_kind(word.as_deref().unwrap_or_default())?;
        }
        if let Some(word) = update.status {
            const KNOWN: [&str; 4] = ["unknown", "healthy", "degraded", "offline"];
            cluster.status = known_word(word.as_deref(), &KNOWN, "status")?;
        }
        cluster.source = match update.source {
            Some(word) => {
                const KNOWN: [&str; 3] = ["unset", "manual", "detected"];
                known_word(word.as_deref(), &KNOWN, "source")?
            }
            None => "manual".to_owned(),
        };
        let fields = [
            (update.head_node, &mut cluster.head_node),
            (update.node_count, &mut cluster.node_count),
            (update.gpu_count, &mut cluster.gpu_count),
            (update.notes, &mut cluster.notes),
        ];
        for (value, field) in fields {
            if let Some(value) = value {
                *field = value;
            }
        }
        if let Some(details) = update.details {
            cluster.details = details.unwrap_or_default();
        }
        cluster.updated_at = now;
        self.replace_cluster(cluster, now);
        Ok(())
    }

    fn replace_cluster(&mut self, cluster: Cluster, now: Timestamp) {
        let cluster_type = cluster.kind.as_str().to_owned();
        self.room.replace(self.cluster.weight(), cluster.weight());
        self.cluster = cluster;
        self.outbox.touched.settings = true;
        self.effect(now, Change::ClusterChanged { cluster_type });
    }
}

fn known_kind(word: &str) -> Result<ClusterKind, Refusal> {
    let kind = ClusterKind::from_word(word);
    let means_unknown =
        word.is_empty() || matches!(python_text::word(word).as_str(), "unknown" | "unset");
    if kind == ClusterKind::Unknown && !means_unknown {
        return Err(Refusal::Invalid(format!(
            "Unsupported cluster type: {word}"
        )));
    }
    Ok(kind)
}

/// One of the known words, the first of which also stands for nothing.
fn known_word(word: Option<&str>, known: &[&str], what: &str) -> Result<String, Refusal> {
    let word = word.unwrap_or_default();
    if word.is_empty() {
        return Ok(known[0].to_owned());
    }
    let plain = python_text::word(word);
    if known.contains(&plain.as_str()) {
        return Ok(plain);
    }
    Err(Refusal::Invalid(format!(
        "Unsupported cluster {what}: {word}"
    )))
}
