//! Samples of payloads: every type of value, as manifest events and as TraceLogging events have it.

use super::super::{
    EtlEvent, EtlTrace, Field, Out, ProviderTraits, TraceLogging, Value, provider_guid_of,
};

const PROVIDER: &str = "6f2a1c58-0d3b-4e8a-9b57-2f40d1c7a966";
const ACTIVITY: &str = "3d0a7d1e-52b4-4c0f-8a7e-0f6f2d9b1c01";
/// 2026-03-02T08:00:00Z.
const START: u64 = 134_169_120_000_000_000;

/// Every value type in one event, each once.
pub(super) fn manifest_types(trace: &mut EtlTrace) {
    let values = scalars().into_iter().map(|(_, value)| value).chain([
        Value::HexDump(vec![1, 2, 3]),
        Value::ReverseCountedText("reversed".to_owned()),
        Value::FixedText("fixed".to_owned(), 8),
        Value::UInt16(3),
        Value::Bytes(vec![7, 8, 9]),
        Value::OpenText("no terminator".to_owned()),
    ]);
    let event = EtlEvent::manifest(PROVIDER, 4).process(4242, 77);
    trace.event(values.fold(event, EtlEvent::field));
}

/// A value of each type that TraceLogging has, by name. Texts go beyond the basic plane.
fn scalars() -> Vec<(&'static str, Value)> {
    vec![
        ("Text", "Grüße 日本 😀".into()),
        ("Ansi", Value::Ansi("plain words".to_owned())),
        ("Int8", Value::Int8(-8)),
        ("UInt8", Value::UInt8(250)),
        ("Int16", Value::Int16(-1600)),
        ("UInt16", Value::UInt16(61_000)),
        ("Int32", Value::Int32(-32_000_000)),
        ("UInt32", Value::UInt32(3_221_521_682)),
        ("Int64", Value::Int64(-64_000_000_000)),
        ("UInt64", Value::UInt64(u64::MAX)),
        ("Float", Value::Float(1.5)),
        ("Double", Value::Double(-2.25)),
        ("Bool", Value::Bool(true)),
        ("Binary", Value::Binary(vec![0xDE, 0xAD, 0xBE, 0xEF])),
        ("Guid", Value::Guid(ACTIVITY.to_owned())),
        ("Pointer", Value::Pointer(0x7FF6_1234_5678)),
        ("FileTime", Value::FileTime(START)),
        ("SystemTime", Value::SystemTime(START)),
        (
            "Sid",
            Value::Sid("S-1-12-1-1111111111-1222222222-1333333333-1444444444".to_owned()),
        ),
        ("HexInt32", Value::HexInt32(0x8018_0014)),
        ("HexInt64", Value::HexInt64(0x8000_0000_0000_0010)),
        ("CountedText", Value::CountedText("counted 日本".to_owned())),
        ("CountedAnsi", Value::CountedAnsi("counted".to_owned())),
        ("CountedBinary", Value::CountedBinary(vec![1, 2, 3])),
    ]
}

pub(super) fn tracelogging_types(trace: &mut EtlTrace) {
    let name = "Contoso.Samples.Gallery";
    let provider = provider_guid_of(name);
    let traits = ProviderTraits::new(name).group("4f50731a-8289-4782-b3e0-dce8c90476ba");
    let plain = scalars()
        .into_iter()
        .fold(TraceLogging::new("Scalars"), |event, (name, value)| {
            event.field(name, value)
        });
    let events = [plain, shown(), arrays(), structures()];
    for event in events {
        trace.after(1).event(
            EtlEvent::trace_logging(&provider, event)
                .process(4242, 77)
                .traits(traits.clone()),
        );
    }
}

/// Fields that say how they want to be shown, and tags.
fn shown() -> TraceLogging {
    let field = |name, value: Value, out| Field::new(name, value).shown(out);
    TraceLogging::new("Shown")
        .tag(&[0, 0])
        .with(field("Character", Value::UInt16(0x41), Out::String))
        .with(field("Truth", Value::UInt8(1), Out::Boolean))
        .with(field("Code", Value::UInt16(0xBEEF), Out::Hex))
        .with(field("Process", Value::UInt32(4242), Out::Pid))
        .with(field("Thread", Value::UInt32(77), Out::Tid))
        .with(field(
            "Port",
            Value::UInt16(443_u16.swap_bytes()),
            Out::Port,
        ))
        .with(field("Address4", Value::UInt32(0x0A02_00C0), Out::Ipv4))
        .with(field("Address6", Value::Binary(vec![0; 16]), Out::Ipv6))
        .with(field(
            "Json",
            Value::Ansi("{\"a\":1}".to_owned()),
            Out::Json,
        ))
        .with(field(
            "Utf8",
            Value::CountedAnsi("Grüße".to_owned()),
            Out::Utf8,
        ))
        .with(field("Xml", "<a/>".into(), Out::Xml))
        .with(field("Win32", Value::UInt32(5), Out::Win32Error))
        .with(field("Status", Value::HexInt32(0xC000_006D), Out::NtStatus))
        .with(field("Result", Value::Int32(-2_145_910_764), Out::HResult))
        .with(field("When", Value::FileTime(START), Out::DateTimeUtc))
        .with(
            Field::new("Tagged", 1_u32)
                .shown(Out::Unsigned)
                .tag(&[1, 2]),
        )
        .with(Field::new("TaggedOnly", 2_u32).tag(&[3]))
}

fn arrays() -> TraceLogging {
    TraceLogging::new("Arrays")
        .with(Field::array(
            "Numbers",
            vec![1_u32.into(), 2_u32.into(), 3_u32.into()],
        ))
        .with(Field::empty_array("None", &Value::UInt64(0)))
        .with(Field::fixed_array("Pair", vec![1_u16.into(), 2_u16.into()]))
        .with(Field::array(
            "Texts",
            vec!["one".into(), "".into(), "three".into()],
        ))
        .with(Field::array(
            "Counted",
            vec![
                Value::CountedText("a".to_owned()),
                Value::CountedText("bc".to_owned()),
            ],
        ))
        .with(Field::custom("Own", &[9, 9], &[1, 2, 3]))
        .field("After", 77_u8)
}

fn structures() -> TraceLogging {
    let point = |x: i32, y: i32| vec![Field::new("X", x), Field::new("Y", y)];
    let inner = Field::structure("Inner", vec![Field::new("Depth", 2_u8)]);
    TraceLogging::new("Structures")
        .with(Field::structure(
            "Outer",
            vec![Field::new("Name", "outer"), inner],
        ))
        .with(Field::structures("Points", vec![point(1, 2), point(3, 4)]))
        .field("After", 78_u8)
}
