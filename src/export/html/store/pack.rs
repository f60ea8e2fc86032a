//! A data block: JSON that no HTML parser can misread.
//!
//! What a block holds is deflated, because repeated texts would otherwise be most of the page, and stands
//! base64-coded in a JSON object. The escape is applied to the whole object all the same, so that
//! it holds for whatever is added to the object later.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;

/// What stands in a data block.
#[derive(serde::Serialize)]
struct Block {
    /// How `data` is packed.
    encoding: &'static str,
    /// JSON, deflated without header, in base64.
    data: String,
}

/// The text of a `<script type="application/json">` block, and the bytes that its data takes packed.
pub(super) fn block(content: &impl serde::Serialize) -> (String, usize) {
    let json = serde_json::to_vec(content)
        .expect("blocks hold only texts and numbers, and their keys are texts");
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
    let packed = encoder.write_all(&json).and_then(|()| encoder.finish());
    let packed = packed.expect("writing into memory does not fail");
    let block = Block {
        encoding: "deflate-raw",
        data: STANDARD.encode(&packed),
    };
    let text = serde_json::to_string(&block).expect("two texts always serialise");
    (in_script(&text), packed.len())
}

/// JSON that may stand in a script element: without the characters that could end or change it.
/// They can only stand inside JSON's texts, where the escapes mean the same.
fn in_script(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_in_a_script_neither_ends_it_nor_changes() {
        let check = |text: &str| {
            let json = in_script(&serde_json::to_string(text).expect("a text serialises"));
            assert!(
                !json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']),
                "{json}"
            );
            assert_eq!(
                serde_json::from_str::<String>(&json).expect("it is still JSON"),
                text
            );
        };
        check("</script><script>alert(1)</script>");
        check("<!--<script>");
        check("]]>&amp;\u{2028}\u{2029}\0\"\\");
    }
}
