//! Template instances: the values of a record as they stand in it, and where its own fields stand among
//! them.
//!
//! An instance states size and type of each value (MS-EVEN6 section 2.2.12, *TemplateInstance*), then the
//! values one behind the other. Those of the record's own fields have the same sizes and types in most
//! records of a template, so where they stand is found out once for all that state the same.

use joinscope_wire::Cursor;

use crate::chunk::SystemField;
use crate::plan::{Content, Item, Plan};
use crate::value::{FRAGMENT, NOTHING, Stated, Substitution, Values, is_unsigned};

/// A template instance.
pub(crate) struct Instance<'c> {
    /// Offset of its definition in the chunk.
    pub(crate) definition: u32,
    /// Of each value its size, its type and a byte that says nothing.
    descriptors: &'c [[u8; 4]],
    /// The values, and what stands behind them.
    values: &'c [u8],
}

/// Where the template instance starts that the stream at `chunk[start..end]` begins with.
pub(crate) fn instance_start(chunk: &[u8], start: usize, end: usize) -> Option<usize> {
    match chunk.get(start..end)? {
        [0x0c, ..] => Some(start),
        [0x0f, _, _, _, 0x0c, ..] => Some(start + 4),
        _ => None,
    }
}

/// Positions `header` on the definition's first token; returns its GUID and the length of its stream.
pub(crate) fn definition_header(
    header: &mut Cursor<'_>,
    offset: u32,
) -> joinscope_wire::Result<([u8; 16], usize)> {
    header.seek(offset as usize, "template definition")?;
    header.skip(4, "next template")?;
    let guid = header.array("template guid")?;
    Ok((guid, header.u32("template size")? as usize))
}

impl<'c> Instance<'c> {
    /// The template instance at `start`, with which the stream must end at `end` or before.
    pub(crate) fn at(chunk: &'c [u8], start: usize, end: usize) -> Option<Self> {
        let mut cursor = Cursor::new(chunk.get(..end)?);
        cursor.seek(start + 1, "template instance").ok()?;
        cursor.skip(5, "template id").ok()?;
        let definition = cursor.u32("definition offset").ok()?;
        if usize::try_from(definition).ok()? == cursor.position() {
            let (_, size) = definition_header(&mut cursor, definition).ok()?;
            cursor.skip(size, "definition").ok()?;
        }
        let count = usize::try_from(cursor.u32("value count").ok()?).ok()?;
        let size = count.checked_mul(4)?;
        let descriptors = cursor.take(size, "value descriptors").ok()?;
        Some(Self {
            definition,
            descriptors: descriptors.as_chunks().0,
            values: cursor.rest(),
        })
    }

    /// Adds the values from the one of this number on, which begins at an offset among them; `None` where
    /// they are not all there, or something stands behind them.
    pub(crate) fn read(
        &self,
        (first, start): (usize, usize),
        values: &mut Vec<Stated<'c>>,
    ) -> Option<()> {
        let descriptors = self.descriptors.get(first..)?;
        let mut rest = self.values.get(start..)?;
        values.reserve(descriptors.len());
        for descriptor in descriptors {
            let (bytes, behind) = rest.split_at_checked(size_of_value(*descriptor))?;
            let kind = kind_of_value(*descriptor);
            values.push(Stated { kind, bytes });
            rest = behind;
        }
        matches!(rest, [] | [0, ..]).then_some(())
    }
}

fn size_of_value([low, high, ..]: [u8; 4]) -> usize {
    u16::from_le_bytes([low, high]).into()
}

fn kind_of_value([_, _, kind, _]: [u8; 4]) -> u8 {
    kind
}

/// Where the record's own fields stand in instances that state the same of their first values.
#[derive(Debug)]
pub(crate) struct Form {
    /// What they state of the values before the first fragment.
    descriptors: Box<[[u8; 4]]>,
    /// The bytes of these values.
    length: usize,
    steps: Box<[Step]>,
    /// How many of the steps tell which event it is.
    telling: usize,
}

/// One of the record's own fields that has a value.
#[derive(Debug)]
pub(crate) enum Step {
    /// An unsigned integer: where it begins, and which bits of the eight bytes there are its own.
    Number(SystemField, usize, u64),
    /// A value of another type.
    Value(SystemField, u8, Span),
    /// The text of the plan's item of this number.
    Text(SystemField, usize),
}

/// A stretch of the values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    start: usize,
    length: usize,
}

impl<'c> Instance<'c> {
    /// The bytes of a value.
    #[inline]
    pub(crate) fn bytes(&self, span: Span) -> Option<&'c [u8]> {
        self.values.get(span.start..)?.get(..span.length)
    }

    /// The unsigned integer that begins here and has these bits.
    #[inline]
    pub(crate) fn number(&self, start: usize, bits: u64) -> Option<u64> {
        let rest = self.values.get(start..)?;
        let Some(eight) = rest.first_chunk() else {
            // The last ones; whether all of them are there is known of the instance.
            let mut eight = [0; 8];
            eight
                .iter_mut()
                .zip(rest)
                .for_each(|(byte, own)| *byte = *own);
            return Some(u64::from_le_bytes(eight) & bits);
        };
        Some(u64::from_le_bytes(*eight) & bits)
    }
}

impl Form {
    /// The form of an instance of a plan; `None` where values make up a field in a way that is met too
    /// rarely to be worth one.
    pub(crate) fn of(plan: &Plan, instance: &Instance<'_>) -> Option<Self> {
        let all = instance.descriptors.iter().copied();
        let leading = all.take_while(|descriptor| kind_of_value(*descriptor) != FRAGMENT);
        let descriptors: Box<[_]> = leading.collect();
        let mut length = 0;
        let spans = descriptors.iter().map(|descriptor| {
            let span = Span {
                start: length,
                length: size_of_value(*descriptor),
            };
            length += span.length;
            (kind_of_value(*descriptor), span)
        });
        let spans: Vec<(u8, Span)> = spans.collect();
        let (telling, system, payload) = plan.parts();
        let is_behind = |item: &Item| item.slot().is_none_or(|slot| slot >= spans.len());
        if !payload
            .iter()
            .all(|item| !item.is_mixed() && is_behind(item))
        {
            return None;
        }
        let mut steps = Vec::new();
        let mut told = 0;
        for (number, item) in telling.iter().chain(system).enumerate() {
            steps.extend(Step::of(number, item, &spans).ok()?);
            if number < telling.len() {
                told = steps.len();
            }
        }
        Some(Self {
            descriptors,
            length,
            steps: steps.into(),
            telling: told,
        })
    }

    /// Whether an instance is of this form.
    pub(crate) fn fits(&self, instance: &Instance<'_>) -> bool {
        instance.descriptors.starts_with(&self.descriptors)
    }

    /// The steps to what tells which event it is, and those to the record's other fields.
    pub(crate) fn parts(&self) -> (&[Step], &[Step]) {
        self.steps
            .split_at_checked(self.telling)
            .unwrap_or((&self.steps, &[]))
    }

    /// The number of the first value behind those of the form, and where it begins.
    pub(crate) fn end(&self) -> (usize, usize) {
        (self.descriptors.len(), self.length)
    }
}

/// A field that no form has.
struct Odd;

impl Step {
    /// The step of a plan's item; none where the field has no value.
    fn of(number: usize, item: &Item, spans: &[(u8, Span)]) -> Result<Option<Self>, Odd> {
        let Item::System(field, content) = item else {
            return Err(Odd);
        };
        let slot = match content {
            Content::Empty => return Ok(None),
            Content::Literal(_) => return Ok(Some(Self::Text(*field, number))),
            Content::Mixed(_) => return Err(Odd),
            Content::Slot(slot) => usize::from(*slot),
        };
        match spans.get(slot) {
            // Behind a fragment, or there are fewer values: another instance that states the same of the
            // first ones can have more.
            None => Err(Odd),
            Some((NOTHING, _)) => Ok(None),
            Some((kind, span)) if is_unsigned(*kind, span.length) => {
                let bits = u64::MAX >> (64 - 8 * span.length);
                Ok(Some(Self::Number(*field, span.start, bits)))
            }
            Some((kind, span)) => Ok(Some(Self::Value(*field, *kind, *span))),
        }
    }
}

/// Values behind those of a form, by their numbers among all.
pub(crate) struct Behind<'v, 'c> {
    pub(crate) first: usize,
    pub(crate) values: &'v [Stated<'c>],
}

impl Values for Behind<'_, '_> {
    fn at(&self, slot: u16) -> Option<Substitution<'_>> {
        // Nothing asks for those of the form.
        let slot = usize::from(slot).checked_sub(self.first)?;
        self.values.at(u16::try_from(slot).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elements::Place;

    /// An instance that states sizes and types of its values.
    fn instance<'c>(descriptors: &'c [[u8; 4]], values: &'c [u8]) -> Instance<'c> {
        Instance {
            definition: 0,
            descriptors,
            values,
        }
    }

    fn plan(items: Vec<Item>) -> Plan {
        let mut plan = Plan::default();
        plan.items = items;
        plan.in_order()
    }

    fn system(field: SystemField, slot: u16) -> Item {
        Item::System(field, Content::Slot(slot))
    }

    const BYTE: [u8; 4] = [1, 0, 0x04, 0];
    const WORD: [u8; 4] = [2, 0, 0x06, 0];
    const NONE: [u8; 4] = [0, 0, NOTHING, 0];
    const INNER: [u8; 4] = [2, 0, FRAGMENT, 0];

    #[test]
    fn fields_stand_where_the_first_values_say() {
        let plan = plan(vec![
            Item::Splice(3, Place::Event),
            system(SystemField::Task, 1),
            system(SystemField::Level, 0),
            system(SystemField::Opcode, 2),
        ]);
        let known = instance(&[BYTE, WORD, NONE, INNER], &[4, 1, 2, 0, 0]);
        let form = Form::of(&plan, &known).expect("all fields stand before the fragment");
        let (telling, system) = form.parts();
        let [Step::Number(SystemField::Level, start, bits)] = telling else {
            unreachable!("the level alone tells which event it is: {telling:?}");
        };
        assert_eq!(known.number(*start, *bits), Some(4));
        let [Step::Number(SystemField::Task, start, bits)] = system else {
            unreachable!("an opcode without a value is none: {system:?}");
        };
        assert_eq!(known.number(*start, *bits), Some(0x0201));
        assert_eq!(form.end(), (3, 3));
        let check = |descriptors: &[[u8; 4]], expected: bool| {
            let fits = form.fits(&instance(descriptors, &[]));
            assert_eq!(fits, expected, "{descriptors:?}");
        };
        check(&[BYTE, WORD, NONE, [9, 9, FRAGMENT, 0]], true);
        check(&[BYTE, WORD, BYTE, INNER], false);
        check(&[BYTE, WORD], false);
    }

    #[test]
    fn what_another_instance_could_have_elsewhere_has_no_form() {
        let check = |items: Vec<Item>, descriptors: &[[u8; 4]]| {
            let form = Form::of(&plan(items), &instance(descriptors, &[]));
            assert!(form.is_none(), "{descriptors:?}");
        };
        let level = || system(SystemField::Level, 0);
        // Of a value that is not there another instance can have one.
        check(vec![level(), system(SystemField::Task, 1)], &[BYTE]);
        // Behind a fragment nothing has its place.
        check(
            vec![level(), system(SystemField::Task, 2)],
            &[BYTE, INNER, WORD],
        );
        // A field of the payload among the first values.
        check(
            vec![level(), Item::Unnamed(Content::Slot(1))],
            &[BYTE, WORD, INNER],
        );
    }
}
