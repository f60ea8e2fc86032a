//! Encrypted members: ZipCrypto (APPNOTE 6.1) and WinZip AES, AE-1 and AE-2.
//!
//! Both keep a short check that tells most wrong passwords at once: 8 bits in ZipCrypto, 16 in AES.
//! A password that passes it is not yet the right one; only the checksum or the authentication code
//! over the whole member says so.

use std::io::Read;

use aes::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, KeyInit, Mac};
use joinscope_wire::Cursor;
use sha1::Sha1;
use zeroize::Zeroizing;

use super::local::{Fields, extra_field};

/// How a member is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bundle) enum Lock {
    /// Not at all.
    Open,
    /// The old stream cipher.
    ZipCrypto {
        /// Last byte of the decrypted encryption header under the right password.
        check: u8,
    },
    /// WinZip AES.
    Aes(Aes),
    /// By a method that is not supported.
    Unsupported,
}

/// The parameters of a WinZip AES member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bundle) struct Aes {
    strength: Strength,
    /// Compression method under the encryption.
    pub(super) method: u16,
    /// AE-1 keeps the CRC; AE-2 has zero in its place.
    pub(super) keeps_crc: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strength {
    Bits128,
    Bits192,
    Bits256,
}

/// What a password makes of a member's data.
pub(super) enum Unlocked {
    /// The short check fails.
    Wrong,
    /// The decrypted data, still packed.
    Plain(Vec<u8>),
    /// The short check passes and the authentication code does not.
    Unauthentic(Vec<u8>),
}

const FLAG_ENCRYPTED: u16 = 1;
const FLAG_STRONG: u16 = 1 << 6;
/// Compression method that stands for "see the AES extra field".
const METHOD_AES: u16 = 99;
const EXTRA_AES: u16 = 0x9901;
/// Bytes in front of ZipCrypto data.
const ZIPCRYPTO_HEADER: usize = 12;
const VERIFIER: usize = 2;
const AUTHENTICATION_CODE: usize = 10;
const ROUNDS: u32 = 1000;

impl Lock {
    pub(super) fn of(fields: &Fields<'_>) -> Self {
        if fields.flags & FLAG_ENCRYPTED == 0 {
            Self::Open
        } else if fields.flags & FLAG_STRONG != 0 {
            Self::Unsupported
        } else if fields.method == METHOD_AES {
            extra_field(fields.extra, EXTRA_AES)
                .and_then(Aes::parse)
                .map_or(Self::Unsupported, Self::Aes)
        } else {
            Self::ZipCrypto {
                check: fields.check_byte(),
            }
        }
    }

    /// The data under a password, as far as `most` bytes of it; authenticated only where it is all.
    pub(super) fn open(self, data: &[u8], password: &[u8], most: usize) -> Unlocked {
        match self {
            Self::Open => Unlocked::Plain(data.get(..most).unwrap_or(data).to_vec()),
            Self::Unsupported => Unlocked::Wrong,
            Self::ZipCrypto { check } => open_zipcrypto(data, password, check, most),
            Self::Aes(aes) => aes.open(data, password, most).unwrap_or(Unlocked::Wrong),
        }
    }
}

fn open_zipcrypto(data: &[u8], password: &[u8], check: u8, most: usize) -> Unlocked {
    let Ok(decryptor) = rawzip::zipcrypto::Decryptor::new(data, password) else {
        return Unlocked::Wrong;
    };
    if decryptor.check_byte() != check {
        return Unlocked::Wrong;
    }
    let mut plain = Vec::with_capacity(data.len().saturating_sub(ZIPCRYPTO_HEADER).min(most));
    match decryptor.take(most as u64).read_to_end(&mut plain) {
        Ok(_) => Unlocked::Plain(plain),
        Err(_) => Unlocked::Wrong,
    }
}

impl Aes {
    fn parse(extra: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(extra);
        let version = cursor.u16("AES version").ok()?;
        let vendor = cursor.array::<2>("AES vendor").ok()?;
        let strength = match cursor.u8("AES strength").ok()? {
            1 => Strength::Bits128,
            2 => Strength::Bits192,
            3 => Strength::Bits256,
            _ => return None,
        };
        let method = cursor.u16("method under AES").ok()?;
        let known = matches!(version, 1 | 2) && vendor == *b"AE";
        known.then_some(Self {
            strength,
            method,
            keeps_crc: version == 1,
        })
    }

    /// `None` where the data is too short to be encrypted at all.
    fn open(self, data: &[u8], password: &[u8], most: usize) -> Option<Unlocked> {
        let mut cursor = Cursor::new(data);
        let salt = cursor.take(self.strength.salt(), "salt").ok()?;
        let verifier = cursor.take(VERIFIER, "password verifier").ok()?;
        let (packed, code) = cursor.rest().split_last_chunk::<AUTHENTICATION_CODE>()?;

        let key_length = self.strength.key();
        let mut derived = Zeroizing::new(vec![0; 2 * key_length + VERIFIER]);
        pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, ROUNDS, &mut derived);
        let (key, rest) = derived.split_at_checked(key_length)?;
        let (authentication_key, expected) = rest.split_at_checked(key_length)?;
        if expected != verifier {
            return Some(Unlocked::Wrong);
        }

        let mut plain = packed.get(..most).unwrap_or(packed).to_vec();
        self.strength.decrypt(key, &mut plain)?;
        if plain.len() < packed.len() {
            return Some(Unlocked::Plain(plain));
        }
        let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(authentication_key).ok()?;
        mac.update(packed);
        Some(match mac.verify_truncated_left(code) {
            Ok(()) => Unlocked::Plain(plain),
            Err(_) => Unlocked::Unauthentic(plain),
        })
    }
}

impl Strength {
    fn key(self) -> usize {
        match self {
            Self::Bits128 => 16,
            Self::Bits192 => 24,
            Self::Bits256 => 32,
        }
    }

    fn salt(self) -> usize {
        self.key() / 2
    }

    /// Counter mode with a little-endian counter that begins at one. `None` for a key of another
    /// length, which does not happen.
    fn decrypt(self, key: &[u8], data: &mut [u8]) -> Option<()> {
        let mut first = [0; 16];
        first[0] = 1;
        match self {
            Self::Bits128 => {
                ctr::Ctr128LE::<aes::Aes128>::new_from_slices(key, &first)
                    .ok()?
                    .apply_keystream(data);
            }
            Self::Bits192 => {
                ctr::Ctr128LE::<aes::Aes192>::new_from_slices(key, &first)
                    .ok()?
                    .apply_keystream(data);
            }
            Self::Bits256 => {
                ctr::Ctr128LE::<aes::Aes256>::new_from_slices(key, &first)
                    .ok()?
                    .apply_keystream(data);
            }
        }
        Some(())
    }
}
