//! Servers that mean harm or are broken: too much, too slow, cut short, garbled.

use std::io::Write;

use super::server::{Reply, reply};
use super::*;

const MIB: usize = 1 << 20;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// `length` times `letter` as a zstd frame: a header, then blocks that say "this byte, so many times".
fn zstd(letter: u8, length: usize) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    let mut left = length;
    loop {
        let size = left.min(128 * 1024);
        left -= size;
        let header = u32::from(left == 0) | 1 << 1 | u32::try_from(size).unwrap() << 3;
        frame.extend_from_slice(&header.to_le_bytes()[..3]);
        frame.push(letter);
        if left == 0 {
            return frame;
        }
    }
}

/// `length` times `letter` as a brotli stream: one letter, then one command that copies it.
fn brotli(letter: u8, length: usize) -> Vec<u8> {
    // The fewest nibbles that hold the length, four at least.
    let nibbles = (length - 1).ilog2() / 4 + 1;
    let fields: [(usize, u32); 19] = [
        (0, 1),                    // a window of 16 bits
        (0b01, 2),                 // the last block, which is not empty
        (nibbles as usize - 4, 2), // how its length is written
        (length - 1, nibbles * 4), // its length
        (0b000, 3),                // one kind of literals, of commands and of distances
        (0b000000, 6),             // no postfix, no direct distances
        (0b00, 2),                 // how literals are told apart
        (0b00, 2),                 // one code for literals, one for distances
        (1, 2),                    // a simple code …
        (0, 2),                    // … of one literal:
        (usize::from(letter), 8),  // the letter
        (1, 2),                    // a simple code …
        (0, 2),                    // … of one command:
        (399, 10),                 // insert 1, copy 2118 and more
        (1, 2),                    // a simple code …
        (0, 2),                    // … of one distance:
        (16, 6),                   // 1 or 2
        (length - 1 - 2_118, 24),  // how much more is copied
        (0, 1),                    // from a distance of 1
    ];
    let mut bits = fields.iter().flat_map(|(value, width)| (0..*width).map(move |bit| value >> bit & 1)).peekable();
    let mut stream = Vec::new();
    while bits.peek().is_some() {
        stream.push(bits.by_ref().take(8).enumerate().map(|(at, bit)| u8::try_from(bit << at).unwrap()).sum());
    }
    stream
}

fn packed(coding: &str, length: usize) -> Vec<u8> {
    match coding {
        "gzip" => gzip(&vec![b'a'; length]),
        "br" => brotli(b'a', length),
        _ => zstd(b'a', length),
    }
}

#[tokio::test]
async fn packed_pages_are_unpacked_and_bombs_are_not() {
    for coding in ["gzip", "br", "zstd"] {
        let clock = clock();
        let server = Server::start(&clock, move |asked| {
            let length = asked.path.trim_start_matches('/').parse().unwrap();
            let body = packed(coding, length);
            assert!(body.len() * 10 < length);
            reply(200, &[("Content-Encoding", coding)], body)
        });
        let server = server.await;
        let fetcher = fetcher(&clock);
        let limit = settings().max_body_bytes;
        assert_eq!(body(fetcher.get(&ask(&server, "/50000")).await), "a".repeat(50_000), "{coding}");
        assert_eq!(body(fetcher.get(&ask(&server, &format!("/{limit}"))).await).len(), limit, "{coding}");
        for length in [limit + 1, 15 * MIB] {
            let path = format!("/{length}");
            let error = fetcher.get(&ask(&server, &path)).await.unwrap_err();
            assert_eq!(error, FetchError::TooLarge { url: server.url(&path).to_string(), limit }, "{coding}");
        }
    }
}

#[tokio::test]
async fn plain_pages_are_read_up_to_the_limit() {
    let clock = clock();
    let server = Server::start(&clock, |asked| {
        let length: usize = asked.path.trim_start_matches('/').parse().unwrap();
        match length {
            0 => Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'a'; 10_000]),
            length => reply(200, &[], vec![b'a'; length]),
        }
    });
    let server = server.await;
    let fetcher = fetcher(&clock);
    let limit = settings().max_body_bytes;
    assert_eq!(body(fetcher.get(&ask(&server, &format!("/{limit}"))).await).len(), limit);
    for length in [limit + 1, 0] {
        let error = fetcher.get(&ask(&server, &format!("/{length}"))).await.unwrap_err();
        assert!(matches!(error, FetchError::TooLarge { .. }), "{length}: {error:?}");
    }
}

#[tokio::test]
async fn what_never_ends_is_ended() {
    let clock = clock();
    let server = Server::start(&clock, |asked| match asked.path.as_str() {
        "/silent" => Reply::Hang(Vec::new()),
        "/stalls" => Reply::Hang(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel".to_vec()),
        "/drips" => Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), b"a".to_vec()),
        _ => Reply::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-More: and more\r\n".to_vec()),
    });
    let server = server.await;
    let limit = Duration::from_millis(300);
    for path in ["/silent", "/stalls", "/drips", "/headers"] {
        // A fetcher each: a host that is silent is left alone.
        let fetcher = Fetcher::new(Settings { total_timeout: limit, ..settings() }, clock.clone()).unwrap();
        let error = fetcher.get(&ask(&server, path)).await.unwrap_err();
        assert_eq!(error, FetchError::Timeout { host: server.address.to_string(), limit }, "{path}");
    }
}

#[tokio::test]
async fn endless_headers_are_cut_off_before_they_fill_the_memory() {
    let clock = clock();
    let server = Server::start(&clock, |_| Reply::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-More: and more\r\n".repeat(10_000))).await;
    let error = fetcher(&clock).get(&ask(&server, "/")).await.unwrap_err();
    assert!(matches!(error, FetchError::Network { .. }), "{error:?}");
}

#[tokio::test]
async fn what_is_cut_short_or_garbled_is_no_page() {
    let clock = clock();
    let cut: Vec<u8> = gzip(b"hello hello hello").into_iter().take(20).collect();
    let server = Server::start(&clock, move |asked| match asked.path.as_str() {
        "/length" => Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel".to_vec()),
        "/chunks" => Reply::Bytes(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n".to_vec()),
        "/gzip" => reply(200, &[("Content-Encoding", "gzip")], &cut),
        "/not-gzip" => reply(200, &[("Content-Encoding", "gzip")], "hello"),
        "/not-br" => reply(200, &[("Content-Encoding", "br")], "hello"),
        "/not-zstd" => reply(200, &[("Content-Encoding", "zstd")], "hello"),
        "/unasked" => reply(200, &[("Content-Encoding", "compress")], "hello"),
        "/not-http" => Reply::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()),
        _ => Reply::Bytes(Vec::new()),
    });
    let server = server.await;
    for path in ["/length", "/chunks", "/gzip", "/not-gzip", "/not-br", "/not-zstd", "/unasked", "/not-http", "/nothing"] {
        let error = fetcher(&clock).get(&ask(&server, path)).await.unwrap_err();
        let FetchError::Network { why, .. } = &error else { panic!("{path}: {error:?}") };
        assert!(!why.is_empty() && !why.contains("http://"), "{error}");
    }
}

#[tokio::test]
async fn a_charset_in_the_place_of_a_coding_does_no_harm() {
    let clock = clock();
    let server = Server::start(&clock, |_| reply(200, &[("Content-Encoding", "UTF-8")], "hello")).await;
    assert_eq!(body(fetcher(&clock).get(&ask(&server, "/")).await), "hello");
}
