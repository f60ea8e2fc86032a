//! A message applied to a payload: its text and its typed arguments.
//!
//! Arguments lie one behind the other in the order of the description, while
//! the format speaks of them by number. When one cannot be read, those behind
//! it are missing, because nothing says where they begin; the text then has
//! `<missing>` in their places.
//!
//! Sources. *Specified* by the documentation of trace message formats: which
//! number below 10 means what. *Assumed*: the look of the values below 10.

use joinscope_wire::{Cursor, Error};

use crate::item::{Item, Sign};
use crate::message::Message;
use crate::print;
use crate::template::{Conversion, Name, Piece, Spec};
use crate::value::{self, Ending, PointerSize, Value};

/// A text longer than this ends here. A payload is at most 64 KiB, but a
/// format may show it many times.
pub const MAX_TEXT: usize = 1 << 20;

/// What stands in the text for something that is not known.
const MISSING: &str = "<missing>";

/// What a format can show of the event around the payload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Context<'a> {
    /// Width of the writer's pointers, as the event's flags say, else the log.
    pub pointer_size: PointerSize,
    /// Thread that wrote the event.
    pub thread: Option<u32>,
    /// Process that wrote the event.
    pub process: Option<u32>,
    /// Number of the processor.
    pub processor: Option<u32>,
    /// Sequence number of the event.
    pub sequence: Option<u32>,
    /// Time of the event, already as text.
    pub time: Option<&'a str>,
}

impl Context<'_> {
    /// A context in which only the width of pointers is known.
    pub fn of(pointer_size: PointerSize) -> Self {
        Self {
            pointer_size,
            thread: None,
            process: None,
            processor: None,
            sequence: None,
            time: None,
        }
    }
}

/// A message with the values of one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered<'a> {
    /// The text, without the standard prefix.
    pub text: String,
    /// The arguments that could be read, in the order of the payload.
    pub arguments: Vec<NamedValue<'a>>,
    /// Bytes of the payload behind the last argument that was read. They hint
    /// at a description of another build.
    pub leftover_bytes: usize,
    /// The first thing that went wrong.
    pub problem: Option<RenderProblem>,
}

/// One argument of one event.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedValue<'a> {
    /// The expression in the source file.
    pub name: &'a str,
    /// By which number the format speaks of it.
    pub index: u16,
    /// Its value.
    pub value: Value,
}

/// Why a text is not all that the message would say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenderProblem {
    /// The payload ends before an argument, or it is impossible.
    #[error("argument {index}: {error}")]
    Argument {
        /// Number of the argument.
        index: u16,
        /// What is wrong; the offset counts from the start of the payload.
        error: Error,
    },
    /// The payload ends within a text or a run of bytes, of which the value is
    /// what was there.
    #[error("argument {index} is cut by the end of the payload")]
    Cut {
        /// Number of the argument.
        index: u16,
    },
    /// The type is not known; the value is the whole rest of the payload.
    #[error("argument {index} has the unknown type {name}")]
    UnknownItem {
        /// Number of the argument.
        index: u16,
        /// Name of the type.
        name: Box<str>,
    },
    /// The description's argument list was not understood to its end.
    #[error("the description's argument list is incomplete")]
    Description,
    /// The text was longer than [`MAX_TEXT`] and is cut.
    #[error("the text is cut at its greatest length")]
    TextLimit,
}

/// Reads the arguments of a message from a payload and writes its text.
pub fn render<'a>(message: &'a Message, payload: &[u8], context: &Context<'_>) -> Rendered<'a> {
    let mut cursor = Cursor::new(payload);
    let (arguments, argument_problem) = read_arguments(message, context, &mut cursor);
    let (text, text_problem) = write_text(message, &arguments, context);
    Rendered {
        text,
        arguments,
        leftover_bytes: cursor.remaining(),
        problem: argument_problem.or(text_problem),
    }
}

fn read_arguments<'a>(
    message: &'a Message,
    context: &Context<'_>,
    payload: &mut Cursor<'_>,
) -> (Vec<NamedValue<'a>>, Option<RenderProblem>) {
    let mut values: Vec<NamedValue<'a>> = Vec::new();
    let mut problem = None;
    for argument in &message.arguments {
        let index = argument.index;
        let sign = message.template.conversion(index).and_then(sign_of);
        let read = value::read(&argument.item, sign, context.pointer_size, payload);
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                problem.get_or_insert(RenderProblem::Argument { index, error });
                return (values, problem);
            }
        };
        values.push(NamedValue {
            name: &argument.name,
            index,
            value: read.value,
        });
        match (read.ending, &argument.item) {
            (Ending::Whole, _) => (),
            (Ending::Unknown, Item::Other(name)) => {
                let name = name.clone();
                problem.get_or_insert(RenderProblem::UnknownItem { index, name });
                return (values, problem);
            }
            (Ending::Unknown | Ending::Cut, _) => {
                problem.get_or_insert(RenderProblem::Cut { index });
            }
        }
    }
    if !message.arguments_complete {
        problem.get_or_insert(RenderProblem::Description);
    }
    (values, problem)
}

/// How the conversion in the format means a number.
fn sign_of(conversion: Conversion) -> Option<Sign> {
    match conversion {
        Conversion::Signed => Some(Sign::Signed),
        Conversion::Unsigned
        | Conversion::Hex
        | Conversion::UpperHex
        | Conversion::Octal
        | Conversion::Pointer => Some(Sign::Unsigned),
        _ => None,
    }
}

fn write_text(
    message: &Message,
    arguments: &[NamedValue<'_>],
    context: &Context<'_>,
) -> (String, Option<RenderProblem>) {
    let mut text = String::new();
    for piece in &message.template.pieces {
        match piece {
            Piece::Literal(literal) => text.push_str(literal),
            Piece::Named(name) => push_named(*name, message, &mut text),
            Piece::Argument { index, spec } => {
                match arguments.iter().find(|argument| argument.index == *index) {
                    Some(argument) => print::push(&argument.value, spec, &mut text),
                    None => push_context(*index, spec, message, context, &mut text),
                }
            }
        }
        if text.len() > MAX_TEXT {
            let whole = (0..=MAX_TEXT).rev().find(|end| text.is_char_boundary(*end));
            text.truncate(whole.unwrap_or_default());
            return (text, Some(RenderProblem::TextLimit));
        }
    }
    (text, None)
}

fn push_named(name: Name, message: &Message, text: &mut String) {
    let known = match name {
        Name::Function => message.function.as_deref(),
        Name::Level => message.level.as_deref(),
        Name::Flags => message.flags.as_deref(),
        Name::Component => Some(&*message.origin.component),
        Name::File => Some(message.origin.source.as_deref().unwrap_or(&message.place)),
        Name::Line => {
            let line = message.line().map(|line| line.to_string());
            return text.push_str(line.as_deref().unwrap_or(MISSING));
        }
    };
    text.push_str(known.unwrap_or(MISSING));
}

/// A value of the event itself, by its number below 10. What the event does
/// not say, and an argument that could not be read, are missing.
fn push_context(
    index: u16,
    spec: &Spec,
    message: &Message,
    context: &Context<'_>,
    text: &mut String,
) {
    let number = match index {
        1 => return print::push_text(&message.origin.component, spec, text),
        2 => return print::push_text(&message.place, spec, text),
        4 => return print::push_text(context.time.unwrap_or(MISSING), spec, text),
        3 => context.thread,
        7 => context.sequence,
        8 => context.process,
        9 => context.processor,
        // The times in kernel and user mode (5 and 6) are in no event.
        _ => None,
    };
    match number {
        Some(number) => print::push_number(number.into(), spec, text),
        None => text.push_str(MISSING),
    }
}
