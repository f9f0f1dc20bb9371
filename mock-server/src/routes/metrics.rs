//! Metrics of runs.

use axum::extract::Path;
use hyper::StatusCode;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{Shared, Tx};
use crate::error::{ApiError, ApiResult, Encoded, Reply};
use crate::extract::RawBody;
use crate::json::{Json, decode, to_bytes};
use crate::store::MetricsAnswer;

#[derive(Serialize)]
struct Appended {
    appended: usize,
}

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(post_run_metrics, get_run_metrics))
}

/// Appends rows to a run's metrics.
///
/// Example: `{"rows": [{"step": 1, "loss": 0.5, "accuracy": 0.8}]}`. Answers 404 for an unknown
/// run, 400 without rows, and 500 in plain text for a body that is no JSON object.
#[utoipa::path(post, path = "/runs/{run_id}/metrics", params(("run_id" = String, Path)), responses((status = 200)))]
async fn post_run_metrics(
    tx: Tx,
    Path(id): Path<String>,
    RawBody(bytes): RawBody,
) -> ApiResult<Reply<Appended>> {
    tx.attempt(|store, _| store.require_run(&id))?;
    let body = decode(&bytes).map_err(|_| ApiError::Internal)?;
    let body = body.as_object().ok_or(ApiError::Internal)?;
    let rows = body
        .get("rows")
        .and_then(Json::as_array)
        .unwrap_or_default();
    if rows.is_empty() {
        let message = "'rows' must be a non-empty array".to_owned();
        return Err(ApiError::Detail(StatusCode::BAD_REQUEST, message));
    }
    tx.attempt(|store, now| store.append_metrics(&id, rows, now))?;
    Ok(Reply(Appended {
        appended: rows.len(),
    }))
}

/// Shows a run's metrics: loss history, series and latest values.
///
/// A history is thinned to 400 points. Answers 404 for an unknown run.
#[utoipa::path(get, path = "/runs/{run_id}/metrics", params(("run_id" = String, Path)), responses((status = 200)))]
async fn get_run_metrics(tx: Tx, Path(id): Path<String>) -> ApiResult<Encoded> {
    let metrics = tx.attempt(|store, _| {
        store
            .peek_run(&id)
            .map(|run| to_bytes(&MetricsAnswer(run.metrics())))
    })?;
    Ok(Encoded(metrics))
}
