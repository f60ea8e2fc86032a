//! Messages applied to payloads: values, text, and what goes wrong.

use joinscope_wpp::{
    Context, MAX_TEXT, Message, PointerSize, RenderProblem, Rendered, Value, render, tmf,
};

/// The message with number 10 of a format and argument lines.
fn message(format: &str, arguments: &[&str]) -> Message {
    let text = format!(
        "6f1d2c3b-0a19-4e58-8f76-a5b4c3d2e1f0 joiner // SRC=join.cpp MJ= MN=\n\
         #typev join_cpp78 10 \"{format}\" //   LEVEL=Error FLAGS=Net FUNC=J::Run\n\
         {{\n{}\n}}\n",
        arguments.join("\n")
    );
    let (mut messages, problems) = tmf::parse(&text);
    assert_eq!(problems, [], "{text}");
    assert_eq!(messages.len(), 1);
    messages.remove(0)
}

fn context() -> Context<'static> {
    Context::of(PointerSize::Eight)
}

/// One argument of a type, shown by a conversion.
#[track_caller]
fn check(item: &str, conversion: &str, payload: &[u8], expected: &str) {
    let format = format!("<%10!{conversion}!>");
    let message = message(&format, &[&format!("x, {item} -- 10")]);
    let rendered = render(&message, payload, &context());
    let expected = format!("<{expected}>");
    assert_eq!(rendered.text, expected, "{item} {conversion}");
    assert_eq!(rendered.leftover_bytes, 0, "{item} {conversion}");
    assert_eq!(rendered.problem, None, "{item} {conversion}");
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn counted(count: u16, bytes: &[u8]) -> Vec<u8> {
    [&count.to_le_bytes()[..], bytes].concat()
}

#[test]
fn integers() {
    let minus = (-2_i32).to_le_bytes();
    for (conversion, expected) in [
        ("d", "-2"),
        ("u", "4294967294"),
        ("x", "fffffffe"),
        ("#010x", "0xfffffffe"),
        ("08X", "FFFFFFFE"),
        ("o", "37777777776"),
        ("s", "-2"),
        ("hd", "-2"),
        ("hu", "65534"),
        ("hhx", "fe"),
        ("+6d", "    -2"),
        ("-6d", "-2    "),
        ("06d", "-00002"),
        ("6.3d", "  -002"),
        ("p", "00000000FFFFFFFE"),
    ] {
        check("ItemLong", conversion, &minus, expected);
    }
    check("ItemLong", "+d", &7_i32.to_le_bytes(), "+7");
    check("ItemLong", " d", &7_i32.to_le_bytes(), " 7");
    check("ItemLong", "#x", &0_i32.to_le_bytes(), "0");
    check("ItemLong", "c", &0x20ac_i32.to_le_bytes(), "€");
    check("ItemULong", "s", &minus, "4294967294");
    check("ItemShort", "d", &[0xff, 0xff], "-1");
    check("ItemShort", "u", &[0xff, 0xff], "65535");
    check("ItemChar", "c", b"A", "A");
    check("ItemChar", "d", &[0x80], "-128");
    check("ItemUChar", "s", &[0x80], "128");
    let long = 0x1234_5678_9abc_def0_u64.to_le_bytes();
    check("ItemLongLong", "I64d", &long, "1311768467463790320");
    check("ItemULongLong", "llu", &[0xff; 8], "18446744073709551615");
    check("ItemLongLongX", "I64x", &long, "123456789abcdef0");
    check("ItemLongLongXX", "s", &long, "123456789ABCDEF0");
    check("ItemLongLongO", "s", &8_u64.to_le_bytes(), "10");
}

#[test]
fn doubles() {
    for (conversion, number, expected) in [
        ("f", 1.5_f64, "1.500000"),
        ("08.2f", -1.5, "-0001.50"),
        (".0f", 2.5, "2"),
        ("e", 150.0, "1.500000e+02"),
        (".1E", 0.000_012, "1.2E-05"),
        ("g", 0.0001, "0.0001"),
        ("g", 0.000_01, "1e-05"),
        ("g", 100_000.0, "100000"),
        ("g", 1_000_000.0, "1e+06"),
        ("#.3g", 1.0, "1.00"),
        ("G", f64::INFINITY, "inf"),
        ("s", 0.25, "0.25"),
    ] {
        check("ItemDouble", conversion, &number.to_le_bytes(), expected);
    }
}

#[test]
fn texts() {
    check("ItemString", "s", b"text\0", "text");
    check("ItemString", "8.2s", b"text\0", "      te");
    check("ItemString", "-6s", b"text\0", "text  ");
    check("ItemString", "d", b"text\0", "text");
    check("ItemString", "s", b"Ger\xe4t\0", "Gerät");
    check("ItemRString", "s", b"text\r\n\0", "text");
    check("ItemMLString", "s", b"a\r\nb\0", "a\r\nb");
    check("ItemWString", "s", &wide("Gerät\0"), "Gerät");
    check("ItemWString", ".3S", &wide("日本語です\0"), "日本語");
    check("ItemRWString", "s", &wide("text\r\n\0"), "text");
    check("ItemPString", "s", &counted(3, b"abc"), "abc");
    check("ItemPWString", "s", &counted(6, &wide("abc")), "abc");
    check("ItemPWString", "s", &counted(0, b""), "");
    check("ItemDSString", "s", b"\0\x03abc", "abc");
    check("ItemNWString", "s", &wide("abc"), "abc");
    check("ItemChar4", "s", b"Wxyz", "Wxyz");
}

#[test]
fn identifiers_addresses_and_codes() {
    check("ItemPtr", "p", &0xabc_u64.to_le_bytes(), "0000000000000ABC");
    check("ItemPtr", "x", &0xabc_u64.to_le_bytes(), "abc");
    let guid = "0f0e0d0c-0b0a-0908-0706-050403020100";
    let bytes = [12, 13, 14, 15, 10, 11, 8, 9, 7, 6, 5, 4, 3, 2, 1, 0];
    for item in ["ItemGuid", "ItemCLSID", "ItemLIBID", "ItemIID"] {
        check(item, "s", &bytes, guid);
    }
    let sid = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];
    check("ItemSid", "s", &sid, "S-1-5-18");
    check("ItemSid", "s", b"NULL\0", "NULL");
    check("ItemIPAddr", "s", &[192, 0, 2, 7], "192.0.2.7");
    check("ItemIPV6Addr", "s", &[0; 16], "::");
    check(
        "ItemMACAddr",
        "s",
        &[2, 0, 0, 0, 0, 0xab],
        "02-00-00-00-00-ab",
    );
    check("ItemPort", "s", &[1, 187], "443");
    check("ItemPort", "x", &[1, 187], "1bb");
    let denied = 0x8007_0005_u32.to_le_bytes();
    for item in [
        "ItemHRESULT",
        "ItemNTSTATUS",
        "ItemNDIS_STATUS",
        "ItemNTerror",
    ] {
        check(item, "s", &denied, "0x80070005");
    }
    check("ItemHRESULT", "X", &denied, "80070005");
    check("ItemHRESULT", "d", &denied, "-2147024891");
    check("ItemWINERROR", "s", &5_u32.to_le_bytes(), "5");
    check("ItemHEXDump", "s", &counted(3, &[1, 2, 0xff]), "01 02 ff");
}

#[test]
fn times() {
    let ticks = 134_000_000_000_000_000_i64.to_le_bytes();
    check("ItemTimestamp", "s", &ticks, "2025-08-18 14:13:20.0000000");
    check("ItemTimestamp", "s", &(-5_i64).to_le_bytes(), "-5");
    check("ItemTimeDelta", "s", &(-5_i64).to_le_bytes(), "-5");
    check("ItemWaitTime", "d", &1500_i64.to_le_bytes(), "1500");
}

#[test]
fn names_of_numbers() {
    check("ItemListByte(No,Yes)", "s", &[1], "Yes");
    check("ItemListByte(No,Yes)", "s", &[7], "7");
    check("ItemListShort(a=5,b)", "s", &[6, 0], "b");
    check("ItemListLong(a,b)", "d", &[9, 0, 0, 0], "9");
    check("ItemSetByte(a,b,c)", "s", &[0b101], "a|c");
    check("ItemSetByte(a,b)", "s", &[0b1010], "b|0x8");
    check("ItemSetShort(a)", "s", &[0, 0], "0x0");
    check("ItemSetLong(a)", "x", &[1, 1, 0, 0], "101");
    check("ItemEnum(Phase)", "s", &[3, 0, 0, 0], "3");
    check("ItemFlagsEnum(Phase)", "x", &[0x1f, 0, 0, 0], "1f");
}

#[test]
fn the_description_and_the_event_itself() {
    let format = "%0%!FUNC! %!LEVEL! %!FLAGS! %!COMPNAME! %!FILE! %!LINE! \
                  %1!s! %2!s! %3!04X! %4!s! %7!d! %8!d! %9!d! %5!s!";
    let message = message(format, &[]);
    let mut context = context();
    let rendered = render(&message, &[], &context);
    let described = "J::Run Error Net joiner join.cpp 78 joiner join_cpp78";
    let missing = " <missing>".repeat(6);
    assert_eq!(rendered.text, format!("{described}{missing}"));
    context.thread = Some(0x1a2);
    context.process = Some(4);
    context.processor = Some(1);
    context.sequence = Some(77);
    context.time = Some("noon");
    let rendered = render(&message, &[], &context);
    assert_eq!(
        rendered.text,
        format!("{described} 01A2 noon 77 4 1 <missing>")
    );
}

fn named<'a>(rendered: &'a Rendered<'_>) -> Vec<(&'a str, u16, &'a Value)> {
    let parts = rendered.arguments.iter();
    parts
        .map(|part| (part.name, part.index, &part.value))
        .collect()
}

#[test]
fn arguments_have_the_order_of_the_payload() {
    let message = message(
        "%11!s! failed for %10!s! with %12!s!, %10!s!",
        &[
            "host, ItemWString -- 10",
            "step, ItemString -- 11",
            "p, ItemPtr -- 12",
        ],
    );
    let payload = [&wide("DESKTOP-EXMPL01\0")[..], b"send\0", &[4, 3, 2, 1, 9]].concat();
    let rendered = render(&message, &payload, &Context::of(PointerSize::Four));
    assert_eq!(
        rendered.text,
        "send failed for DESKTOP-EXMPL01 with 01020304, DESKTOP-EXMPL01"
    );
    assert_eq!((rendered.leftover_bytes, &rendered.problem), (1, &None));
    assert_eq!(
        named(&rendered),
        [
            ("host", 10, &Value::Text("DESKTOP-EXMPL01".into())),
            ("step", 11, &Value::Text("send".into())),
            ("p", 12, &Value::Pointer(0x0102_0304, PointerSize::Four)),
        ]
    );
}

#[track_caller]
fn check_problem(arguments: &[&str], payload: &[u8], text: &str, problem: &str) {
    let message = message("%10!s! %11!s!", arguments);
    let rendered = render(&message, payload, &context());
    assert_eq!(rendered.text, text);
    let found = rendered.problem.expect("there is a problem");
    assert_eq!(found.to_string(), problem);
}

#[test]
fn payloads_that_do_not_fit() {
    let pair = ["a, ItemLong -- 10", "b, ItemLong -- 11"];
    check_problem(
        &pair,
        &[1, 0, 0, 0, 2, 0],
        "1 <missing>",
        "argument 11: truncated 32-bit number at offset 0x4: need 4 bytes, have 2",
    );
    check_problem(
        &["a, ItemString -- 10", "b, ItemString -- 11"],
        b"cut te",
        "cut te <missing>",
        "argument 10 is cut by the end of the payload",
    );
    check_problem(
        &["a, ItemString -- 10", "b, ItemWString -- 11"],
        b"whole\0",
        "whole <missing>",
        "argument 11: truncated string at offset 0x6: need 1 bytes, have 0",
    );
    check_problem(
        &["a, ItemHEXDump -- 10"],
        &[0xff, 0xff, 1],
        "01 <missing>",
        "argument 10 is cut by the end of the payload",
    );
    check_problem(
        &["a, ItemSid -- 10"],
        &[9; 12],
        "<missing> <missing>",
        "argument 10: invalid sid at offset 0x0",
    );
}

#[test]
fn an_unknown_type_keeps_the_rest() {
    let message = message(
        "%10!d! %11!s!",
        &["a, ItemNews(1) -- 10", "b, ItemLong -- 11"],
    );
    let rendered = render(&message, &[1, 2, 3, 4], &context());
    assert_eq!(rendered.text, "01 02 03 04 <missing>");
    assert_eq!(rendered.leftover_bytes, 0);
    let name = "ItemNews".into();
    assert_eq!(
        rendered.problem,
        Some(RenderProblem::UnknownItem { index: 10, name })
    );
    assert_eq!(rendered.arguments[0].value, Value::Bytes(vec![1, 2, 3, 4]));
}

#[test]
fn an_incomplete_description_is_named() {
    let text = "6f1d2c3b-0a19-4e58-8f76-a5b4c3d2e1f0\n#typev a_c1 10 \"%10!d! %11!d!\"\n\
                {\na, ItemChar -- 10\nb\n}\n";
    let (messages, _) = tmf::parse(text);
    let rendered = render(&messages[0], &[1, 2], &context());
    assert_eq!(rendered.text, "1 <missing>");
    assert_eq!(rendered.problem, Some(RenderProblem::Description));
    assert_eq!(rendered.leftover_bytes, 1);
}

#[test]
fn the_text_has_a_greatest_length() {
    let message = message(&"%10!s!ä".repeat(100), &["a, ItemString -- 10"]);
    let payload = [b"x".repeat(60_000), vec![0]].concat();
    let rendered = render(&message, &payload, &context());
    assert!(rendered.text.len() <= MAX_TEXT);
    assert_eq!(rendered.problem, Some(RenderProblem::TextLimit));
}

#[test]
fn every_prefix_of_a_payload_ends() {
    let arguments = [
        "a, ItemPWString -- 10",
        "b, ItemSid -- 11",
        "c, ItemWString -- 12",
        "d, ItemHEXDump -- 13",
        "e, ItemDouble -- 14",
    ];
    let message = message("%10!s! %11!s! %12!s! %13!s! %14!f!", &arguments);
    let sid = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];
    let payload = [
        &counted(4, &wide("ab"))[..],
        &sid,
        &wide("text\0"),
        &counted(2, &[1, 2]),
        &1.0_f64.to_le_bytes(),
    ]
    .concat();
    let whole = render(&message, &payload, &context());
    assert_eq!(whole.text, "ab S-1-5-18 text 01 02 1.000000");
    assert_eq!((whole.problem, whole.leftover_bytes), (None, 0));
    for end in 0..payload.len() {
        assert!(
            render(&message, &payload[..end], &context())
                .problem
                .is_some()
        );
    }
}
