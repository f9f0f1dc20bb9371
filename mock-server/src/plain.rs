//! Opening files that a client may have put something else in place of.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use nix::fcntl::OFlag;

/// Opens the regular file that `path` leads to. Anything else is refused, and nothing is waited for.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let is_plain = |is_file: bool| {
        let refusal = io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file");
        is_file.then_some(()).ok_or(refusal)
    };
    // Looked at first, because opening a device can have an effect.
    is_plain(std::fs::metadata(path)?.is_file())?;
    let flags = OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    let file = File::options()
        .read(true)
        .custom_flags(flags.bits())
        .open(path)?;
    is_plain(file.metadata()?.is_file())?;
    Ok(file)
}

/// The first bytes of such a file, and no more than `most`.
pub(crate) fn beginning(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_are_opened_and_read_up_to_the_bound() {
        let dir = tempfile::tempdir().unwrap();
        let (file, fifo) = (dir.path().join("file"), dir.path().join("fifo"));
        std::fs::write(&file, "12345").unwrap();
        nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(beginning(&file, 3).unwrap(), b"123");
        for other in [fifo.as_path(), dir.path(), Path::new("/dev/zero")] {
            assert!(open(other).is_err(), "{}", other.display());
        }
    }
}
