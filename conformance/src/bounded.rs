//! Reading what somebody else may have made larger than anybody would write.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// The bytes of a file, whatever kind of file it is; none where there are more than `most`.
pub(crate) fn read_file(path: &Path, most: u64) -> Result<Option<Vec<u8>>> {
    read(File::open(path)?, most)
}

/// The text of a file, whatever kind of file it is. That there are more than `most` bytes is an error.
pub(crate) fn read_text(path: &Path, most: u64) -> Result<String> {
    let invalid = |problem: String| Error::new(ErrorKind::InvalidData, problem);
    let bytes = read_file(path, most)?;
    let bytes = bytes.ok_or_else(|| invalid(format!("it has more than {most} bytes")))?;
    String::from_utf8(bytes).map_err(|error| invalid(format!("it is no UTF-8: {error}")))
}

/// All bytes of `input`; none where there are more than `most`.
pub(crate) fn read(input: impl Read, most: u64) -> Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    input.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_or_no_size_is_read_up_to_the_bound() {
        assert_eq!(read(&b"1234"[..], 4).unwrap().unwrap(), b"1234");
        assert_eq!(read(&b"12345"[..], 4).unwrap(), None);
        assert_eq!(read_file(Path::new("/dev/zero"), 4).unwrap(), None);
        assert!(read_file(Path::new("/nowhere"), 4).is_err());
    }
}
