//! Applying a plan to the values of a record, pushing what comes out into the sink.

use evtx::EvtxRecord;
use joinscope_wire::{Cursor, push_utf16le};
use std::rc::Rc;

use crate::chunk::Sink;
use crate::elements::{Elements, Place};
use crate::instance::{Behind, Form, Instance, Step, definition_header, instance_start};
use crate::library::Library;
use crate::names::Names;
use crate::plain::Plain;
use crate::plan::{Content, Item, Piece, Plan};
use crate::recent::Recent;
use crate::tokens::{ElementForm, TokenError, Tokens};
use crate::tree;
use crate::value::{Stated, Substitution, Value, Values, substitution};

/// Fragments nest once in life: EventData inside the event.
const MAX_NESTING: usize = 8;
/// Definitions of one chunk overlap only in hostile files; this many bytes of them are read.
const DEFINITION_BYTES: usize = 1 << 20;

/// What went wrong while a record's values were named.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApplyError {
    #[error("template definition: {0}")]
    Definition(#[from] TokenError),
    #[error("values: {0}")]
    Values(String),
    #[error("fragments nest deeper than {MAX_NESTING}")]
    Nesting,
    #[error("definitions of one chunk exceed {DEFINITION_BYTES} bytes")]
    Budget,
    #[error("values of an unusual form")]
    Unusual,
    #[error("the record holds neither a template instance nor elements")]
    Empty,
}

/// The plans of one chunk, by where their definition starts and the place it is used in.
#[derive(Default)]
pub(crate) struct Plans {
    by_offset: Recent<(u32, bool), Rc<Plan>>,
    spent: usize,
    /// What elements mean whose names stand in the chunk.
    elements: Elements,
}

impl Plans {
    /// Forgets all, for the next chunk.
    pub(crate) fn clear(&mut self) {
        self.by_offset.clear();
        self.elements.clear();
        self.spent = 0;
    }
}

/// The walk over one record.
pub(crate) struct Walk<'w, 'c, S> {
    pub(crate) chunk: &'c [u8],
    pub(crate) plans: &'w mut Plans,
    /// What is known of definitions of other chunks.
    pub(crate) library: &'w mut Library,
    pub(crate) names: &'w mut Names,
    pub(crate) sink: &'w mut S,
    /// How many items without a name the record has had so far.
    pub(crate) unnamed: usize,
    /// What the sink said of the payload.
    pub(crate) wanted: Option<bool>,
    /// Emptied lists of values, to be filled again.
    pub(crate) spare: &'w mut Vec<Vec<Stated<'c>>>,
}

/// Where a record's values come from.
pub(crate) enum Source<'s, 'r> {
    /// The `evtx` crate.
    Crate(&'s mut EvtxRecord<'r>),
    /// The chunk itself; anything unusual is an error, and the record must be read again by the
    /// crate.
    Chunk,
}

impl<S: Sink> Walk<'_, '_, S> {
    /// Walks the record's own stream; `record` is used up, as its window is moved onto fragments.
    pub(crate) fn record(&mut self, record: &mut EvtxRecord<'_>) -> Result<(), ApplyError> {
        self.stream(record, Place::Root, 0)
    }

    /// Walks the stream at `chunk[start..end]` without the `evtx` crate; fails where it is unusual.
    pub(crate) fn chunk_stream(
        &mut self,
        start: usize,
        end: usize,
        place: Place,
        depth: usize,
    ) -> Result<(), ApplyError> {
        if depth > MAX_NESTING {
            return Err(ApplyError::Nesting);
        }
        let Some(instance) = instance_start(self.chunk, start, end) else {
            let (says, is_cut) = self.plain(start, end, place, depth)?;
            return if says && !is_cut {
                Ok(())
            } else {
                Err(ApplyError::Unusual)
            };
        };
        let instance = Instance::at(self.chunk, instance, end).ok_or(ApplyError::Unusual)?;
        let plan = self.plan(instance.definition, place)?;
        if plan.is_cut || (plan.items.is_empty() && depth == 0) {
            return Err(ApplyError::Unusual);
        }
        let form = plan.form(&instance);
        let behind = form.as_ref().map_or((0, 0), |form| form.end());
        let mut values = self.spare.pop().unwrap_or_default();
        instance
            .read(behind, &mut values)
            .ok_or(ApplyError::Unusual)?;
        if let Some(form) = form {
            let (first, _) = behind;
            let behind = Behind {
                first,
                values: &values,
            };
            self.apply_form(&plan, &form, &instance, &behind, depth)?;
        } else {
            self.apply(&plan, values.as_slice(), &mut Source::Chunk, depth)?;
            if place == Place::Root {
                plan.learn(&instance);
            }
        }
        values.clear();
        self.spare.push(values);
        Ok(())
    }

    /// Applies a plan to an instance whose own fields stand where its form says.
    fn apply_form(
        &mut self,
        plan: &Plan,
        form: &Form,
        instance: &Instance<'_>,
        behind: &Behind<'_, '_>,
        depth: usize,
    ) -> Result<(), ApplyError> {
        let (telling, system) = form.parts();
        let (_, _, payload) = plan.parts();
        self.steps(telling, plan, instance)?;
        if self.is_passed(plan, depth) {
            return Ok(());
        }
        self.steps(system, plan, instance)?;
        self.items(payload, behind, &mut Source::Chunk, depth)
    }

    fn steps(
        &mut self,
        steps: &[Step],
        plan: &Plan,
        instance: &Instance<'_>,
    ) -> Result<(), ApplyError> {
        for step in steps {
            match step {
                Step::Number(field, start, bits) => {
                    let number = instance.number(*start, *bits);
                    let number = number.ok_or(ApplyError::Unusual)?;
                    self.sink.system_number(*field, number);
                }
                Step::Value(field, kind, span) => {
                    let bytes = instance.bytes(*span).ok_or(ApplyError::Unusual)?;
                    let stated = Stated { kind: *kind, bytes };
                    match stated.value().ok_or(ApplyError::Unusual)? {
                        Substitution::Value(Value::Null) | Substitution::Fragment(_) => {}
                        Substitution::Value(value) => self.sink.system(*field, value),
                    }
                }
                Step::Text(field, number) => {
                    let text = plan.items.get(*number).and_then(Item::literal);
                    self.sink
                        .system(*field, Value::Text(text.unwrap_or_default()));
                }
            }
        }
        Ok(())
    }

    /// Walks the stream that the record's window is on.
    fn stream(
        &mut self,
        record: &mut EvtxRecord<'_>,
        place: Place,
        depth: usize,
    ) -> Result<(), ApplyError> {
        if depth > MAX_NESTING {
            return Err(ApplyError::Nesting);
        }
        let (start, length) = (
            usize::try_from(record.binxml_offset).unwrap_or(usize::MAX),
            record.binxml_size as usize,
        );
        let instances = record
            .template_instances()
            .map_err(|error| ApplyError::Values(error.to_string()))?;
        if instances.is_empty() {
            let end = start.saturating_add(length);
            return match self.plain(start, end, place, depth)? {
                (false, _) => Err(ApplyError::Empty),
                (true, _) => Ok(()),
            };
        }
        for instance in &instances {
            let plan = self.plan(instance.template_def_offset, place)?;
            let values: Vec<_> = instance.values.iter().map(substitution).collect();
            self.apply(&plan, values.as_slice(), &mut Source::Crate(record), depth)?;
        }
        Ok(())
    }

    /// Walks over a stream that holds elements itself; says whether there was anything, as there must be
    /// in a record's own one, and whether there is more than was read.
    fn plain(
        &mut self,
        start: usize,
        end: usize,
        place: Place,
        depth: usize,
    ) -> Result<(bool, bool), TokenError> {
        let mut tokens = Tokens::new(self.chunk, start, end, ElementForm::Plain)?;
        let mut plain = Plain {
            sink: &mut *self.sink,
            unnamed: &mut self.unnamed,
            wanted: &mut self.wanted,
            asks: depth == 0,
            says: depth > 0,
        };
        let known = (&mut self.plans.elements, &mut *self.names);
        let is_cut = tree::walk(self.chunk, &mut tokens, place, known, &mut plain)?;
        Ok((plain.says, is_cut))
    }

    /// The plan of an instance's definition, read on first use.
    fn plan(&mut self, definition: u32, place: Place) -> Result<Rc<Plan>, ApplyError> {
        let key = (definition, place == Place::Root);
        // Below the root the place depends on the path, which a definition cannot know; such
        // uses other than in an event are too rare to be worth a cache.
        let cacheable = matches!(place, Place::Root | Place::Event);
        let offset = usize::try_from(definition).unwrap_or(usize::MAX);
        if cacheable && let Some(plan) = self.plans.by_offset.get(key, offset) {
            return Ok(Rc::clone(plan));
        }
        let mut header = Cursor::new(self.chunk);
        let (guid, size) = definition_header(&mut header, definition).map_err(TokenError::from)?;
        let start = header.position();
        self.plans.spent += size.min(self.chunk.len());
        if self.plans.spent > DEFINITION_BYTES {
            return Err(ApplyError::Budget);
        }
        let span = (start, start.saturating_add(size));
        if !cacheable {
            return Ok(Rc::new(self.definition(span, place)?.0));
        }
        let known = self.library.find(guid, key.1, self.chunk, span);
        let plan = match known {
            Some(plan) => plan,
            None => self.learn(guid, span, place)?,
        };
        self.plans.by_offset.insert(key, Rc::clone(&plan));
        Ok(plan)
    }

    /// Reads the definition whose stream is at this span of the chunk; also says where it names
    /// something, unless it reaches beyond its span.
    fn definition(
        &mut self,
        (start, end): (usize, usize),
        place: Place,
    ) -> Result<(Plan, Option<Vec<usize>>), TokenError> {
        let mut tokens = Tokens::new(self.chunk, start, end, ElementForm::Definition)?;
        let known = (&mut self.plans.elements, &mut *self.names);
        let mut plan = Plan::default();
        plan.is_cut = tree::walk(self.chunk, &mut tokens, place, known, &mut plan)?;
        let is_inside = tokens.position() <= end;
        Ok((plan.in_order(), is_inside.then(|| tokens.into_references())))
    }

    /// Reads a definition that is not known yet, and keeps it for the chunks to come.
    fn learn(
        &mut self,
        guid: [u8; 16],
        span: (usize, usize),
        place: Place,
    ) -> Result<Rc<Plan>, TokenError> {
        let (plan, references) = self.definition(span, place)?;
        let plan = Rc::new(plan);
        if let Some(references) = references {
            let is_root = place == Place::Root;
            self.library
                .keep(guid, is_root, self.chunk, span, &references, &plan);
        }
        Ok(plan)
    }

    /// Applies a plan: what tells which event it is, then the rest if that is wanted.
    fn apply(
        &mut self,
        plan: &Plan,
        values: &(impl Values + ?Sized),
        source: &mut Source<'_, '_>,
        depth: usize,
    ) -> Result<(), ApplyError> {
        let (telling, system, payload) = plan.parts();
        self.items(telling, values, source, depth)?;
        if self.is_passed(plan, depth) {
            return Ok(());
        }
        self.items(system, values, source, depth)?;
        self.items(payload, values, source, depth)
    }

    fn items(
        &mut self,
        items: &[Item],
        values: &(impl Values + ?Sized),
        source: &mut Source<'_, '_>,
        depth: usize,
    ) -> Result<(), ApplyError> {
        let slot = |slot: u16| values.at(slot).ok_or(ApplyError::Unusual);
        for item in items {
            match item {
                Item::System(field, Content::Slot(number)) => {
                    if let Some(number) = values.number(*number) {
                        self.sink.system_number(*field, number);
                    } else if values.is_nothing(*number) {
                        // Half of the fields of most records.
                    } else if let Substitution::Value(value) = slot(*number)?
                        && value != Value::Null
                    {
                        self.sink.system(*field, value);
                    }
                }
                Item::System(_, Content::Empty) => {}
                Item::System(field, content) => {
                    with_text(content, values, |value| self.sink.system(*field, value))?;
                }
                Item::Field(name, Content::Slot(number), place) => match slot(*number)? {
                    Substitution::Value(value) => {
                        self.sink.field(*name, self.names.get(*name), value);
                    }
                    Substitution::Fragment(bytes) => self.fragment(bytes, *place, source, depth)?,
                },
                Item::Field(name, content, _) => {
                    with_text(content, values, |value| {
                        self.sink.field(*name, self.names.get(*name), value);
                    })?;
                }
                Item::Unnamed(Content::Slot(number)) => match slot(*number)? {
                    Substitution::Value(value) => self.unnamed(value),
                    Substitution::Fragment(bytes) => {
                        self.fragment(bytes, Place::EventData, source, depth)?;
                    }
                },
                Item::Unnamed(content) => {
                    let mut text = String::new();
                    with_text(content, values, |value| {
                        if let Value::Text(literal) = value {
                            literal.clone_into(&mut text);
                        }
                    })?;
                    self.unnamed(Value::Text(&text));
                }
                Item::Splice(number, place) => match slot(*number)? {
                    Substitution::Fragment(bytes) => self.fragment(bytes, *place, source, depth)?,
                    Substitution::Value(Value::Null) => {}
                    Substitution::Value(value) => self.unnamed(value),
                },
            }
        }
        Ok(())
    }

    /// Whether there is more of a record than what tells which event it is, and nobody wants it.
    #[inline]
    fn is_passed(&mut self, plan: &Plan, depth: usize) -> bool {
        let (_, system, payload) = plan.parts();
        let is_rest = !system.is_empty() || !payload.is_empty();
        depth == 0 && is_rest && !self.is_payload_wanted()
    }

    /// Whether the sink wants more than what tells which event it is; it is asked once.
    fn is_payload_wanted(&mut self) -> bool {
        *self.wanted.get_or_insert_with(|| self.sink.wants_payload())
    }

    /// An item without a name; an array stands for as many items (classic event sources).
    fn unnamed(&mut self, value: Value<'_>) {
        if let Value::List(list) = value {
            list.for_each(|item| self.unnamed(item));
            return;
        }
        self.unnamed += 1;
        let name = self.names.unnamed(self.unnamed);
        self.sink.field(name, self.names.get(name), value);
    }

    /// Descends into a fragment by moving the record's window onto it.
    fn fragment(
        &mut self,
        bytes: &[u8],
        place: Place,
        source: &mut Source<'_, '_>,
        depth: usize,
    ) -> Result<(), ApplyError> {
        if bytes.is_empty() {
            return Ok(());
        }
        // Fragments are slices of the chunk, so the distance of the two starts is an offset into it.
        let offset = bytes
            .as_ptr()
            .addr()
            .wrapping_sub(self.chunk.as_ptr().addr());
        let Source::Crate(record) = source else {
            return self.chunk_stream(offset, offset + bytes.len(), place, depth + 1);
        };
        let window = (record.binxml_offset, record.binxml_size);
        record.binxml_offset = offset as u64;
        record.binxml_size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let result = self.stream(record, place, depth + 1);
        (record.binxml_offset, record.binxml_size) = window;
        result
    }
}

/// Calls `give` with content that is not a single hole, as text.
fn with_text(
    content: &Content,
    values: &(impl Values + ?Sized),
    give: impl FnOnce(Value<'_>),
) -> Result<(), ApplyError> {
    match content {
        Content::Empty | Content::Slot(_) => give(Value::Null),
        Content::Literal(text) => give(Value::Text(text)),
        Content::Mixed(pieces) => {
            let mut text = String::new();
            for piece in pieces {
                match piece {
                    Piece::Literal(literal) => text.push_str(literal),
                    Piece::Slot(number) => {
                        let value = values.at(*number).ok_or(ApplyError::Unusual)?;
                        if let Substitution::Value(value) = value {
                            push_plain(value, &mut text);
                        }
                    }
                }
            }
            give(Value::Text(&text));
        }
    }
    Ok(())
}

/// A value inside literal text, in plain form.
fn push_plain(value: Value<'_>, text: &mut String) {
    match value {
        Value::Utf16(bytes) => drop(push_utf16le(bytes, text)),
        Value::Text(other) => text.push_str(other),
        Value::Int(number) => text.push_str(&number.to_string()),
        Value::Uint(number) => text.push_str(&number.to_string()),
        Value::Hex32(number) => text.push_str(&hex(u64::from(number))),
        Value::Hex64(number) => text.push_str(&hex(number)),
        Value::Bool(set) => text.push_str(if set { "true" } else { "false" }),
        Value::Guid(guid) => text.push_str(&guid.to_string()),
        Value::Float(number) => text.push_str(&number.to_string()),
        Value::Null | Value::Sid(_) | Value::Bytes(_) | Value::Time(_) | Value::List(_) => {}
    }
}

/// Hexadecimal as event logs show it.
fn hex(number: u64) -> String {
    format!("0x{number:x}")
}
