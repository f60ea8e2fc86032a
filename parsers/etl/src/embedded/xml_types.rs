//! The types of manifest fields by the names that an XML manifest gives them.
//! Source: specified (event manifest schema).

use crate::payload::types::{InType, OutType};

/// The input type of a name, with or without its prefix.
pub(super) fn in_type(name: &str) -> Option<InType> {
    Some(match name.strip_prefix("win:").unwrap_or(name) {
        "UnicodeString" => InType::Utf16,
        "AnsiString" => InType::Ansi,
        "Int8" => InType::I8,
        "UInt8" => InType::U8,
        "Int16" => InType::I16,
        "UInt16" => InType::U16,
        "Int32" => InType::I32,
        "UInt32" => InType::U32,
        "Int64" => InType::I64,
        "UInt64" => InType::U64,
        "Float" => InType::F32,
        "Double" => InType::F64,
        "Boolean" => InType::Bool32,
        "Binary" => InType::Binary,
        "GUID" => InType::Guid,
        "Pointer" => InType::Pointer,
        "FILETIME" => InType::FileTime,
        "SYSTEMTIME" => InType::SystemTime,
        "SID" => InType::Sid,
        "HexInt32" => InType::Hex32,
        "HexInt64" => InType::Hex64,
        _ => return None,
    })
}

/// The output type of a name; plain for one that adds nothing.
pub(super) fn out_type(name: &str) -> OutType {
    let number = match name.split_once(':').map_or(name, |(_, name)| name) {
        "string" => 1,
        "dateTime" => 2,
        "boolean" => 13,
        "HexInt8" => 16,
        "HexInt16" => 17,
        "HexInt32" => 18,
        "HexInt64" => 19,
        "Port" => 22,
        "IPv4" => 23,
        "IPv6" => 24,
        "SocketAddress" => 25,
        "Xml" => 28,
        "ErrorCode" => 29,
        "Win32Error" => 30,
        "NTSTATUS" => 31,
        "HResult" => 32,
        "Json" => 34,
        "Utf8" => 35,
        _ => 0,
    };
    OutType::from_tdh(number)
}
