//! Addresses on the command line.

use std::net::{SocketAddr, ToSocketAddrs as _};

/// Reads `HOST:PORT`, where the host may be a name. Of a name with several addresses the first of IPv4 is
/// taken, which is what clients on this machine try.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let found: Vec<SocketAddr> = text
        .to_socket_addrs()
        .map_err(|error| format!("{error}; give HOST:PORT, such as 127.0.0.1:10000"))?
        .collect();
    let first = found
        .iter()
        .find(|address| address.is_ipv4())
        .or(found.first());
    first
        .copied()
        .ok_or_else(|| format!("'{text}' has no address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_may_have_names() {
        for text in ["127.0.0.1:8", "localhost:8"] {
            assert_eq!(address(text), Ok(SocketAddr::from(([127, 0, 0, 1], 8))));
        }
        assert_eq!(
            address("[::1]:8"),
            Ok(SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 8)))
        );
        for text in ["here", "localhost", "localhost:x", "localhost:99999", ""] {
            let error = address(text).unwrap_err();
            assert!(error.contains("HOST:PORT"), "{text}: {error}");
        }
    }
}
