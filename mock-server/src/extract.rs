//! What handlers take from a request: validated bodies and query parameters, as the real server
//! reads them.

use std::sync::LazyLock;

use axum::extract::{FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderMap};
use hyper::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::{ApiError, ApiResult};
use crate::json::{DecodeError, Json, Object, decode, from_json};
use crate::validate::{Fault, Findings, Shape};

/// A type that a request's body or query is read into, with the shape that the document publishes.
pub trait Validated: DeserializeOwned {
    /// What a value must look like.
    fn shape() -> &'static Shape;
}

/// Implements [`Validated`] for bodies that are components of the document.
macro_rules! validated_body {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::extract::Validated for $type {
            fn shape() -> &'static $crate::validate::Shape {
                static SHAPE: std::sync::LazyLock<$crate::validate::Shape> =
                    std::sync::LazyLock::new($crate::schema::component_shape::<$type>);
                &SHAPE
            }
        }
    )+};
}

/// Implements [`Validated`] for query parameters.
macro_rules! validated_query {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::extract::Validated for $type {
            fn shape() -> &'static $crate::validate::Shape {
                static SHAPE: std::sync::LazyLock<$crate::validate::Shape> =
                    std::sync::LazyLock::new(|| {
                        let parameters = <$type as utoipa::IntoParams>::into_params(|| None);
                        $crate::schema::query_shape(&parameters)
                    });
                &SHAPE
            }
        }
    )+};
}

pub(crate) use {validated_body, validated_query};

/// A body that must be there.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// A body that may be missing or `null`.
#[derive(Debug)]
pub struct OptionalBody<T>(pub Option<T>);

/// Query parameters.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// The bytes of a body, unread.
#[derive(Debug)]
pub struct RawBody(pub Bytes);

/// An object of strings, the body of a render request.
#[derive(Debug, serde::Deserialize)]
#[serde(transparent)]
pub struct Strings(pub indexmap::IndexMap<String, String>);

impl Validated for Strings {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape::Dict(Box::new(Shape::Str)));
        &SHAPE
    }
}

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> ApiResult<Self> {
        // The body was read and bounded before the request was routed.
        let bytes = axum::body::to_bytes(request.into_body(), usize::MAX).await;
        bytes.map(Self).map_err(|_| unreadable())
    }
}

impl<T: Validated, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> ApiResult<Self> {
        let value = read_json(request, state).await?;
        let missing =
            || ApiError::Validation(vec![Fault::missing(vec!["body".into()], Json::Null)]);
        validate_body(&value.ok_or_else(missing)?).map(Self)
    }
}

impl<T: Validated, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> ApiResult<Self> {
        match read_json(request, state).await? {
            None | Some(Json::Null) => Ok(Self(None)),
            Some(value) => validate_body(&value).map(|body| Self(Some(body))),
        }
    }
}

async fn read_json<S: Send + Sync>(request: Request, state: &S) -> ApiResult<Option<Json>> {
    let is_json = is_json(request.headers());
    let RawBody(bytes) = RawBody::from_request(request, state).await?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if !is_json {
        // The real server then validates the text itself, which is never an object.
        return Ok(Some(String::from_utf8_lossy(&bytes).into_owned().into()));
    }
    match decode(&bytes) {
        Ok(value) => Ok(Some(value)),
        Err(DecodeError::Syntax(error)) => {
            let fault = Fault::json_invalid(error.position, error.message);
            Err(ApiError::Validation(vec![fault]))
        }
        Err(DecodeError::Unreadable) => Err(unreadable()),
    }
}

fn unreadable() -> ApiError {
    let message = "There was an error parsing the body".to_owned();
    ApiError::Detail(StatusCode::BAD_REQUEST, message)
}

/// `application/json` and `application/*+json` in any case; no content type at all counts too.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return true;
    };
    let value = String::from_utf8_lossy(value.as_bytes()).to_lowercase();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence
        .strip_prefix("application/")
        .filter(|subtype| !subtype.contains('/'))
        .is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

fn validate_body<T: Validated>(value: &Json) -> ApiResult<T> {
    let mut found = Findings::in_part("body");
    let checked = T::shape().check(value, &mut found);
    convert(found.finish(checked))
}

fn convert<T: DeserializeOwned>(checked: Result<Json, Vec<Fault>>) -> ApiResult<T> {
    let value = checked.map_err(ApiError::Validation)?;
    from_json(value).map_err(|error| {
        // The shape is made from the type's own schema, so this is a fault of ours.
        tracing::error!("a validated request does not fit its type: {error}");
        ApiError::Internal
    })
}

impl<T: Validated, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> ApiResult<Self> {
        let query = parts.uri.query().unwrap_or_default();
        // Of a repeated parameter the last wins.
        let given: Object = form_urlencoded::parse(query.as_bytes())
            .map(|(key, value)| (key.into_owned(), Json::Str(value.into_owned())))
            .collect();
        let Shape::Model(model) = T::shape() else {
            return Err(ApiError::Internal);
        };
        let mut found = Findings::in_part("query");
        // A missing parameter's fault shows no input.
        let checked = model.check_fields(&given, &Json::Null, &mut found);
        convert(found.finish(checked)).map(Self)
    }
}
