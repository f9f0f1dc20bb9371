//! The switch of wild mode.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{Shared, Tx};
use crate::error::{ApiResult, Reply};
use crate::extract::{Body, validated_body};

validated_body!(WildModeRequest);

/// The state that wild mode is switched to.
#[derive(Debug, Deserialize, ToSchema)]
struct WildModeRequest {
    /// Whether it is on.
    enabled: bool,
}

#[derive(Serialize)]
struct WildMode {
    enabled: bool,
}

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get_wild_mode, set_wild_mode))
}

/// Tells whether wild mode is on.
#[utoipa::path(get, path = "/wild-mode", responses((status = 200)))]
async fn get_wild_mode(tx: Tx) -> ApiResult<Reply<WildMode>> {
    Ok(Reply(WildMode {
        enabled: tx.store(|store, _| store.wild_mode())?,
    }))
}

/// Switches wild mode on or off.
#[utoipa::path(post, path = "/wild-mode", request_body = WildModeRequest, responses((status = 200)))]
async fn set_wild_mode(tx: Tx, Body(body): Body<WildModeRequest>) -> ApiResult<Reply<WildMode>> {
    tx.store(|store, now| store.set_wild_mode(body.enabled, now))?;
    Ok(Reply(WildMode {
        enabled: body.enabled,
    }))
}
