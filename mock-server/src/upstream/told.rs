//! What a recording tells of the server: answers as JSON, and the cluster.

use serde_json::Value;

use crate::journal::{Exchange, ExchangeOutcome};
use crate::store::ClusterProfile;

/// What detection leaves in the details of a cluster, and the type that it then is.
const SIGNALS: [(&str, &str); 5] = [
    ("slurm", "slurm"),
    ("nvidia-smi", "local_gpu"),
    ("kubernetes", "kubernetes"),
    ("ray", "ray"),
    ("ssh-host-fanout", "shared_head_node"),
];

/// What was told of the cluster last.
pub(super) fn told_cluster(seen: &[Exchange]) -> Option<Value> {
    seen.iter().rev().find_map(|exchange| {
        let is_cluster = matches!(exchange.path.as_str(), "/cluster" | "/cluster/detect");
        let told = answer_of(exchange).filter(|_| is_cluster && exchange.is_success());
        // An answer may be any JSON.
        told.and_then(|mut told| told.get_mut("cluster").map(Value::take))
    })
}

/// The cluster that detection finds, so far as it was told: what a client has set during the recording is
/// set again by its request.
pub(super) fn cluster_of(seen: &[Exchange]) -> Option<ClusterProfile> {
    let (mut detected, mut found) = (None, None);
    for exchange in seen {
        let Some(mut told) = told_cluster(std::slice::from_ref(exchange)) else {
            continue;
        };
        if told["source"] == "detected" {
            detected = Some(told);
        } else if found.is_none() {
            // What a client sets leaves the signals alone.
            let signals = told["details"]["signals"].as_array();
            let first = signals.map(|signals| signals.first().and_then(Value::as_str));
            if let Some(signal) = first {
                let known = SIGNALS.iter().find(|(name, _)| Some(*name) == signal);
                told["type"] = known.map_or("unknown", |(_, kind)| kind).into();
            }
            found = Some(told);
        }
    }
    let cluster = detected.or(found)?;
    let kind = cluster["type"].as_str()?;
    match cluster["gpu_count"].as_u64() {
        Some(gpus) => format!("{kind}:{gpus}").parse().ok(),
        None => kind.parse().ok(),
    }
}

/// The JSON of an answer.
pub(super) fn answer_of(exchange: &Exchange) -> Option<Value> {
    match &exchange.outcome {
        ExchangeOutcome::Responded { body, .. } => serde_json::from_str(body.text.as_deref()?).ok(),
        ExchangeOutcome::Dropped { .. } | ExchangeOutcome::Malformed { .. } => None,
    }
}
