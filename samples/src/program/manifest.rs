//! The content of the resource: all places in it count from its start.

use super::{ProgramEvent, ProgramItem, ProgramProvider};
use crate::etl::{EtlError, guid_bytes};
use crate::text::utf16_le;

/// No message belongs to it.
const NO_MESSAGE: u32 = u32::MAX;

/// A binary XML fragment without content.
const EMPTY_FRAGMENT: [u8; 8] = [0x0F, 0x01, 0x01, 0x00, 0, 0, 0, 0];

pub(super) fn narrow(length: usize) -> Result<u32, EtlError> {
    crate::etl::length_u32("program", length)
}

pub(super) fn resource(providers: &[ProgramProvider]) -> Result<Vec<u8>, EtlError> {
    let mut bytes = b"CRIM\0\0\0\0".to_vec();
    bytes.extend([3, 0, 1, 0]);
    bytes.extend(narrow(providers.len())?.to_le_bytes());
    let rows = bytes.len();
    bytes.resize(rows + 20 * providers.len(), 0);
    for (index, provider) in providers.iter().enumerate() {
        let mut row = guid_bytes(&provider.guid)?.to_vec();
        row.extend(narrow(bytes.len())?.to_le_bytes());
        put(&mut bytes, rows + 20 * index, &row);
        write_provider(&mut bytes, provider)?;
    }
    let length = narrow(bytes.len())?;
    put(&mut bytes, 4, &length.to_le_bytes());
    Ok(bytes)
}

fn write_provider(bytes: &mut Vec<u8>, provider: &ProgramProvider) -> Result<(), EtlError> {
    let start = bytes.len();
    bytes.extend(b"WEVT\0\0\0\0");
    for number in [NO_MESSAGE, 4, 0] {
        bytes.extend(number.to_le_bytes());
    }
    let elements = bytes.len();
    bytes.resize(elements + 4 * 8, 0);
    let mut places = Vec::new();
    places.push(narrow(bytes.len())?);
    write_channels(bytes, &provider.channels)?;
    places.push(narrow(bytes.len())?);
    let tasks = write_tasks(bytes, &provider.events)?;
    places.push(narrow(bytes.len())?);
    let templates = write_templates(bytes, &provider.events)?;
    places.push(narrow(bytes.len())?);
    write_events(bytes, &provider.events, &tasks, &templates)?;
    for (index, place) in places.iter().enumerate() {
        put(bytes, elements + 8 * index, &place.to_le_bytes());
    }
    close(bytes, start)
}

fn write_channels(bytes: &mut Vec<u8>, channels: &[(u32, String)]) -> Result<(), EtlError> {
    let start = open(bytes, *b"CHAN", channels.len())?;
    let rows = bytes.len();
    bytes.resize(rows + 16 * channels.len(), 0);
    for (index, (number, name)) in channels.iter().enumerate() {
        let place = write_text(bytes, name)?;
        let row: Vec<u8> = [*number, place, 0, NO_MESSAGE]
            .into_iter()
            .flat_map(u32::to_le_bytes)
            .collect();
        put(bytes, rows + 16 * index, &row);
    }
    close(bytes, start)
}

/// The place of each event's task; zero for an event without one.
fn write_tasks(bytes: &mut Vec<u8>, events: &[ProgramEvent]) -> Result<Vec<u32>, EtlError> {
    let names: Vec<&String> = events
        .iter()
        .filter_map(|event| event.task.as_ref())
        .collect();
    let start = open(bytes, *b"TASK", names.len())?;
    let rows = bytes.len();
    bytes.resize(rows + 28 * names.len(), 0);
    let mut places = Vec::new();
    let mut row = rows;
    for event in events {
        let Some(name) = &event.task else {
            places.push(0);
            continue;
        };
        let text = write_text(bytes, name)?;
        put(bytes, row, &narrow(places.len() + 1)?.to_le_bytes());
        put(bytes, row + 4, &NO_MESSAGE.to_le_bytes());
        put(bytes, row + 24, &text.to_le_bytes());
        places.push(narrow(row)?);
        row += 28;
    }
    close(bytes, start)?;
    Ok(places)
}

/// The place of each event's template; zero for an event without items.
fn write_templates(bytes: &mut Vec<u8>, events: &[ProgramEvent]) -> Result<Vec<u32>, EtlError> {
    let count = events
        .iter()
        .filter(|event| !event.items.is_empty())
        .count();
    let start = open(bytes, *b"TTBL", count)?;
    let mut places = Vec::new();
    for event in events {
        if event.items.is_empty() {
            places.push(0);
            continue;
        }
        places.push(narrow(bytes.len())?);
        write_template(bytes, event)?;
    }
    close(bytes, start)?;
    Ok(places)
}

fn write_template(bytes: &mut Vec<u8>, event: &ProgramEvent) -> Result<(), EtlError> {
    let start = bytes.len();
    let count = narrow(event.items.len())?;
    let items = start + 40 + EMPTY_FRAGMENT.len();
    bytes.extend(b"TEMP\0\0\0\0");
    for number in [count, count, narrow(items)?, 1] {
        bytes.extend(number.to_le_bytes());
    }
    // Templates are told apart by a GUID; one of numbers that no other event has will do.
    bytes.extend([0; 13]);
    bytes.push(event.version);
    bytes.extend(event.id.to_le_bytes());
    bytes.extend(EMPTY_FRAGMENT);
    bytes.resize(items + 20 * event.items.len(), 0);
    for (index, item) in event.items.iter().enumerate() {
        let name = write_text(bytes, &item.name)?;
        put(bytes, items + 20 * index, &item_row(item, name));
    }
    close(bytes, start)
}

fn item_row(item: &ProgramItem, name: u32) -> Vec<u8> {
    let mut row = item.flags.to_le_bytes().to_vec();
    row.extend(item.types);
    row.extend([0; 6]);
    row.extend(item.count.to_le_bytes());
    row.extend(item.length.to_le_bytes());
    row.extend(name.to_le_bytes());
    row
}

fn write_events(
    bytes: &mut Vec<u8>,
    events: &[ProgramEvent],
    tasks: &[u32],
    templates: &[u32],
) -> Result<(), EtlError> {
    let start = open(bytes, *b"EVNT", events.len())?;
    bytes.extend([0; 4]);
    for ((event, task), template) in events.iter().zip(tasks).zip(templates) {
        bytes.extend(event.id.to_le_bytes());
        bytes.extend([event.version, event.channel, 4, 0, 0, 0]);
        bytes.extend([0; 8]);
        for number in [NO_MESSAGE, *template, 0, 0, *task, 0, 0, 0] {
            bytes.extend(number.to_le_bytes());
        }
    }
    close(bytes, start)
}

/// Signature, room for the size, count.
fn open(bytes: &mut Vec<u8>, signature: [u8; 4], count: usize) -> Result<usize, EtlError> {
    let start = bytes.len();
    bytes.extend(signature);
    bytes.extend([0; 4]);
    bytes.extend(narrow(count)?.to_le_bytes());
    Ok(start)
}

/// Fills in the size of what began at `start`.
fn close(bytes: &mut [u8], start: usize) -> Result<(), EtlError> {
    let length = narrow(bytes.len() - start)?;
    put(bytes, start + 4, &length.to_le_bytes());
    Ok(())
}

/// A text with its size in front; gives its place.
fn write_text(bytes: &mut Vec<u8>, text: &str) -> Result<u32, EtlError> {
    let place = narrow(bytes.len())?;
    let text = utf16_le(text);
    bytes.extend(narrow(text.len() + 6)?.to_le_bytes());
    bytes.extend(text);
    bytes.extend([0; 2]);
    Ok(place)
}

fn put(bytes: &mut [u8], at: usize, what: &[u8]) {
    if let Some(room) = bytes.get_mut(at..at + what.len()) {
        room.copy_from_slice(what);
    }
}
