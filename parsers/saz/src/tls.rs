//! What the bodies of tunnels say of TLS: the program writes a description where bytes would stand.
//!
//! Observed (4.6): "A SSLv3-compatible ClientHello handshake was found." with version, extensions and
//! ciphers, one a line, and the same of the ServerHello with the one cipher chosen. Assumed from
//! published transcripts: where the program decrypted, `Secure Protocol`, `Cipher`, `Hash Algorithm`,
//! `Key Exchange` and the server's certificate in sections of `[Name]` and indented lines.

/// What the two bodies of a tunnel say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsNotes<'a> {
    /// The first message of the client.
    pub client: Option<Handshake<'a>>,
    /// The first message of the server.
    pub server: Option<Handshake<'a>>,
    /// What was agreed with the server, where the program decrypted: `Secure Protocol`.
    pub protocol: Option<&'a str>,
    /// The cipher agreed, where the program decrypted.
    pub cipher: Option<&'a str>,
    /// The key exchange agreed, where the program decrypted.
    pub key_exchange: Option<&'a str>,
    /// The certificate that the server showed to the program.
    pub certificate: Option<Certificate<'a>>,
    /// Whether the program says that the tunnel's content is in sessions of its own.
    pub is_decrypted: bool,
}

/// A described handshake message; texts as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handshake<'a> {
    /// Version, e.g. `3.3 (TLS/1.2)`.
    pub version: Option<&'a str>,
    /// The server's name that was asked for.
    pub server_name: Option<&'a str>,
    /// Protocols offered inside of TLS.
    pub alpn: Option<&'a str>,
    /// The cipher chosen, e.g. `TLS_… [0xC014]`; a server's only.
    pub cipher: Option<&'a str>,
}

/// A described certificate; texts as written, times in the writer's locale and zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate<'a> {
    /// Subject's name; its first line.
    pub subject: Option<&'a str>,
    /// Issuer's name; its first line.
    pub issuer: Option<&'a str>,
    /// Serial number.
    pub serial: Option<&'a str>,
    /// First instant of validity.
    pub not_before: Option<&'a str>,
    /// Last instant of validity.
    pub not_after: Option<&'a str>,
    /// Thumbprint.
    pub thumbprint: Option<&'a str>,
}

/// Bytes of a body that are looked at: descriptions are a few kilobytes.
const WINDOW: usize = 64 << 10;

impl<'a> TlsNotes<'a> {
    /// Reads the bodies of a tunnel's request and response.
    pub fn read(request: &'a [u8], response: &'a [u8]) -> Self {
        let mut notes = Self::default();
        for body in [request, response] {
            notes.body(text(body));
        }
        notes
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn body(&mut self, text: &'a str) {
        let mut part = Part::None;
        let mut section = "";
        for line in text.lines() {
            if line.contains("compatible ClientHello handshake was found") {
                part = Part::Client(self.client.insert(Handshake::default()));
                continue;
            }
            if line.contains("compatible ServerHello handshake was found") {
                part = Part::Server(self.server.insert(Handshake::default()));
                continue;
            }
            if line.contains("HTTPS Decryption is enabled") {
                self.is_decrypted = true;
            }
            let trimmed = line.trim();
            if trimmed.starts_with("== Server Certificate") {
                part = Part::Certificate(self.certificate.insert(Certificate::default()));
                continue;
            }
            match &mut part {
                Part::Client(hello) | Part::Server(hello) => hello.line(trimmed),
                Part::Certificate(certificate) => {
                    match trimmed
                        .strip_prefix('[')
                        .and_then(|rest| rest.strip_suffix(']'))
                    {
                        Some(name) => section = name,
                        None if !trimmed.is_empty() => certificate.line(section, trimmed),
                        None => {}
                    }
                }
                Part::None => match trimmed.split_once(':') {
                    Some(("Secure Protocol", value)) => self.protocol = some(value),
                    Some(("Cipher", value)) => self.cipher = some(value),
                    Some(("Key Exchange", value)) => self.key_exchange = some(value),
                    _ => {}
                },
            }
        }
    }
}

/// The part of a body that a line belongs to.
enum Part<'n, 'a> {
    None,
    Client(&'n mut Handshake<'a>),
    Server(&'n mut Handshake<'a>),
    Certificate(&'n mut Certificate<'a>),
}

impl<'a> Handshake<'a> {
    fn line(&mut self, line: &'a str) {
        let Some((name, value)) = line.split_once([':', '\t', ' ']) else {
            return;
        };
        let place = match name {
            "Version" => &mut self.version,
            "Cipher" => &mut self.cipher,
            "server_name" => &mut self.server_name,
            "ALPN" => &mut self.alpn,
            _ => return,
        };
        // A server's answer to an extension is empty.
        *place = place.or(some(value).filter(|value| *value != "empty"));
    }
}

impl<'a> Certificate<'a> {
    fn line(&mut self, section: &str, line: &'a str) {
        let place = match section {
            "Subject" => &mut self.subject,
            "Issuer" => &mut self.issuer,
            "Serial Number" => &mut self.serial,
            "Not Before" => &mut self.not_before,
            "Not After" => &mut self.not_after,
            "Thumbprint" => &mut self.thumbprint,
            _ => return,
        };
        place.get_or_insert(line);
    }
}

/// As much of the beginning as is text.
fn text(body: &[u8]) -> &str {
    let window = body.get(..WINDOW).unwrap_or(body);
    match str::from_utf8(window) {
        Ok(text) => text,
        Err(error) => window
            .get(..error.valid_up_to())
            .and_then(|valid| str::from_utf8(valid).ok())
            .unwrap_or_default(),
    }
}

fn some(value: &str) -> Option<&str> {
    Some(value.trim()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &str = "A SSLv3-compatible ClientHello handshake was found. The parameters are below.\r\n\r\nVersion: 3.3 (TLS/1.2)\r\nRandom: 00 11\r\nExtensions: \r\n\tserver_name\tlogin.contoso.example\r\n\tALPN\t\th2, http/1.1\r\nCiphers: \r\n\t[C02B]\tTLS_A\r\n";
    const ANSWER: &str = "This is a CONNECT tunnel.\n\nA SSLv3-compatible ServerHello handshake was found.\n\nVersion: 3.3 (TLS/1.2)\nCipher:\t\tTLS_A [0xC014]\nExtensions:\n\t\tserver_name\tempty\n";
    const DECRYPTED: &str = "Encrypted HTTPS traffic flows through this CONNECT tunnel. HTTPS Decryption is enabled in Fiddler.\n\nSecure Protocol: Tls12\nCipher: Aes256 256bits\nHash Algorithm: Sha384 ?bits\nKey Exchange: ECDHE_RSA (0xae06) 255bits\n\n== Server Certificate ==========\n[Subject]\n  CN=login.contoso.example\n\n[Issuer]\n  CN=Contoso Proxy CA, O=Contoso\n\n[Not After]\n  3/2/2027 1:00:00 AM\n\n[Thumbprint]\n  00AA\n";

    #[test]
    fn handshakes_of_an_undecrypted_tunnel() {
        let notes = TlsNotes::read(HELLO.as_bytes(), ANSWER.as_bytes());
        let client = Handshake {
            version: Some("3.3 (TLS/1.2)"),
            server_name: Some("login.contoso.example"),
            alpn: Some("h2, http/1.1"),
            cipher: None,
        };
        let server = Handshake {
            version: Some("3.3 (TLS/1.2)"),
            cipher: Some("TLS_A [0xC014]"),
            ..Handshake::default()
        };
        assert_eq!((notes.client, notes.server), (Some(client), Some(server)));
        assert!(!notes.is_decrypted);
    }

    #[test]
    fn what_was_agreed_and_the_certificate_of_a_decrypted_one() {
        let notes = TlsNotes::read(b"", DECRYPTED.as_bytes());
        assert!(notes.is_decrypted);
        assert_eq!(
            (notes.protocol, notes.cipher, notes.key_exchange),
            (
                Some("Tls12"),
                Some("Aes256 256bits"),
                Some("ECDHE_RSA (0xae06) 255bits")
            )
        );
        let certificate = Certificate {
            subject: Some("CN=login.contoso.example"),
            issuer: Some("CN=Contoso Proxy CA, O=Contoso"),
            not_after: Some("3/2/2027 1:00:00 AM"),
            thumbprint: Some("00AA"),
            ..Certificate::default()
        };
        assert_eq!(notes.certificate, Some(certificate));
    }

    #[test]
    fn other_bodies_say_nothing_and_every_prefix_is_read() {
        assert!(TlsNotes::read(b"{\"Cipher\": 1}", b"\xff\xfe\x00").is_empty());
        for text in [HELLO, ANSWER, DECRYPTED] {
            for length in 0..text.len() {
                TlsNotes::read(b"", &text.as_bytes()[..length]);
            }
        }
    }
}
