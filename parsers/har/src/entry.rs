//! An entry as the file has it, before anything is made of it.

use std::borrow::Cow;

use serde::de::MapAccess;

use crate::lenient::{List, Members, Object, Scalar, Text, skip};
use crate::message::{Flags, Message, flag};

/// One entry; what it does not have is absent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry<'a> {
    pub(crate) started: Scalar<'a>,
    pub(crate) time: Scalar<'a>,
    /// `None` when there is no request, without which it is no entry.
    pub(crate) request: Option<Message<'a>>,
    pub(crate) response: Option<Message<'a>>,
    pub(crate) timings: Timings,
    pub(crate) server: Scalar<'a>,
    pub(crate) connection: Scalar<'a>,
    pub(crate) page: Scalar<'a>,
    pub(crate) initiator: Option<Initiator<'a>>,
    pub(crate) messages: List<SocketMessage<'a>>,
    pub(crate) error: Scalar<'a>,
    pub(crate) flags: Flags<'a>,
}

/// Lengths of the phases in milliseconds, negative ones as written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timings {
    pub(crate) blocked: Option<f64>,
    pub(crate) dns: Option<f64>,
    pub(crate) connect: Option<f64>,
    pub(crate) tls: Option<f64>,
    pub(crate) send: Option<f64>,
    pub(crate) wait: Option<f64>,
    pub(crate) receive: Option<f64>,
}

/// `_initiator` of Chromium: where it is a script, its stack says where.
#[derive(Clone, Debug, Default)]
pub(crate) struct Initiator<'a> {
    pub(crate) kind: Scalar<'a>,
    pub(crate) url: Scalar<'a>,
    pub(crate) line: Scalar<'a>,
    pub(crate) stack: Stack<'a>,
}

/// The calls that led to a request, the innermost first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stack<'a> {
    pub(crate) frames: List<Frame<'a>>,
}

/// A place in a script.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame<'a> {
    pub(crate) url: Scalar<'a>,
    pub(crate) line: Scalar<'a>,
}

/// One of `_webSocketMessages`, as Chromium and mitmproxy write them (assumed).
#[derive(Clone, Debug, Default)]
pub(crate) struct SocketMessage<'a> {
    pub(crate) kind: Scalar<'a>,
    pub(crate) time: Scalar<'a>,
    pub(crate) opcode: Scalar<'a>,
    pub(crate) data: Text<'a>,
}

impl<'de> Members<'de> for Entry<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: Cow<'de, str>,
        members: &mut A,
    ) -> Result<(), A::Error> {
        match &*name {
            "startedDateTime" => self.started = members.next_value()?,
            "time" => self.time = members.next_value()?,
            "request" => {
                let Object(request) = members.next_value()?;
                self.request = Some(request);
            }
            "response" => {
                let Object(response) = members.next_value()?;
                self.response = Some(response);
            }
            "timings" => Object(self.timings) = members.next_value()?,
            "serverIPAddress" => self.server = members.next_value()?,
            "connection" | "_connectionId" => {
                let id = members.next_value()?;
                if self.connection == Scalar::Absent {
                    self.connection = id;
                }
            }
            "pageref" => self.page = members.next_value()?,
            "_initiator" => {
                let Object(initiator) = members.next_value()?;
                self.initiator = Some(initiator);
            }
            "_webSocketMessages" => self.messages = members.next_value()?,
            "_error" => self.error = members.next_value()?,
            _ => flag(&mut self.flags, name, members)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Timings {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: Cow<'de, str>,
        members: &mut A,
    ) -> Result<(), A::Error> {
        let phase = match &*name {
            "blocked" => &mut self.blocked,
            "dns" => &mut self.dns,
            "connect" => &mut self.connect,
            "ssl" => &mut self.tls,
            "send" => &mut self.send,
            "wait" => &mut self.wait,
            "receive" => &mut self.receive,
            _ => return skip(members),
        };
        *phase = members.next_value::<Scalar<'de>>()?.number();
        Ok(())
    }
}

impl<'de> Members<'de> for Initiator<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: Cow<'de, str>,
        members: &mut A,
    ) -> Result<(), A::Error> {
        match &*name {
            "type" => self.kind = members.next_value()?,
            "url" => self.url = members.next_value()?,
            "lineNumber" => self.line = members.next_value()?,
            "stack" => Object(self.stack) = members.next_value()?,
            _ => skip(members)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Stack<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: Cow<'de, str>,
        members: &mut A,
    ) -> Result<(), A::Error> {
        match &*name {
            "callFrames" => self.frames = members.next_value()?,
            _ => skip(members)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Frame<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: Cow<'de, str>,
        members: &mut A,
    ) -> Result<(), A::Error> {
        match &*name {
            "url" => self.url = members.next_value()?,
            "lineNumber" => self.line = members.next_value()?,
            _ => skip(members)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for SocketMessage<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: Cow<'de, str>,
        members: &mut A,
    ) -> Result<(), A::Error> {
        match &*name {
            "type" => self.kind = members.next_value()?,
            "time" => self.time = members.next_value()?,
            "opcode" => self.opcode = members.next_value()?,
            "data" => self.data = members.next_value()?,
            _ => skip(members)?,
        }
        Ok(())
    }
}
