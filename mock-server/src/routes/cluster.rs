//! `/cluster`: what is known of the machines.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{Shared, Tx};
use crate::clock::Timestamp;
use crate::error::{ApiResult, Encoded};
use crate::extract::{Body, OptionalBody, validated_body};
use crate::json::{Json, Object, to_bytes};
use crate::store::{ClusterUpdate, RunSummary, Store};

validated_body!(ClusterUpdateRequest, ClusterDetectRequest);

/// What a client knows of the cluster; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[allow(clippy::option_option, reason = "absent and null differ on the wire")]
pub(super) struct ClusterUpdateRequest {
    /// `unknown`, `slurm`, `local_gpu`, `kubernetes`, `ray` or `shared_head_node`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    r#type: Option<Option<String>>,
    /// `unknown`, `healthy`, `degraded` or `offline`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    status: Option<Option<String>>,
    /// `unset`, `manual` or `detected`; `manual` when absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    source: Option<Option<String>>,
    /// Name of the head node.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    head_node: Option<Json>,
    /// How many nodes there are.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    node_count: Option<Json>,
    /// How many GPUs there are.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    gpu_count: Option<Json>,
    /// Notes for people.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    notes: Option<Json>,
    /// Anything else.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Object>)]
    details: Option<Option<Object>>,
}

/// How the cluster is to be detected.
#[derive(Debug, Deserialize, ToSchema)]
struct ClusterDetectRequest {
    /// The type that it has, whatever is found; unknown words are ignored.
    preferred_type: Option<String>,
}

/// Tells a field that is null from one that is absent.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    value: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(
            get_cluster_state_endpoint,
            update_cluster_state_endpoint
        ))
        .routes(routes!(detect_cluster))
}

#[derive(Serialize)]
struct Answer<C> {
    cluster: C,
    run_summary: RunSummary,
}

fn answer(store: &mut Store, now: Timestamp) -> Encoded {
    let run_summary = store.run_summary(now);
    Encoded(to_bytes(&Answer {
        cluster: store.cluster().on_the_wire(),
        run_summary,
    }))
}

/// Shows what is known of the cluster, and how its runs stand.
#[utoipa::path(get, path = "/cluster", responses((status = 200)))]
async fn get_cluster_state_endpoint(tx: Tx) -> ApiResult<Encoded> {
    tx.store(answer)
}

/// Sets what is known of the cluster.
///
/// Answers 400 for an unknown type, status or source.
#[utoipa::path(post, path = "/cluster", request_body = ClusterUpdateRequest, responses((status = 200)))]
async fn update_cluster_state_endpoint(
    tx: Tx,
    Body(body): Body<ClusterUpdateRequest>,
) -> ApiResult<Encoded> {
    let update = ClusterUpdate {
        kind: body.r#type,
        status: body.status,
        source: body.source,
        head_node: body.head_node,
        node_count: body.node_count,
        gpu_count: body.gpu_count,
        notes: body.notes,
        details: body.details,
    };
    tx.attempt(|store, now| {
        store.update_cluster(update, now)?;
        Ok(answer(store, now))
    })
}

/// Detects the cluster, or takes the type that is preferred.
#[utoipa::path(post, path = "/cluster/detect", request_body = Option<ClusterDetectRequest>,
    responses((status = 200)))]
async fn detect_cluster(
    tx: Tx,
    OptionalBody(body): OptionalBody<ClusterDetectRequest>,
) -> ApiResult<Encoded> {
    let preferred = body.and_then(|body| body.preferred_type);
    tx.store(|store, now| {
        store.detect_cluster(preferred.as_deref(), now);
        answer(store, now)
    })
}
