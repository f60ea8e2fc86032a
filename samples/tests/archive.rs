//! Structural facts of written archives, recomputed here from the bytes alone.

#![expect(
    clippy::unwrap_used,
    reason = "a conversion that fails is a test that fails"
)]

use samples::archive::{
    AesVendorVersion, CabBundle, CabFault, CabFolder, Lock, ZipBundle, ZipMember,
};

fn number(bytes: &[u8], at: usize, width: usize) -> usize {
    let field = bytes[at..at + width].iter().rev();
    field.fold(0, |number, byte| number << 8 | usize::from(*byte))
}

fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes
        .windows(what.len())
        .position(|window| window == what)
        .unwrap()
}

fn crc(bytes: &[u8]) -> usize {
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    });
    usize::try_from(!crc).unwrap()
}

/// A readable text of more than one cabinet block.
fn text() -> Vec<u8> {
    (0..9000)
        .flat_map(|line| format!("line {line} of the log\r\n").into_bytes())
        .collect()
}

/// Offsets of the central headers, found from the end as a reader does.
fn central_headers(zip: &[u8]) -> Vec<usize> {
    let end = zip
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")
        .unwrap();
    let mut at = number(zip, end + 16, 4);
    let mut headers = Vec::new();
    while &zip[at..at + 4] == b"PK\x01\x02" {
        headers.push(at);
        at += 46 + number(zip, at + 28, 2) + number(zip, at + 30, 2) + number(zip, at + 32, 2);
    }
    headers
}

#[test]
fn both_headers_of_a_stored_member_agree() {
    let zip = ZipBundle::new()
        .member(ZipMember::new("a.txt", b"hello"))
        .to_bytes();
    let central = central_headers(&zip)[0];
    let local = number(&zip, central + 42, 4);
    assert_eq!(&zip[local..local + 4], b"PK\x03\x04");
    assert_eq!(
        zip[local + 4..local + 30],
        [&zip[central + 6..central + 32]].concat()[..26]
    );
    assert_eq!(number(&zip, local + 14, 4), crc(b"hello"));
    assert_eq!(&zip[local + 30..local + 40], b"a.txthello");
}

#[test]
fn sizes_can_stand_behind_the_bytes() {
    let member = ZipMember::new("a.txt", b"hello").sizes_behind();
    let zip = ZipBundle::new().member(member).to_bytes();
    assert_eq!(zip[14..26], [0; 12]);
    assert_eq!(number(&zip, 6, 2), 8);
    let descriptor = find(&zip, b"PK\x07\x08");
    assert_eq!(number(&zip, descriptor + 4, 4), crc(b"hello"));
    assert_eq!(
        (
            number(&zip, descriptor + 8, 4),
            number(&zip, descriptor + 12, 4)
        ),
        (5, 5)
    );
}

#[test]
fn wide_fields_leave_all_ones_behind() {
    let zip = ZipBundle::new()
        .member(ZipMember::new("a", b"hello").zip64())
        .to_bytes();
    assert_eq!(zip[18..26], [0xFF; 8]);
    let extra = 30 + 1;
    assert_eq!((number(&zip, extra, 2), number(&zip, extra + 4, 8)), (1, 5));
    let end = find(&zip, b"PK\x06\x06");
    assert_eq!(number(&zip, end + 24, 8), 1);
    let locator = find(&zip, b"PK\x06\x07");
    assert_eq!(number(&zip, locator + 8, 8), end);
}

#[test]
fn lies_are_told_in_both_headers() {
    let member = ZipMember::new("a", b"hello")
        .claiming_size(7)
        .claiming_packed_size(9);
    let zip = ZipBundle::new()
        .member(member.claiming_checksum(1))
        .claiming_count(3)
        .to_bytes();
    let central = central_headers(&zip)[0];
    for at in [14, central + 16] {
        assert_eq!(
            (
                number(&zip, at, 4),
                number(&zip, at + 4, 4),
                number(&zip, at + 8, 4)
            ),
            (1, 9, 7)
        );
    }
    let end = find(&zip, b"PK\x05\x06");
    assert_eq!(number(&zip, end + 10, 2), 3);
}

#[test]
fn overlapping_members_share_one_place() {
    let bundle = ZipBundle::new().prefix(b"MZ stub").file("a", b"hello");
    let zip = bundle
        .member(ZipMember::overlapping("b"))
        .comment("note")
        .to_bytes();
    let places: Vec<_> = central_headers(&zip)
        .into_iter()
        .map(|at| number(&zip, at + 42, 4))
        .collect();
    assert_eq!(places, [7, 7]);
    assert!(zip.ends_with(b"note"));
}

#[test]
fn a_bomb_is_small() {
    let zip = ZipBundle::new()
        .member(ZipMember::bomb("zeros", 16 << 20))
        .to_bytes();
    assert!(zip.len() < 20_000, "{}", zip.len());
    assert_eq!(number(&zip, 22, 4), 16 << 20);
}

#[test]
fn locked_members_are_marked() {
    let member = || ZipMember::new("a.txt", b"hello");
    let ae1 = Lock::Aes256("pw".into(), AesVendorVersion::Ae1);
    let cases = [
        (member().zip_crypto("pw"), 0, crc(b"hello"), 12),
        (member().aes_256("pw"), 99, 0, 28),
        (member().locked(ae1), 99, crc(b"hello"), 28),
    ];
    for (member, method, checksum, overhead) in cases {
        let zip = ZipBundle::new().member(member).to_bytes();
        assert_eq!(number(&zip, 6, 2), 1);
        assert_eq!(
            (number(&zip, 8, 2), number(&zip, 14, 4)),
            (method, checksum)
        );
        assert_eq!(
            (number(&zip, 18, 4), number(&zip, 22, 4)),
            (5 + overhead, 5)
        );
    }
}

/// Reads a cabinet of whole folders: names with their bytes.
fn read_cab(cab: &[u8]) -> Vec<(String, Vec<u8>)> {
    assert_eq!(&cab[..4], b"MSCF");
    assert_eq!(number(cab, 8, 4), cab.len());
    let folders: Vec<Vec<u8>> = (0..number(cab, 26, 2))
        .map(|folder| read_folder(cab, 36 + 8 * folder))
        .collect();
    let mut at = number(cab, 16, 4);
    let mut files = Vec::new();
    for _ in 0..number(cab, 28, 2) {
        let (size, start) = (number(cab, at, 4), number(cab, at + 4, 4));
        let folder = &folders[number(cab, at + 8, 2)];
        let end = at + 16 + find(&cab[at + 16..], &[0]);
        let name = String::from_utf8(cab[at + 16..end].to_vec()).unwrap();
        files.push((name, folder[start..start + size].to_vec()));
        at = end + 1;
    }
    files
}

fn read_folder(cab: &[u8], header: usize) -> Vec<u8> {
    let mut at = number(cab, header, 4);
    let mut plain: Vec<u8> = Vec::new();
    let mut history = Vec::new();
    for _ in 0..number(cab, header + 4, 2) {
        let (packed, size) = (number(cab, at + 4, 2), number(cab, at + 6, 2));
        let covered = &cab[at + 4..at + 8 + packed];
        assert_eq!(number(cab, at, 4), xor_sum(covered), "block at {at}");
        let body = &cab[at + 8..at + 8 + packed];
        let block = match number(cab, header + 6, 2) {
            0 => body.to_vec(),
            _ => inflate(body.strip_prefix(b"CK").unwrap(), &history, size),
        };
        assert_eq!(block.len(), size);
        plain.extend(&block);
        history = block;
        at += 8 + packed;
    }
    plain
}

/// The checksum over sizes and bytes in one go. The bytes begin on a word, so the order of the two
/// parts does not matter.
fn xor_sum(covered: &[u8]) -> usize {
    covered.chunks(4).fold(0, |sum, word| {
        let value = if word.len() == 4 {
            number(word, 0, 4)
        } else {
            word.iter()
                .fold(0, |value, byte| value << 8 | usize::from(*byte))
        };
        sum ^ value
    })
}

fn inflate(packed: &[u8], history: &[u8], size: usize) -> Vec<u8> {
    let mut decompress = flate2::Decompress::new(false);
    if !history.is_empty() {
        decompress.set_dictionary(history).unwrap();
    }
    let mut out = Vec::with_capacity(size + 1);
    decompress
        .decompress_vec(packed, &mut out, flate2::FlushDecompress::Finish)
        .unwrap();
    out
}

#[test]
fn cabinets_come_back_as_they_were() {
    let (text, short) = (text(), b"odd number of bytes".to_vec());
    let cab = CabBundle::new()
        .folder(
            CabFolder::ms_zip()
                .file("a.log", &text)
                .file("sub\\b.txt", &short),
        )
        .folder(CabFolder::stored().file("c.log", &text).file("empty", b""))
        .to_bytes();
    let expected = [
        ("a.log", &text),
        ("sub\\b.txt", &short),
        ("c.log", &text),
        ("empty", &vec![]),
    ];
    let files = read_cab(&cab);
    assert_eq!(files.len(), expected.len());
    for ((name, bytes), (expected_name, expected_bytes)) in files.iter().zip(expected) {
        assert_eq!(name, expected_name);
        assert!(bytes == expected_bytes, "{name}");
    }
}

#[test]
fn cabinet_faults_change_one_place_each() {
    let bundle =
        || CabBundle::new().folder(CabFolder::ms_zip().file("a.log", &text()).file("b", b"x"));
    let good = bundle().to_bytes();
    let cases = [
        (
            CabFault::BlockChecksum {
                folder: 0,
                block: 1,
            },
            4,
        ),
        (CabFault::FolderIndex { file: 1, index: 9 }, 1),
        (
            CabFault::FileSize {
                file: 0,
                size_bytes: u32::MAX,
            },
            4,
        ),
        (
            CabFault::BlockChecksum {
                folder: 7,
                block: 0,
            },
            0,
        ),
    ];
    for (fault, changed) in cases {
        let bad = bundle().fault(fault.clone()).to_bytes();
        assert_eq!(bad.len(), good.len());
        let differing = bad
            .iter()
            .zip(&good)
            .filter(|(bad, good)| bad != good)
            .count();
        assert_eq!(differing, changed, "{fault:?}");
    }
}
