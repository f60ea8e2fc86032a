//! The container: PE headers, a section, the resource directory.

use crate::etl::EtlError;
use crate::text::utf16_le;

const SECTION_ADDRESS: u32 = 0x1000;
const FILE_ALIGNMENT: usize = 0x200;

/// A 64-bit program with one resource, or without any.
pub(super) fn program(content: Option<&[u8]>) -> Result<Vec<u8>, EtlError> {
    let resources = content.map_or(Ok(Vec::new()), resource_section)?;
    let length = super::manifest::narrow(resources.len())?;
    let mut bytes = b"MZ".to_vec();
    bytes.resize(0x3C, 0);
    bytes.extend(0x40_u32.to_le_bytes());
    bytes.extend(b"PE\0\0");
    words(&mut bytes, &[0x8664, u16::from(content.is_some())]);
    bytes.extend([0; 12]);
    words(&mut bytes, &[240, 0x2022]);
    bytes.extend(optional_header(length));
    if content.is_some() {
        bytes.extend(b".rsrc\0\0\0");
        let raw = super::manifest::narrow(resources.len().next_multiple_of(FILE_ALIGNMENT))?;
        for number in [length, SECTION_ADDRESS, raw, 0x200, 0, 0, 0, 0x4000_0040] {
            bytes.extend(number.to_le_bytes());
        }
    }
    bytes.resize(FILE_ALIGNMENT, 0);
    bytes.extend(resources);
    bytes.resize(bytes.len().next_multiple_of(FILE_ALIGNMENT), 0);
    Ok(bytes)
}

fn optional_header(resources: u32) -> Vec<u8> {
    let mut header = Vec::new();
    words(&mut header, &[0x020B, 0x000E]);
    header.extend([0; 20]);
    header.extend(0x1_8000_0000_u64.to_le_bytes());
    header.extend(0x1000_u32.to_le_bytes());
    header.extend(0x200_u32.to_le_bytes());
    words(&mut header, &[6, 0, 0, 0, 6, 0]);
    let image = SECTION_ADDRESS + resources.next_multiple_of(0x1000);
    for number in [0, image, 0x200, 0] {
        header.extend(number.to_le_bytes());
    }
    words(&mut header, &[2, 0]);
    header.extend([0; 36]);
    header.extend(16_u32.to_le_bytes());
    for directory in 0..16 {
        let place = if directory == 2 && resources != 0 {
            [SECTION_ADDRESS, resources]
        } else {
            [0, 0]
        };
        header.extend(place.into_iter().flat_map(u32::to_le_bytes));
    }
    header
}

/// Type, number, language, leaf; the name and the content follow.
fn resource_section(content: &[u8]) -> Result<Vec<u8>, EtlError> {
    const LEVEL: u32 = 24;
    const DATA: u32 = 3 * LEVEL;
    const NAME: u32 = DATA + 16;
    const CONTENT: u32 = NAME + 32;
    const BELOW: u32 = 0x8000_0000;
    let mut bytes = Vec::new();
    for (named, id, target) in [
        (1_u16, BELOW | NAME, BELOW | LEVEL),
        (0, 1, BELOW | (2 * LEVEL)),
        (0, 1033, DATA),
    ] {
        bytes.extend([0; 12]);
        words(&mut bytes, &[named, 1 - named]);
        bytes.extend(id.to_le_bytes());
        bytes.extend(target.to_le_bytes());
    }
    let length = super::manifest::narrow(content.len())?;
    for number in [SECTION_ADDRESS + CONTENT, length, 0, 0] {
        bytes.extend(number.to_le_bytes());
    }
    let name = utf16_le("WEVT_TEMPLATE");
    words(&mut bytes, &[13]);
    bytes.extend(name);
    bytes.resize(NAME as usize + 32, 0);
    bytes.extend(content);
    Ok(bytes)
}

fn words(bytes: &mut Vec<u8>, words: &[u16]) {
    bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
}
