//! The two ways in which zip members are locked with a password.
//!
//! Sources: APPNOTE.TXT 6.1 (traditional encryption) and the WinZip AES specification (AE-1, AE-2).
//! The random bytes are drawn from name and password, so equal input gives equal archives.

use aes::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest, Sha1};

/// How a member is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lock {
    /// Traditional PKWARE encryption with this password.
    ZipCrypto(String),
    /// WinZip AES with a 256-bit key from this password.
    Aes256(String, AesVendorVersion),
}

/// Which of the two WinZip AES versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AesVendorVersion {
    /// The checksum of the plain bytes is kept.
    Ae1,
    /// The checksum is zero, as it would tell something of the plain bytes.
    Ae2,
}

const AES_ROUNDS: u32 = 1000;
const AES_SALT_SIZE: usize = 16;
const AES_MAC_SIZE: usize = 10;

/// Traditional encryption: twelve bytes of header, the last of which lets a reader check the
/// password, then the bytes.
pub(super) fn zip_crypto(bytes: &[u8], password: &str, name: &str, check: u8) -> Vec<u8> {
    let mut keys = ZipCryptoKeys::new(password);
    let noise = noise(name, password);
    let header = noise.iter().copied().take(11).chain([check]);
    header
        .chain(bytes.iter().copied())
        .map(|byte| keys.encrypt(byte))
        .collect()
}

/// WinZip AES: salt, password check, encrypted bytes, authentication code.
pub(super) fn aes_256(bytes: &[u8], password: &str, name: &str) -> Vec<u8> {
    let noise = noise(name, password);
    let salt = &noise[..AES_SALT_SIZE];
    let keys: [u8; 66] =
        pbkdf2::pbkdf2_hmac_array::<Sha1, 66>(password.as_bytes(), salt, AES_ROUNDS);
    let (cipher_key, rest) = keys.split_at(32);
    let (mac_key, password_check) = rest.split_at(32);

    let mut encrypted = bytes.to_vec();
    // The counter is little-endian and starts at one.
    let mut counter = [0_u8; 16];
    counter[0] = 1;
    if let Ok(mut cipher) = ctr::Ctr128LE::<aes::Aes256>::new_from_slices(cipher_key, &counter) {
        cipher.apply_keystream(&mut encrypted);
    }
    let mut out = [salt, password_check, &encrypted].concat();
    if let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(mac_key) {
        mac.update(&encrypted);
        out.extend(mac.finalize().into_bytes().iter().take(AES_MAC_SIZE));
    }
    out
}

fn noise(name: &str, password: &str) -> [u8; 20] {
    Sha1::new()
        .chain_update(name)
        .chain_update([0])
        .chain_update(password)
        .finalize()
        .into()
}

struct ZipCryptoKeys(u32, u32, u32);

impl ZipCryptoKeys {
    fn new(password: &str) -> Self {
        let mut keys = Self(0x1234_5678, 0x2345_6789, 0x3456_7890);
        for byte in password.bytes() {
            keys.update(byte);
        }
        keys
    }

    fn update(&mut self, plain: u8) {
        self.0 = crc_step(self.0, plain);
        self.1 = self
            .1
            .wrapping_add(self.0 & 0xFF)
            .wrapping_mul(134_775_813)
            .wrapping_add(1);
        let [.., high] = self.1.to_le_bytes();
        self.2 = crc_step(self.2, high);
    }

    fn encrypt(&mut self, plain: u8) -> u8 {
        let temp = self.2 | 2;
        let [_, stream, ..] = temp.wrapping_mul(temp ^ 1).to_le_bytes();
        self.update(plain);
        plain ^ stream
    }
}

/// One step of CRC-32 without the inversions at both ends.
fn crc_step(crc: u32, byte: u8) -> u32 {
    (0..8).fold(crc ^ u32::from(byte), |crc, _| {
        (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
    })
}
