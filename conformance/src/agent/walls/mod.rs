//! The walls between an agent and the machine, a room each.
//!
//! They are put up by the launcher, in the process that becomes the agent, in the order of
//! [`Wall::ALL`](crate::evidence::Wall::ALL): namespaces first, then Landlock, then the filter. Which of them the machine grants is
//! tried out once, before the first agent is started, so that a play asks for nothing that it will not
//! get; what does not stand, and why, is in the evidence.
//!
//! All of it is behind one door: without the feature `walls`, or elsewhere than on Linux, the door is
//! shut, no wall stands, and the evidence says so.

#[cfg(all(target_os = "linux", feature = "walls"))]
mod capabilities;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod init;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod landlock;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod mounts;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod namespaces;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod network;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod put_up;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod relay;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod room;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod seccomp;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod session;
#[cfg(not(all(target_os = "linux", feature = "walls")))]
mod shut;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod sys;
#[cfg(all(target_os = "linux", feature = "walls"))]
mod told;

mod endpoint;
mod grant;
mod view;

pub use endpoint::Endpoint;
pub use grant::{Grant, granted};
#[cfg(all(target_os = "linux", feature = "walls"))]
pub use room::Room;
#[cfg(not(all(target_os = "linux", feature = "walls")))]
pub use shut::Room;
#[cfg(not(all(target_os = "linux", feature = "walls")))]
pub(super) use shut::{hand_out, is_covered, put_up, tell_tracer};
pub(super) use view::{hidden, named};
#[cfg(all(target_os = "linux", feature = "walls"))]
pub(super) use {mounts::is_covered, network::hand_out, put_up::put_up, told::tell_tracer};
