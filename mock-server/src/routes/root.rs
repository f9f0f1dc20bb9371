//! `/` and `/health`.

use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{Shared, Tx};
use crate::error::{ApiResult, Reply};

#[derive(Serialize)]
struct Greeting {
    status: &'static str,
    service: &'static str,
    workdir: String,
}

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(health_json))
}

fn greeting(tx: &Tx) -> ApiResult<Reply<Greeting>> {
    let workdir = tx.store(|store, _| store.workdir().to_owned())?;
    Ok(Reply(Greeting {
        status: "ok",
        service: "research-agent-server",
        workdir,
    }))
}

/// Tells that the server is there, and its working directory.
#[utoipa::path(get, path = "/", responses((status = 200)))]
async fn health(tx: Tx) -> ApiResult<Reply<Greeting>> {
    greeting(&tx)
}

/// Tells that the server is there, and its working directory.
#[utoipa::path(get, path = "/health", responses((status = 200)))]
async fn health_json(tx: Tx) -> ApiResult<Reply<Greeting>> {
    greeting(&tx)
}
