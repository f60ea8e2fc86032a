//! Descriptions of trace messages: any text as a TMF file, and what follows its first NUL as the
//! payload of each message in it. Every line is somewhere, and every payload byte is accounted for.

#![no_main]

use joinscope_wire::decode_text;
use joinscope_wpp::{Catalogue, Context, MAX_TEXT, Message, Place, PointerSize, render, tmf};
use libfuzzer_sys::fuzz_target;

/// A hostile text can hold thousands of messages that are alike.
const RENDERED: usize = 64;

fn apply(message: &Message, payload: &[u8], context: &Context<'_>) {
    let rendered = render(message, payload, context);
    assert!(rendered.text.len() <= MAX_TEXT);
    assert!(rendered.leftover_bytes <= payload.len());
    assert!(rendered.arguments.len() <= message.arguments.len());
    if rendered.problem.is_none() {
        assert_eq!(rendered.arguments.len(), message.arguments.len());
        // Without a problem, the arguments are as long without what was left.
        let used = payload.len() - rendered.leftover_bytes;
        let whole = message.arguments.iter().all(|argument| {
            let item = format!("{:?}", argument.item);
            !item.contains("Payload") && !item.starts_with("Other")
        });
        if whole {
            let again = render(message, &payload[..used], context);
            assert_eq!(again.text, rendered.text);
            assert_eq!((again.leftover_bytes, again.problem), (0, None));
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let text = decode_text(parts.next().unwrap_or_default()).0;
    let payload = parts.next().unwrap_or_default();
    let (messages, problems) = tmf::parse(&text);
    let lines = text.lines().count();
    for problem in &problems {
        assert!(matches!(problem.place, Place::Line(line) if line as usize <= lines));
        assert!(!problem.to_string().is_empty());
    }
    let mut context = Context::of(PointerSize::Four);
    for message in messages.iter().take(RENDERED) {
        apply(message, payload, &context);
        context.thread = Some(7);
        context.pointer_size = PointerSize::Eight;
        apply(message, payload, &context);
        assert!(message.says_the_same_as(message));
    }
    let mut catalogue = Catalogue::default();
    assert_eq!(catalogue.add_tmf(&text), problems);
    let counts = catalogue.counts();
    let all = counts.messages + counts.duplicates + counts.conflicts;
    assert_eq!(all, messages.len());
    for message in &messages {
        assert!(
            catalogue
                .message(message.origin.guid, message.number)
                .is_some()
        );
    }
});
