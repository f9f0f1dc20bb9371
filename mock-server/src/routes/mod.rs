//! The endpoints, one module a resource: the schemas of its bodies, its handlers, its router.
//!
//! A handler is named as the real server names it, because the document's operation ids are made
//! from the names.

mod alerts;
mod cluster;
pub(crate) mod docs;
mod log_source;
mod logs;
mod metrics;
mod root;
mod runs;
pub(crate) mod skills;
mod sweeps;
mod wild;
mod wild_mode;

use utoipa_axum::router::OpenApiRouter;

use crate::app::Shared;

/// All documented endpoints, in the order of the document.
pub(crate) fn all() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .merge(root::router())
        .merge(runs::router())
        .merge(alerts::router())
        .merge(metrics::router())
        .merge(wild_mode::router())
        .merge(wild::router())
        .merge(cluster::router())
        .merge(skills::router())
        .merge(sweeps::router())
        .merge(logs::router())
}
