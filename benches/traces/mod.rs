//! Generated traces for the benches, of fixed seeds.

use samples::etl::{
    Compression, EtlError, EtlEvent, EtlTrace, EventDescription, Mix, Property, Value,
};

const SEED: u64 = 21;
const PROVIDER: &str = "6b1f0a52-3c1d-4e0f-8a44-d1c27be95e03";
/// What is known of events: identifiers of the types that descriptions name.
const TEXT: u16 = 1;
const NUMBER: u16 = 8;
const GUID: u16 = 15;
const FILE_TIME: u16 = 17;
const HEX: u16 = 20;
const PLAIN: u16 = 0;
const HRESULT: u16 = 32;

/// All kinds of records, on four processors.
pub(crate) fn varied(bytes: usize) -> Vec<u8> {
    sound(EtlTrace::large(SEED, bytes))
}

/// Events that describe themselves, with six fields and an array of one to six numbers.
pub(crate) fn self_described(bytes: usize) -> Vec<u8> {
    sound(EtlTrace::large_of(Mix::TraceLogging, SEED, bytes).and_then(EtlTrace::into_bytes))
}

/// As [`varied`], with every buffer packed. The size is of what is in them.
pub(crate) fn packed(bytes: usize) -> Vec<u8> {
    let trace = EtlTrace::large_of(Mix::Varied, SEED, bytes);
    sound(trace.and_then(|mut trace| {
        trace.compressed(Compression::Xpress);
        trace.into_bytes()
    }))
}

/// Manifest events with six fields, and in front of them what describes them, as after a merge.
pub(crate) fn by_schema(bytes: usize) -> Vec<u8> {
    let mut trace = EtlTrace::new();
    trace.cpus(4).event(
        EventDescription::new(PROVIDER, "Contoso-Device-Join", 304)
            .message("The join of %2 ended with %3.")
            .property(Property::new("Server", TEXT, PLAIN))
            .property(Property::new("Attempt", NUMBER, PLAIN))
            .property(Property::new("Result", HEX, HRESULT))
            .property(Property::new("Correlation", GUID, PLAIN))
            .property(Property::new("Started", FILE_TIME, PLAIN))
            .property(Property::new("Phase", TEXT, PLAIN)),
    );
    let mut number = 0_u32;
    while trace.size_bytes() < bytes && trace.fault().is_none() {
        number += 1;
        trace.after(u64::from(number % 977)).event(
            EtlEvent::manifest(PROVIDER, 304)
                .process(4 * (number % 500), 4 * (number % 900))
                .field("https://enterpriseregistration.contoso.example/EnrollmentServer")
                .field(number)
                .field(Value::HexInt32(number.wrapping_mul(0x9E37_79B9)))
                .field(Value::Guid(PROVIDER.to_owned()))
                .field(Value::FileTime(134_169_120_000_000_000 + u64::from(number)))
                .field(["auth", "join", "post_join"][number as usize % 3]),
        );
    }
    sound(trace.into_bytes())
}

fn sound(trace: Result<Vec<u8>, EtlError>) -> Vec<u8> {
    trace.expect("the sizes of the benches are far below the generator's limit")
}
