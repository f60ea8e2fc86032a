//! WPP messages by the formats in given TMF texts and PDBs.
//!
//! A message becomes its text in [`TEXT_FIELD`], then its arguments by their names, then its
//! level, flags, function and source line where the format names them.

use joinscope_etl::decode::{Decoded, Reading, Rung};
use joinscope_etl::{Code, Ending, Fault, Fields, Header, Identity, PointerSize, Record, Value};
use joinscope_wire::Guid;
use joinscope_wpp::{
    Base, Catalogue, CodeKind, Context, Integer, Message, RenderProblem, Rendered, Sign,
    Value as Argument, render,
};

/// The text of the message; the first field of every decoded one.
pub const TEXT_FIELD: &str = "Message";
/// Name of the level, e.g. `TRACE_LEVEL_ERROR`.
pub const LEVEL_FIELD: &str = "TraceLevel";
/// Names of the flags.
pub const FLAGS_FIELD: &str = "TraceFlags";
/// The function that wrote the message.
pub const FUNCTION_FIELD: &str = "TraceFunction";
/// Source file and line.
pub const SOURCE_FIELD: &str = "TraceSource";

/// Formats of messages, as a rung of the decode ladder.
#[derive(Clone, Debug, Default)]
pub(super) struct WppMessages {
    pub(super) catalogue: Catalogue,
}

impl WppMessages {
    /// Name of the component that a message GUID belongs to, else of its source file.
    pub(super) fn name(&self, guid: Guid) -> Option<&str> {
        let origin = self.catalogue.origin(guid)?;
        let component = Some(&*origin.component).filter(|name| !name.is_empty());
        component.or(origin.source.as_deref())
    }
}

impl Rung for WppMessages {
    fn decode(&self, record: &Record<'_>, fields: &mut dyn Fields) -> Option<Reading> {
        let Header::Message(header) = record.header() else {
            return None;
        };
        let parts = header.parts();
        let message = self.catalogue.message(parts.guid?, header.number())?;
        let pointer_size = match header.pointer_size() {
            Some(PointerSize::Four) => joinscope_wpp::PointerSize::Four,
            _ => joinscope_wpp::PointerSize::Eight,
        };
        let context = Context {
            thread: parts.thread_id,
            process: parts.process_id,
            processor: Some(u32::from(record.cpu())),
            sequence: parts.sequence,
            ..Context::of(pointer_size)
        };
        let rendered = render(message, parts.arguments, &context);
        push(message, &rendered, fields);
        Some(Reading {
            decoded: Decoded::Wpp,
            ending: Ending {
                left: rendered.leftover_bytes,
                fault: rendered.problem.as_ref().map(fault),
            },
        })
    }
}

fn push(message: &Message, rendered: &Rendered<'_>, fields: &mut dyn Fields) {
    let component = &*message.origin.component;
    fields.event(Identity {
        provider: Some(component).filter(|name| !name.is_empty()),
        name: None,
        message: None,
    });
    fields.field(TEXT_FIELD, Value::Utf8(rendered.text.as_bytes()));
    for argument in &rendered.arguments {
        push_argument(argument.name, argument.index, &argument.value, fields);
    }
    let place = match (&message.origin.source, message.line()) {
        (Some(source), Some(line)) => Some(format!("{source}:{line}")),
        (Some(source), None) => Some(source.to_string()),
        // Public symbols have a stand-in instead of the place.
        (None, Some(_)) => Some(message.place.to_string()),
        (None, None) => None,
    };
    for (name, text) in [
        (LEVEL_FIELD, message.level.as_deref()),
        (FLAGS_FIELD, message.flags.as_deref()),
        (FUNCTION_FIELD, message.function.as_deref()),
        (SOURCE_FIELD, place.as_deref()),
    ] {
        if let Some(text) = text {
            fields.field(name, Value::Utf8(text.as_bytes()));
        }
    }
}

fn push_argument(name: &str, index: u16, value: &Argument, fields: &mut dyn Fields) {
    let joined: String;
    let value = match value {
        Argument::Integer(integer) => number(*integer),
        Argument::Pointer(address, _) => Value::Hex64(*address),
        Argument::Double(number) => Value::Float(*number),
        Argument::Text(text) | Argument::Sid(text) => Value::Utf8(text.as_bytes()),
        Argument::Guid(guid) => Value::Guid(*guid),
        // Neither says in which zone or unit it counts, so that they stay numbers.
        Argument::Timestamp(ticks) | Argument::TimeSpan(ticks) => Value::Int(*ticks),
        Argument::Ipv4(address) => Value::Ip4(address.octets()),
        Argument::Ipv6(address) => Value::Ip6(address.octets()),
        Argument::Mac(address) => Value::Bytes(address),
        Argument::Port(port) => Value::Port(*port),
        Argument::Code(kind, code) => match kind {
            CodeKind::NtStatus => Value::Code(Code::NtStatus, *code),
            CodeKind::Hresult => Value::Code(Code::Hresult, *code),
            CodeKind::Win32 => Value::Code(Code::Win32, *code),
            CodeKind::NdisStatus | CodeKind::NetEvent => Value::Code(Code::Any, *code),
            CodeKind::NdisOid => Value::Hex32(*code),
        },
        Argument::Listed { number, name } => match name {
            Some(name) => Value::Mapped(*number, name),
            None => Value::Uint(*number),
        },
        Argument::Bits { number, names, .. } if names.is_empty() => Value::Hex64(*number),
        Argument::Bits { number, names, .. } => {
            joined = names.join("|");
            Value::Mapped(*number, &joined)
        }
        Argument::Bytes(bytes) => Value::Bytes(bytes),
        _ => Value::Null,
    };
    if name.is_empty() {
        fields.field(&format!("Argument{index}"), value);
    } else {
        fields.field(name, value);
    }
}

fn number<'v>(integer: Integer) -> Value<'v> {
    match (integer.base, integer.sign) {
        (Base::Hex | Base::UpperHex, _) => {
            u32::try_from(integer.bits).map_or(Value::Hex64(integer.bits), Value::Hex32)
        }
        (_, Sign::Unsigned) => Value::Uint(integer.bits),
        (_, Sign::Signed) => {
            i64::try_from(integer.value()).map_or(Value::Uint(integer.bits), Value::Int)
        }
    }
}

fn fault(problem: &RenderProblem) -> Fault {
    match problem {
        RenderProblem::UnknownItem { .. } => Fault::UnknownType(0),
        RenderProblem::Description => Fault::Metadata,
        RenderProblem::TextLimit => Fault::TooMany,
        _ => Fault::Short,
    }
}
