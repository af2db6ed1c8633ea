//! Which addresses are public, and a resolver that gives no others.
//!
//! The resolver is what the connection itself uses, so the address that was checked is the address connected to, whatever the name
//! answers a moment later. Knows nothing of requests.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// A name or address that stands for the private network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{host}` is inside the private network")]
pub(super) struct PrivateAddress {
    pub(super) host: String,
}

/// Refuses addresses written out in a URL that are not public; names are seen to by [`PublicOnly`].
pub(super) fn check_literal(url: &Url) -> Result<(), PrivateAddress> {
    let address: IpAddr = match url.host() {
        Some(Host::Ipv4(address)) => address.into(),
        Some(Host::Ipv6(address)) => address.into(),
        Some(Host::Domain(_)) | None => return Ok(()),
    };
    if is_public(address) { Ok(()) } else { Err(PrivateAddress { host: address.to_string() }) }
}

/// The addresses of the host of `url`; only public ones, unless others may be asked.
pub(super) async fn resolve(url: &Url, allow_private: bool) -> std::io::Result<Vec<SocketAddr>> {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or_default();
    let found: Vec<SocketAddr> = tokio::net::lookup_host((bare, port)).await?.collect();
    let allowed: Vec<SocketAddr> = found.iter().copied().filter(|address| allow_private || is_public(address.ip())).collect();
    if allowed.is_empty() && !found.is_empty() {
        return Err(std::io::Error::other(PrivateAddress { host: host.to_owned() }));
    }
    Ok(allowed)
}

/// Resolves names to their public addresses only.
#[derive(Debug)]
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            let public: Vec<SocketAddr> = found.iter().copied().filter(|address| is_public(address.ip())).collect();
            if public.is_empty() && !found.is_empty() {
                return Err(PrivateAddress { host }.into());
            }
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address belongs to the public internet, after the IANA special-purpose registries.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        [0 | 10 | 127, ..] => true,
        // shared by carriers
        [100, second, ..] => second & 0xc0 == 64,
        [169, 254, ..] | [192, 168, ..] => true,
        [172, second, ..] => second & 0xf0 == 16,
        // protocol assignments, documentation, the old 6to4 relays
        [192, 0, 0 | 2, _] | [192, 88, 99, _] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        // benchmarks
        [198, 18 | 19, ..] => true,
        // multicast, reserved, broadcast
        [first, ..] => first >= 224,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // IPv4 in IPv6 clothes: mapped, and NAT64, which networks without IPv4 use for every public site
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(joined(high, low)),
        // protocol assignments with Teredo and ORCHID; documentation; 6to4
        [0x2001, second, ..] => second >= 0x200 && second != 0xdb8,
        [0x2002, ..] => false,
        [0x3fff, second, ..] => second >= 0x1000,
        // all other public addresses begin with the bits 001
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

fn joined(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_private_network_are_known_in_every_spelling() {
        let private = "127.0.0.1 127.1 2130706433 0x7f.1 0177.0.0.1 0 0.0.0.0 127.0.0.1. １２７.0.0.1 10.1.2.3 172.16.0.1 172.31.255.255 \
            192.168.1.1 169.254.169.254 100.64.0.1 100.127.0.1 192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 192.88.99.1 \
            224.0.0.1 240.0.0.1 255.255.255.255 [::] [::1] [::ffff:127.0.0.1] [::ffff:10.0.0.1] [::127.0.0.1] [64:ff9b::10.0.0.1] \
            [64:ff9b:1::1] [2002:7f00:1::] [2001::1] [2001:db8::1] [3fff::1] [fe80::1] [fec0::1] [fc00::1] [fd12:3456::1] [ff02::1] \
            [5f00::1] [100::1]";
        for host in private.split_whitespace() {
            let url: Url = format!("http://{host}/").parse().unwrap();
            assert!(check_literal(&url).is_err(), "{host} ({url})");
        }
    }

    #[test]
    fn public_addresses_and_names_pass() {
        let public = "1.1.1.1 8.8.8.8 100.63.0.1 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 198.17.0.1 198.20.0.1 223.255.255.1 \
            [2606:4700::1111] [2001:4860:4860::8888] [2a00:1450::1] [::ffff:8.8.8.8] [64:ff9b::8.8.8.8] example.com";
        for host in public.split_whitespace() {
            let url: Url = format!("http://{host}/").parse().unwrap();
            assert_eq!(check_literal(&url), Ok(()), "{host} ({url})");
        }
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_not_resolved() {
        let Err(error) = PublicOnly.resolve("localhost".parse().unwrap()).await else { panic!("resolved") };
        assert_eq!(error.downcast_ref(), Some(&PrivateAddress { host: "localhost".to_owned() }));
    }
}
