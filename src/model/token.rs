//! Tokens: what one said of itself, and messages of it, when it was read, and what the analysis makes of it.
//!
//! No part of a token's own text is here: claims and a digest are all that is kept.

use std::fmt;

use super::event::{EventId, words};
use super::time::Ticks;

words! {
    /// The message of an exchange that a token stood in.
    TokenSide {
        /// It was sent with what was asked.
        Request = "request",
        /// It came with the answer.
        Response = "response",
    }
}

words! {
    /// What a token is for, as the name tells that a message gives it.
    TokenPart {
        /// It opens a service.
        Access = "access",
        /// It tells a client who the user is.
        Id = "id",
        /// It gets further tokens.
        Refresh = "refresh",
        /// It stands for a password when a token is asked for.
        Assertion = "assertion",
    }
}

/// A token as it stood in the evidence: a JWT reduced to its claims (RFC 7519) and a digest, any other
/// to a digest.
///
/// Each claim is absent where the token does not make it, makes it in another form than RFC 7519
/// asks for, or is encrypted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeenToken {
    /// First 16 hexadecimal digits of the SHA-256 of the token; the same as in the remark that
    /// stands for it in the event's text.
    pub digest: String,
    /// Digest of the token that carried this one in its claims.
    pub inside: Option<String>,
    /// `alg` of the header.
    pub algorithm: Option<String>,
    /// `typ` of the header.
    pub form: Option<String>,
    /// `aud`; of several the first.
    pub audience: Option<String>,
    /// `appid`, `azp` or `client_id`.
    pub app: Option<String>,
    /// `tid`.
    pub tenant: Option<String>,
    /// `upn`, `unique_name`, `preferred_username`, `oid` or `sub`, the first that there is.
    pub subject: Option<String>,
    /// `ver`.
    pub version: Option<String>,
    /// `scp`.
    pub scopes: Option<String>,
    /// `amr`.
    pub methods: Vec<String>,
    /// `iat`.
    pub issued_at: Option<Ticks>,
    /// `nbf`.
    pub not_before: Option<Ticks>,
    /// `exp`.
    pub expires_at: Option<Ticks>,
    /// The message that it stood in, where that is part of an exchange.
    pub side: Option<TokenSide>,
    /// What the message says that it is.
    pub part: Option<TokenPart>,
    /// Whether it is no JWT, so that nobody but who issued it knows what it says.
    pub is_opaque: bool,
    /// Seconds that it lives from its answer on, as that answer says; never assumed.
    pub lifetime_seconds: Option<f64>,
}

words! {
    /// How sure it is that an event is about a token.
    Strength {
        /// The token itself stands in the event, or the event is all that is known of it.
        Exact = "exact",
        /// An id of the request stands in both.
        Identifier = "identifier",
        /// The order of time alone: it was the last one got before for that service.
        Temporal = "temporal",
    }
}

words! {
    /// Whether a token was used within its time.
    TokenVerdict {
        /// Used at or after the time it expires.
        Late = "late",
        /// Used before the time from which it is valid.
        Early = "early",
        /// Every use lies within its time.
        InTime = "in_time",
        /// No use of it is in the evidence.
        Unused = "unused",
        /// The evidence does not say how long it is valid, or when it was used.
        Unknown = "unknown",
    }
}

/// An event that a token stands in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TokenSighting {
    /// Which.
    pub event: EventId,
    /// When, as the event's source recorded it; absent for an undated event.
    pub time: Option<Ticks>,
}

/// The event with which a token was got.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TokenAcquired {
    /// Which.
    pub event: EventId,
    /// When the answer was there; absent for an undated event.
    pub time: Option<Ticks>,
    /// How sure it is that it was this token.
    pub strength: Strength,
}

/// An event with which a token was used.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct TokenUse {
    /// Which.
    pub event: EventId,
    /// When, as the event's source recorded it; absent for an undated event.
    pub time: Option<Ticks>,
    /// Negative while the token was valid; absent where its expiry or the time is not known.
    pub seconds_after_expiry: Option<f64>,
    /// How sure it is that it was this token.
    pub strength: Strength,
}

/// A token, told by what the evidence says of it; field names are keys of `joinscope.report/1`.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Token {
    /// Id, e.g. `t2`.
    pub id: String,
    /// See [`SeenToken::digest`]; absent where only the getting of the token is in the evidence.
    pub digest: Option<String>,
    /// Id of the token that carried this one in its claims.
    pub inside: Option<String>,
    /// Whom it is for, as the token or the request names it.
    pub audience: Option<String>,
    /// What the audience is called, where the table of known ones has it.
    pub audience_name: Option<&'static str>,
    /// The client that it was issued to.
    pub app_id: Option<String>,
    /// What the client is called, where the table of known ones has it.
    pub app_name: Option<&'static str>,
    /// Whether the table of known ones has the client; absent where the client is not known itself.
    pub app_known: Option<bool>,
    /// The tenant's id.
    pub tenant: Option<String>,
    /// The user or device that it speaks of.
    pub subject: Option<String>,
    /// See [`SeenToken::scopes`].
    pub scopes: Option<String>,
    /// See [`SeenToken::methods`].
    pub methods: Vec<String>,
    /// See [`SeenToken::version`].
    pub version: Option<String>,
    /// See [`SeenToken::algorithm`].
    pub algorithm: Option<String>,
    /// See [`SeenToken::form`].
    #[serde(rename = "type")]
    pub form: Option<String>,
    /// `iat`, on the clock of who issued it.
    pub issued_at: Option<Ticks>,
    /// `nbf`, likewise.
    pub not_before: Option<Ticks>,
    /// `exp`, likewise; of a token that does not say it, when its answer's `expires_in` is over.
    pub expires_at: Option<Ticks>,
    /// What the expiry rests on: `exp` or `expires_in`.
    pub expiry_basis: Option<&'static str>,
    /// From issue (or the begin of validity) to expiry; never assumed.
    pub lifetime_seconds: Option<f64>,
    /// What the message that brought or carried it says that it is.
    pub part: Option<TokenPart>,
    /// Whether it is no JWT, so that only who issued it can read it.
    pub is_opaque: bool,
    /// How it was got, where the evidence shows it.
    pub acquired: Option<TokenAcquired>,
    /// Events that it stands in itself, in the order of the timeline.
    pub seen: Vec<TokenSighting>,
    /// Uses, in the order of the timeline.
    pub uses: Vec<TokenUse>,
    /// Whether it was used within its time.
    pub verdict: TokenVerdict,
}

impl Token {
    /// What sort of token it is, where that is not plain from its audience.
    pub fn sort(&self) -> Option<&'static str> {
        Some(match (self.is_opaque, self.part) {
            (true, Some(TokenPart::Refresh)) => "opaque refresh token",
            (false, Some(TokenPart::Refresh)) => "refresh token",
            (true, _) => "opaque token",
            (false, Some(TokenPart::Id)) => "ID token",
            (false, Some(TokenPart::Assertion)) => "assertion",
            (false, _) => return None,
        })
    }
}
