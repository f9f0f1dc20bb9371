//! A real server behind the mock: what a case and a state have to say for the mock to answer as it did, and
//! where the two differ. Nothing here is used unless an upstream is named.

mod answers;
pub mod case;
pub mod diff;
mod ids;
mod mirror;
pub mod state;
mod told;

pub(crate) use crate::passing::{LABEL, Question, Reply};
pub use crate::passing::{Upstream, UpstreamAddressError, UpstreamError};

use crate::server::MockServer;

impl From<&MockServer> for Upstream {
    fn from(server: &MockServer) -> Self {
        server.addr().into()
    }
}
