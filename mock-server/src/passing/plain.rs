//! Compressed bodies as what they say.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use hyper::HeaderMap;
use hyper::header::CONTENT_ENCODING;

/// Bytes that a body may have when it is decoded; a small one can hold any number.
const LARGEST: u64 = 16 * 1024 * 1024;

/// What a body says that its headers call compressed, or `None` where it is not, or cannot be decoded.
pub(crate) fn plain(headers: &HeaderMap, body: &Bytes) -> Option<Bytes> {
    let encodings = headers.get_all(CONTENT_ENCODING).iter();
    let encodings = encodings.map(|value| value.to_str().unwrap_or("?"));
    let encodings: Vec<String> = encodings
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| !name.is_empty() && name != "identity")
        .collect();
    if encodings.is_empty() {
        return None;
    }
    // What was done last is undone first.
    let mut undone = encodings.iter().rev();
    undone.try_fold(body.clone(), |body, encoding| undo(encoding, &body))
}

fn undo(encoding: &str, body: &[u8]) -> Option<Bytes> {
    let mut out = Vec::new();
    let read = match encoding {
        "gzip" | "x-gzip" => MultiGzDecoder::new(body)
            .take(LARGEST)
            .read_to_end(&mut out),
        // Half of all servers leave the frame out that the name stands for.
        "deflate" => ZlibDecoder::new(body)
            .take(LARGEST)
            .read_to_end(&mut out)
            .or_else(|_| {
                out.clear();
                DeflateDecoder::new(body)
                    .take(LARGEST)
                    .read_to_end(&mut out)
            }),
        _ => return None,
    };
    read.ok().map(|_| out.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn decoded(encoding: &'static str, body: Vec<u8>) -> Option<Bytes> {
        let headers = HeaderMap::from_iter([(CONTENT_ENCODING, encoding.parse().unwrap())]);
        plain(&headers, &body.into())
    }

    #[test]
    fn what_servers_compress_with_is_undone() {
        let text = Bytes::from("hello ".repeat(99));
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&text).unwrap();
        let gzip = gzip.finish().unwrap();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(&gzip).unwrap();
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
        raw.write_all(&text).unwrap();
        assert_eq!(decoded("GZIP", gzip.clone()), Some(text.clone()));
        assert_eq!(
            decoded("deflate", raw.finish().unwrap()),
            Some(text.clone())
        );
        assert_eq!(decoded("gzip, deflate", zlib.finish().unwrap()), Some(text));
        assert_eq!(decoded("gzip", gzip[..20].to_vec()), None);
        assert_eq!(decoded("br", gzip.clone()), None);
        assert_eq!(decoded("identity", gzip), None);
    }
}
