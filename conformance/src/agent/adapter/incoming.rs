//! Lines from a program that may send anything.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// Longest line, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;

/// What lines are read from.
pub(super) trait Source {
    /// Appends what comes next; 0 bytes at the end.
    async fn read_into(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize>;
}

impl<R: AsyncRead + Unpin> Source for R {
    async fn read_into(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        self.read_buf(buffer).await
    }
}

/// Reads lines. What was read of a line stays when reading is given up.
pub(super) struct Incoming<R> {
    stream: R,
    buffer: Vec<u8>,
    /// How much of the buffer is known to have no line end.
    searched: usize,
}

impl<R: Source> Incoming<R> {
    pub(super) fn new(stream: R) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            searched: 0,
        }
    }

    /// The next line without its end, none where there is no more. What is behind the last line end
    /// is a line, too.
    ///
    /// # Errors
    /// Fails when a line is too long, or when the stream cannot be read.
    pub(super) async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let end = self.buffer[self.searched..]
                .iter()
                .position(|byte| *byte == b'\n');
            if let Some(end) = end {
                let rest = self.buffer.split_off(self.searched + end + 1);
                let mut line = std::mem::replace(&mut self.buffer, rest);
                self.searched = 0;
                line.pop();
                return Ok(Some(line));
            }
            self.searched = self.buffer.len();
            if self.searched > LONGEST {
                let problem = format!("a line of more than {LONGEST} bytes");
                return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
            }
            if self.stream.read_into(&mut self.buffer).await? == 0 {
                self.searched = 0;
                let rest = std::mem::take(&mut self.buffer);
                return Ok((!rest.is_empty()).then_some(rest));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_come_whole_and_the_last_one_needs_no_end() {
        let mut incoming = Incoming::new(&b"one\n\ntwo"[..]);
        let mut lines = Vec::new();
        while let Some(line) = incoming.line().await.unwrap() {
            lines.push(String::from_utf8(line).unwrap());
        }
        assert_eq!(lines, ["one", "", "two"]);
    }

    #[tokio::test]
    async fn a_line_without_end_is_not_held_in_memory() {
        let mut incoming = Incoming::new(tokio::io::repeat(b'x'));
        let error = incoming.line().await.unwrap_err();
        assert!(error.to_string().contains("more than"));
    }
}
