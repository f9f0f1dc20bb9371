//! Alerts: raised by runs, answered by people.

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{Shared, Tx};
use crate::error::{ApiResult, Encoded, Reply};
use crate::extract::{Body, validated_body};
use crate::store::NewAlert;

validated_body!(CreateAlertRequest, RespondAlertRequest);

/// An alert to be raised.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct CreateAlertRequest {
    /// What happened. Example: `loss is NaN`.
    message: String,
    /// What may be answered; at least one. Example: `["Stop", "Continue"]`.
    choices: Vec<String>,
    /// `info`, `warning` or `critical`; other words mean `warning`.
    #[schema(default = "warning")]
    severity: String,
}

/// An answer to an alert.
#[derive(Debug, Deserialize, ToSchema)]
struct RespondAlertRequest {
    /// One of the alert's choices.
    choice: String,
}

#[derive(Serialize)]
struct Raised {
    alert_id: String,
}

#[derive(Serialize)]
struct Message {
    message: &'static str,
}

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(create_alert))
        .routes(routes!(list_alerts))
        .routes(routes!(respond_to_alert))
}

/// Raises an alert for a run.
///
/// Answers 404 for an unknown run and 400 without choices.
#[utoipa::path(post, path = "/runs/{run_id}/alerts", params(("run_id" = String, Path)),
    request_body = CreateAlertRequest, responses((status = 200)))]
async fn create_alert(
    tx: Tx,
    Path(run_id): Path<String>,
    Body(body): Body<CreateAlertRequest>,
) -> ApiResult<Reply<Raised>> {
    let new = NewAlert {
        message: body.message,
        choices: body.choices,
        severity: body.severity,
    };
    let alert_id = tx.attempt(|store, now| store.create_alert(&run_id, new, now))?;
    Ok(Reply(Raised { alert_id }))
}

/// Lists all alerts, newest first.
#[utoipa::path(get, path = "/alerts", responses((status = 200)))]
async fn list_alerts(tx: Tx) -> ApiResult<Encoded> {
    Ok(Encoded(tx.store(|store, _| store.list_alerts())?))
}

/// Answers an alert with one of its choices.
///
/// Answers 404 for an unknown alert and 400 for another choice.
#[utoipa::path(post, path = "/alerts/{alert_id}/respond", params(("alert_id" = String, Path)),
    request_body = RespondAlertRequest, responses((status = 200)))]
async fn respond_to_alert(
    tx: Tx,
    Path(alert_id): Path<String>,
    Body(body): Body<RespondAlertRequest>,
) -> ApiResult<Reply<Message>> {
    tx.attempt(|store, now| store.respond(&alert_id, &body.choice, now))?;
    Ok(Reply(Message {
        message: "Response recorded",
    }))
}
