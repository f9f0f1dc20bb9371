//! The endpoints, one module a resource: the schemas of its bodies, its handlers, its router.
//!
//! A handler is named as the real server names it, because the document's operation ids are made
//! from the names.

mod alerts;
mod cluster;
mod log_source;
mod logs;
mod metrics;
mod root;
mod runs;
mod session_files;
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

#[cfg(test)]
mod tests {
    use utoipa::ToSchema;

    use super::{alerts, cluster, runs, skills, sweeps, wild};
    use crate::extract::Validated;
    use crate::openapi::document;
    use crate::validate::Shape;

    fn is_published<T: Validated + ToSchema>() {
        let schemas = &document()["components"]["schemas"];
        let published = Shape::compile(&schemas[T::name().as_ref()], schemas);
        let validated = T::shape();
        assert!(matches!(validated, Shape::Model(_)), "{validated:?}");
        assert_eq!(format!("{validated:?}"), format!("{published:?}"));
    }

    #[test]
    fn what_is_validated_is_what_is_published() {
        is_published::<runs::RunCreate>();
        is_published::<alerts::CreateAlertRequest>();
        is_published::<wild::WildV2StartRequest>();
        is_published::<cluster::ClusterUpdateRequest>();
        is_published::<skills::PromptSkillCreate>();
        is_published::<sweeps::SweepCreate>();
    }
}
