//! TMF texts: the messages of source files, one block each.
//!
//! ```text
//! // PDB:  d:\out\joiner.pdb
//! 6f1d2c3b-0a19-4e58-8f76-a5b4c3d2e1f0 joiner // SRC=join.cpp MJ= MN=
//! #typev join_cpp78 13 "%0Join failed %10!s!" //   LEVEL=ERROR FLAGS=Net FUNC=Joiner::Run
//! {
//! hr, ItemHRESULT -- 10
//! }
//! ```
//!
//! A file may hold several GUIDs, each with its messages below it. A line that
//! is not understood is a problem with its number; reading goes on behind it.
//!
//! Sources. *Specified* by the documentation of trace message format files: the
//! order of lines, the GUID, number, format and argument list. *Observed* in
//! published examples: the comments. *Assumed*: a format may go on over several
//! lines, because a line end in a format is not known to be escaped.

use std::sync::Arc;

use crate::grammar::{self, TypeFault, TypeLine};
use crate::message::{Argument, Message, Origin};
use crate::problem::{Fault, Place, Problem, Problems};
use crate::template::Template;

/// No annotation of a PDB is longer, and no TMF line can be made otherwise.
const MAX_LINE: usize = 64 << 10;
/// More lines than the longest format that a programmer would write.
const MAX_FORMAT_LINES: u32 = 32;
/// More arguments than a call for a trace message can have.
const MAX_ARGUMENTS: usize = 256;

/// Reads a TMF text. The same key may stand several times among the messages;
/// what is to become of that is for the [`Catalogue`](crate::Catalogue).
pub fn parse(text: &str) -> (Vec<Message>, Vec<Problem>) {
    let mut reader = Reader::default();
    for (number, line) in (1_u32..).zip(text.lines()) {
        reader.line(&Place::Line(number), line);
    }
    reader.finish()
}

/// The state of reading one input, line by line.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    pdb: Option<Box<str>>,
    origin: Option<Arc<Origin>>,
    state: State,
    messages: Vec<Message>,
    problems: Problems,
}

#[derive(Debug, Default)]
enum State {
    /// Outside of messages.
    #[default]
    Between,
    /// In a format that goes on over several lines.
    Format {
        began: Place,
        text: String,
        lines: u32,
    },
    /// Behind the line of a message, before its arguments.
    Head(Message),
    /// Among the arguments.
    Block { began: Place, message: Message },
    /// In the block of a message that is left out.
    Skip,
}

impl Reader {
    /// Reads one line.
    pub(crate) fn line(&mut self, place: &Place, line: &str) {
        if line.len() > MAX_LINE {
            return self.problem(place, Fault::LongLine(line.len()));
        }
        match std::mem::take(&mut self.state) {
            State::Between => self.between(place, line),
            State::Format { began, text, lines } => self.format(place, line, began, text, lines),
            State::Head(message) if line.trim() == "{" => {
                let began = place.clone();
                self.state = State::Block { began, message };
            }
            State::Head(message) if line.trim().is_empty() => self.state = State::Head(message),
            State::Head(message) => {
                self.messages.push(message);
                self.between(place, line);
            }
            State::Block { began, message } => self.block(place, line, began, message),
            State::Skip if line.trim() == "}" => (),
            State::Skip if begins_anew(line) => self.between(place, line),
            State::Skip => self.state = State::Skip,
        }
    }

    /// Ends what is open, so that the next line belongs to nothing before it.
    pub(crate) fn end_block(&mut self) {
        match std::mem::take(&mut self.state) {
            State::Between | State::Skip => (),
            State::Format { began, .. } => self.problem(&began, Fault::OpenFormat),
            State::Head(message) => self.messages.push(message),
            State::Block { began, message } => {
                self.problem(&began, Fault::OpenBlock);
                self.messages.push(message);
            }
        }
    }

    /// Notes something that the caller found.
    pub(crate) fn problem(&mut self, place: &Place, fault: Fault) {
        self.problems.push(place.clone(), fault);
    }

    /// All messages in their order, and the problems.
    pub(crate) fn finish(mut self) -> (Vec<Message>, Vec<Problem>) {
        self.end_block();
        (self.messages, self.problems.finish())
    }

    fn between(&mut self, place: &Place, line: &str) {
        let trimmed = line.trim();
        if grammar::is_type_line(trimmed) {
            self.begin_message(place, line.trim_end_matches(['\r', '\n']));
        } else if let Some(path) = grammar::pdb_comment(trimmed) {
            self.pdb = Some(path.into());
        } else if let Some(read) = grammar::origin(trimmed) {
            let origin = Origin {
                guid: read.guid,
                component: read.component.into(),
                source: read.source.map(Into::into),
                pdb: self.pdb.clone(),
            };
            // The messages of one file follow each other and share this.
            if self.origin.as_deref() != Some(&origin) {
                self.origin = Some(Arc::new(origin));
            }
        } else if trimmed == "{" {
            self.problem(place, Fault::Line);
            self.state = State::Skip;
        } else if !is_empty_of_meaning(trimmed) {
            self.problem(place, Fault::Line);
        }
    }

    fn begin_message(&mut self, place: &Place, line: &str) {
        match grammar::type_line(line) {
            Ok(read) => self.head(place, &read),
            Err(TypeFault::Open) => {
                self.state = State::Format {
                    began: place.clone(),
                    text: line.to_owned(),
                    lines: 1,
                }
            }
            Err(TypeFault::Broken) => {
                self.problem(place, Fault::MessageLine);
                self.state = State::Skip;
            }
        }
    }

    fn head(&mut self, place: &Place, read: &TypeLine<'_>) {
        let Some(origin) = self.origin.clone() else {
            self.problem(place, Fault::NoOrigin);
            self.state = State::Skip;
            return;
        };
        let (template, strange) = Template::parse(read.format);
        for part in strange {
            self.problem(place, Fault::Placeholder(part));
        }
        self.state = State::Head(Message {
            origin,
            number: read.number,
            place: read.place.into(),
            template,
            level: read.level.map(Into::into),
            flags: read.flags.map(Into::into),
            function: read.function.map(Into::into),
            arguments: Vec::new(),
            arguments_complete: true,
        });
    }

    /// A further line of a format that has not ended yet.
    fn format(&mut self, place: &Place, line: &str, began: Place, mut text: String, lines: u32) {
        let too_long = lines >= MAX_FORMAT_LINES || text.len() + line.len() > MAX_LINE;
        if too_long || line.trim() == "{" || begins_anew(line) {
            self.problem(&began, Fault::OpenFormat);
            self.state = State::Skip;
            return self.line(place, line);
        }
        text.push('\n');
        text.push_str(line);
        if let Ok(read) = grammar::type_line(&text) {
            self.head(&began, &read);
        } else {
            let lines = lines + 1;
            self.state = State::Format { began, text, lines };
        }
    }

    fn block(&mut self, place: &Place, line: &str, began: Place, mut message: Message) {
        let trimmed = line.trim();
        if trimmed == "}" {
            self.messages.push(message);
            return;
        }
        if begins_anew(line) {
            self.problem(&began, Fault::OpenBlock);
            self.messages.push(message);
            return self.between(place, line);
        }
        if !trimmed.is_empty() && message.arguments_complete {
            self.argument(place, trimmed, &mut message);
        }
        self.state = State::Block { began, message };
    }

    fn argument(&mut self, place: &Place, line: &str, message: &mut Message) {
        let read = match grammar::argument(line) {
            Some(_) if message.arguments.len() >= MAX_ARGUMENTS => Err(Fault::ManyArguments),
            Some(argument) => Ok(argument),
            None => Err(Fault::Argument),
        };
        let argument = match read {
            Ok(argument) => argument,
            Err(fault) => {
                message.arguments_complete = false;
                return self.problem(place, fault);
            }
        };
        let same = |other: &Argument| other.index == argument.index;
        if message.arguments.iter().any(same) {
            self.problem(place, Fault::ArgumentTwice(argument.index));
        }
        message.arguments.push(argument);
    }
}

/// Whether a line cannot belong to the block above it.
fn begins_anew(line: &str) -> bool {
    let line = line.trim();
    grammar::is_type_line(line) || grammar::origin(line).is_some()
}

/// Blank lines, comments, and the words that mark an annotation.
fn is_empty_of_meaning(line: &str) -> bool {
    line.is_empty() || line.starts_with("//") || matches!(line, "TMF:" | "PUBLIC_TMF:")
}
