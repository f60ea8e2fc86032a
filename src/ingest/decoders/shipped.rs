//! The catalogue's layouts as schemas of the trace reader.

use std::sync::Arc;

use joinscope_etl::Manifests;
use joinscope_etl::payload::schema::{EventSchema, Extent, Field, FieldKind, SchemaEnd};
use joinscope_etl::payload::types::{InType, OutType};
use joinscope_wire::Guid;
use rustc_hash::FxHashMap;

use crate::catalog::{Catalog, Layout, LayoutExtent, LayoutField, LayoutType};

/// All layouts of the catalogue. The names of their providers are left to the name tables.
pub(super) fn manifests(catalog: &Catalog) -> Manifests {
    let mut manifests = Manifests::default();
    let mut guids: FxHashMap<&str, Guid> = FxHashMap::default();
    let nameless: Arc<str> = Arc::from("");
    for layout in &catalog.layouts {
        let guid = match guids.get(layout.provider) {
            Some(guid) => *guid,
            None => match layout.provider.parse() {
                Ok(guid) => *guids.entry(layout.provider).or_insert(guid),
                // A test holds that every GUID of the tables is one.
                Err(_) => continue,
            },
        };
        manifests.add(guid, layout.id, layout.version, schema(layout, &nameless));
    }
    manifests
}

fn schema(layout: &Layout, nameless: &Arc<str>) -> EventSchema {
    let fields: Arc<[Field]> = layout.fields.iter().map(field).collect();
    EventSchema {
        provider_name: Arc::clone(nameless),
        name: String::new(),
        message: Arc::clone(nameless),
        top_level: fields.len(),
        fields,
        end: match layout.version {
            None => SchemaEnd::AnyField,
            Some(_) => SchemaEnd::Last,
        },
    }
}

fn field(field: &LayoutField) -> Field {
    let (input, output) = types(field.kind);
    Field {
        name: field.name.to_owned(),
        kind: FieldKind::Value(input, output),
        length: extent(field.length),
        count: extent(field.count),
        map: None,
    }
}

fn extent(extent: LayoutExtent) -> Extent {
    match extent {
        LayoutExtent::Own => Extent::Own,
        LayoutExtent::Fixed(number) => Extent::Fixed(number),
        LayoutExtent::Field(index) => Extent::Field(index),
    }
}

fn types(kind: LayoutType) -> (InType, OutType) {
    let plain = |input| (input, OutType::Plain);
    match kind {
        LayoutType::Text => plain(InType::Utf16),
        LayoutType::CountedText => plain(InType::CountedUtf16),
        LayoutType::Ansi => plain(InType::Ansi),
        LayoutType::Signed(8) => plain(InType::I8),
        LayoutType::Signed(16) => plain(InType::I16),
        LayoutType::Signed(64) => plain(InType::I64),
        LayoutType::Signed(_) => plain(InType::I32),
        LayoutType::Unsigned(width) => plain(unsigned(width)),
        LayoutType::Hex(32) => plain(InType::Hex32),
        LayoutType::Hex(64) => plain(InType::Hex64),
        LayoutType::Hex(width) => (unsigned(width), OutType::Hex),
        LayoutType::Float(64) => plain(InType::F64),
        LayoutType::Float(_) => plain(InType::F32),
        LayoutType::Bool(8) => (InType::U8, OutType::Boolean),
        LayoutType::Bool(_) => plain(InType::Bool32),
        LayoutType::Guid => plain(InType::Guid),
        LayoutType::Sid => plain(InType::Sid),
        LayoutType::FileTime => plain(InType::FileTime),
        LayoutType::Calendar => plain(InType::SystemTime),
        LayoutType::Binary => plain(InType::Binary),
        LayoutType::Pointer => plain(InType::Pointer),
        LayoutType::Ip4 => (InType::U32, OutType::Ip4),
        LayoutType::Ip6 => (InType::Binary, OutType::Ip6),
        LayoutType::Port => (InType::U16, OutType::Port),
        LayoutType::Socket => (InType::Binary, OutType::Socket),
    }
}

fn unsigned(width: u8) -> InType {
    match width {
        8 => InType::U8,
        16 => InType::U16,
        64 => InType::U64,
        _ => InType::U32,
    }
}

#[cfg(test)]
mod tests {
    use joinscope_etl::{PointerSize, Value};

    use super::*;

    /// The fields of a payload by a layout, and whether all of it was read.
    fn check(kind: LayoutType, length: LayoutExtent, payload: &[u8], expected: &str) {
        let layout = Layout {
            provider: "",
            id: 1,
            version: Some(0),
            fields: vec![LayoutField {
                name: "F",
                kind,
                length,
                count: LayoutExtent::Own,
            }],
        };
        let mut found = String::new();
        let ending = schema(&layout, &Arc::from("")).decode(
            None,
            payload,
            PointerSize::Eight,
            &mut |_: &str, value: Value<'_>| found = format!("{value:?}"),
        );
        assert_eq!(found, expected, "{kind:?}");
        assert!(ending.is_complete(), "{kind:?}: {ending:?}");
    }

    #[test]
    fn every_type_is_read_as_wide_as_it_says() {
        use LayoutExtent::{Fixed, Own};
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
        let check = |kind, size: usize, expected| check(kind, Own, &bytes[..size], expected);
        check(LayoutType::Signed(8), 1, "Int(1)");
        check(LayoutType::Unsigned(16), 2, "Uint(513)");
        check(LayoutType::Hex(8), 1, "Hex32(1)");
        check(LayoutType::Hex(16), 2, "Hex32(513)");
        check(LayoutType::Hex(32), 4, "Hex32(67305985)");
        check(LayoutType::Signed(64), 8, "Int(578437695752307201)");
        check(LayoutType::Bool(8), 1, "Bool(true)");
        check(LayoutType::Bool(32), 4, "Bool(true)");
        check(LayoutType::Ip4, 4, "Ip4([1, 2, 3, 4])");
        check(
            LayoutType::Ip6,
            16,
            "Ip6([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])",
        );
        check(LayoutType::Port, 2, "Port(258)");
        check(LayoutType::Pointer, 8, "Hex64(578437695752307201)");
        check(LayoutType::Text, 2, "Utf16([1, 2])");
        super::tests::check(
            LayoutType::Binary,
            Fixed(3),
            &bytes[..3],
            "Bytes([1, 2, 3])",
        );
        super::tests::check(LayoutType::Ansi, Fixed(2), b"ab", "Ansi([97, 98])");
        super::tests::check(
            LayoutType::CountedText,
            Own,
            &[2, 0, 65, 0],
            "Utf16([65, 0])",
        );
    }

    #[test]
    fn all_layouts_become_schemas() {
        let catalog = Catalog::embedded().expect("the embedded tables are sound");
        let manifests = manifests(&catalog);
        assert!(manifests.len() > 2000, "{}", manifests.len());
    }
}
