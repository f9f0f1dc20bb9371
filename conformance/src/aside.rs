//! Work on a thread of its own, which keeps nobody else waiting.

use std::io;

use tokio::sync::oneshot;

/// Does `work` aside.
///
/// # Errors
/// Fails when there is no thread to be had, or when the work panicked. A runtime's own threads for such
/// work cannot be used: where the system refuses one, the runtime panics.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    let (sender, receiver) = oneshot::channel();
    std::thread::Builder::new()
        .name("aside".to_owned())
        // Nobody waits any more where this fails.
        .spawn(move || drop(sender.send(work())))?;
    receiver.await.map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_is_done_and_a_panic_is_an_error() {
        assert_eq!(aside(|| 1 + 1).await.unwrap(), 2);
        assert!(aside(|| panic!("on purpose")).await.is_err());
    }
}
