//! Compressed streams from any bytes: nothing is written beyond what is said, and more input or
//! more room never changes what came before.

#![no_main]

use joinscope_etl::xpress::{Expansion, ExpansionEnd};
use joinscope_etl::{lznt1, xpress};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(([low, high], stream)) = bytes.split_first_chunk() else {
        return;
    };
    let room = usize::from(u16::from_le_bytes([*low, *high]));
    check(xpress::expand, stream, room);
    check(lznt1::expand, stream, room);
});

fn check(expand: fn(&[u8], &mut [u8]) -> Expansion, stream: &[u8], room: usize) {
    let mut output = vec![0xaa; room];
    let whole = expand(stream, &mut output);
    assert!(whole.produced <= room);
    assert_eq!(
        whole.end == ExpansionEnd::OutputFull,
        whole.produced == room || room == 0
    );
    let mut half = vec![0x55; room / 2];
    let less = expand(stream, &mut half);
    assert_eq!(less.produced, whole.produced.min(room / 2));
    assert_eq!(half[..less.produced], output[..less.produced]);
    let mut from_half = vec![0x55; room];
    let less = expand(&stream[..stream.len() / 2], &mut from_half);
    assert!(less.produced <= whole.produced);
    assert_eq!(from_half[..less.produced], output[..less.produced]);
}
